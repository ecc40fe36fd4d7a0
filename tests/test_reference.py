"""The reference for reviewers is current, whole, and true to the code, the data and the stored notebooks."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from analysis.clean.reconcile import CHECK_COLUMNS
from analysis.pipeline import clean
from analysis.reference import PAGES, indicators, table_columns
from analysis.report.content import Content
from analysis.report.page import Page
from analysis.report.parts import facts_json
from analysis.samples import sample
from analysis.schemas import TABLES, schema
from analysis.store import load
from analysis.tables.work import REJECT_COLUMNS
from analysis.vocabulary import rows
from exports_by_hand import fmtr_row, ids_row, write_fmtr, write_ids
from stored import MIME

# Functions of the measures that print no number of their own, and why.
NO_INDICATOR = {
    "measures.seizures.solve": "lays the figures out for the questions",
    "measures.seizures.years": "which years there are",
    "measures.seizures.main_drugs": "which drugs are shown",
    "measures.seizures.plain_drugs": "which drugs are shown",
    "measures.seizures.composed_year": "which year is shown",
    "measures.seizures.agency_year": "which year is shown",
    "measures.seizures.record_ids": "the rows behind a table",
    "measures.events.single": "which rows are single seizures",
    "measures.events.in_words": "a row of event_coverage in words",
    "measures.lesson.question": "reads the parameters",
    "measures.centers.drawn_series": "which series are drawn",
    "measures.posts.vanj": "a table of statements, without a number",
    "measures.verdicts.statement": "a claim in words",
}
WORDS = ("tables", "names")  # modules of the measures that turn keys into words
ROOMS = ("centers", "coverage", "events", "flows", "goals", "lesson", "overlap", "people", "posts", "quality")
ROOMS += ("seizures", "verdicts")
UNITS = {"kg", "people", "percent", "USD"}  # units of key figures that an indicator repeats


@pytest.fixture(scope="module")
def notebooks(root: Path) -> dict[str, dict[str, Any]]:
    return {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted((root / "notebooks").glob("*.ipynb"))}


@pytest.fixture(scope="module")
def code(notebooks: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {
        name: "\n".join("".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code")
        for name, made in notebooks.items()
    }


def called(source: str) -> set[str]:
    """Return the functions of measures and claims that some code calls, as ``measures.module.function``."""
    found = {f"measures.{module}.{name}" for module, name in re.findall(r"\b([a-z]+)\.([a-z_]+)\(", source)}
    found = {name for name in found if name.split(".")[1] in ROOMS}
    imported = re.search(r"from analysis\.claims import ([\w, ]+)", source)
    names = imported[1].split(", ") if imported else []
    return found | {f"claims.{name}" for name in names if f"{name}(" in source}


def function(name: str) -> Any:
    module, _, last = f"analysis.{name}".rpartition(".")
    return getattr(importlib.import_module(module), last)


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_current(root: Path, name: str) -> None:
    assert (root / name).read_text(encoding="utf-8") == PAGES[name](), "run `inl-evidence docs`"


# Indicators


def test_every_indicator_is_whole() -> None:
    for one in indicators():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", one.key)
        for text in (one.definition, one.formula, one.limits):
            assert text.endswith("."), one.key
        assert all([one.topic, one.name, one.unit, one.disaggregation, one.source, one.computed_by, one.reports]), one


def test_every_function_that_computes_an_indicator_exists_and_is_public() -> None:
    for one in indicators():
        for name in one.computed_by:
            assert callable(function(name)), name
            assert not name.rpartition(".")[2].startswith("_")


def test_the_reports_of_an_indicator_are_those_that_call_it(code: dict[str, str]) -> None:
    for one in indicators():
        direct = {name for name, source in code.items() if called(source) & set(one.computed_by)}
        assert direct == set(one.reports), one.key


def test_every_measure_that_a_notebook_calls_has_an_indicator(code: dict[str, str]) -> None:
    computed = {name for one in indicators() for name in one.computed_by}
    calls = set().union(*(called(source) for source in code.values()))
    assert calls - computed - NO_INDICATOR.keys() == set()
    assert NO_INDICATOR.keys() <= calls, "a name here that no notebook calls is out of date"
    assert not NO_INDICATOR.keys() & computed


def test_every_measure_module_is_looked_at(root: Path) -> None:
    modules = {path.stem for path in (root / "src/analysis/measures").glob("*.py")} - {"__init__"}
    assert modules == {*ROOMS, *WORDS}


def stored_facts(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    items = [o["data"][MIME] for c in made["cells"] for o in c.get("outputs", []) if MIME in o.get("data", {})]
    return {fact["key"]: fact for item in items for fact in item.get("facts", [])}


def test_every_key_figure_of_the_stored_notebooks_is_an_indicator(notebooks: dict[str, dict[str, Any]]) -> None:
    facts = {f"{name}:{key}": fact for name, made in notebooks.items() for key, fact in stored_facts(made).items()}
    assert len(facts) > 30
    for key, fact in facts.items():
        found = [one for one in indicators() if any(fnmatch(key, pattern) for pattern in one.facts)]
        assert len(found) == 1, f"{key} states {[one.key for one in found]}"
        assert key.partition(":")[0] in found[0].reports
        if fact["unit"] in UNITS or found[0].unit in UNITS:
            assert fact["unit"] == found[0].unit, key


def test_every_pattern_of_key_figures_is_used(notebooks: dict[str, dict[str, Any]]) -> None:
    facts = [f"{name}:{key}" for name, made in notebooks.items() for key in stored_facts(made)]
    # The stored country brief is Pakistan's, of which the record names no women.
    elsewhere = {"country_brief:women"}
    for one in indicators():
        for pattern in one.facts:
            assert pattern in elsewhere or any(fnmatch(key, pattern) for key in facts), f"{one.key}: {pattern}"


# Data dictionary


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str) -> None:
    known = table_columns(table)
    assert {*sample(table).columns} <= {one.name for one in known}
    for one in known:
        assert one.meaning, one
        assert one.missing, one
        assert one.made_from or one.name in ("source_id", "file", "line"), one
        assert one.unit or one.kind in ("text", "yes or no") or one.name == "line", one


@pytest.mark.parametrize("table", TABLES)
def test_the_types_are_those_of_the_tables(table: str) -> None:
    kinds = {"str": "text", "float64": "number", "int64": "whole number", "bool": "yes or no"}
    frame = sample(table)
    for one in table_columns(table):
        if one.name in frame:
            assert one.kind == kinds.get(str(frame[one.name].dtype), "date"), one


@pytest.fixture(scope="module")
def processed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the project with both exports loaded, whose columns are in the dictionary too."""
    folder = tmp_path_factory.mktemp("reference")
    shutil.copytree(raw, folder / "raw", ignore=shutil.ignore_patterns("unodc_ids", "fmtr"))
    write_ids(folder / "raw/unodc_ids/asia.csv", [ids_row(), ids_row()])
    write_fmtr(folder / "raw/fmtr/report.tsv", [fmtr_row()])
    clean(folder / "raw", folder / "processed")
    return folder / "processed"


