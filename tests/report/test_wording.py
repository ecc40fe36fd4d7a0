import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.report.wording import amount, settle, span, words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((6000, 5500, 6500, "exact", "kg"), "6 t"),
        ((61400, 61350, 61450, "exact", "kg"), "61.4 t"),
        ((5361, 5360.5, 5361.5, "exact", "kg"), "5,361 kg"),
        ((2000, None, None, "at_least", ""), "at least 2,000"),
        ((100, None, None, "at_most", "people"), "at most 100 people"),
        ((40, 36, 44, "about", "percent"), "about 40%"),
        ((None, 75, 80, "exact", "item"), "75 to 80 items"),
        ((None, 7, None, "exact", "people"), "at least 7 people"),
        ((0, None, None, "exact", "kg"), "0 kg"),
        ((0.5, None, None, "exact", "kg"), "0.5 kg"),
        ((8630000, None, None, "exact", "USD"), "USD 8,630,000"),
        ((1 / 3, None, None, "exact", ""), "0.3333"),
    ],
)
def test_a_figure_reads_as_a_person_would_write_it(given, said):
    *numbers, bound, unit = given
    assert words(*settle(*numbers, bound), unit) == said


@pytest.mark.parametrize(("low", "high", "said"), [(5500, 6500, "5,500 to 6,500 kg"), (20000, 30000, "20 to 30 t")])
def test_ranges(low, high, said):
    assert span(low, high, "kg") == said


@pytest.mark.parametrize("wrong", [(None, None, None), (5, 6, 7), (5, 7, 6), (float("nan"), None, None)])
def test_a_figure_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(InputError):
        settle(*wrong)


def test_an_unknown_bound_names_the_known_ones():
    with pytest.raises(InputError, match="exact, at_least"):
        settle(1, bound="over")


def _read(text):
    return float(text.replace(",", "").split()[0])


@given(st.floats(0.001, 1e9), st.floats(0.001, 1e9))
def test_a_shown_range_is_never_narrower_than_the_truth(one, other):
    low, high = sorted((one, other))
    if math.isclose(low, high, rel_tol=1e-9):
        return
    first, last = span(low, high, "").split(" to ")
    assert _read(first) <= low * (1 + 1e-9)
    assert _read(last) >= high * (1 - 1e-9)


@given(st.floats(0.01, 1e9))
def test_a_shown_number_is_close(value):
    assert _read(amount(value)) == pytest.approx(value, rel=1e-3)
