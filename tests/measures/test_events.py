"""Single seizures beside the totals: layers, coverage both ways, and that nothing is ever added up across layers."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.measures import events, seizures

ROW = {
    "country": "PAK", "admin1": "", "district": "", "place": "", "agency": "anf", "scope": "event", "drug": "heroin",
    "drug_group": "opiates", "unit": "kg", "counted_as": "seized", "suspect": False, "source_id": "list",
    "file": "list.csv", "drug_reported": "heroin", "duplicate_of": "",
}  # fmt: skip
TOTAL = {"scope": "agency_total", "source_id": "agency", "start": "2019-01-01", "end": "2019-12-31"}


def rows(*given: dict[str, object]) -> pd.DataFrame:
    made = []
    for line, one in enumerate(given, start=2):
        day = one.get("start", "2019-03-05")
        full = {**ROW, "record_id": f"r{line}", "line": line, "start": day, "end": day, **one}
        made.append({"low": full["value"], "high": full["value"], **full})
    frame = pd.DataFrame(made)
    return frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))


RECORD = rows(
    {"value": 30.0},
    {"value": 20.0, "start": "2019-05-01"},
    {"value": 20.0, "start": "2019-05-01", "duplicate_of": "r3"},
    {"value": 5.0, "start": "2020-01-09"},
    {"value": 100.0, "agency": "all", **TOTAL, "scope": "national_total"},
    {"value": 80.0, **TOTAL},
    {"value": 9.0, "scope": "operation", "source_id": "press"},
)


def test_an_event_inside_an_agency_total_is_never_added() -> None:
    without = RECORD[RECORD["scope"] != "event"]
    for frame in (RECORD, without):
        made = seizures.year_by_drug(seizures.solve(frame), ["heroin"], [2019])
        assert (made["low"][0], made["high"][0]) == (100.0, 100.0)
    body = seizures.by_agency(seizures.solve(RECORD), RECORD, 2019, "heroin")
    assert body[["agency", "low", "high"]].to_numpy().tolist() == [["anf", 80.0, 80.0]]


def test_a_list_larger_than_a_total_sets_no_total_aside() -> None:
    frame = rows({"value": 900.0}, {"value": 100.0, "agency": "all", **TOTAL, "scope": "national_total"})
    made = seizures.year_by_drug(seizures.solve(frame), ["heroin"], [2019])
    assert (made["low"][0], made["high"][0], made["conflicts"][0]) == (100.0, 100.0, 0)
    found = events.event_coverage(frame, "PAK").iloc[0]
    assert (found["share_low"], found["share_high"]) == (900.0, 900.0)
    assert "cannot both be right" in events.in_words(found.to_dict())


def test_layers() -> None:
    made = events.layers(RECORD)
    assert made["layer"].tolist() == ["totals", "operations", "single records"]
    assert made["rows"].tolist() == [2, 1, 4]
    assert made["repeated"].tolist() == [0, 0, 1]


def test_coverage_with_and_without_repeats() -> None:
    found = events.event_coverage(RECORD, "PAK")
    assert found["year"].tolist() == ["2019", "2020", "2019 to 2020"]
    assert found["seizures"].tolist() == [3, 1, 4]
    assert found["mass_once"].tolist() == [50.0, 5.0, 55.0]
    assert found["mass_all"].tolist() == [70.0, 5.0, 75.0]
    assert found["share_low"].tolist() == [50.0, 0.0, 0.0]
    assert found["share_high"].tolist() == [70.0, math.inf, 75.0]
    assert "share of 50% to 70%" in events.in_words(found.iloc[0].to_dict())
    assert "no share follows" in events.in_words(found.iloc[1].to_dict())
    assert not set(";".join(found["records"]).split(";")) & {"r2", "r3", "r4", "r5"}


def test_the_share_is_an_interval_of_the_range() -> None:
    frame = rows({"value": 50.0}, {"value": 150.0, "low": 100.0, "high": 200.0, **TOTAL, "scope": "national_total"})
    found = events.event_coverage(frame, "PAK", "2019", "2019").iloc[0]
    assert (found["share_low"], found["share_high"]) == (25.0, 50.0)


@pytest.mark.parametrize("never", [{"suspect": True}, {"unit": "L"}, {"counted_as": "destroyed"}, {"country": "TJK"}])
def test_what_is_in_no_coverage(never: dict[str, object]) -> None:
    frame = rows({"value": 50.0}, {"value": 999.0, **never}, {"value": 100.0, **TOTAL, "scope": "national_total"})
    assert events.event_coverage(frame, "PAK")["mass_all"].tolist() == [50.0]


def test_no_list_no_coverage() -> None:
    frame = rows({"value": 100.0, **TOTAL})
    assert events.event_coverage(frame, "PAK").empty
    assert "share_high" in events.event_coverage(frame, "PAK")
