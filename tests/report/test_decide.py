"""Each thing that a report follows from, changed by itself, is noticed and named."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.report import decide as room
from analysis.report.decide import Marks, decide
from analysis.report.plan import Job
from analysis.store import write_tables
from small_project import GOOD, small_project, write_notebook


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A project and a report that was made of it: the job, its entry in run.json, and its folder."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "room.py").write_text("x = 1")
    monkeypatch.setattr(room, "_PACKAGE", tmp_path / "package")
    project = small_project(tmp_path / "project")
    job = Job("good-PAK", project / "notebooks" / "good.ipynb", {"country": "PAK", "scale": 1})
    folder = tmp_path / "published" / "good-PAK"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>Seizures</h1>")
    marks = Marks(project / "processed")
    reads = [("seizures", ("PAK",)), ("sources", None)]
    entry = {"name": job.name, "notebook": "good.ipynb", "parameters": job.parameters}
    entry |= json.loads(json.dumps(marks.entry(job, reads, folder, False)))
    return project, job, entry, folder


def _why(made, **options):
    project, job, entry, folder = made
    return decide(job, entry, folder, Marks(project / "processed"), **options).why


def _rows(project: Path, country: str) -> Path:
    return project / "processed" / "seizures" / f"country={country}" / "part-0.parquet"


def _more(project: Path, country: str) -> None:
    path = _rows(project, country)
    frame = pd.read_parquet(path).drop(columns="country", errors="ignore").assign(country=country, value=1000.0)
    write_tables({"seizures": frame}, project / "processed")


def test_nothing_changed(made):
    assert _why(made) == ""


def test_rows_of_its_country(made):
    _more(made[0], "PAK")
    assert _why(made) == "its data have changed: seizures of PAK"


def test_rows_of_another_country_do_not_count(made):
    _more(made[0], "TJK")
    assert _why(made) == ""


def test_a_new_part_counts_where_all_were_read(made):
    project, job, entry, folder = made
    reads = [("seizures", None)]
    entry["inputs"] = Marks(project / "processed").inputs(reads)
    assert _why((project, job, entry, folder)) == ""
    frame = pd.read_parquet(_rows(project, "PAK")).assign(country="UZB")
    write_tables({"seizures": frame}, project / "processed")
    assert _why((project, job, entry, folder)) == "its data have changed: seizures"


def test_a_cell(made):
    write_notebook(made[1].notebook, (*GOOD, "1 + 1"))
    assert "notebook good.ipynb has changed" in _why(made)


def test_what_a_notebook_showed_does_not_count(made):
    told = json.loads(made[1].notebook.read_text())
    for cell in told["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
    made[1].notebook.write_text(json.dumps(told))
    assert _why(made) == ""


def test_a_parameter(made):
    project, job, entry, folder = made
    other = Job(job.name, job.notebook, {**job.parameters, "scale": 2})
    assert _why((project, other, entry, folder)) == "its parameter scale has changed"


def test_the_package(made, tmp_path):
    (tmp_path / "package" / "room.py").write_text("x = 2")
    assert _why(made) == "the package has changed"


def test_the_installed_packages(made, monkeypatch):
    then = Marks(made[0] / "processed").installed
    now = {**then, "pandas": "99.0", "somepackage": "1"}
    monkeypatch.setattr(Marks, "installed", now)
    why = _why(made, installed=then)
    assert why == f"the installed packages have changed: pandas {then['pandas']} is now 99.0, " + (
        "somepackage absent is now 1"
    )


def test_a_published_file(made):
    (made[3] / "report.html").write_text("<h1>Mended by hand</h1>")
    assert "missing or were changed" in _why(made)


def test_a_pdf_that_is_not_there(made):
    assert _why(made, pdf=True) == "it has no PDF yet"


def test_a_report_that_was_not_there_or_failed(made):
    project, job, entry, folder = made
    assert _why((project, job, None, folder)) == "it has not been made yet"
    assert _why((project, job, entry, None)) == "it has not been made yet"
    failed = {name: entry[name] for name in ("name", "notebook", "parameters")}
    assert _why((project, job, failed, folder)) == "the last run could not make it"
