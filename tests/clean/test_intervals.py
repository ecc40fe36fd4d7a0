"""What a printed figure allows, rule by rule, and what holds for any figure."""

from __future__ import annotations

from math import inf, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.intervals import Interval, interval, interval_between
from analysis.clean.numbers import read_number
from analysis.clean.qualifiers import BOUNDS, Qualifier, read_qualifier
from analysis.clean.units import is_counted, read_amount
from analysis.vocabulary.rules import parameter


def _interval(quantity: str, unit: str, qualifier: str = "") -> Interval:
    amount = read_amount(quantity, unit)
    return interval(amount, read_qualifier(qualifier), is_counted(amount.unit))


CASES = [
    # quantity, unit, qualifier, value, low, high, bound
    ("7.9", "metric tons", "", 7900, 7850, 7950, "exact"),
    ("6", "metric tons", "", 6000, 5500, 6500, "exact"),
    ("3.26", "kgs", "", 3.26, 3.255, 3.265, "exact"),
    ("0.1", "kg", "", 0.1, 0.05, 0.15, "exact"),
    ("0", "kg", "", 0, 0, 0.5, "exact"),
    ("60,000", "kg", "", 60000, 59999.5, 60000.5, "exact"),
    ("27 thousand", "kg", "", 27000, 26500, 27500, "exact"),
    ("نیم", "تن", "", 500, 250, 750, "exact"),
    ("4 т 83 кг 274 г", "compound", "", 4083.274, 4083.2735, 4083.2745, "exact"),
    ("32", "teams", "", 32, 32, 32, "exact"),
    ("221", "таблетка", "", 221, 221, 221, "exact"),
    ("4.2", "million people", "", 4200000, 4150000, 4250000, "exact"),
    ("2,000", "people", "over", 2000, 2000, inf, "at_least"),
    ("67", "tonnes", "plus de", 67000, 67000, inf, "at_least"),
    ("45", "kg", "nearly", 45, 0, 45, "at_most"),
    ("1", "tonne", "well below", 1000, 0, 1000, "at_most"),
    ("30", "kg", "some", 30, 27, 33, "about"),
    ("1", "тонны", "около", 1000, 500, 1500, "about"),
    ("40", "people", "Some", 40, 36, 44, "about"),
    ("7 to 8", "tons", "", None, 7000, 8000, "range"),
    ("75-80", "吨", "约", None, 67500, 88000, "about"),
    ("hundreds", "people", "", None, 200, inf, ""),
    ("2010", "year", "since", 2010, 2010, 2010, "exact"),
]


@pytest.mark.parametrize(("quantity", "unit", "qualifier", "value", "low", "high", "bound"), CASES)
def test_a_print_allows(
    quantity: str, unit: str, qualifier: str, value: float | None, low: float, high: float, bound: str
) -> None:
    found = _interval(quantity, unit, qualifier)
    assert (found.value, found.low, found.high, found.bound) == (value, low, high, bound)


def test_a_maund_widens_the_interval_downwards() -> None:
    found = _interval("440", "من")
    assert found.value == 17600
    assert found.low == pytest.approx(440 * 37.3242 - 20)
    assert found.high == 17620


def test_nothing_printed_allows_nothing_to_be_said() -> None:
    found = _interval("", "kg")
    assert (found.value, found.bound) == (None, "")
    assert isnan(found.low)
    assert isnan(found.high)


def test_a_qualifier_inside_the_number_counts_where_none_is_beside_it() -> None:
    assert interval(read_number("over 5"), read_qualifier(""), counted=True).bound == "at_least"
    assert interval(read_number("over 5"), read_qualifier("about"), counted=True).bound == "about"


BETWEEN = [
    # low, value, high, unit, qualifier, expected value, low, high, bound
    ("75", "", "80", "metric tons", "", None, 75000, 80000, "range"),
    ("4,000", "4,800", "5,600", "tons", "", 4800000, 4000000, 5600000, "range"),
    ("2.0", "1.5", "3.0", "USD per g", "", 1500, 1500, 3000, "range"),
    ("15", "", "20", "tons per year", "at least", None, 15000, inf, "at_least"),
    ("75", "", "80", "吨", "约", None, 67500, 88000, "about"),
    ("10.0", "15.0", "", "USD", "", 15, 10, inf, "range"),
    ("30000.0", "", "", "USD", "", None, 30000, inf, "at_least"),
    ("", "", "100", "km2", "", None, 0, 100, "at_most"),
    ("", "600", "", "tons", "", 600000, 599500, 600500, "exact"),
    ("ten", "", "fifteen", "percent", "", None, 10, 15, "range"),
]


@pytest.mark.parametrize(("low", "value", "high", "unit", "qualifier", "middle", "least", "most", "bound"), BETWEEN)
def test_three_columns_make_one_interval(
    low: str,
    value: str,
    high: str,
    unit: str,
    qualifier: str,
    middle: float | None,
    least: float,
    most: float,
    bound: str,
) -> None:
    amounts = [read_amount(text, unit) for text in (low, value, high)]
    found = interval_between(*amounts, read_qualifier(qualifier), is_counted(amounts[0].unit))
    assert (found.value, found.low, found.high, found.bound) == (middle, least, most, bound)


def test_a_typical_value_outside_its_range_is_said() -> None:
    amounts = [read_amount(text, "USD per g") for text in ("2.0", "1.5", "3.0")]
    assert "range-typical-outside" in interval_between(*amounts, read_qualifier(""), False).rule


@given(
    number=st.decimals(0, 10**9, places=3),
    unit=st.sampled_from(["kg", "metric tons", "g", "people", "tablets", "من", "percent", "млн человек"]),
    bound=st.sampled_from(BOUNDS[:4]),
)
def test_any_interval_holds_its_value_and_starts_at_nothing(number: object, unit: str, bound: str) -> None:
    amount = read_amount(str(number), unit)
    found = interval(amount, Qualifier(bound, ""), is_counted(amount.unit))
    assert found.value == amount.value
    assert found.value is not None
    assert 0 <= found.low <= found.value <= found.high
    assert found.bound == bound
    assert (found.high == inf) == (bound == "at_least")
    assert found.rule


@given(number=st.integers(1, 10**9))
def test_about_is_never_narrower_than_the_declared_band(number: int) -> None:
    found = interval(read_number(str(number)), Qualifier("about", ""), counted=False)
    band = parameter("about", "band")
    assert found.low <= number * (1 - band) * (1 + 1e-12)
    assert found.high >= number * (1 + band) * (1 - 1e-12)
