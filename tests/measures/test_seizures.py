"""Measures over seizures: what is added, what is never mixed, and the numbers by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.measures import events, flows, seizures, tables

COLUMNS = {
    "country": "PAK", "admin1": "", "district": "", "place": "", "agency": "all", "scope": "national_total",
    "drug": "opium", "drug_group": "opiates", "unit": "kg", "counted_as": "seized", "suspect": False,
    "source_id": "one", "file": "seizures.csv", "drug_reported": "opium",
}  # fmt: skip


def rows(*given: dict[str, object]) -> pd.DataFrame:
    made = []
    for line, one in enumerate(given, start=2):
        full = {**COLUMNS, "record_id": f"r{line}", "line": line, "start": "2019-01-01", "end": "2019-12-31", **one}
        full.setdefault("low", full["value"])
        full.setdefault("high", full["value"])
        made.append(full)
    frame = pd.DataFrame(made)
    return frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))


def year(frame: pd.DataFrame, drug: str = "opium") -> tuple[float, float]:
    made = seizures.year_by_drug(seizures.solve(frame), [drug], [2019])
    return float(made["low"][0]), float(made["high"][0])


def test_a_printed_year_is_its_own_range() -> None:
    assert year(rows({"value": 100.0, "low": 99.5, "high": 100.5})) == (99.5, 100.5)


def test_an_agency_stands_inside_the_nation_and_is_not_added() -> None:
    frame = rows({"value": 100.0}, {"value": 60.0, "scope": "agency_total", "agency": "anf"})
    assert year(frame) == (100.0, 100.0)


def test_part_years_add_only_where_they_do_not_overlap() -> None:
    first = {"value": 30.0, "end": "2019-06-30"}
    longer = {"value": 50.0, "end": "2019-10-31"}
    rest = {"value": 7.0, "start": "2019-11-01"}
    assert year(rows(first, longer)) == (50.0, math.inf)
    assert year(rows(first, longer, rest)) == (57.0, 57.0)


@pytest.mark.parametrize("never", [{"counted_as": "destroyed"}, {"suspect": True}, {"unit": "L"}, {"end": None}])
def test_what_never_enters_a_range(never: dict[str, object]) -> None:
    assert year(rows({"value": 10.0}, {"value": 999.0, "agency": "anf", "scope": "agency_total", **never})) == (
        10.0,
        10.0,
    )


def test_a_combined_drug_bounds_its_parts_and_is_not_added_to_them() -> None:
    frame = rows({"value": 10.0, "drug": "heroin_morphine"}, {"value": 4.0, "drug": "heroin"})
    assert year(frame, "heroin_morphine") == (10.0, 10.0)
    assert year(frame, "morphine") == (6.0, 6.0)


def test_all_drugs_do_not_stand_in_the_composition() -> None:
    frame = rows({"value": 5.0}, {"value": 3.0, "drug": "heroin"}, {"value": 900.0, "drug": "all_drugs"})
    ranges = seizures.year_by_drug(seizures.solve(frame), ["opium", "heroin", "all_drugs", "heroin_morphine"], [2019])
    made = seizures.composition(ranges)
    assert made[["group", "low", "high"]].to_numpy().tolist() == [["opiates", 8.0, 8.0]]


def test_nothing_in_nothing_out() -> None:
    empty = rows({"value": 1.0}).iloc[:0]
    context = pd.DataFrame(
        {"indicator": [], "country": [], "unit": [], "start": pd.to_datetime([]), "low": [], "high": []}
    )
    context = context.assign(end=context["start"], record_id="", admin1="", district="", place="", value=1.0)
    assert seizures.years(empty) == []
    assert seizures.solve(empty) == {}
    ranges = seizures.year_by_drug({}, ["opium", "heroin_morphine"], [])
    opium = flows.opium_equivalent(ranges, context)
    for made in (
        ranges, opium, seizures.by_agency({}, empty, 2019), seizures.by_province({}, empty, 2000, 2019),
        flows.interception(ranges, context), flows.against_production(opium, context), flows.revenue(ranges, context),
        flows.per_person(opium, context), events.concentration(empty), tables.headline(ranges),
        tables.same_year(ranges),
    ):  # fmt: skip
        assert made.empty
        assert list(made.columns)


def context_rows(*given: tuple[str, str, str, int, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(given, columns=["indicator", "country", "unit", "year", "low", "high"])
    start = pd.to_datetime(frame["year"].astype("str") + "-01-01")
    end = pd.to_datetime(frame["year"].astype("str") + "-12-31")
    ids = [f"c{i}" for i in range(len(frame))]
    return frame.assign(start=start, end=end, record_id=ids, value=frame["low"], admin1="", district="", place="")


def test_quotients_and_products_of_ranges() -> None:
    ranges = seizures.year_by_drug(
        seizures.solve(rows({"value": 100.0}, {"value": 10.0, "drug": "heroin"}, {"value": 0.0, "drug": "morphine"})),
        ["opium", "heroin", "heroin_morphine"],
        [2019],
    )
    context = context_rows(
        ("conversion ratio", "AFG", "kg/kg", 2002, 9, 15), ("heroin flow", "PAK", "kg", 2019, 1000, 2000),
        ("opium production", "AFG", "kg", 2019, 5000, 6000), ("price heroin wholesale", "PAK", "USD/kg", 2020, 2, 3),
        ("price opium wholesale", "PAK", "USD/kg", 2016, 1, 1),
    )  # fmt: skip
    opium = flows.opium_equivalent(ranges, context)
    assert opium[["low", "high"]].to_numpy().tolist() == [[190.0, 250.0]]
    assert flows.interception(ranges, context)[["low", "high"]].to_numpy().tolist() == [[0.5, 1.0]]
    share = flows.against_production(opium, context)
    assert share[["low", "high"]].to_numpy().tolist() == [[pytest.approx(100 * 190 / 6000), 5.0]]
    worth = flows.revenue(ranges, context)
    assert worth[["drug", "low", "high", "trust"]].to_numpy().tolist() == [["heroin", 20.0, 30.0, "price 1 year away"]]


def test_single_seizures() -> None:
    many = [
        {
            "value": float(1 + i),
            "scope": "event",
            "agency": "other",
            "start": f"2019-{1 + i % 12:02}-03",
            "end": f"2019-{1 + i % 12:02}-03",
        }
        for i in range(200)
    ]
    frame = rows(*many, {"value": 10_000.0, "scope": "operation"})
    top = events.concentration(frame).iloc[0]
    assert (top["seizures"], top["mass"], top["largest"]) == (200, 20_100.0, 200.0)
    assert top["top_1_percent"] == pytest.approx(100 * (200 + 199) / 20_100)
    assert events.sizes(frame)["seizures"].sum() == 200
    assert events.by_month(frame)["seizures"].tolist() == [17] * 8 + [16] * 4
