"""Single seizures: what one row of the export becomes, and which rows are flagged."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import vocabulary
from analysis.clean import events, outliers
from analysis.clean.columns import Rows
from analysis.clean.event_texts import read_day, read_event_agency, read_event_amount, read_event_unit
from analysis.read.unodc_ids import COLUMNS
from exports_by_hand import ids_row


def _clean(*rows: str, limits: dict | None = None, repeats: outliers.Repeated = outliers.NOTHING_REPEATED) -> tuple:
    cells = zip(*(row.split(";") for row in rows), strict=True)
    table = pa.table(
        {name: pa.array(list(column)).dictionary_encode() for name, column in zip(COLUMNS, cells, strict=True)}
    )
    batch = Rows(table, np.arange(2, 2 + len(rows)), "unodc_ids/a.csv", "ids-a")
    cleaned = events.clean_events(batch, limits or {}, repeats)
    return cleaned.kept.to_pylist(), cleaned.rejects, events.survey(batch)


def test_one_seizure() -> None:
    (row,), rejects, _ = _clean(ids_row(place="PS ANF Lahore", drug="Heroin", amount="250.0", unit="Gram"))
    assert rejects.empty
    wanted = {
        "record_id": "ids-a-000002", "source_id": "unodc-ids", "file": "unodc_ids/a.csv", "line": 2, "country": "PAK",
        "admin1": "PK-PB", "agency": "anf", "scope": "event", "drug": "heroin", "drug_group": "opiates", "value": 0.25,
        "low": 0.2495, "high": 0.2505, "unit": "kg", "counted_as": "seized", "suspect": False, "duplicate_of": "",
        "drug_reported": "Heroin", "quantity_reported": "250.0", "unit_reported": "Gram",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert row["start"] == row["end"]
    assert row["start"].date().isoformat() == "2014-05-06"


def test_rare_substances_and_units_are_kept() -> None:
    rows, rejects, _ = _clean(
        ids_row(drug="Substance Nobody Lists"), ids_row(unit="Barrel"), ids_row(unit=""), ids_row(amount="")
    )
    assert rejects.empty
    assert rows[0]["drug"] == "other"
    assert rows[0]["drug_reported"] == "Substance Nobody Lists"
    assert [row["unit"] for row in rows[1:3]] == ["", ""]
    assert "'Barrel' is not listed" in rows[1]["note"]
    assert math.isnan(rows[3]["value"])


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (ids_row(day="2014-02-30"), "SEIZURE_DATE", "not a day that exists"),
        (ids_row(day="6 May"), "SEIZURE_DATE", "expected year-month-day"),
        (ids_row(day="0214-05-06"), "SEIZURE_DATE", "no possible day"),
        (ids_row(amount="two"), "AMOUNT", "not a number"),
        (ids_row(amount="-1"), "AMOUNT", "not an amount"),
        (ids_row(amount="inf"), "AMOUNT", "not a"),
        (ids_row(country="Atlantis"), "COUNTRY", "Atlantis"),
    ],
)
def test_impossible_rows_are_rejected(row: str, column: str, said: str) -> None:
    kept, rejects, _ = _clean(ids_row(), row, ids_row())
    assert [one["line"] for one in kept] == [2, 4]
    (reject,) = rejects.to_dict("records")
    assert (reject["record_id"], reject["line"], reject["column"]) == ("ids-a-000003", 3, column)
    assert said in reject["reason"]


def test_identical_rows_are_kept_and_flagged() -> None:
    twice, other = ids_row(), ids_row(hidden="Baggage")
    _, _, survey = _clean(twice, other, twice, twice)
    repeats = outliers.Repeats([("ids-a", survey), ("ids-b", survey)])
    assert repeats.among("ids-a", 2, 5).lines.tolist() == [4, 5]
    assert repeats.among("ids-a", 2, 4).of.to_pylist() == ["ids-a-000002"]
    found = repeats.among("ids-b", 2, 5)
    assert found.lines.tolist() == [2, 3, 4, 5]
    assert found.of.to_pylist() == ["ids-a-000002", "ids-a-000003", "ids-a-000002", "ids-a-000002"]
    kept, _, _ = _clean(twice, other, twice, twice, repeats=repeats.among("ids-a", 2, 5))
    assert [row["duplicate_of"] for row in kept] == ["", "", "ids-a-000002", "ids-a-000002"]


def test_an_amount_that_stands_alone_is_suspect() -> None:
    usual = [ids_row(amount=str(amount / 10)) for amount in range(1, 60)]
    rows = [*usual, ids_row(amount="4500.0"), ids_row(amount="30.0")]
    _, _, survey = _clean(*rows)
    kept, _, _ = _clean(*rows, limits=outliers.limits(survey.sizes))
    assert [row["value"] for row in kept if row["suspect"]] == [4500.0]
    assert "10 times the next largest" in kept[-2]["suspect_reason"]
    assert all(bool(row["suspect_reason"]) == row["suspect"] for row in kept)


def test_few_rows_give_no_limit_but_the_absolute_one() -> None:
    rows = [ids_row(), ids_row(amount="4500000.0")]
    _, _, survey = _clean(*rows)
    kept, _, _ = _clean(*rows, limits=outliers.limits(survey.sizes))
    assert [row["suspect"] for row in kept] == [False, True]
    assert "100,000 kg" in kept[1]["suspect_reason"]


def test_survey_adds_up_like_one() -> None:
    rows = [ids_row(amount=str(amount)) for amount in range(1, 30)]
    _, _, whole = _clean(*rows)
    parts = outliers.Survey()
    for part in (rows[:7], rows[7:]):
        parts.add(_clean(*part)[2])
    assert parts.sizes == whole.sizes
    assert np.array_equal(np.concatenate(parts.hashes), np.concatenate(whole.hashes))


def test_agencies_of_places() -> None:
    for row in vocabulary.rows("unodc_agencies"):
        assert read_event_agency(row["country"], row["example"]) == row["agency"]
    assert {row["agency"] for row in vocabulary.rows("unodc_agencies")} <= {
        row["key"] for row in vocabulary.rows("agencies")
    }
    assert read_event_agency("IND", "PS ANF Lahore") == ""


@given(st.text(max_size=20), st.sampled_from(["Kilogram", "Gram", "Tablet", "", "?"]))
def test_any_amount_is_read_or_says_why(amount: str, unit: str) -> None:
    found = read_event_amount(amount, unit)
    assert found.problem or math.isnan(found.value) or 0 <= found.low <= found.value <= found.high


@given(st.floats(0, 1e9, allow_nan=False), st.sampled_from(["Kilogram", "Gram", "Litre", "Tablet"]))
def test_the_value_is_the_printed_one(amount: float, unit: str) -> None:
    found = read_event_amount(repr(amount), unit)
    assert math.isclose(found.value, amount * float(read_event_unit(unit)[1]), rel_tol=1e-11, abs_tol=1e-300)


@given(st.text(max_size=14))
def test_any_day_is_read_or_says_why(text: str) -> None:
    day, problem = read_day(text)
    assert bool(problem) == (day is None and bool(text.strip()))