@pytest.mark.parametrize("table", TABLES)
def test_the_dictionary_and_the_tables_have_the_same_columns(table: str, processed: Path) -> None:
    frame = load(table, processed=processed)
    known = {one.name: one for one in table_columns(table)}
    assert set(frame.columns) == set(known)
    for name, one in known.items():
        column = frame[name]
        if one.missing == "never":
            assert not (column.isna() | (column.astype("str") == "")).any(), name
        if one.kind == "number":
            assert str(column.dtype) == "float64", name
        if one.kind == "date":
            assert str(column.dtype).startswith("datetime64"), name


def test_the_vocabularies_named_are_those_of_the_schema() -> None:
    for table in TABLES:
        for column in schema(table).columns.values():
            named = (column.metadata or {}).get("vocabulary")
            if named:
                allowed = column.checks[0].statistics["allowed_values"]
                assert {term["key"] for term in rows(named)} == {key for key in allowed if key}


def fields_of(file: str) -> list[str]:
    return [row["field"] for row in rows("data_files") if row["file"] == file and row["field"]]


def test_the_other_files_have_the_fields_described(processed: Path) -> None:
    ledger = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))
    assert set(fields_of("ledger.json")) == set(ledger)
    said = next(
        row["meaning"] for row in rows("data_files") if row["field"] == "tables" and row["file"] == "ledger.json"
    )
    assert set(re.findall(r"`(\w+)`", said)) == set(ledger["tables"]["seizures"])
    assert fields_of("rejects.csv") == [*REJECT_COLUMNS, "row"]
    assert set(fields_of("fmtr_check.csv")) == set(CHECK_COLUMNS)
    head = dict.fromkeys(("title", "topic", "summary", "data_version"), "") | {"parameters": []}
    page = Page("Seizures", sources=sample("sources"))
    fact = {**page.fact("opium", "Opium seized", 5.0).item(), "href": ""}
    made = json.loads(facts_json(Content(head, facts={"opium": fact}), "report"))
    assert fields_of("facts.json") == list(made)
    said = next(row["meaning"] for row in rows("data_files") if (row["file"], row["field"]) == ("facts.json", "facts"))
    assert re.findall(r"`(\w+)`", said) == list(made["facts"][0])


def test_a_run_says_what_is_described(root: Path) -> None:
    source = (root / "src/analysis/report/account.py").read_text(encoding="utf-8")
    told = source.partition("told = {")[2].partition("}")[0]
    assert fields_of("run.json") == re.findall(r'^ {8}"(\w+)":', told, flags=re.MULTILINE)
