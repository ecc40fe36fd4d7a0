"""What cleaning costs beside a bare read of the same file, at growing numbers of rows."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from keep import keep, show

from analysis.pipeline import clean_tables
from analysis.read.tables import read_table

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
SIZES = (10_000, 100_000, 1_000_000)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that one run takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def repeated(rows: int, folder: Path) -> Path:
    """Write the seizures table repeated to a number of rows, each with an id of its own."""
    shutil.copy(RAW / "sources.csv", folder)
    table = pd.read_csv(RAW / "seizures.csv", dtype="str", keep_default_na=False)
    big = pd.concat([table] * (rows // len(table) + 1), ignore_index=True).head(rows)
    big["record_id"] = "row-" + big.index.astype("str")
    big.to_csv(folder / "seizures.csv", index=False)
    return folder


def main() -> None:
    """Measure, print a table, and keep it in reports/bench.json."""
    results = []
    for rows in SIZES:
        with tempfile.TemporaryDirectory() as name:
            raw = repeated(rows, Path(name))
            bare = seconds(lambda: pd.read_csv(raw / "seizures.csv", dtype="str", keep_default_na=False))  # noqa: B023
            read = seconds(lambda: read_table(raw / "seizures.csv", ["record_id"]))  # noqa: B023
            whole = seconds(lambda: clean_tables(raw, ["seizures"]))  # noqa: B023
        results.append(
            {
                "rows": rows,
                "pandas read, s": round(bare, 2),
                "read with lines, s": round(read, 2),
                "read and clean, s": round(whole, 2),
                "clean / pandas read": round(whole / bare, 1),
                "microseconds a row": round(1e6 * whole / rows, 1),
            }
        )
    show("cleaning the seizures table, repeated", results)
    keep("clean", results)


if __name__ == "__main__":
    main()
