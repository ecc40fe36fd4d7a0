"""What a run of reports costs beside the usual ways, each in one run on this machine.

Two plans: the reports of the project, for both countries and two spans of years, whose cells compute for seconds; and
small reports (a table, a figure, a key figure), in which it shows what the run itself costs. Seconds are those of the
clock; CPU seconds are those of all processes that took part, wherever they were started from: this program adopts the
orphans, so that none is missed. Every way starts from nothing: no process, no report is there yet.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from keep import keep, show

ROOT = Path(__file__).resolve().parents[2]
PROCESSED = ROOT / "data" / "processed"
BIN = Path(sys.executable).parent
_SUBREAPER = 36
PLAN = {
    "defaults": {"notebooks": str(ROOT / "notebooks")},
    "reports": [
        *(
            {"notebook": name, "parameters": {"country": ["PAK", "TJK"], "start": ["", "2015"]}}
            for name in ("country_brief", "seizures", "trainees", "policing_centers")
        ),
        {"notebook": "claims", "parameters": {"country": ["PAK", "TJK"]}},
        {"notebook": "data_quality", "parameters": {"country": ["PAK", "TJK"]}},
        {"notebook": "compare"},
        {"notebook": "bounds"},
    ],
}

# What an analyst writes who has read the handbooks of both tools: two processes, each with its imports done once.
POOL = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import papermill
from nbconvert.exporters import get_exporter
import nbformat

def one(notebook, parameters, out):
    papermill.execute_notebook(notebook, out, parameters, progress_bar=False, cwd=str(Path(out).parent))
    html, _ = get_exporter("evidence")().from_filename(out)
    Path(out).with_suffix(".html").write_text(html)

if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text())
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(one, *zip(*jobs)))
"""

# The cells and the export themselves: everything is loaded, and each notebook runs in a fork of its own.
UP = """
import json, os, sys
from pathlib import Path
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
import analysis.report.preload
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from analysis.report.export import EvidenceExporter

def cells(notebook, parameters):
    shell = InteractiveShell.instance()
    shell.display_pub.publish = lambda *data, **more: None
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            done = shell.run_cell("".join(cell["source"]), silent=True)
            done.raise_error()
            if "parameters" in cell["metadata"].get("tags", []):
                shell.user_ns.update(parameters)

before = os.times()
for source, parameters, made in json.loads(Path(sys.argv[1]).read_text()):
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0, source
        continue
    cells(json.loads(Path(source).read_text()), parameters)
    EvidenceExporter().from_notebook_node(nbformat.read(made, as_version=4))
    os._exit(0)
after = os.times()
print(json.dumps(sum(after[2:4]) - sum(before[2:4])))
"""


