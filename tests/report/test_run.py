"""Whole runs, with kernels and processes."""

import filecmp
import json
import re
import shutil
import time
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.report.own import ProcessEnded
from analysis.report.pdf import to_pdf
from analysis.report.publish import current
from analysis.report.run import run_reports
from small_project import GOOD, differences, small_project, write_notebook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return small_project(tmp_path_factory.mktemp("project"))


def _make(project, out, plan="plan.yaml", **options):
    return run_reports(project / "reports" / plan, project / "processed", out, **options)


@pytest.fixture(scope="module")
def first(project, tmp_path_factory):
    out = tmp_path_factory.mktemp("first") / "reports"
    return _make(project, out, jobs=2)


def test_a_failing_notebook_costs_only_its_own_report(first):
    assert first.exit_code == 1
    assert [outcome.ok for outcome in first.outcomes] == [True, True, False, False]
    assert (first.folder / "good-PAK" / "report.html").is_file()
    assert not (first.folder / "broken").exists()
    broken, empty = first.failed
    assert (broken.cell, broken.message) == (4, "ValueError: <b>no such drug</b>")
    assert "showed nothing" in empty.message


def test_the_index_names_the_cell_and_the_message(first, tags):
    html = first.index.read_text()
    assert "notebook broken.ipynb, cell 4" in html
    assert "ValueError: &lt;b&gt;no such drug&lt;/b&gt;" in html
    for link in tags(html).all("a"):
        if not link["href"].startswith("#"):
            assert (first.index.parent / link["href"].split("#")[0]).is_file(), link


def test_the_index_shows_reports_figures_and_quality(first):
    html = first.index.read_text()
    for said in ("Pakistan", "Tajikistan", "11 kg", "7 kg", "This is the first run", "data:image/png"):
        assert said in html


def test_the_parts_of_a_report(first):
    folder = first.folder / "good-PAK"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        *("report.html", "notebook.ipynb", "facts.json", "figures/figure-1.svg", "figures/figure-1.png"),
        *("figures/thumbnail.png", "tables/figure-1-rows.csv", "tables/table-1.csv", "tables/table-1-rows.csv"),
        "tables/fact-total-rows.csv",
    }
    assert "'=hashish" in (folder / "tables" / "table-1.csv").read_text()
    assert json.loads((folder / "facts.json").read_text())["facts"][0]["value"] == 11.0


def test_two_builds_in_two_folders_differ_in_run_json_alone(project, first, tmp_path, monkeypatch):
    moved = tmp_path / "some where" / "else"
    shutil.copytree(project, moved)
    monkeypatch.setenv("TZ", "Asia/Dushanbe")
    monkeypatch.setenv("LC_ALL", "tg_TJ.UTF-8")
    monkeypatch.setenv("USER", "someone")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    again = _make(moved, moved / "reports" / "out", jobs=1)
    different = differences(first.folder, again.folder)
    assert [Path(path).name for path in different] == ["run.json"]
    assert filecmp.cmp(first.index, again.index, shallow=False)


def test_no_file_but_run_json_names_a_machine_path_or_a_time(first, project):
    year = str(time.gmtime().tm_year)
    for path in first.folder.rglob("*"):
        if path.is_file() and path.name != "run.json":
            text = path.read_bytes()
            assert str(project).encode() not in text
            assert b"ipykernel_" not in text
            assert not re.search(rf"{year}-\d\d-\d\dT".encode(), text), path


def test_later_runs_say_what_changed_and_keep_what_failed(project, tmp_path):
    moved = tmp_path / "project"
    shutil.copytree(project, moved)
    out = tmp_path / "out"
    _make(moved, out, "good.yaml")
    _make(moved, out, "good.yaml", only=["good-PAK"], params={"scale": "2"})
    html = (out / "index.html").read_text()
    assert "Seized: up from 11 kg to 22 kg (+100%)." in html
    assert "From an earlier run" not in html  # the other report stands as it is
    write_notebook(moved / "notebooks" / "good.ipynb", (*GOOD, "1 / 0"))
    failed = _make(moved, out, "good.yaml")
    assert failed.kept == ("good-PAK", "good-TJK")
    assert failed.exit_code == 1
    html = (out / "index.html").read_text()
    assert "ZeroDivisionError" in html
    assert "Nothing changed" in html
    assert (current(out) / "good-PAK" / "report.html").is_file()


def test_a_wrong_plan_stops_before_anything_is_written(project, tmp_path):
    with pytest.raises(InputError, match="nearest: country"):
        _make(project, tmp_path / "out", params={"countri": "PAK"})
    with pytest.raises(InputError, match="inl-evidence clean"):
        run_reports(project / "reports" / "plan.yaml", tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_cell_that_never_ends_is_stopped(project, tmp_path):
    moved = tmp_path / "project"
    shutil.copytree(project, moved)
    write_notebook(moved / "notebooks" / "good.ipynb", ('country = "PAK"', "import time\ntime.sleep(60)"))
    made = _make(moved, tmp_path / "out", "good.yaml", only=["good-PAK"], cell_timeout=2)
    assert "2 seconds" in made.failed[0].message


def test_a_kernel_that_dies_costs_only_its_report(project, tmp_path):
    moved = tmp_path / "project"
    shutil.copytree(project, moved)
    write_notebook(moved / "notebooks" / "good.ipynb", ('country = "PAK"', "import os\nos._exit(1)"))
    made = _make(moved, tmp_path / "out", "good.yaml", only=["good-PAK"])
    assert "kernel died" in made.failed[0].message


def test_every_page_of_a_run_asks_for_nothing_and_has_no_barrier(first, browser):
    from axe_playwright_python.sync_playwright import Axe

    for address in [first.index, *sorted(first.folder.rglob("*.html"))]:
        context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(address.as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [address.as_uri()]
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.querySelectorAll('h1').length") == 1
        assert page.evaluate("document.querySelectorAll('img:not([alt]), th:not([scope])').length") == 0
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert [v["id"] for v in Axe().run(page).response["violations"]] == []
        context.close()


def test_pdf_is_the_same_each_time_and_names_no_folder(first, tmp_path, browser):
    for name in ("a", "b"):
        to_pdf(first.folder / "good-PAK" / "report.html", tmp_path / f"{name}.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data == (tmp_path / "b.pdf").read_bytes()
    assert b"file:" not in data


def test_pdf_without_a_browser_says_what_to_install(monkeypatch, project, tmp_path):
    monkeypatch.setattr("analysis.report.pdf.shutil.which", lambda name: None)
    with pytest.raises(InputError, match="install"):
        _make(project, tmp_path / "out", pdf=True)


def test_a_run_that_cannot_be_put_together_is_one_sentence_and_publishes_nothing(monkeypatch, project, tmp_path):
    def killed(*arguments):
        raise ProcessEnded(-9)

    monkeypatch.setattr("analysis.report.run.in_own_process", killed)
    with pytest.raises(InputError, match=r"put together: .*SIGKILL.* nothing was published"):
        _make(project, tmp_path / "out", only=["empty"])
    assert current(tmp_path / "out") is None
