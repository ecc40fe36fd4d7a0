"""Counts of the record: coverage, agreement, dates, and the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis.measures import quality

BASE = {
    "country": "PAK", "admin1": "", "district": "", "place": "", "agency": "anf", "scope": "agency_total",
    "drug": "opium", "unit": "kg", "counted_as": "seized", "suspect": False,
}  # fmt: skip


def rows(*given: dict[str, object]) -> pd.DataFrame:
    made = [
        {**BASE, "record_id": f"r{i}", "source_id": f"s{i}", "start": "2019-01-01", "end": "2019-12-31", **one}
        for i, one in enumerate(given)
    ]
    frame = pd.DataFrame(made)
    for name in ("low", "high"):
        frame[name] = frame[name].fillna(frame["value"]) if name in frame else frame["value"]
    return frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))


def test_coverage_counts_sources_not_rows_and_keeps_empty_years() -> None:
    frame = rows(
        {"value": 1.0, "source_id": "a"}, {"value": 2.0, "source_id": "a"}, {"value": 3.0, "source_id": "b"},
        {"value": 4.0, "start": "2021-06-01", "end": "2021-06-30"}, {"value": 5.0, "suspect": True},
    )  # fmt: skip
    grid = quality.coverage(frame)
    assert grid["Opium"].to_dict() == {2019: 2, 2020: 0, 2021: 1}


def test_agreement_compares_publishers_of_the_same_quantity() -> None:
    frame = rows(
        {"value": 100.0, "low": 95.0, "high": 105.0}, {"value": 104.0, "low": 103.5, "high": 104.5},
        {"value": 10.0, "drug": "heroin"}, {"value": 20.0, "drug": "heroin"}, {"value": 7.0, "drug": "cocaine"},
    )  # fmt: skip
    made = quality.agreement(frame).set_index("drug")
    assert made.loc["opium", "agree"] and not made.loc["heroin", "agree"]
    assert made.loc["heroin", "spread"] == 50.0
    assert "cocaine" not in made.index
    one_voice = quality.agreement(frame, {f"s{i}": "the same" for i in range(5)})
    assert one_voice.empty


def test_the_ledger_becomes_a_table(tmp_path: Path) -> None:
    table = {"rows_in": 5, "kept": 4, "rejected": 1, "corrected": ["r9"], "suspect": 2}
    (tmp_path / "ledger.json").write_text(json.dumps({"tables": {"seizures": table}}))
    (tmp_path / "rejects.csv").write_text(
        "record_id,file,line,column,value,reason,row\nr1,seizures.csv,7,drug,x,unknown,{}\n"
    )
    made = quality.tables(quality.ledger(tmp_path))
    assert made.iloc[0].to_dict() == {
        "table": "seizures",
        "rows_in": 5,
        "kept": 4,
        "rejected": 1,
        "corrected": 1,
        "suspect": 2,
    }
    assert quality.rejects(tmp_path)["reason"].tolist() == ["unknown"]
    assert quality.corrections(quality.ledger(tmp_path))["record_id"].tolist() == ["r9"]


def test_dates_and_countries_are_counted() -> None:
    frame = rows({"value": 1.0}, {"value": 1.0, "start": None, "end": None, "country": ""})
    assert quality.dates({"seizures": frame}).iloc[0].to_dict() == {
        "table": "seizures",
        "rows": 2,
        "dated": 1,
        "undated": 1,
    }
    assert quality.by_country({"seizures": frame})["Seizures"].to_dict() == {"Pakistan": 1, "several or none": 1}


def test_nothing_in_nothing_out() -> None:
    empty = rows({"value": 1.0}).iloc[:0]
    assert quality.coverage(empty).empty
    assert quality.agreement(empty).empty
    assert quality.by_table({"seizures": empty}).empty
    assert quality.by_country({"seizures": empty}).empty
