"""Numbers on the pages about seizures, a second time: straight from the raw CSV, without the package's cleaning."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stored import facts, table

TABLES = ("seizures", "trainees", "policing_centers", "context", "claims", "goals", "sources")


def read(raw: Path, name: str) -> list[dict[str, str]]:
    with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def national(raw: Path, country: str, drug: str, year: int) -> float:
    """The one national total of a drug for a whole year that stands in the raw table, in kg."""
    found = {
        float(row["quantity"].replace(",", ""))
        for row in read(raw, "seizures")
        if row["country"] == country
        and row["drug"].lower() == drug
        and row["scope"] == "national total"
        and (row["period_start"], row["period_end"]) in ((f"{year}-01-01", f"{year}-12-31"), (str(year), str(year)))
        and row["unit"].lower() in ("kg", "kgs", "kilogram", "kilograms")
    }
    assert len(found) == 1, found
    return found.pop()


@pytest.mark.parametrize(
    ("key", "record"),
    [("heroin_morphine", "inl-0001"), ("opium", "inl-0002"), ("cocaine", "inl-0003"), ("hashish", "inl-0004")],
)
def test_the_first_ten_months_of_2019(root: Path, raw: Path, key: str, record: str) -> None:
    row = next(row for row in read(raw, "seizures") if row["record_id"] == record)
    tonnes = row["unit"] == "metric tons"
    fact = facts(root, "seizures")[f"stated_{key}"]
    assert fact["value"] == pytest.approx(float(row["quantity"]) * (1000 if tonnes else 1))
    assert [one[0] for one in fact["lineage"]["records"]] == [record]
    assert [one["source_id"] for one in fact["lineage"]["sources"]] == [row["source_id"]]


def test_the_latest_national_total(root: Path, raw: Path) -> None:
    fact = facts(root, "seizures")["pak_heroin_2022"]
    assert fact["value"] == pytest.approx(national(raw, "Pakistan", "heroin", 2022))


def test_the_rows_of_the_year_by_year_table(root: Path, raw: Path) -> None:
    printed = {
        (row["Drug"] if "Drug" in row else row["drug"], row["year"]): (float(row["low"]), float(row["high"]))
        for row in table(root, "seizures", "Seized each year")
    }
    low, high = printed["Opium", "2021"]
    assert low <= national(raw, "Pakistan", "opium", 2021) <= high


def test_data_quality_counts(root: Path, raw: Path) -> None:
    shown = facts(root, "data_quality")
    assert shown["rows_in"]["value"] == sum(len(read(raw, name)) for name in TABLES)
    mine = [row for name in TABLES[:3] for row in read(raw, name) if row["country"] == "Pakistan"]
    assert shown["here"]["value"] == len(mine)
    counted = {row["table"]: row for row in table(root, "data_quality", "Rows with and without dates")}
    for name in TABLES[:3]:
        assert int(counted[name]["rows"]) == sum(row["country"] == "Pakistan" for row in read(raw, name))


@pytest.mark.parametrize(
    ("key", "country", "drug"),
    [
        ("pak_heroin", "Pakistan", "heroin"),
        ("tjk_heroin", "Tajikistan", "heroin"),
        ("tjk_opium", "Tajikistan", "opium"),
    ],
)
def test_compare(root: Path, raw: Path, key: str, country: str, drug: str) -> None:
    fact = facts(root, "compare")[key]
    year = int(fact["label"].rsplit(", ", 1)[1])
    assert fact["value"] == pytest.approx(national(raw, country, drug, year))
