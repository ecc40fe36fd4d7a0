"""Reports of notebooks that plain papermill has executed: as good as ours, and as careful."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import InputError
from analysis.report.make import take_report
from analysis.report.plan import Job, read_plan
from analysis.report.run import Event, RunResult, plan_run, run_reports
from small_project import GOOD, differences, small_project, write_notebook

pytestmark = pytest.mark.slow
NOT_KNOWN = "it was executed elsewhere, so what it read is not known"


@contextmanager
def _told(project: Path) -> Iterator[None]:
    """Tell kernels where the tables lie, as whoever executes notebooks must."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INL_EVIDENCE_PROCESSED", str(project / "processed"))
        yield


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose plan papermill has executed, into ``executed``; tests work on copies."""
    project = small_project(tmp_path_factory.mktemp("elsewhere") / "project")
    executed = project / "executed"
    executed.mkdir()
    with _told(project):
        for job in read_plan(project / "reports" / "plan.yaml"):
            try:
                papermill.execute_notebook(
                    job.notebook, executed / f"{job.name}.ipynb", job.parameters, progress_bar=False, report_mode=True
                )
            except PapermillExecutionError:
                assert job.name == "broken"
    return project


@pytest.fixture
def project(elsewhere: Path, tmp_path: Path) -> Path:
    return shutil.copytree(elsewhere, tmp_path / "project")


def _take(project: Path, plan: str = "good.yaml", **options: Any) -> RunResult:
    return _run(project, plan, executed=project / "executed", **options)


def _run(project: Path, plan: str = "good.yaml", out: str = "out", **options: Any) -> RunResult:
    return run_reports(project / "reports" / plan, project / "processed", project / out, **options)


def _change(path: Path, change: Callable[[Any], object]) -> None:
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    change(notebook)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def test_every_published_file_is_the_same_byte_for_byte(project: Path) -> None:
    taken, made = _take(project), _run(project, out="other")
    assert (taken.exit_code, made.exit_code) == (0, 0)
    different = [Path(path).name for path in differences(taken.folder, made.folder)]
    assert different == ["run.json"]
    assert taken.folder.name == made.folder.name


def test_the_next_ordinary_run_makes_them_again_and_says_why(project: Path) -> None:
    taken = _take(project)
    plan, processed, out = project / "reports" / "good.yaml", project / "processed", project / "out"
    assert [one.why for one in plan_run(plan, processed, out)] == [NOT_KNOWN] * 2
    told = {entry["name"]: entry for entry in json.loads((taken.folder / "run.json").read_text())["reports"]}
    again = _run(project)
    assert [one.result for one in again.outcomes] == ["made", "made"]
    assert again.folder == taken.folder, "the content is the same"
    made = {entry["name"]: entry for entry in json.loads((again.folder / "run.json").read_text())["reports"]}
    for name, entry in told.items():
        assert made[name].keys() - entry.keys() == {"inputs"}
        assert {**entry, "seconds": 0} == {key: value for key, value in made[name].items() if key in entry} | {
            "seconds": 0
        }
    assert [one.result for one in _run(project).outcomes] == ["unchanged", "unchanged"]


def test_a_failure_costs_only_its_own_report_and_is_told_as_in_an_ordinary_run(project: Path) -> None:
    said: list[Event] = []
    taken, made = _take(project, "plan.yaml", tell=said.append), _run(project, "plan.yaml", "other")
    assert [one.result for one in taken.outcomes] == ["made", "made", "failed", "failed"]
    assert [(one.cell, one.message, one.source) for one in taken.failed] == [
        (one.cell, one.message, one.source) for one in made.failed
    ]
    assert taken.failed[0].cell == 4
    assert taken.index.read_text() == made.index.read_text()
    kinds = [event.kind for event in said]
    assert (kinds[0], sorted(kinds[1:-1]), kinds[-1]) == (
        "begin",
        ["failed", "failed", "made", "made", *["start"] * 4],
        "published",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda told: told.pop("papermill"), "the notebook did not run to its end"),
        (lambda told: told["papermill"].update(end_time=None), "the notebook did not run to its end"),
        (lambda told: told["papermill"].update(exception=True), "the notebook did not run to its end"),
        (lambda told: told["papermill"]["parameters"].update(scale=3), "executed with scale = 3, and 1 is wanted"),
        (lambda told: told["papermill"]["parameters"].pop("country"), None),
    ],
)
def test_a_notebook_that_is_not_the_run_wanted(
    project: Path, change: Callable[[Any], Any], message: str | None
) -> None:
    _change(project / "executed" / "good-PAK.ipynb", lambda notebook: change(notebook.metadata))
    pak, tjk = _take(project).outcomes
    assert (pak.ok, tjk.ok) == (message is None, True), "what was not given has its default"
    assert message is None or message in pak.message


@pytest.mark.parametrize("after", [(), ("page.nothing('more')",)])
def test_a_kernel_that_died_and_an_end_that_papermill_noted_all_the_same(project: Path, after: tuple[str, ...]) -> None:
    path = project / "executed" / "good-PAK.ipynb"
    write_notebook(path, (*GOOD[:4], "import os\nos._exit(1)", *after))
    with _told(project), pytest.raises(DeadKernelError):
        papermill.execute_notebook(path, path, {"country": "PAK"}, progress_bar=False)
    assert nbformat.read(path, as_version=4).metadata["papermill"]["end_time"]  # type: ignore[no-untyped-call]
    pak, tjk = _take(project).outcomes
    assert (pak.ok, pak.cell, tjk.ok) == (False, 6, True)
    assert "did not run to its end" in pak.message


def test_what_is_missing_or_no_notebook_keeps_its_earlier_page(project: Path) -> None:
    before = _take(project)
    page = (before.folder / "good-PAK" / "report.html").read_bytes()
    (project / "executed" / "good-PAK.ipynb").unlink()
    (project / "executed" / "good-TJK.ipynb").write_text('{"cells": [')
    after = _take(project)
    assert after.exit_code == 1
    assert after.kept == ("good-PAK", "good-TJK")
    assert "there is no executed notebook good-PAK.ipynb" in after.outcomes[0].message
    assert "NotJSONError" in after.outcomes[1].message
    assert (project / "out" / "latest" / "good-PAK" / "report.html").read_bytes() == page
    assert "there is no executed notebook good-PAK.ipynb" in after.index.read_text()


def test_only_and_parameters_as_ever(project: Path) -> None:
    _take(project)
    one = _take(project, only=["good-TJK"])
    assert [outcome.name for outcome in one.outcomes] == ["good-TJK"]
    assert one.kept == ("good-PAK",)
    other = _take(project, only=["good-TJK"], params={"scale": "2"})
    assert "executed with scale = 1, and 2 is wanted" in other.failed[0].message


def test_a_folder_that_is_not_there_stops_before_anything_is_written(project: Path) -> None:
    with pytest.raises(InputError, match="--executed"):
        _run(project, executed=project / "exceuted")
    assert not (project / "out").exists()


def test_a_file_that_cannot_be_read_is_said_without_folders(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_bytes(b"\xff\xfe")
    made = take_report(tmp_path, Job("x", tmp_path / "x.ipynb", {}), tmp_path / "x")
    assert not made.ok
    assert str(tmp_path) not in made.message
    assert [path.name for path in tmp_path.iterdir()] == ["x.ipynb"]


def _command(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-W", "error", "-c", "from analysis.cli import main; main()", "report"]
    places = ["--plan", "reports/good.yaml", "--processed", "processed", "--out", "out", "--executed", "executed"]
    return subprocess.run([*start, *places, *options], cwd=project, capture_output=True, text=True, check=False)


def test_the_command_lists_what_is_to_be_executed_and_publishes_it(project: Path) -> None:
    shutil.move(project / "processed", project / "later")
    listed = _command(project, "--dry-run", "--json-log")
    assert listed.returncode == 0, listed.stderr
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    jobs = read_plan(project / "reports" / "good.yaml")
    assert told == [
        {
            "name": job.name,
            "notebook": str(job.notebook),
            "parameters": job.parameters,
            "why": "executed elsewhere",
        }
        for job in jobs
    ]
    shutil.move(project / "later", project / "processed")
    done = _command(project, "--only=good-TJK")
    assert done.returncode == 0, done.stderr
    assert "good-TJK: made" in done.stdout
    assert (project / "out" / "latest" / "good-TJK" / "report.html").is_file()


def test_the_command_refuses_what_would_do_nothing(project: Path) -> None:
    done = CliRunner().invoke(app, ["report", "--executed", str(project / "executed"), "--force"])
    assert isinstance(done.exception, InputError)
    assert "--executed executes nothing" in str(done.exception)
