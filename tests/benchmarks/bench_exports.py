"""What cleaning the bulk exports costs beside other ways of reading the same bytes, and how that grows with them.

Each way runs in a process of its own, so that times and peak memory are its own; what a way imports is imported
before its clock starts, in every way alike. The exports are those beside the project where they are, else rows
invented by hand. They are read once over (1x), 20 times over, and 60 times over; a second table then says what a
million rows cost at each size, and the memory, which must not grow with the file. The bare read keeps whole files in
memory, one at a time, so that its memory does grow.

``frictionless`` takes part where it is installed, or where the environment (as `make bench` does) or the option names
a Python that has it. It and the row-by-row way run once, and not at 60x unless all is asked for: they take a minute and
more for 20x. Two processes are tried at 20x.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from keep import keep, show

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
IDS, FMTR = "unodc_ids_asia.csv", "fmtr_south_central_asia.tsv"
FILES = 4
"""A large export lies in several files."""
SLOW = {"pandas, row by row", "frictionless"}
OURS = "inl-evidence"
BARE = "pyarrow read"

MEASURED = """
import json, resource, sys, time
from pathlib import Path
ids = sorted(Path(sys.argv[1]).glob("unodc_ids/*"))
fmtr = sorted(Path(sys.argv[1]).glob("fmtr/*"))
{imports}
def main():
    begin, cpu = time.perf_counter(), time.process_time()
    {work}
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, child.ru_maxrss) / 1024
    print(json.dumps([wall, cpu + child.ru_utime + child.ru_stime, peak]))
if __name__ == "__main__":
    main()
