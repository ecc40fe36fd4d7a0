"""Runs after a run: what is made again, what stands, what is said."""

import filecmp
import json
import shutil

import pandas as pd
import pytest

from analysis.report.run import plan_run, run_reports
from analysis.schemas import TABLES
from analysis.store import load
from small_project import differences, small_project, write_processed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project with a first run; tests work on copies."""
    root = tmp_path_factory.mktemp("incremental")
    project = small_project(root / "project")
    run_reports(project / "reports" / "good.yaml", project / "processed", root / "out")
    return root


@pytest.fixture
def copy(published, tmp_path):
    return shutil.copytree(published, tmp_path / "copy", symlinks=True)


def _run(copy, out="out", **options):
    said = []
    project = copy / "project"
    result = run_reports(
        project / "reports" / "good.yaml", project / "processed", copy / out, tell=said.append, **options
    )
    return result, [(event.kind, event.name) for event in said if event.kind not in ("begin", "start")]


def _change(copy, country):
    folder = copy / "project" / "processed"
    tables = {name: load(name, processed=folder) for name in TABLES}
    rows = tables["seizures"]
    tables["seizures"] = rows.assign(value=rows["value"].mask(rows["country"] == country, 9.0))
    write_processed(folder, tables)


def test_nothing_changed_nothing_is_done(copy):
    before = {path: path.stat().st_mtime_ns for path in (copy / "out").rglob("*") if path.name != ".lock"}
    result, said = _run(copy)
    assert said == [("unchanged", "good-PAK"), ("unchanged", "good-TJK"), ("stands", "")]
    assert [outcome.result for outcome in result.outcomes] == ["unchanged", "unchanged"]
    after = {path: path.stat().st_mtime_ns for path in (copy / "out").rglob("*") if path.name != ".lock"}
    assert {path for path in after if path.is_file()} == {path for path in before if path.is_file()}
    assert {path: after[path] for path in before if path.is_file()} == {
        path: time for path, time in before.items() if path.is_file()
    }


def test_only_what_changed_is_made_and_the_bytes_are_those_of_a_whole_run(copy):
    _change(copy, "TJK")
    result, said = _run(copy)
    assert said[:2] == [("unchanged", "good-PAK"), ("made", "good-TJK")]
    assert result.kept == ()
    whole, _ = _run(copy, "elsewhere")
    assert result.folder.name == whole.folder.name
    different = {path.rsplit("/", 1)[1] for path in differences(result.folder, whole.folder)}
    assert different == {"run.json", "index.html"}  # the index says what changed since the run before
    assert "From an earlier run" not in result.index.read_text()


def test_force_makes_all_and_the_same(copy):
    result, said = _run(copy, force=True)
    assert sorted(said)[:2] == [("made", "good-PAK"), ("made", "good-TJK")]
    assert filecmp.cmp(result.folder / "good-PAK" / "report.html", copy / "out/latest/good-PAK/report.html")
    assert len(list((copy / "out" / "runs").iterdir())) == 1


def test_only_takes_over_what_stands_without_a_mark(copy):
    _change(copy, "TJK")
    result, said = _run(copy, only=["good-PAK"])
    assert said[0] == ("unchanged", "good-PAK")
    assert result.kept == ("good-TJK",)
    assert "From an earlier run" in result.index.read_text()
    told = json.loads((result.folder / "run.json").read_text())
    assert {entry["name"]: entry["result"] for entry in told["reports"]} == {
        "good-PAK": "unchanged",
        "good-TJK": "kept",
    }
    again, _ = _run(copy)
    assert [outcome.result for outcome in again.outcomes] == ["unchanged", "made"]


def test_a_dry_run_explains_and_writes_nothing(copy):
    _change(copy, "TJK")
    before = sorted((copy / "out").rglob("*"))
    project = copy / "project"
    decided = plan_run(project / "reports" / "good.yaml", project / "processed", copy / "out")
    assert {one.job.name: one.why for one in decided} == {
        "good-PAK": "",
        "good-TJK": "its data have changed: seizures of TJK",
    }
    assert sorted((copy / "out").rglob("*")) == before


def test_a_table_without_rows_of_its_country_is_noticed_when_they_come(copy):
    folder = copy / "project" / "processed"
    tables = {name: load(name, processed=folder) for name in TABLES}
    rows = tables["seizures"]
    tables["seizures"] = rows[rows["country"] != "TJK"]
    shutil.rmtree(folder)
    write_processed(folder, tables)
    without, _ = _run(copy)
    assert [outcome.result for outcome in without.outcomes] == ["unchanged", "made"]
    write_processed(folder, {**tables, "seizures": pd.concat([rows])})
    again, _ = _run(copy)
    assert [outcome.result for outcome in again.outcomes] == ["unchanged", "made"]
