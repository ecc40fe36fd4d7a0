"""Counts that only grow."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.bounds import Count, counts, stock_bounds, when_can_be
from analysis.bounds.figures import day, days


def count(record: str, number: float, when: str, until: str | None = None, votes: int = 1) -> Count:
    return Count((record,), days(when), days(until or when), number, number, votes)


TEAMS = [count("oct18", 27, "2018-10-03"), count("may19", 32, "2019-05-14")]
CENTERS = [
    count("y2012", 11, "2012-01-01", "2012-12-31"),
    count("may13", 19, "2013-05-01", "2013-05-31"),
    count("feb17", 35, "2017-02-01", "2017-02-28"),
    count("oct18", 44, "2018-10-03"),
    count("may19", 49, "2019-05-14"),
]


def test_the_undated_page_is_dated_by_the_counts() -> None:
    span = when_can_be(TEAMS, 32)
    assert (span.first, span.last, span.after, span.never) == (pd.Timestamp("2018-10-04"), None, ("oct18",), False)
    assert when_can_be(CENTERS, 49).first == pd.Timestamp("2018-10-04")
    between = when_can_be(CENTERS, 40)
    assert (between.first, between.last) == (pd.Timestamp("2017-02-02"), pd.Timestamp("2018-10-02"))
    assert (between.after, between.before) == (("feb17",), ("oct18",))


def test_a_number_between_two_days_that_touch_is_never_reached() -> None:
    days_apart = [count("a", 5, "2019-01-01"), count("b", 9, "2019-01-02")]
    assert when_can_be(days_apart, 7).never


def test_a_day_between_counts() -> None:
    found = stock_bounds(CENTERS, "2018-01-01")
    assert (found.low, found.high, found.low_by, found.high_by) == (35, 44, ("feb17",), ("oct18",))
    assert (stock_bounds(CENTERS, "2019-05-14").low, stock_bounds(CENTERS, "2019-05-14").high) == (49, 49)
    assert (stock_bounds(CENTERS, "2001-01-01").low, stock_bounds(CENTERS, "2001-01-01").high) == (0, 11)
    assert (stock_bounds(CENTERS, "2022-01-01").low, stock_bounds(CENTERS, "2022-01-01").high) == (49, math.inf)


def test_a_partial_date_says_nothing_inside_its_span() -> None:
    found = stock_bounds(CENTERS, "2012-06-30")
    assert (found.low, found.high) == (0, 19)


def test_posts_that_shrink_conflict_and_no_side_is_taken() -> None:
    posts = [count("nov18", 9, "2018-11-30"), count("jan20", 7, "2020-01-01")]
    found = stock_bounds(posts, "2021-01-01")
    assert [conflict.sides for conflict in found.conflicts] == [(("jan20",), ("nov18",))]
    assert (found.low, found.high) == (7, math.inf)
    assert sorted(side[0] for side in found.sides) == [7, 9]
    assert when_can_be(posts, 8).first is None  # an undecided count dates nothing


def test_two_publishers_decide() -> None:
    posts = [count("nov18", 9, "2018-11-30", votes=2), count("jan20", 7, "2020-01-01")]
    found = stock_bounds(posts, "2021-01-01")
    assert (found.low, found.sides) == (9, ())
    assert found.conflicts[0].sides == (("jan20",),)


def test_equal_counts_become_one() -> None:
    row = {
        "as_of_start": pd.Timestamp("2021-09-07"),
        "as_of_end": pd.Timestamp("2021-09-07"),
        "low": 12.0,
        "high": 12.0,
    }
    table = pd.DataFrame(
        [
            {"record_id": "b", "source_id": "s", **row},
            {"record_id": "a", "source_id": "t", **row},
            {"record_id": "c", "source_id": "t", **row, "as_of_start": pd.NaT},
        ]
    )
    assert counts(table) == (Count(("a", "b"), days("2021-09-07"), days("2021-09-07"), 12, 12, 2),)
    assert counts(table, {"s": "x", "t": "x"})[0].votes == 1
    assert counts(table)[0].describe() == "12 on 2021-09-07"


@given(
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), st.sampled_from((0, 2, math.inf))), max_size=8),
    st.integers(0, 11),
)
def test_true_counts_hold_the_truth(steps: list[int], seen: list[tuple[int, int, float]], asked: int) -> None:
    first = days("2015-01-01")
    truth = [sum(steps[: i + 1]) for i in range(12)]
    observed = [
        Count((f"r{n}",), first + max(0, at - blur), first + min(11, at + blur), truth[at], truth[at] + above)
        for n, (at, blur, above) in enumerate(seen)
    ]
    found = stock_bounds(observed, day(first + asked))
    assert found.conflicts == ()
    assert found.low <= truth[asked] <= found.high
    span = when_can_be(observed, truth[asked])
    assert span.first is None or span.first <= pd.Timestamp(day(first + asked))
    assert span.last is None or pd.Timestamp(day(first + asked)) <= span.last
