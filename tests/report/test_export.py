import csv
import io
import json
import re
from itertools import pairwise

import nbformat
import pytest

from analysis.report.content import read_content
from analysis.report.export import EvidenceExporter
from analysis.report.parts import harmless, notebook_bytes, without_machine


@pytest.fixture
def made(full_page, tmp_path):
    return full_page.write(tmp_path)


def test_one_first_heading_and_no_level_skipped(made, tags):
    levels = [int(tag[1]) for tag, _ in tags(made[0]).found if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_language_and_title(made, tags):
    found = tags(made[0])
    assert found.all("html") == [{"lang": "en"}]
    assert [len(found.all(tag)) for tag in ("header", "nav", "main", "footer", "title")] == [1] * 5


def test_headings_figures_and_tables_are_numbered_and_reached_from_the_contents(made, tags):
    html, _ = made
    found = tags(html)
    ids = [attrs["id"] for _, attrs in found.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = {attrs["href"][1:] for attrs in found.all("a") if attrs["href"].startswith("#")}
    assert inner <= set(ids)
    assert {"by-drug", "caveats", "sources", "method", "files", "fact-opiates"} <= inner
    assert "<b>Figure 1.</b> Amounts" in html
    assert "<b>Table 1.</b> Rows" in html


def test_every_picture_has_words_and_every_heading_cell_a_scope(made, tags):
    found = tags(made[0])
    assert [attrs["alt"] for attrs in found.all("img")] == ["Bar chart: ten times more hashish."]
    assert found.all("th")
    assert all(attrs.get("scope") in ("row", "col") for attrs in found.all("th"))


def test_no_script_and_a_policy_that_forbids_it(made, tags):
    found = tags(made[0])
    assert not found.all("script")
    policy = found.all("meta")[1]["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any("style" in attrs for _, attrs in found.found)


def test_the_page_is_light(made):
    assert len(made[0].encode()) < 300_000


def test_every_link_to_a_file_leads_to_a_part(made, tags):
    html, outputs = made
    files = {a["href"] for a in tags(html).all("a")} - {"../index.html"}
    assert {f for f in files if not f.startswith(("#", "https:"))} == set(outputs)


def test_from_a_figure_to_file_line_words_and_source_in_the_page(made):
    card = made[0].split('id="fact-opiates"')[1].split('id="fact-hashish"')[0]
    for said in ("seizures.csv, line 12", "quantity: 6 · unit: metric tons", 'href="https://example.org/anf"'):
        assert said in card
    assert "ids.csv" in card
    assert "SECRET" not in made[0]


def test_facts_json_holds_every_figure_with_its_range_and_rows(made):
    facts = json.loads(made[1]["facts.json"])
    opiates, _, trained = facts["facts"]
    assert (opiates["low"], opiates["high"], opiates["rows"]) == (5500.0, 6500.0, ["pk-1"])
    assert opiates["in_aggregate_only"] == [{"source_id": "ids", "files": ["ids.csv"], "records": 1}]
    assert (trained["low"], trained["high"], trained["bound"]) == (2000.0, None, "at_least")
    assert facts["parameters"] == {"country": "PAK", "start": "2019-01-01"}


def test_tables_are_whole_as_csv(made):
    lines = list(csv.reader(io.StringIO(made[1]["tables/table-1.csv"].decode())))
    assert len(lines) == 41  # forty rows that may be shown, and the header


def test_figures_used_only_in_the_text_get_cards_at_the_end(record, sources):
    from analysis.report.page import Page

    page = Page("T", sources=sources)
    page.fact("late", "Late", 5)
    page.prose("There were {late}.")
    content = read_content(record.notebook, "x")
    assert content.anchored == ["late"]
    assert content.headings == [("other-figures-in-the-text", "Other figures in the text")]


def test_a_notebook_without_a_page_is_exported_too(record, tmp_path):
    record.markdown("# Plain\n\nText.")
    html, _ = record.write(tmp_path)
    assert "<h1>Plain</h1>" in html


def test_the_notebook_keeps_no_time_path_or_random_id(full_page):
    notebook = full_page.notebook
    notebook.metadata["papermill"] = {"input_path": "/home/ann/x.ipynb", "start_time": "2026-01-01T00:00:00"}
    for number, cell in enumerate(notebook.cells):
        cell.metadata["papermill"] = {"duration": 0.1}
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
        cell.metadata["tags"] = ["injected-parameters"] if number == 1 else []
    notebook.cells[1]["id"] = "5f3a9c1e"
    text = notebook_bytes(notebook).decode()
    assert not re.search("papermill|/home|2026|5f3a9c1e", text)
    nbformat.validate(nbformat.reads(text, 4))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("/tmp/ipykernel_12/345.py:3: UserWarning", "cell:3: UserWarning"),
        ("read /home/ann/data/x.csv, line 3", "read x.csv, line 3"),
        ("https://example.org/a/b", "https://example.org/a/b"),
        ("kg/ha and 1/2", "kg/ha and 1/2"),
    ],
)
def test_messages_do_not_name_the_machine(said, left):
    assert without_machine(said) == left


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script/></svg>",
        "<svg onload='x'/>",
        "<svg><a href='x'/></svg>",
        "",
        "<svg><image href='https://x'/></svg>",
    ],
)
def test_a_picture_that_could_act_is_not_written(svg):
    assert not harmless(svg)


def test_the_nbconvert_command_writes_the_page_and_its_parts(full_page, tmp_path, monkeypatch):
    from nbconvert.nbconvertapp import NbConvertApp

    monkeypatch.chdir(tmp_path)
    nbformat.write(full_page.notebook, "demo.ipynb")
    app = NbConvertApp(log_level=50)
    app.initialize(["--to", "analysis.report.export.EvidenceExporter", "demo.ipynb"])
    app.start()
    assert all((tmp_path / name).is_file() for name in ("demo.html", "facts.json", "tables/table-1.csv"))


def test_the_lab_packs_without_folders_and_every_link_still_leads_somewhere(full_page):
    # As the server of JupyterLab asks: with its settings, and without the key that nbconvert gives a notebook.
    told = {"metadata": {"name": "demo"}, "config_dir": "/home/ann/.jupyter"}
    html, resources = EvidenceExporter().from_notebook_node(full_page.notebook, told)
    names = {path.removeprefix("./") for path in resources["outputs"]}
    assert not [name for name in names if "/" in name]
    links = {href for href in re.findall(r'href="([^"#]+)"', html) if not href.startswith(("http", "data:"))}
    assert {"figure-1.svg", "table-1.csv", "facts.json"} <= links <= names
    by_nbconvert = EvidenceExporter().from_notebook_node(full_page.notebook, {**told, "unique_key": "demo"})[1]
    assert "./figures/figure-1.svg" in by_nbconvert["outputs"]
