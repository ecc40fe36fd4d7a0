"""Periods: printed text and columns become the days that the print allows."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.periods import read_period, read_span
from analysis.errors import Unreadable
from analysis.vocabulary import rows

# text, start column, end column, country, expected start, expected end
PRINTED = [
    ("2001", "2001-01-01", "2001-12-31", "Pakistan", "2001-01-01", "2001-12-31"),
    ("Jan-Sep 2006", "", "", "Tajikistan", "2006-01-01", "2006-09-30"),
    ("H1 2021", "", "", "Tajikistan", "2021-01-01", "2021-06-30"),
    ("Q1 2007", "", "", "Tajikistan", "2007-01-01", "2007-03-31"),
    ("first half of 2019", "", "", "", "2019-01-01", "2019-06-30"),
    ("9 месяцев 2019 года", "", "", "", "2019-01-01", "2019-09-30"),
    ("FY 2014/15", "", "", "Pakistan", "2014-07-01", "2015-06-30"),
    ("2010-11", "", "", "Pakistan", "2010-07-01", "2011-06-30"),
    ("2014-15", "", "", "PAK", "2014-07-01", "2015-06-30"),
    ("2010-11", "", "", "Tajikistan", "2010-11-01", "2010-11-30"),
    ("2012-11", "", "", "Pakistan", "2012-11-01", "2012-11-30"),
    ("fiscal year 2009", "", "", "Pakistan", "2008-10-01", "2009-09-30"),
    ("first 10 months of 2019", "", "", "Pakistan", "2019-01-01", "2019-10-31"),
    ("first ten months of 2019", "", "", "Pakistan", "2019-01-01", "2019-10-31"),
    ("2018 (to date)", "2018-01-01", "", "Pakistan", "2018-01-01", None),
    ("week to 2023-04-18", "", "", "Pakistan", None, "2023-04-18"),
    ("week to 5 Feb 2013", "", "2013-02-05", "Tajikistan", None, "2013-02-05"),
    ("1 Sep-mid Nov 2023", "2023-09-01", "2023-11-18", "Pakistan", "2023-09-01", "2023-11-18"),
    ("1 Sep-mid Nov 2023", "", "", "Pakistan", "2023-09-01", "2023-11-20"),
    ("posted 2023-09-12", "", "2023-09-12", "Pakistan", None, "2023-09-12"),
    ("Jul 2008", "", "2008-07-15", "Tajikistan", "2008-07-01", "2008-07-15"),
    ("2023 (eight maritime operations)", "2023-01-01", "", "Pakistan", "2023-01-01", "2023-12-31"),
    ("2003 as printed, heading says 2023", "2023-01-01", "", "Pakistan", "2023-01-01", None),
    ("30 Jun-7 Jul 2024", "", "", "Pakistan", "2024-06-30", "2024-07-07"),
    ("25 December to 03 January 2020", "", "", "Pakistan", "2019-12-25", "2020-01-03"),
    ("29 April-02 May 2024", "", "", "Pakistan", "2024-04-29", "2024-05-02"),
    ("August 12 to September 20, 2013", "", "", "Tajikistan", "2013-08-12", "2013-09-20"),
    ("July 18 to 20, 2022", "", "", "Tajikistan", "2022-07-18", "2022-07-20"),
    ("14 and 15 September; 17 and 18 September 2018", "", "", "", "2018-09-14", "2018-09-18"),
    ("since 2002", "2002", "2011-06-21", "Tajikistan", "2002-01-01", "2011-06-21"),
    ("since 2002", "", "", "Tajikistan", "2002-01-01", None),
    ("from July 2019", "2019-07", "", "Pakistan", "2019-07-01", None),
    ("2012 program", "2012", "", "Pakistan", "2012-01-01", "2012-12-31"),
    ("2017, 23 courses", "2017-01-01", "2017-12-31", "Pakistan", "2017-01-01", "2017-12-31"),
    ("five-year programme, February 2017 to December 2022", "2017-02", "2022-12", "", "2017-02-01", "2022-12-31"),
    ("three days, ended 29 April 2015", "", "2015-04-29", "Tajikistan", None, "2015-04-29"),
    ("two weeks, February 2008", "", "2008-02-08", "Tajikistan", None, "2008-02-08"),
    ("seven-month course, reported 9 March 2012", "", "", "Pakistan", None, None),
    ("May 23 to May 26", "", "", "Tajikistan", None, None),
    ("24-31 Mar (year not printed)", "", "", "Pakistan", None, None),
    ("Aug 2001 (year implied)", "", "", "Afghanistan", None, None),
    ("World Drug Report 2009", "", "", "Pakistan", None, None),
    ("Kuknor-2015, stage 1", "", "", "Tajikistan", None, None),
    ("last 12 months", "", "", "Pakistan", None, None),
    ("undated", "", "", "Tajikistan", None, None),
    ("", "", "", "", None, None),
    ("на 1 июля 2019 года", "", "", "Tajikistan", "2019-07-01", "2019-07-01"),
    ("с 1 по 15 октября 2020 года", "", "", "Tajikistan", "2020-10-01", "2020-10-15"),
    ("odhad pro rok 2014", "", "", "Tajikistan", "2014-01-01", "2014-12-31"),
    ("2020年", "", "", "Tajikistan", "2020-01-01", "2020-12-31"),
    ("1 гыйнвар 2022", "", "", "Tajikistan", "2022-01-01", "2022-01-01"),
    ("31. Dezember 2013", "", "", "Tajikistan", "2013-12-31", "2013-12-31"),
    ("tammikuun 2020 arvio", "", "", "Tajikistan", "2020-01-01", "2020-01-31"),
    ("31.12.2009", "", "", "Tajikistan", "2009-12-31", "2009-12-31"),
    ("January 2020 estimate", "2020-01-01", "2020-01-01", "Tajikistan", "2020-01-01", "2020-01-01"),
]  # fmt: skip

IMPOSSIBLE = [
    ("", "2019-13-01", "", "period_start '2019-13-01'"),
    ("", "", "2019-02-30", "period_end '2019-02-30'"),
    ("", "2019-05-02", "2019-05-01", "after the end"),
    ("", "2019-05", "2019-04", "after the end"),
    ("", "soon", "", "is not a date"),
    ("31 February 2019", "", "", "2019-02-31 is not a day"),
    ("12-10 May 2019", "", "", "after the end"),
    ("Q5 2019", "", "", "Q1 to Q4"),
    ("first 13 months of 2019", "", "", "1 to 12"),
]

SPANS = [
    ("2019-05", "2019-05-01", "2019-05-31"),
    ("2010-11", "2010-11-01", "2010-11-30"),
    ("Jan. 2015", "2015-01-01", "2015-01-31"),
    ("2012", "2012-01-01", "2012-12-31"),
    ("2018-11-30", "2018-11-30", "2018-11-30"),
    ("2016-02", "2016-02-01", "2016-02-29"),
    ("", None, None),
]

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
years = st.integers(1950, 2150)
months = st.sampled_from(rows("months"))


def shown(day: date | None) -> str | None:
    return day.isoformat() if day else None


@pytest.mark.parametrize(("text", "start", "end", "country", "first", "last"), PRINTED)
def test_a_printed_period_is_read(text, start, end, country, first, last):
    period = read_period(text, start, end, country)
    assert (shown(period.start), shown(period.end)) == (first, last)
    assert period.rule


@pytest.mark.parametrize(("text", "start", "end", "reason"), IMPOSSIBLE)
def test_an_impossible_date_is_unreadable_with_its_reason(text, start, end, reason):
    with pytest.raises(Unreadable, match=reason):
        read_period(text, start, end)


@pytest.mark.parametrize(("text", "first", "last"), SPANS)
def test_a_partial_date_is_the_span_that_it_allows(text, first, last):
    span = read_span(text)
    assert (shown(span.start), shown(span.end)) == (first, last)


@pytest.mark.parametrize("text", ["2019-00", "yesterday", "2019-05-40", "since 2019"])
def test_a_column_that_is_no_date_is_unreadable(text):
    with pytest.raises(Unreadable, match="published"):
        read_span(text, "published")


def test_the_rule_says_when_text_and_columns_disagree():
    assert "disagrees" in read_period("2003", "2023-01-01", "2023-12-31").rule
    assert "agrees" in read_period("Jan-Sep 2006", "2006-01-01", "2006-09-30").rule


@given(days)
def test_any_day_round_trips_in_every_style(day):
    for style in (
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {calendar.month_name[day.month]} {day.year}",
        f"{calendar.month_abbr[day.month]} {day.day}, {day.year}",
        f"{day.day:02d} {calendar.month_abbr[day.month]}. {day.year}",
    ):
        period = read_period(style, "", "")
        assert (period.start, period.end) == (day, day), style


@given(days, st.integers(0, 900))
def test_any_range_of_days_round_trips(first, length):
    last = first + timedelta(days=length)
    left, right = (f"{day.day} {calendar.month_abbr[day.month]} {day.year}" for day in (first, last))
    iso = f"{first.isoformat()} to {last.isoformat()}"
    for style in (f"{left}-{right}", f"{left} to {right}", f"{left} \N{EN DASH} {right}", iso):
        period = read_period(style, "", "")
        assert (period.start, period.end) == (first, last), style
    columns = read_period("", first.isoformat(), last.isoformat())
    assert (columns.start, columns.end) == (first, last)


@given(years, months)
def test_any_month_in_any_language_round_trips(year, month):
    number = int(month["month"])
    period = read_period(f"{month['spelling']} {year}", "", "")
    assert period.start == date(year, number, 1)
    assert period.end == date(year, number, calendar.monthrange(year, number)[1])


@given(years, st.integers(1, 12), st.integers(1, 12))
def test_any_span_of_months_round_trips(year, one, other):
    first, last = sorted((one, other))
    end = date(year, last, calendar.monthrange(year, last)[1])
    text = f"{calendar.month_abbr[first]}-{calendar.month_abbr[last]} {year}"
    period = read_period(text, "", "")
    assert (period.start, period.end) == (date(year, first, 1), end)
    counted = read_period(f"first {last} months of {year}", "", "")
    assert (counted.start, counted.end) == (date(year, 1, 1), end)


@given(years, st.integers(1, 4), st.sampled_from(["Q{n} {y}", "{y} Q{n}", "quarter {n}, {y}"]))
def test_any_quarter_round_trips(year, number, style):
    period = read_period(style.format(n=number, y=year), "", "")
    assert period.start == date(year, 3 * number - 2, 1)
    assert period.end == date(year, 3 * number, calendar.monthrange(year, 3 * number)[1])


@given(years, st.sampled_from(["{y}-{z:02d}", "{y}/{z:02d}", "FY {y}/{z:02d}", "{y}-{x}"]))
def test_any_fiscal_year_of_pakistan_round_trips(year, style):
    period = read_period(style.format(y=year, z=(year + 1) % 100, x=year + 1), "", "", "Pakistan")
    if style == "{y}-{x}":
        assert (period.start, period.end) == (date(year, 1, 1), date(year + 1, 12, 31))
    else:
        assert (period.start, period.end) == (date(year, 7, 1), date(year + 1, 6, 30))


@given(st.text(), st.text(max_size=12), st.text(max_size=12))
def test_no_text_raises_anything_but_unreadable(text, start, end):
    try:
        period = read_period(text, start, end)
    except Unreadable as error:
        assert str(error)
    else:
        assert not (period.start and period.end) or period.start <= period.end


words = st.sampled_from(
    [
        "2019",
        "Jan",
        "31",
        "to",
        "-",
        "FY",
        "/",
        "15",
        "H",
        "1",
        "first",
        "months",
        "since",
        "ended",
        ",",
        "(",
        "mid",
        "3",
    ]
)


@given(st.lists(words, max_size=9), st.sampled_from(["", "Pakistan", "United States"]))
def test_no_jumble_of_known_words_raises_anything_but_unreadable(jumble, country):
    try:
        period = read_period(" ".join(jumble), "", "", country)
    except Unreadable as error:
        assert "period_text" in str(error)
    else:
        assert not (period.start and period.end) or period.start <= period.end
