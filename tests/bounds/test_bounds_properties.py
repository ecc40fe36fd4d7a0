"""What must hold for any figures at all: made from a known truth, so that every answer can be checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bounds import Figure, Observations, Problem, Target
from analysis.bounds.figures import day, days

MONTHS = [days(f"20{10 + m // 12}-{m % 12 + 1:02d}-01") for m in range(13)]
LEAVES = ("heroin", "morphine", "opium", "hashish", "cannabis_herb", "cocaine")
DRUGS = (*LEAVES, "heroin_morphine", "opiates", "cannabis", "all_drugs")
# (agency, province): what holds what is written out here once more, apart from the code.
ATOMS = (("a", "P"), ("a", ""), ("b", "P"), ("b", ""), ("rest", "P"), ("rest", ""))
BODIES = {
    ("all", ""): ATOMS,
    ("a", ""): ATOMS[:2],
    ("b", ""): ATOMS[2:4],
    ("all", "P"): ATOMS[::2],
    ("a", "P"): ATOMS[:1],
}
INSIDE = {
    "heroin_morphine": ("heroin", "morphine"),
    "opiates": ("heroin", "morphine", "opium", "unnamed_opiates"),
    "cannabis": ("hashish", "cannabis_herb", "unnamed_cannabis"),
    "all_drugs": (*LEAVES, "unnamed_opiates", "unnamed_cannabis", "unnamed"),
}
KINDS = (*LEAVES, "unnamed_opiates", "unnamed_cannabis", "unnamed")
AMOUNT = st.one_of(st.just(0), st.integers(1, 900), st.integers(1000, 90_000))


@dataclass(frozen=True)
class World:
    """True amounts and some true figures about them."""

    truth: dict[tuple[tuple[str, str], str, int], int]
    figures: tuple[Figure, ...]

    def amount(self, agency: str, admin1: str, drug: str, start: int, end: int) -> int:
        """Return the true amount of a sum."""
        months = range(MONTHS.index(start), MONTHS.index(end))
        kinds = INSIDE.get(drug, (drug,))
        return sum(self.truth[atom, k, m] for atom in BODIES[agency, admin1] for k in kinds for m in months)


@st.composite
def sums(draw: st.DrawFn) -> tuple[str, str, str, int, int]:
    """Draw something to sum: agency, province, drug, first day, day after the last."""
    agency, admin1 = draw(st.sampled_from(sorted(BODIES)))
    first = draw(st.integers(0, 11))
    last = draw(st.integers(first + 1, 12))
    return agency, admin1, draw(st.sampled_from(DRUGS)), MONTHS[first], MONTHS[last]


@st.composite
def worlds(draw: st.DrawFn, least: int = 1, most: int = 14) -> World:
    """Draw a truth of one year and figures that agree with it."""
    cells = [(atom, kind, month) for atom in ATOMS for kind in KINDS for month in range(12)]
    few = draw(st.lists(AMOUNT, min_size=30, max_size=30))
    world = World({cell: few[(7 * i + i // 11) % 30] for i, cell in enumerate(cells)}, ())
    figures = []
    for number, asked in enumerate(draw(st.lists(sums(), min_size=least, max_size=most))):
        value = world.amount(*asked)
        figures.append(draw(true_figure(f"r{number:02d}", asked, value)))
    return replace(world, figures=tuple(figures))


@st.composite
def true_figure(draw: st.DrawFn, record: str, asked: tuple[str, str, str, int, int], value: int) -> Figure:
    """Draw a print of a sum: exact, rounded, a least amount, a most amount."""
    kind = draw(st.sampled_from(("exact", "rounded", "at_least", "at_most")))
    low, high = {
        "exact": (value, value),
        "rounded": (max(0.0, value - 50), value + 50),
        "at_least": (value * 0.9, math.inf),
        "at_most": (0, value * 1.1),
    }[kind]
    return Figure((record,), *asked, float(low), float(high), math.isfinite(high))


def target(asked: tuple[str, str, str, int, int]) -> Target:
    agency, admin1, drug, start, end = asked
    return Target(drug, day(start), day(end - 1), agency, admin1)


def near(number: float, other: float) -> bool:
    return number == other or math.isclose(number, other, rel_tol=1e-6, abs_tol=1e-3)


def not_above(number: float, other: float) -> bool:
    return number <= other or near(number, other)


@given(worlds(), st.lists(sums(), min_size=1, max_size=3))
@settings(max_examples=35)
def test_a_range_holds_the_truth_and_true_figures_do_not_conflict(
    world: World, asked: list[tuple[str, str, str, int, int]]
) -> None:
    problem = Problem(Observations(world.figures), map(target, asked))
    assert problem.conflicts == ()
    for one in asked:
        found = problem.range(target(one))
        assert not_above(found.low, world.amount(*one))
        assert not_above(world.amount(*one), found.high)
        assert found.sides == ()


@given(worlds(least=2), sums())
@settings(max_examples=35)
def test_one_more_true_figure_never_widens(world: World, asked: tuple[str, str, str, int, int]) -> None:
    before = Problem(Observations(world.figures[:-1])).range(target(asked))
    after = Problem(Observations(world.figures)).range(target(asked))
    assert not_above(before.low, after.low)
    assert not_above(after.high, before.high)


@given(worlds(), sums(), st.sampled_from((0.001, 0.45359237, 1000.0)))
@settings(max_examples=25)
def test_units_change_nothing(world: World, asked: tuple[str, str, str, int, int], factor: float) -> None:
    scaled = tuple(replace(figure, low=figure.low * factor, high=figure.high * factor) for figure in world.figures)
    found = Problem(Observations(world.figures)).range(target(asked))
    other = Problem(Observations(scaled)).range(target(asked))
    assert near(other.low / factor, found.low)
    assert near(other.high / factor, found.high)


@given(worlds(), sums(), st.sampled_from((1000.0, 0.001)), st.integers(2, 3))
@settings(max_examples=25)
def test_a_planted_error_is_found(
    world: World, asked: tuple[str, str, str, int, int], factor: float, prints: int
) -> None:
    value = world.amount(*asked)
    if value == 0:
        return
    truth = Figure(("true",), *asked, value, value, votes=prints)
    wrong = Figure(("wrong",), *asked, value * factor, value * factor)
    problem = Problem(Observations((*world.figures, truth, wrong)))
    assert any("wrong" in conflict.records for conflict in problem.conflicts)
    assert problem.wrong == ("wrong",)
    assert not any(conflict.tied for conflict in problem.conflicts)
    found = problem.range(target(asked))
    assert near(found.low, value)
    assert near(found.high, value)


@given(worlds(), sums())
@settings(max_examples=15)
def test_one_print_against_one_takes_no_side(world: World, asked: tuple[str, str, str, int, int]) -> None:
    value = world.amount(*asked)
    if value == 0:
        return
    pair = (
        Figure(("one",), *asked, value, value),
        Figure(("other",), *asked, value * 1.5, value * 1.5),
    )
    alone = Problem(Observations(pair))
    assert [conflict.sides for conflict in alone.conflicts] == [(("one",), ("other",))]
    found = alone.range(target(asked))
    assert (near(found.low, value), near(found.high, 1.5 * value)) == (True, True)
    among = Problem(Observations((*world.figures, *pair))).range(target(asked))
    assert not_above(among.low, value)  # the truth stays inside, whatever else is said
    assert not_above(value, among.high)


@given(worlds(), sums())
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(world: World, asked: tuple[str, str, str, int, int]) -> None:
    found = Problem(Observations(world.figures)).range(target(asked))
    other = Problem(Observations(world.figures[::-1])).range(target(asked))
    assert near(found.low, other.low)
    assert near(found.high, other.high)


def test_the_months_of_this_test_are_months() -> None:
    assert [day(month) for month in MONTHS[:2]] == ["2010-01-01", "2010-02-01"]
    assert day(MONTHS[12]) == "2011-01-01"


@pytest.mark.parametrize("drug", DRUGS)
def test_every_drug_of_this_test_can_be_asked(drug: str) -> None:
    figure = Figure(("r",), "all", "", drug, MONTHS[0], MONTHS[12], 5, 6)
    found = Problem(Observations((figure,))).range(Target(drug, "2010-01-01", "2010-12-31"))
    assert (found.low, found.high) == (5, 6)
