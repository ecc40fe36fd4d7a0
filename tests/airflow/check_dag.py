"""Load and run the DAG with a real Airflow, and hold its reports against those of the command line.

``python tests/airflow/check_dag.py AIRFLOW_PYTHON``: this Python is the project's, the one named is
that of an environment with apache-airflow and apache-airflow-providers-papermill (`make airflow`
builds it). Everything happens in a copy of the project in a temporary folder, without a network.

Belongs here: what needs a real Airflow. Does not belong here: what can be told from the files alone
(``tests/test_deploy.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from small_project import differences  # noqa: E402

ASKED = ["seizures-TJK", "data_quality"]
# Airflow's Python runs this: what a real DagBag says of the file.
LOOK = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
dags = {name: {
    "edges": sorted([task.task_id, after] for task in dag.tasks for after in task.downstream_task_ids),
    "operators": {task.task_id: task.task_type for task in dag.tasks},
    "mapped": [task.task_id for task in dag.tasks if task.is_mapped],
    "catchup": dag.catchup,
} for name, dag in bag.dags.items()}
print(json.dumps({"errors": bag.import_errors, "dags": dags}))
"""
# What `airflow dags test` does, without waiting for second tries.
TEST = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
dag = DagBag(sys.argv[1]).dags["inl_evidence"]
for task in dag.tasks:
    if task.is_mapped:
        task.partial_kwargs["retries"] = 0
    else:
        task.retries = 0
done = dag.test(run_conf=json.loads(sys.argv[2]))
states = [[one.task_id, one.map_index, str(one.state), one.rendered_map_index] for one in done.get_task_instances()]
print(json.dumps({"state": str(done.state), "tasks": sorted(states)}))
"""


def check(truth: object, sentence: str) -> None:
    """Print what was looked at; stop where it does not hold."""
    print(f"{'ok' if truth else 'FAILED'}: {sentence}", flush=True)
    if not truth:
        sys.exit(1)


def run(command: list[str], home: Path, surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy of the project."""
    return subprocess.run(command, cwd=home, env=surroundings, capture_output=True, text=True, timeout=600, check=False)


def copy_project(home: Path) -> None:
    """Copy what the DAG needs of the project; its environment is this one."""
    for name in ("data/raw", "notebooks", "deploy"):
        shutil.copytree(ROOT / name, home / name)
    (home / "reports").mkdir()
    for name in ("reports/plan.yaml", "data/corrections.yaml"):
        shutil.copy(ROOT / name, home / name)
    (home / ".venv").symlink_to(sys.prefix)


