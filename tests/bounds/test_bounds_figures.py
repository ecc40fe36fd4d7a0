"""What a row of the table may say, and why a row says nothing."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from analysis.bounds import Observations, observations
from analysis.bounds.drugs import addends, is_part

ROW = {
    "source_id": "s", "country": "PAK", "admin1": "", "district": "", "agency": "anf", "scope": "agency_total",
    "drug": "opium", "drug_reported": "opium", "drug_group": "opiates", "start": pd.Timestamp("2019-01-01"),
    "end": pd.Timestamp("2019-12-31"), "value": 10.0, "low": 9.5, "high": 10.5, "bound": "exact", "unit": "kg",
    "counted_as": "seized", "suspect": False,
}  # fmt: skip


def read(*changes: dict[str, Any], **options: Any) -> Observations:
    rows = [{**ROW, "record_id": f"r{i}", **change} for i, change in enumerate(changes)]
    return observations(pd.DataFrame(rows), "PAK", **options)


def test_a_total_limits_both_sides() -> None:
    (figure,) = read({}).figures
    assert (figure.agency, figure.low, figure.high, figure.whole) == ("anf", 9.5, 10.5, True)
    assert figure.end - figure.start == 365
    assert figure.values == (10.0,)


@pytest.mark.parametrize(
    ("change", "agency"),
    [
        ({"scope": "operation"}, "anf"),
        ({"scope": "digest"}, "anf"),
        ({"counted_as": "subset"}, "anf"),
        ({"agency": "joint"}, "all"),
        ({"agency": "other"}, "all"),
        ({"scope": "province_total"}, "anf"),  # no province is named
        ({"admin1": "PK-PB"}, "anf"),  # an agency's total, of a province only
        ({"drug": "sedatives"}, "anf"),
        ({"drug": "several_drugs"}, "anf"),
    ],
)
def test_a_part_is_only_a_least_amount(change: dict[str, Any], agency: str) -> None:
    (figure,) = read(change).figures
    assert (figure.agency, figure.low, figure.high, figure.whole) == (agency, 9.5, math.inf, False)


def test_a_province_total_limits_the_province() -> None:
    (figure,) = read({"scope": "province_total", "admin1": "PK-PB", "agency": "all"}).figures
    assert (figure.agency, figure.admin1, figure.high) == ("all", "PK-PB", 10.5)


def test_a_national_total_is_of_all_agencies() -> None:
    (figure,) = read({"scope": "national_total", "agency": "anf"}).figures
    assert (figure.agency, figure.whole) == ("all", True)


def test_several_drugs_are_a_part_of_all() -> None:
    assert read({"drug": "several_drugs"}).figures[0].drug == "all_drugs"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": pd.NaT}, "the start of its period is not printed"),
        ({"end": pd.NaT}, "the end of its period is not printed"),
        ({"start": pd.NaT, "end": pd.NaT}, "no period is printed"),
        ({"unit": "L"}, "in L, not kg"),
        ({"scope": "event"}, "a single record of an export: a layer beside the totals, in no sum"),
        ({"unit": ""}, "no unit is printed"),
        ({"low": math.nan, "high": math.nan, "value": math.nan}, "no amount is printed"),
        ({"counted_as": "cases_only"}, "no amount is printed"),
        ({"counted_as": "destroyed"}, "an amount destroyed, not seized"),
        ({"drug": "other"}, "what was seized is not one drug or group"),
        ({"low": 0.0, "high": math.inf}, "neither a least nor a most follows from the print"),
        ({"low": 0.0, "scope": "digest"}, "only a part of a sum, and no least amount follows from the print"),
    ],
)
def test_a_row_that_says_nothing_is_named_with_its_reason(change: dict[str, Any], reason: str) -> None:
    observed = read(change)
    assert observed.figures == ()
    assert observed.left_out.to_dict("records") == [{"record_id": "r0", "reason": reason}]


def test_every_row_is_in_a_figure_or_left_out() -> None:
    observed = read({}, {"unit": "L"}, {"start": pd.NaT}, {"drug": "heroin"}, {"drug": "heroin", "source_id": "t"})
    within = [record for figure in observed.figures for record in figure.records]
    assert sorted([*within, *observed.left_out["record_id"]]) == ["r0", "r1", "r2", "r3", "r4"]


def test_equal_prints_are_one_figure_with_a_vote_a_publisher() -> None:
    prints = [{}, {"source_id": "t"}, {"source_id": "u"}]
    (figure,) = read(*prints).figures
    assert (figure.records, figure.votes) == (("r0", "r1", "r2"), 3)
    (figure,) = read(*prints, publishers={"s": "one", "t": "one", "u": "two"}).figures
    assert figure.votes == 2


def test_several_names_of_one_drug_in_a_list_are_parts_of_it() -> None:
    figures = read({"drug_reported": "charas", "low": 7}, {"drug_reported": "hashish"}).figures
    assert [figure.whole for figure in figures] == [False, False]
    assert all(figure.whole for figure in read({}, {"drug_reported": "afyun", "source_id": "t"}).figures)


def test_of_several_amounts_under_one_name_the_largest_is_the_whole() -> None:
    figures = read({}, {"low": 3.0, "high": 4.0, "value": 3.5}).figures
    assert {figure.key: figure.whole for figure in figures} == {"r0": True, "r1": False}


def test_two_totals_of_all_drugs_in_one_list_stay_totals() -> None:
    total = {"drug": "all_drugs", "drug_group": "all"}
    plain = read({**total, "drug_reported": "Drugs"}, {**total, "drug_reported": "narcotics", "low": 3})
    assert [figure.whole for figure in plain.figures] == [True, True]
    narrow = read({**total, "drug_reported": "Drugs"}, {**total, "drug_reported": "plant based drugs", "low": 3})
    assert sorted(figure.whole for figure in narrow.figures) == [False, True]


def test_cannabis_beside_hashish_is_the_other_cannabis() -> None:
    hashish = {"drug": "hashish", "low": 100.0, "high": 101.0, "value": 100.0}
    drugs = {figure.key: (figure.drug, figure.whole) for figure in read({"drug": "cannabis"}, hashish).figures}
    assert drugs["r0"] == ("cannabis_other", True)
    more = {"drug": "cannabis", "low": 120.0, "high": 121.0, "value": 120.0}
    drugs = {figure.key: (figure.drug, figure.whole) for figure in read(more, hashish).figures}
    assert drugs["r0"] == ("cannabis", False)
    assert read({"drug": "cannabis"}).figures[0].whole


def test_a_total_may_hold_the_precursors_of_its_list() -> None:
    total = {"drug": "all_drugs", "drug_group": "all", "low": 100.0, "high": 101.0, "value": 100.0}
    chemicals = {"drug": "acetone", "drug_group": "precursors", "low": 30.0, "high": 31.0, "value": 30.0}
    figures = {figure.drug: figure for figure in read(total, chemicals).figures}
    assert (figures["all_drugs"].low, figures["all_drugs"].high) == (69, 101)


def test_flagged_rows_can_be_left_out() -> None:
    assert read({"suspect": True}).figures[0].suspect
    assert read({"suspect": True}, include_suspect=False).left_out["reason"].tolist() == ["flagged as suspect"]


def test_the_caller_says_why_a_row_stays_out() -> None:
    assert read({}, leave_out={"r0": "an echo"}).left_out["reason"].tolist() == ["an echo"]
    assert read({}, leave_out=["r0"]).left_out["reason"].tolist() == ["left out by the caller"]


def test_other_countries_stay_out() -> None:
    observed = read({}, {"country": "TJK"})
    assert [figure.records for figure in observed.figures] == [("r0",)]
    assert observed.left_out.empty


def test_sums_and_parts() -> None:
    assert addends("cannabis") == ("hashish", "cannabis_other")
    assert is_part("heroin", "all_drugs")
    assert is_part("cannabis_herb", "cannabis")
    assert not is_part("all_drugs", "heroin")
