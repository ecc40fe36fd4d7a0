"""The matrix kept as plain rows, and the one call of the solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bounds.simplex import least
from analysis.bounds.sums import Sums, stacked

WIDTH = 6
_ROWS = st.lists(st.sets(st.integers(0, WIDTH - 1)).map(sorted), min_size=1, max_size=6)


def dense(sums: Sums) -> np.ndarray:
    """Return the matrix in full."""
    full = np.zeros((len(sums), sums.width))
    full[sums.rows, sums.at] = sums.times
    return full


@given(_ROWS, st.lists(st.integers(0, 5), max_size=6), st.sets(st.integers(0, WIDTH - 1)).map(sorted))
def test_rows_columns_and_totals_are_those_of_the_full_matrix(
    rows: list[list[int]], some: list[int], few: list[int]
) -> None:
    sums = Sums.of(rows, WIDTH)
    full = dense(sums)
    amounts = np.arange(1.0, WIDTH + 1)
    at = np.array([i for i in some if i < len(rows)], dtype=np.int64)
    assert np.array_equal(sums.total(amounts), full @ amounts)
    assert np.array_equal(dense(sums.take(at)), full[at])
    assert np.array_equal(dense(sums.only(np.array(few, dtype=np.int64))), full[:, few])
    assert np.array_equal(dense(stacked(sums, sums.negative())), np.vstack([full, -full]))


@given(_ROWS)
def test_alike_are_equal_columns_and_linked_are_those_that_share_rows(rows: list[list[int]]) -> None:
    sums = Sums.of(rows, WIDTH)
    full = dense(sums)
    number, first = sums.alike()
    linked = sums.linked()
    near = (full.T @ full > 0) | np.eye(WIDTH, dtype=bool)
    near = np.linalg.matrix_power(near.astype(int), WIDTH) > 0
    for i in range(WIDTH):
        assert np.array_equal(full[:, i], full[:, first[number[i]]])
        for j in range(WIDTH):
            assert (number[i] == number[j]) == np.array_equal(full[:, i], full[:, j])
            assert (linked[i] == linked[j]) == near[i, j]


@given(_ROWS, st.booleans())
def test_more_unknowns_stand_behind_the_others(rows: list[list[int]], each: bool) -> None:
    sums = Sums.of(rows, WIDTH)
    at = np.arange(0, len(rows), 2)
    wider = dense(sums.beside(at, at + 1.0, each))
    expected = np.zeros((len(rows), len(at) if each else 1))
    expected[at, np.arange(len(at)) if each else 0] = at + 1.0
    assert np.array_equal(wider, np.hstack([dense(sums), expected]))


@settings(max_examples=50)
@given(_ROWS)
def test_least_in_whole_numbers_is_that_of_trying_all(rows: list[list[int]]) -> None:
    rows = [row for row in rows if row]
    cost = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0])
    full = dense(Sums.of(rows, WIDTH))
    every = [np.array([(n >> i) & 1 for i in range(WIDTH)]) for n in range(2**WIDTH)]
    expected = min(float(cost @ one) for one in every if (full @ one >= 1).all())
    found = least(cost, Sums.of(rows, WIDTH).negative(), np.full(len(rows), -1.0), yes_or_no=True)
    assert found.cost == pytest.approx(expected)


@pytest.mark.parametrize(("cost", "most", "state"), [(-1.0, 2.0, "solved"), (1.0, -1.0, "impossible")])
def test_the_state_is_said(cost: float, most: float, state: str) -> None:
    assert least(np.array([cost]), Sums.of([[0]], 1), np.array([most])).state == state


def test_without_a_limit_the_cost_falls_for_ever() -> None:
    free = least(np.array([-1.0, -1.0]), Sums.of([[0]], 2), np.array([2.0]))
    assert free.state == "unlimited"


def test_a_question_is_answered_alike_whatever_was_asked_before() -> None:
    tie = np.array([-1.0, -1.0]), Sums.of([[0, 1], [0], [1]], 2), np.array([1.0, 1.0, 1.0])
    before = least(*tie)
    least(np.array([-1.0, 0.0]), *tie[1:])
    after = least(*tie)
    assert np.array_equal(before.amounts, after.amounts) and np.array_equal(before.prices, after.prices)
