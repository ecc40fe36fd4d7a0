"""The data dictionary describes every raw column, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.read.checksums import verify_checksums
from analysis.read.tables import read_table

TABLES = ("seizures", "trainees", "policing_centers", "context", "claims", "goals", "sources")


@pytest.fixture(scope="module")
def text(raw: Path) -> str:
    return (raw / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dictionary(text: str) -> dict[str, dict[str, str]]:
    """Table to column to what the README says about its values."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", section, flags=re.MULTILINE)
        found[section.split(".csv")[0]] = {name: rest.split(" | ")[-1].strip() for name, rest in rows}
    return found


@pytest.fixture(scope="module")
def frames(raw: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: read_table(path, []).frame for path in sorted(raw.glob("*.csv"))}


def test_every_table_is_there(raw: Path, dictionary: dict[str, dict[str, str]]) -> None:
    assert sorted(dictionary) == sorted(TABLES) == sorted(path.stem for path in raw.glob("*.csv"))


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_are_described_in_their_order(table: str, dictionary: dict, frames: dict) -> None:
    assert list(dictionary[table]) == list(frames[table].columns[:-2])


@pytest.mark.parametrize("table", TABLES)
def test_closed_columns_hold_only_what_is_listed(table: str, dictionary: dict, frames: dict) -> None:
    for column, values in dictionary[table].items():
        if values.startswith("one of:"):
            listed = {*re.findall(r"`([^`]+)`", values), *([""] if "blank" in values else [])}
            assert set(frames[table][column]) <= listed, column


@pytest.mark.parametrize("table", TABLES)
def test_a_column_with_blanks_says_so(table: str, dictionary: dict, frames: dict) -> None:
    blank = [column for column, values in dictionary[table].items() if (frames[table][column] == "").any()]
    assert [column for column in blank if "blank" not in dictionary[table][column]] == []


@pytest.mark.parametrize("table", TABLES)
def test_dates_have_the_shapes_that_are_described(table: str, dictionary: dict, frames: dict) -> None:
    for column, values in dictionary[table].items():
        if "YYYY" in values:
            shapes = {re.sub(r"\d", "9", cell) for cell in frames[table][column] if cell}
            described = set(re.findall(r"`([YMD-]+)`", values))
            assert shapes <= {re.sub(r"[YMD]", "9", shape) for shape in described}, column


def test_the_row_counts_are_true(text: str, frames: dict) -> None:
    told = {
        name: int(rows.replace(",", "")) for name, rows in re.findall(r"^\| `(\w+)\.csv` \| ([\d,]+) \|", text, re.M)
    }
    assert told == {name: len(frame) for name, frame in frames.items()}


def test_every_source_is_in_sources(frames: dict) -> None:
    known = set(frames["sources"]["source_id"])
    for name, frame in frames.items():
        assert set(frame["source_id"]) <= known, name


@pytest.mark.parametrize("table", TABLES)
def test_identifiers_are_unique(table: str, frames: dict) -> None:
    assert frames[table].iloc[:, 0].is_unique


def test_the_checksums_are_those_of_the_tables(raw: Path) -> None:
    assert verify_checksums(raw) == []
    recorded = [line.split("  ")[1] for line in (raw / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert recorded == [f"{name}.csv" for name in sorted(TABLES)]
