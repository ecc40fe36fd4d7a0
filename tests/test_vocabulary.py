from __future__ import annotations

import csv
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from analysis.clean.text import fold
from analysis.vocabulary import label, rows, spellings

FOLDER = Path(str(files("analysis.vocabulary")))
TERMS = ["agencies", "drugs", "kinds", "records", "scopes", "sectors", "sexes", "source_kinds", "statuses"]
REGEXES = [("drug_patterns", "pattern"), ("note_patterns", "pattern")]


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.csv")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_file_is_a_plain_table(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    header, *lines = list(csv.reader(text.splitlines()))
    assert len(set(header)) == len(header)
    assert {len(line) for line in lines} == {len(header)}
    assert [line for line, times in Counter(map(tuple, lines)).items() if times > 1] == []


@pytest.mark.parametrize("name", TERMS)
def test_keys_are_unique_plain_and_labelled(name: str) -> None:
    keys = [row["key"] for row in rows(name)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in keys)
    labels = [row["label"] for row in rows(name)]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert label(name, keys[0]) == labels[0]


@pytest.mark.parametrize("name", TERMS)
def test_each_spelling_is_listed_once_leads_to_one_key_and_stands_in_order(name: str) -> None:
    listed = rows(f"spellings/{name}")
    folded = [fold(row["spelling"]) for row in listed]
    assert "" not in folded
    assert [spelling for spelling, times in Counter(folded).items() if times > 1] == []
    assert set(folded) <= set(spellings(name))  # raises where a key is unknown or a spelling has two
    order = [(row["key"], fold(row["spelling"])) for row in listed]
    assert order == sorted(order), "keep the file sorted by key, then spelling"


def test_drug_groups_and_combinations() -> None:
    keys = {row["key"] for row in rows("drugs")}
    groups = {row["group"] for row in rows("drugs")}
    assert "" not in groups
    for row in rows("drug_combinations"):
        assert row["key"] in keys
        of = row["of"]
        known = of == "any" or of.removeprefix("group:") in groups or set(of.split("+")) <= keys
        assert known, of
        assert "+" not in of or of == "+".join(sorted(of.split("+")))
    assert rows("drug_combinations")[-1]["of"] == "any"
    assert {row["key"] for row in rows("drug_patterns")} <= keys


@pytest.mark.parametrize(("name", "column"), REGEXES)
def test_patterns_compile_are_unique_and_say_why(name: str, column: str) -> None:
    seen = Counter((row.get("table"), row.get("column"), re.compile(row[column]).pattern) for row in rows(name))
    assert max(seen.values()) == 1
    assert all(row["reason"] for row in rows(name))
    assert [row[column] for row in rows(name) if re.search(row[column], "")] == []


def test_general_words_for_agencies() -> None:
    countries = {row["key"]: row["country"] for row in rows("agencies")}
    everywhere = {fold(row["spelling"]) for row in rows("agency_generic") if not row["country"]}
    seen = Counter((fold(row["spelling"]), row["country"]) for row in rows("agency_generic"))
    assert max(seen.values()) == 1
    for row in rows("agency_generic"):
        assert countries[row["key"]] == row["country"]
        assert fold(row["spelling"]) in everywhere


def test_words_for_people() -> None:
    sectors = {row["key"] for row in rows("sectors")}
    words = [fold(row["word"]) for row in rows("sector_words")]
    assert len(set(words)) == len(words)
    for row in rows("sector_words"):
        assert row["sector"] in sectors - {"mixed"}
        assert row["strength"] in ("named", "generic", "absorbed")
        assert set(row["use"].split()) <= {"role", "institution", "programme"}
    assert {row["sex"] for row in rows("sex_words")} <= {row["key"] for row in rows("sexes")}
    assert {row["use"] for row in rows("connectors")} <= {"drugs", "agencies", "drugs agencies"}