def register_kernel(home: Path, prefix: Path) -> None:
    """Register the project's kernel as deploy/README.md says."""
    variables = {"INL_EVIDENCE_PROCESSED": f"{home}/data/processed", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    pairs = [part for pair in variables.items() for part in ("--env", *pair)]
    command = [sys.executable, "-m", "ipykernel", "install", "--prefix", str(prefix), "--name", "inl-evidence", *pairs]
    subprocess.run(command, check=True, capture_output=True)


def run_dag(python: Path, home: Path, surroundings: dict[str, str], choices: dict[str, object]) -> dict[str, Any]:
    """Run the DAG once; return the state of the run and of each task."""
    command = [str(python), "-c", TEST, f"{surroundings['AIRFLOW_HOME']}/dags", json.dumps(choices)]
    done = run(command, home, surroundings)
    said = done.stdout + done.stderr
    last = [line for line in said.splitlines() if line.startswith('{"state"')]
    check(last, "the DAG ran to its end" + said[-6000:] * (not last))
    ended: dict[str, Any] = {**json.loads(last[-1]), "said": said}
    return ended


def fail(notebook: Path) -> None:
    """Make the last cell of a notebook raise."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    code[-1]["source"] = "raise ValueError('meant to fail')"
    notebook.write_text(json.dumps(content), encoding="utf-8")


def main(python: Path) -> None:
    """Check the DAG, run it, and run it once more with a notebook that fails."""
    airflow = python.parent / "airflow"
    with tempfile.TemporaryDirectory(prefix="inl-evidence-airflow-") as scratch:
        home, own = Path(scratch, "project"), Path(scratch, "airflow")
        (own / "dags").mkdir(parents=True)
        home.mkdir()
        copy_project(home)
        (own / "dags" / "inl_evidence_dag.py").symlink_to(home / "deploy" / "airflow" / "inl_evidence_dag.py")
        register_kernel(home, own)
        surroundings = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON"))},
            "AIRFLOW_HOME": str(own),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "JUPYTER_PATH": str(own / "share" / "jupyter"),
            "PATH": f"{python.parent}:/usr/bin:/bin",
        }
        done = run([str(airflow), "db", "migrate"], home, surroundings)
        check(done.returncode == 0, "Airflow has its database" + done.stderr[-2000:] * bool(done.returncode))

        done = run([str(python), "-c", LOOK, str(own / "dags")], home, surroundings)
        check(done.returncode == 0, "a DagBag reads the folder" + done.stderr[-2000:] * bool(done.returncode))
        seen = json.loads(done.stdout.splitlines()[-1])
        check(seen["errors"] == {}, f"no import errors {seen['errors'] or ''}")
        dag = seen["dags"]["inl_evidence"]
        check(
            sorted(dag["edges"]) == [["clean", "report"], ["plan", "clean"], ["plan", "report"], ["report", "publish"]],
            f"edges: {dag['edges']}",
        )
        check(dag["operators"]["report"] == "PapermillOperator" and dag["mapped"] == ["report"], "one task a report")

        ended = run_dag(python, home, surroundings, {"only": ASKED})
        good = ended["state"] == "success"
        check(good, f"a run of two reports: {ended['tasks']}" + ended["said"][-9000:] * (not good))
        made = home / "reports" / "latest"

        command = [f"{home}/.venv/bin/inl-evidence", "report", "--out", f"{scratch}/plain"]
        done = run([*command, *(part for name in ASKED for part in ("--only", name))], home, surroundings)
        check(done.returncode == 0, "the command line makes the same reports" + done.stderr)
        plain = Path(scratch, "plain", "latest")
        for name in ASKED:
            one, other = (json.loads((folder / name / "facts.json").read_text()) for folder in (made, plain))
            check(one == other and one["facts"], f"{name}: {len(one['facts'])} facts, all equal")
        check(differences(made, plain) == [f"{made}/run.json"], "every other file is the same byte for byte")
        done = run([f"{home}/.venv/bin/inl-evidence", "report", "--dry-run", "--only", ASKED[0]], home, surroundings)
        check(
            "would be made: it was executed elsewhere" in done.stdout,
            f"a dry run says {(done.stdout + done.stderr).strip()}",
        )
        fail(home / "notebooks" / "data_quality.ipynb")
        ended = run_dag(python, home, surroundings, {"only": ASKED, "parameters": {"start": "2016-01-01"}})
        states = {name or task: state for task, _, state, name in ended["tasks"]}
        wanted = {"plan": "success", "clean": "success", "seizures-TJK": "success", "data_quality": "failed"}
        check(states == {**wanted, "publish": "failed"}, f"with a notebook that fails: {states}")
        check(ended["state"] == "failed", "that run is marked failed")
        told = {one["name"]: one for one in json.loads((made / "run.json").read_text())["reports"]}
        results = {name: one["result"] for name, one in told.items()}
        check(results == {"seizures-TJK": "made", "data_quality": "failed"}, f"what the run says of itself: {results}")
        failed = told["data_quality"]
        check(failed["message"] == "ValueError: meant to fail", f"cell {failed['cell']}: {failed['message']}")
        page = (made / "data_quality" / "report.html").read_bytes()
        check(page == (plain / "data_quality" / "report.html").read_bytes(), "its earlier page is still there")
        facts = json.loads((made / "seizures-TJK" / "facts.json").read_text())
        check(facts["parameters"]["start"] == "2016-01-01", "the other is published, with the parameter asked for")
        ended = run_dag(python, home, surroundings, {"parameters": {"strat": "$(touch stolen); touch stolen"}})
        states = {task: state for task, _, state, _ in ended["tasks"]}
        check(states["plan"] == "failed" and "start" in ended["said"], f"a misspelt parameter stops at once: {states}")
        check((made / "seizures-TJK" / "report.html").is_file(), "and what was published stays")
        check(not list(home.rglob("stolen")), "and no shell has read what was chosen")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
