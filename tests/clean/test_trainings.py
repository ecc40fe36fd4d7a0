"""The training report: totals kept apart, wrapped and slipped lines mended or rejected, sums that agree."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import vocabulary
from analysis.clean import reconcile, trainings
from analysis.clean.columns import Rows
from analysis.clean.slips import Line, mend, money
from analysis.clean.training_texts import read_day, read_days, read_family, read_fiscal_year, unit_sectors
from analysis.errors import Unreadable
from exports_by_hand import fmtr_rest, fmtr_row, fmtr_total


def _clean(*rows: dict[str, str]) -> tuple[list[dict], list[dict], trainings.Cleaned]:
    numbered = [{**row, "report:source_row": str(number)} for number, row in enumerate(rows, 1)]
    table = pa.table({name: pa.array([row[name] for row in numbered]).dictionary_encode() for name in numbered[0]})
    cleaned = trainings.clean_trainings(Rows(table, np.arange(2, 2 + len(rows)), "fmtr/a.tsv", "fmtr-a"))
    assert cleaned.kept.num_rows + len(cleaned.rejects) + cleaned.apart == len(rows)
    return cleaned.kept.to_pylist(), cleaned.rejects.to_dict("records"), cleaned


def test_one_training() -> None:
    (row,), rejects, _ = _clean(fmtr_row(unit="State  Border Guard &amp; Patrol ", quantity="3 ", cost="$1,234.50"))
    assert rejects == []
    wanted = {
        "record_id": "fmtr-a-000002", "source_id": "us-fmtr", "country": "PAK", "countries": "PAK", "sector": "border",
        "institution": "State Border Guard & Patrol", "institution_reported": "State  Border Guard &amp; Patrol ",
        "value": 3.0, "low": 3.0, "high": 3.0, "unit": "people", "cost_usd": 1234.5, "course": "RADIO COURSE",
        "programme_family": "IMET", "fiscal_year": 2015, "counted_as": "trained", "venue": "Fort Example", "note": "",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert (row["start"].date(), row["end"].date()) == (date(2015, 1, 5), date(2015, 1, 9))


def test_identical_lines_stay_and_totals_stand_apart() -> None:
    rows, rejects, cleaned = _clean(fmtr_row(), fmtr_row(), fmtr_total("2", "$2,000"))
    assert (len(rows), rejects, cleaned.apart) == (2, [], 1)
    (check,) = reconcile.check([cleaned.sums]).to_dict("records")
    assert (check["verdict"], check["line"], check["rows"], check["sum_quantity"]) == ("match", 4, 2, 2)


def test_a_total_without_a_title() -> None:
    _, _, cleaned = _clean(fmtr_row(), fmtr_rest(quantity="1", cost="$900"))
    assert reconcile.check([cleaned.sums])["verdict"].tolist() == ["cost differs by 100"]


def test_programmes_without_a_total_and_over_two_batches() -> None:
    _, _, first = _clean(fmtr_row())
    _, _, second = _clean(fmtr_row(), fmtr_total("2", "$2,000"), fmtr_row(country="Nepal"))
    check = reconcile.check([first.sums, second.sums]).set_index("country")["verdict"].to_dict()
    assert check == {"PAK": "match", "NPL": "no subtotal"}


SLIPPED = {
    "both dates in the first": {"start": "1/5/2015 1/9/2015", "end": ""},
    "first date behind the cost": {"start": "", "cost": "$1,000 1/5/2015"},
    "both dates behind the cost": {"start": "", "end": "", "cost": "1000 1/5/2015 1/9/2015"},
    "cost behind the unit": {"unit": "Signal Unit 1000", "cost": ""},
    "cost and date behind the unit": {"unit": "Signal Unit 1000 1/5/2015", "start": "", "cost": ""},
    "cost and dates behind the unit": {
        "unit": "Signal Unit 1000 1/5/2015 1/9/2015",
        "start": "",
        "end": "",
        "cost": "",
    },
    "quantity behind the title": {"title": "RADIO COURSE 1", "quantity": ""},
    "quantity before the location": {"location": "", "quantity": "1 Fort Example"},
    "date where the teacher stands": {"provider": "1/5/2015", "start": "$1,000", "cost": ""},
}


@pytest.mark.parametrize("slip", SLIPPED)
def test_slipped_cells_are_put_right(slip: str) -> None:
    (row,), rejects, cleaned = _clean(fmtr_row(**SLIPPED[slip]), fmtr_total("1", "$1,000"))
    assert rejects == []
    names = ("course", "institution", "venue", "value", "cost_usd", "provider")
    assert [row[name] for name in names] == ["RADIO COURSE", "Signal Unit", "Fort Example", 1.0, 1000.0, ""]
    assert (row["start"].date(), row["end"].date()) == (date(2015, 1, 5), date(2015, 1, 9))
    assert reconcile.check([cleaned.sums])["verdict"].tolist() == ["match"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"quantity": "", "cost": ""}, "no number of people"),
        ({"quantity": "N/A"}, "'N/A' is not a number of people"),
        ({"start": "soon"}, "'soon' is not a date"),
        ({"cost": "lots"}, "'lots' is not a cost"),
        ({"start": "1/5/2015 1/9/2015"}, "3 dates"),
    ],
)
def test_what_nothing_proves_is_rejected(cells: dict[str, str], said: str) -> None:
    rows, (reject,), _ = _clean(fmtr_row(), fmtr_row(**cells))
    assert len(rows) == 1
    assert (reject["record_id"], reject["line"]) == ("fmtr-a-000003", 3)
    assert said in reject["reason"]


def test_wrapped_lines_are_joined_where_a_space_proves_it() -> None:
    rows, rejects, _ = _clean(
        fmtr_row(title="MOUNTAIN "), fmtr_rest(title="LEADERS", unit="North"), fmtr_row(), fmtr_row()
    )
    assert [row["course"] for row in rows] == ["MOUNTAIN LEADERS", "RADIO COURSE", "RADIO COURSE"]
    assert rows[0]["institution"] == "Signal Unit North"
    assert [reject["reason"] for reject in rejects] == ["part of a wrapped line; joined to the training on line 2"]


def test_wrapped_lines_without_proof_join_nothing() -> None:
    rows, rejects, _ = _clean(fmtr_row(), fmtr_rest(title="LEADERS"), fmtr_rest(), fmtr_row())
    assert [row["course"] for row in rows] == ["RADIO COURSE", "RADIO COURSE"]
    assert ["nothing proves" in rejects[0]["reason"], rejects[1]["reason"]] == [True, "the line is blank"]


def test_a_line_whose_dates_and_cost_went_below() -> None:
    above = fmtr_row("POLICE COURSE", "DEPUTY OF", "", "", "Vicenza", "1", "")
    middle = fmtr_rest(title="THE DISTRICT;")
    below = fmtr_rest(title="POLICE", unit="$972", location="972", quantity="N/A", provider="6/17/2015")
    (row,), rejects, cleaned = _clean(above, middle, below, fmtr_total("1", "$972"))
    assert (row["institution"], row["cost_usd"], row["value"]) == ("DEPUTY OF THE DISTRICT; POLICE", 972.0, 1.0)
    assert [reject["line"] for reject in rejects] == [3, 4]
    assert reconcile.check([cleaned.sums])["verdict"].tolist() == ["match"]


def test_a_lost_cost_is_filled_where_others_and_the_total_prove_it() -> None:
    lost = {"unit": "", "location": "Fort Example SIGNAL", "cost": ""}
    rows, _, cleaned = _clean(
        fmtr_row(), fmtr_row(**lost), fmtr_total("2", "$2,000"), fmtr_row(country="Nepal", **lost),
        fmtr_total("1", "$3,000", country="Nepal"),
    )  # fmt: skip
    check = reconcile.check([cleaned.sums]).set_index("country")
    assert check["verdict"].to_dict() == {"PAK": "match", "NPL": "cost differs by -3,000"}
    assert check["filled_costs"].to_dict() == {"PAK": 1, "NPL": 0}
    assert check["unknown_costs"].to_dict() == {"PAK": 0, "NPL": 1}
    assert "lost in print" in rows[1]["note"]
    assert np.isnan(rows[2]["cost_usd"])


def test_totals_of_two_countries_prove_a_lost_cost() -> None:
    lost = {"unit": "", "location": "Fort Example SIGNAL", "cost": ""}
    rows, _, cleaned = _clean(
        fmtr_row(**lost), fmtr_total("1", "$700"), fmtr_row(country="Nepal", **lost | {"quantity": "2"}),
        fmtr_total("2", "$1,400", country="Nepal"),
    )  # fmt: skip
    assert [row["cost_usd"] for row in rows] == [700.0, 1400.0]
    assert reconcile.check([cleaned.sums])["verdict"].tolist() == ["match", "match"]


def test_a_dollar_alone_is_nothing_and_a_blank_is_unknown() -> None:
    rows, rejects, _ = _clean(fmtr_row(cost="$ "), fmtr_row(cost="", unit="Army"))
    assert rejects == []
    assert rows[0]["cost_usd"] == 0
    assert np.isnan(rows[1]["cost_usd"])


def test_the_proposed_year_of_a_report_is_a_target() -> None:
    place = {"years": "1999-2000", "start": "", "end": ""}
    rows, _, _ = _clean(fmtr_row(programme="IMET, FY 99", **place), fmtr_row(programme="IMET, FY 00", **place))
    assert [(row["fiscal_year"], row["counted_as"]) for row in rows] == [(1999, "trained"), (2000, "target")]
    assert [row["start"].date() for row in rows] == [date(1998, 10, 1), date(1999, 10, 1)]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("3/16/2207", "3/20/2007", (date(2007, 3, 16), date(2007, 3, 20))),
        ("3/16/207", "3/20/2007", (date(2007, 3, 16), date(2007, 3, 20))),
        ("11/1/06", "2/1/07", (date(2006, 11, 1), date(2007, 2, 1))),
        ("6/17/2007", "6/14/2007", (date(2006, 10, 1), date(2007, 9, 30))),
        ("2/30/2007", "3/2/2007", (date(2006, 10, 1), date(2007, 9, 30))),
    ],
)
def test_days_in_several_styles(start: str, end: str, found: tuple[date, date]) -> None:
    assert read_days(start, end, 2007)[:2] == found


@pytest.mark.parametrize(
    ("unit", "programme", "sector"),
    [
        ("State Border Service", "Section 1004 - FY 2009 DoD Training", "border"),
        ("Unit 7", "Section 1004 - FY 2009 DoD Training", "drug_control"),
        ("Unit 7", "IMET-1 - FY 2009 DoS Training", "other"),
    ],
)
def test_the_unit_says_the_sector_before_the_programme(unit: str, programme: str, sector: str) -> None:
    assert [row["sector"] for row in _clean(fmtr_row(unit=unit, programme=programme))[0]] == [sector]


def test_word_lists_lead_to_known_sectors() -> None:
    sectors = {row["key"] for row in vocabulary.rows("sectors")}
    assert {row["sector"] for name in ("fmtr_units", "fmtr_programmes") for row in vocabulary.rows(name)} <= sectors | {
        ""
    }
    assert unit_sectors(["Counter Narcotics Police", "Military Police Battalion"]) == ["drug_control", "other"]
    assert read_family("DOD Europe Region, X,  Regional Defense Counterterrorism Fellowship Program, FY05")[
        0
    ].startswith("Counter")


_PRINT = st.text("0123456789/$, .-ABC", max_size=16)


@given(st.builds(Line, *[_PRINT.map(str.strip)] * 8))
def test_any_line_is_mended_or_says_why(line: Line) -> None:
    try:
        mended = mend(line)
    except Unreadable as error:
        assert str(error)
    else:
        assert mended.quantity.isdigit()
        assert money(mended.cost) is None or money(mended.cost) >= 0
        assert mend(mended).quantity == mended.quantity


@given(st.integers(1990, 2030), st.dates(date(1980, 1, 1), date(2040, 1, 1)), st.text("0123456789/", max_size=10))
def test_days_are_in_order_whatever_is_printed(year: int, day: date, other: str) -> None:
    first, last, _ = read_days(f"{day.month}/{day.day}/{day.year}", other, year)
    assert first is None or first <= last
    read_day(other, year)


@given(st.text(max_size=40))
def test_any_heading_has_a_year(heading: str) -> None:
    assert read_fiscal_year(heading, "2004-2005") >= 0
