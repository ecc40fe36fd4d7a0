"""The reports of reports/plan.yaml as an Airflow DAG: clean, run each notebook, publish together.

Airflow pins many packages and lives in an environment of its own, so this file imports nothing of
the project, not even its plan: the standard library and Airflow are enough to load it. Two things
reach across:

- ``plan``, ``clean`` and ``publish`` run the project's command ``inl-evidence``: names, parameters
  and their checks are its own. ``plan`` lists what is wanted, and Airflow makes one PapermillOperator
  task of each report, named as the report;
- papermill itself runs in Airflow, the cells in the project's kernel ``inl-evidence`` (README.md
  beside the folder tells how to register it), which knows where the clean tables lie.

``publish`` runs even where a notebook failed. It puts the others in place as one run, keeps the page
that the failed report had before, and fails, so that the run is marked failed and people are told.

Belongs here: order, times, retries. Does not belong here: what a report is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param, task

# Found from this file where the DAG folder holds a link to it; else name the project's folder.
HOME = Path(os.environ.get("INL_EVIDENCE_HOME") or Path(__file__).resolve().parents[2])
EXECUTED = HOME / ".cache" / "executed"
REPORT = ".venv/bin/inl-evidence report --executed .cache/executed"
KERNEL = "inl-evidence"


def report_name(notebook: object) -> str:
    """Return the report's name from the file of the executed notebook, as a path or as Airflow's object."""
    return Path(str(getattr(notebook, "url", notebook))).stem


def options(params: dict[str, Any]) -> str:
    """Return what was chosen in the form as options of the command, each quoted: the shell reads none of it."""
    texts = {key: one if isinstance(one, str) else json.dumps(one) for key, one in params["parameters"].items()}
    only = [f"--only={name}" for name in params["only"]]
    return shlex.join([*only, *(f"--param={name}={text}" for name, text in texts.items())])


@task
def plan(params: Any = None) -> list[dict[str, Any]]:
    """Empty the folder of executed notebooks and return one entry a report: the operator's arguments."""
    shutil.rmtree(EXECUTED, ignore_errors=True)
    EXECUTED.mkdir(parents=True)
    command = shlex.split(f"{REPORT} --dry-run --json-log {options(params)}")
    listed = subprocess.run(command, cwd=HOME, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [
        {
            "input_nb": one["notebook"],
            "output_nb": str(EXECUTED / f"{one['name']}.ipynb"),
            "parameters": one["parameters"],
        }
        for one in map(json.loads, listed.splitlines())
    ]


with DAG(
    dag_id="inl_evidence",
    description="Clean the raw tables, run the notebooks of the plan, publish the reports",
    doc_md=__doc__,
    schedule="17 5 * * *",
    start_date=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    catchup=False,  # a missed day is not made up: the tables of today hold it
    max_active_runs=1,  # one folder of executed notebooks, one published folder
    max_active_tasks=2,  # kernels at once
    dagrun_timeout=dt.timedelta(hours=3),
    tags=["inl-evidence", "reports"],
    params={
        "only": Param([], type="array", items={"type": "string"}, description="Names of reports or notebooks; all."),
        "parameters": Param({}, type="object", description='Values for every report, such as {"start": "2019-01-01"}.'),
    },
    user_defined_macros={"report_name": report_name, "options": options},
    default_args={
        "owner": "inl-evidence",
        "retries": 1,
        "retry_delay": dt.timedelta(minutes=5),
        "execution_timeout": dt.timedelta(minutes=30),
    },
) as dag:
    wanted = plan()
    clean = BashOperator(task_id="clean", bash_command=".venv/bin/inl-evidence clean", cwd=str(HOME))
    report = PapermillOperator.partial(
        task_id="report",
        kernel_name=KERNEL,
        map_index_template="{{ report_name(task.output_nb) }}",
        do_xcom_push=False,
    ).expand_kwargs(wanted)
    publish = BashOperator(
        task_id="publish",
        bash_command=f"{REPORT} {{{{ options(params) }}}}",
        cwd=str(HOME),
        trigger_rule="all_done",
    )
    wanted >> clean >> report >> publish