def measure(work: Callable[[], Any]) -> tuple[float, float]:
    """Return seconds and CPU seconds of what some work starts, waiting until all of it has ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = time.perf_counter()
    work()
    seconds = time.perf_counter() - clock
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(processed: Path, *command: str) -> str:
    """Run a command of this environment; return what it prints, and stop where it fails."""
    env = {**os.environ, "INL_EVIDENCE_PROCESSED": str(processed), "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def report(plan: Path, out: Path, *more: str, processed: Path = PROCESSED) -> None:
    """Make the reports of a plan as a person does."""
    run(processed, str(BIN / "inl-evidence"), "report", "--plan", str(plan), "--out", str(out), *more)


def commands(jobs: list[Any], folder: Path, processed: Path) -> None:
    """Make the reports one after the other with the commands of papermill and nbconvert."""
    for job in jobs:
        executed = str(folder / f"{job.name}.ipynb")
        flags = {name: "-r" if isinstance(value, str) else "-p" for name, value in job.parameters.items()}
        values = [word for name, value in job.parameters.items() for word in (flags[name], name, str(value))]
        command = (str(BIN / "papermill"), str(job.notebook), executed, *values)
        run(processed, *command, "--cwd", str(folder), "--no-progress-bar")
        run(
            processed,
            str(BIN / "jupyter"),
            "nbconvert",
            "--to",
            "evidence",
            "--output-dir",
            str(folder / job.name),
            executed,
        )


def in_three_ways(folder: Path, plan: Path, processed: Path, name: str) -> list[dict[str, Any]]:
    """Measure the same reports in three ways, and the work that is in them."""
    from analysis.report.plan import read_plan

    jobs = read_plan(plan)
    for part in ("commands", "pool"):
        (folder / part).mkdir(parents=True)
    listed = folder / "jobs.json"
    listed.write_text(
        json.dumps([[str(job.notebook), job.parameters, str(folder / "pool" / f"{job.name}.ipynb")] for job in jobs])
    )
    for script, text in (("pool.py", POOL), ("up.py", UP)):
        (folder / script).write_text(textwrap.dedent(text), encoding="utf-8")
    ways = {
        "inl-evidence report": measure(lambda: report(plan, folder / "ours", "--jobs", "2", processed=processed)),
        "papermill in a pool of 2, nbconvert in process": measure(
            lambda: run(processed, sys.executable, str(folder / "pool.py"), str(listed))
        ),
        "papermill and nbconvert, one after the other": measure(lambda: commands(jobs, folder / "commands", processed)),
    }
    work = float(run(processed, sys.executable, str(folder / "up.py"), str(listed)).splitlines()[-1])
    ways["the cells and the export alone"] = (float("nan"), work)
    ours = ways["inl-evidence report"]
    return [
        {
            "reports": f"{len(jobs)} {name}",
            "way": way,
            "seconds": round(seconds, 1),
            "CPU seconds": round(cpu, 1),
            "seconds, times ours": round(seconds / ours[0], 1),
            "CPU, times ours": round(cpu / ours[1], 2),
            "CPU, times the work": round(cpu / work, 2),
        }
        for way, (seconds, cpu) in ways.items()
    ]


def against_the_usual_ways(folder: Path) -> list[dict[str, Any]]:
    """Measure the reports of the project, and small ones."""
    plan = folder / "plan.yaml"
    plan.write_text(yaml.safe_dump(PLAN), encoding="utf-8")
    small, processed = small_plan(folder / "small", 10)
    return [
        *in_three_ways(folder / "project", plan, PROCESSED, "of the project"),
        *in_three_ways(folder / "few", small, processed, "small ones"),
    ]


def small_plan(folder: Path, times: int) -> tuple[Path, Path]:
    """Write a plan of small reports, so many for each of two countries; return it and the processed tables."""
    sys.path.insert(0, str(ROOT / "tests"))
    from small_project import small_project

    project = small_project(folder)
    plan = project / "reports" / "many.yaml"
    entry = {"notebook": "good", "parameters": {"country": ["PAK", "TJK"], "scale": list(range(1, times + 1))}}
    plan.write_text(yaml.safe_dump({"reports": [entry]}), encoding="utf-8")
    return plan, project / "processed"


def nothing_changed(folder: Path) -> list[dict[str, Any]]:
    """Measure a run of a hundred small reports, and the run after it, in which nothing has changed."""
    plan, processed = small_plan(folder / "small", 50)
    out = folder / "hundred"
    results = []
    for what in ("all are made", "nothing has changed"):
        seconds, cpu = measure(lambda: report(plan, out, processed=processed))
        results.append({"run": what, "reports": 100, "seconds": round(seconds, 2), "CPU seconds": round(cpu, 2)})
    results[1]["percent of the whole run"] = round(100 * results[1]["seconds"] / results[0]["seconds"], 1)
    results[0]["percent of the whole run"] = 100.0
    return results


def others_rows(folder: Path) -> list[dict[str, Any]]:
    """Measure the reports of Pakistan as they are, and with 20 times the rows of every other country."""
    from analysis.schemas import TABLES
    from analysis.store import load, write_tables

    large = Path(shutil.copytree(PROCESSED, folder / "large"))
    tables = {}
    for name in TABLES:
        rows = load(name, processed=PROCESSED)
        if name in ("sources", "goals"):
            tables[name] = rows
            continue
        others = rows[rows["country"] != "PAK"]
        more = [others.assign(record_id=others["record_id"] + f"-{copy}") for copy in range(1, 20)]
        tables[name] = pd.concat([rows, *more], ignore_index=True)
    write_tables(tables, large)
    results = []
    for notebook in ("country_brief", "trainees", "policing_centers", "claims", "seizures"):
        plan = folder / f"{notebook}.yaml"
        entry = {"notebook": notebook, "parameters": {"country": "PAK"}}
        defaults = {"notebooks": str(ROOT / "notebooks")}
        plan.write_text(yaml.safe_dump({"defaults": defaults, "reports": [entry]}), encoding="utf-8")
        times = {}
        for size, processed in (("1", PROCESSED), ("20", large)):
            out = folder / f"{notebook}-{size}"
            report(plan, out, processed=processed)
            told = json.loads((out / "latest" / "run.json").read_text(encoding="utf-8"))
            times[size] = told["reports"][0]["seconds"]
        results.append(
            {
                "report": f"{notebook}, PAK",
                "seconds": times["1"],
                "seconds, others' rows 20 times": times["20"],
                "ratio": round(times["20"] / times["1"], 2),
            }
        )
    return results


PARTS = {
    "runs": ("reports, made in three ways", against_the_usual_ways),
    "unchanged": ("a run in which nothing has changed", nothing_changed),
    "others": ("one report, and the rows of other countries", others_rows),
}


def main() -> None:
    """Measure, print tables, and keep them in reports/bench.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    for part in options.only:
        title, work = PARTS[part]
        with tempfile.TemporaryDirectory() as name:
            results = work(Path(name))
        show(title, results)
        keep(part, results)


if __name__ == "__main__":
    main()