"""

WAYS = {
    BARE: (
        "import pyarrow as pa\nfrom pyarrow import csv",
        """
        for path in ids:
            csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=";"))
        for path in fmtr:
            csv.read_csv(path, parse_options=csv.ParseOptions(delimiter="\\t"))
        """,
    ),
    OURS: (
        "from analysis.dropped import find_exports\nfrom analysis.exports import clean_exports",
        """
        outcome = clean_exports(find_exports(Path(sys.argv[1])), Path(sys.argv[2]))
        assert not outcome.errors
        """,
    ),
    "inl-evidence, 2 processes": (
        "from analysis.dropped import find_exports\nfrom analysis.exports import clean_exports\n"
        "from concurrent.futures import ProcessPoolExecutor",
        """
        with ProcessPoolExecutor(2) as pool:
            outcome = clean_exports(find_exports(Path(sys.argv[1])), Path(sys.argv[2]), pool)
        assert not outcome.errors
        """,
    ),
    "pandas, row by row": (
        textwrap.dedent(
            """
            import pandas as pd
            UNITS = {"Kilogram": ("kg", 1), "Gram": ("kg", 0.001), "Litre": ("L", 1), "Millilitre": ("L", 0.001)}
            def seizure(row):
                unit, factor = UNITS.get(row["DRUG_UNIT"], ("item", 1))
                day = pd.to_datetime(row["SEIZURE_DATE"], errors="coerce")
                return row["COUNTRY"].strip(), day, row["DRUG_NAME"].lower(), float(row["AMOUNT"]) * factor, unit
            def training(row):
                cost = row["training:total_cost"].replace("$", "").replace(",", "").strip()
                cost = float(cost) if cost.replace(".", "").isdigit() else None
                count = row["training:quantity"].strip()
                start = pd.to_datetime(row["training:start_date_raw"].strip(), errors="coerce", format="%m/%d/%Y")
                people = int(count) if count.isdigit() else 0
                return row["training:country"], row["training:course_title"].strip(), people, cost, start
            """
        ),
        """
        for name, paths, mark, read in (("ids", ids, ";", seizure), ("fmtr", fmtr, "\\t", training)):
            for number, path in enumerate(paths):
                frame = pd.read_csv(path, sep=mark, dtype="str", keep_default_na=False)
                rows = frame.apply(read, axis=1, result_type="expand")
                rows.columns = rows.columns.astype("str")
                rows.to_parquet(Path(sys.argv[2]) / f"{name}-{number}.parquet")
        """,
    ),
    "frictionless": (
        "from frictionless import Dialect, formats, validate",
        """
        for path, mark in [*((p, ";") for p in ids), *((p, "\\t") for p in fmtr)]:
            dialect = Dialect(controls=[formats.CsvControl(delimiter=mark)])
            report = validate(path.name, basepath=str(path.parent), format="csv", dialect=dialect)
            assert all(task.stats.get("rows") for task in report.tasks), report.flatten(["message"])[:1]
        """,
    ),
}


def exports(folder: Path, times: int) -> dict[str, int]:
    """Write both exports ``times`` over, in several files, with ids of their own; return rows and bytes."""
    rows = 0
    for layout, name in (("unodc_ids", IDS), ("fmtr", FMTR)):
        header, *lines = _lines(name)
        (folder / layout).mkdir(parents=True)
        files = min(FILES, times)
        for file in range(files):
            with (folder / layout / f"{layout}_{file}{Path(name).suffix}").open("wb") as out:
                out.write(header + b"\n")
                for copy in range(file, times, files):
                    for line in lines:
                        fresh = line.replace(b"-", b"%03d-" % copy, 1) if layout == "fmtr" else line
                        out.write(fresh + b"\n")
                    rows += len(lines)
    return {"rows": rows, "bytes": sum(path.stat().st_size for path in folder.glob("*/*"))}


def _lines(name: str) -> list[bytes]:
    real = REAL / f"{name}.gz"
    if real.is_file():
        return gzip.decompress(real.read_bytes()).removesuffix(b"\n").split(b"\n")
    sys.path.insert(0, str(ROOT / "tests"))
    from exports_by_hand import fmtr_row, ids_row, write_fmtr, write_ids

    with tempfile.TemporaryDirectory() as where:
        path = Path(where) / name
        if name == IDS:
            write_ids(path, [ids_row(amount=f"{n % 997 / 10}", place=f"Town {n % 1500}") for n in range(16_000)])
        else:
            write_fmtr(
                path, [fmtr_row(unit=f"Unit {n % 8000}", report=f"report_{n // 1500}.xml") for n in range(24_000)]
            )
        return path.read_bytes().removesuffix(b"\n").split(b"\n")


def measure(way: str, raw: Path, outs: Path, python: str) -> list[float]:
    """Run one way in its own process; return seconds, CPU seconds, and the most memory in MB.

    What a run wrote stays until all are done: new files are slow where as many have just been removed.
    """
    imports, work = WAYS[way]
    code = MEASURED.format(imports=imports, work=textwrap.indent(textwrap.dedent(work).strip(), "    ").strip())
    out = tempfile.mkdtemp(dir=outs)
    script = Path(out) / "way.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run([python, str(script), str(raw), out], check=True, capture_output=True, text=True, cwd=out)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, print a table, and keep it in reports/bench.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3, help="runs of each way; the least time counts")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 20, 60])
    there = os.environ.get("FRICTIONLESS", "")
    parser.add_argument("--frictionless", default=there, help="a Python that has frictionless")
    parser.add_argument("--all", action="store_true", help="the slow ways at every size")
    options = parser.parse_args()
    other = options.frictionless or (sys.executable if importlib.util.find_spec("frictionless") else "")
    results: list[dict[str, Any]] = []
    for times in options.times:
        with tempfile.TemporaryDirectory() as name:
            raw = Path(name) / "raw"
            size = exports(raw, times)
            ways = [way for way in WAYS if (way != "frictionless" or other) and (options.all or _fits(way, times))]
            runs: dict[str, list[list[float]]] = {way: [] for way in ways}
            for number in range(options.runs):
                for way in ways:  # in turn, so that a slow minute of the machine falls on all of them
                    if not (number and way in SLOW):
                        python = other if way == "frictionless" else sys.executable
                        runs[way].append(measure(way, raw, Path(name), python))
            for way in ways:
                walls, cpus, peaks = zip(*runs[way], strict=True)
                wall, cpu, peak = min(walls), min(cpus), max(peaks)
                bare = min(run[0] for run in runs[BARE]), min(run[1] for run in runs[BARE])
                results.append(
                    {
                        "size": f"{times}x",
                        "rows": size["rows"],
                        "MB": round(size["bytes"] / 1e6),
                        "way": way,
                        "seconds": round(wall, 2),
                        "CPU seconds": round(cpu, 2),
                        "peak memory, MB": round(peak),
                        "times pyarrow, seconds": round(wall / bare[0], 1),
                        "times pyarrow, CPU": round(cpu / bare[1], 1),
                    }
                )
    show("the bulk exports, read and cleaned", results)
    keep("exports", results)
    growth = [_per_million(row) for way in (BARE, OURS) for row in results if row["way"] == way]
    show("how that grows with the rows", growth)
    keep("exports, growth", growth)


def _fits(way: str, times: int) -> bool:
    """Whether a way is done with a size in a minute or two: the slow ones up to 20x, processes at that size only."""
    if way in SLOW:
        return times <= 20
    return way in (BARE, OURS) or times == 20


def _per_million(row: dict[str, Any]) -> dict[str, Any]:
    millions = row["rows"] / 1e6
    return {name: row[name] for name in ("way", "size", "rows")} | {
        "seconds, a million rows": round(row["seconds"] / millions, 2),
        "CPU seconds, a million rows": round(row["CPU seconds"] / millions, 2),
        "peak memory, MB": row["peak memory, MB"],
    }


if __name__ == "__main__":
    main()
