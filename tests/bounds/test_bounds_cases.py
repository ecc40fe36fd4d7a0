"""Small cases worked out by hand."""

from __future__ import annotations

import math

import pytest

from analysis.bounds import Figure, Observations, Problem, Target, bounds
from analysis.bounds.figures import days

YEAR = ("2019-01-01", "2019-12-31")


def figure(
    record: str,
    low: float,
    high: float,
    span: tuple[str, str] = YEAR,
    agency: str = "all",
    drug: str = "opium",
    admin1: str = "",
    votes: int = 1,
    suspect: bool = False,
) -> Figure:
    start, end = days(span[0]), days(span[1]) + 1
    return Figure((record,), agency, admin1, drug, start, end, low, high, math.isfinite(high), votes, suspect, (low,))


def ends(
    figures: list[Figure], drug: str = "opium", span: tuple[str, str] = YEAR, agency: str = "all"
) -> tuple[float, float]:
    found = bounds(Observations(tuple(figures)), Target(drug, *span, agency))
    return found.low, found.high


JULY, OCTOBER = ("2019-01-01", "2019-07-10"), ("2019-01-01", "2019-10-31")


def test_july_stands_inside_october() -> None:
    found = bounds(
        Observations((figure("july", 5360.5, 5361.5, JULY, "anf"), figure("nation", 29_578.5, 29_579.5))),
        Target("opium", *OCTOBER, "anf"),
    )
    assert (found.low, found.high) == (5360.5, 29_579.5)
    assert (found.low_by, found.high_by) == (("july",), ("nation",))
    assert found.pinned_by == ("july", "nation")
    assert found.printed == ()


def test_the_rest_of_a_year_is_a_difference() -> None:
    figures = [figure("half", 40, 42, ("2019-01-01", "2019-06-30")), figure("year", 100, 101)]
    assert ends(figures, span=("2019-07-01", "2019-12-31")) == (58, 61)


def test_an_agency_stands_inside_the_nation_and_leaves_the_rest() -> None:
    figures = [figure("a", 30, 30, agency="anf"), figure("b", 20, 20, agency="rangers"), figure("all", 60, 61)]
    assert ends(figures) == (60, 61)
    assert ends(figures, agency="customs_pak") == (0, 11)
    assert ends(figures[:2]) == (50, math.inf)


def test_provinces_of_an_agency_add_up() -> None:
    figures = [figure("p", 5, 6, agency="anf", admin1="PK-PB"), figure("s", 7, 8, agency="anf", admin1="PK-SD")]
    assert ends(figures, agency="anf") == (12, math.inf)
    assert ends([*figures, figure("all", 10, 15)], agency="anf") == (12, 15)


def test_one_figure_for_two_drugs() -> None:
    both = figure("both", 100, 100, drug="heroin_morphine")
    assert ends([both], "heroin") == (0, 100)
    assert ends([both, figure("h", 60, 62, drug="heroin")], "morphine") == (38, 40)
    assert ends([figure("h", 60, 62, drug="heroin"), figure("m", 5, 6, drug="morphine")], "heroin_morphine") == (65, 68)


def test_all_drugs_hold_the_drugs_but_may_hold_more() -> None:
    parts = [figure("h", 60, 60, drug="heroin"), figure("c", 10, 10, drug="hashish")]
    assert ends(parts, "all_drugs") == (70, math.inf)
    assert ends([*parts, figure("t", 100, 100, drug="all_drugs")], "cocaine") == (0, 30)
    assert ends([*parts, figure("t", 100, 100, drug="all_drugs")], "all_drugs") == (100, 100)


def test_parts_of_one_agency_limit_the_others() -> None:
    """The total of the nation leaves 20 to the others: their heroin cannot be more."""
    figures = [figure("t", 100, 100, drug="all_drugs"), figure("a", 80, 80, agency="anf", drug="all_drugs")]
    assert ends([*figures, figure("h", 5, 5, agency="anf", drug="heroin")], "heroin") == (5, 25)


def test_least_amounts_on_different_days_add_up_and_on_equal_days_do_not() -> None:
    day, other = ("2019-03-01", "2019-03-01"), ("2019-03-02", "2019-03-02")
    inf = math.inf
    assert ends([figure("x", 5, inf, day), figure("y", 7, inf, day)]) == (7, inf)
    assert ends([figure("x", 5, inf, day), figure("y", 7, inf, other)]) == (12, inf)


def test_nothing_known_is_at_least_nothing() -> None:
    found = bounds(Observations(()), Target("opium", *YEAR))
    assert (found.low, found.high, found.informative) == (0, math.inf, False)
    assert ends([figure("x", 5, 6)], "cocaine") == (0, math.inf)


def test_the_exact_sum_is_printed() -> None:
    problem = Problem(Observations((figure("x", 9.5, 10.5), figure("y", 9.6, 10.2, agency="anf"))))
    assert [one.records for one in problem.range(Target("opium", *YEAR)).printed] == [("x",)]
    assert problem.range(Target("opium", *OCTOBER)).printed == ()


def test_rounding_is_no_conflict() -> None:
    problem = Problem(Observations((figure("t", 7850, 7950), figure("kg", 7911.5, 7912.5))))
    assert problem.conflicts == ()
    assert problem.range(Target("opium", *YEAR)).low == 7911.5


def test_two_prints_against_one_decide() -> None:
    figures = [figure("two", 1599.5, 1600.5, votes=2), figure("one", 16_176.5, 16_177.5)]
    problem = Problem(Observations(tuple(figures)))
    (conflict,) = problem.conflicts
    assert conflict.records == ("one", "two")
    assert conflict.sides == (("one",),)
    assert (conflict.tied, conflict.stretched) == (False, False)
    assert problem.wrong == ("one",)
    assert ends(figures) == (1599.5, 1600.5)


def test_one_print_against_one_gives_both_ranges_and_their_hull() -> None:
    figures = (figure("more", 16_176.5, 16_177.5), figure("less", 1599.5, 1600.5))
    problem = Problem(Observations(figures))
    found = problem.range(Target("opium", *YEAR))
    assert (found.low, found.high) == (1599.5, 16_177.5)
    assert {(side.wrong, side.low, side.high) for side in found.sides} == {
        (("less",), 16_176.5, 16_177.5),
        (("more",), 1599.5, 1600.5),
    }
    assert found.conflicts == problem.conflicts
    assert problem.wrong == ()
    assert problem.conflicts[0].tied


def test_a_tie_elsewhere_does_not_matter() -> None:
    figures = (figure("more", 50, 50, drug="cocaine"), figure("less", 5, 5, drug="cocaine"), figure("x", 9, 10))
    found = Problem(Observations(figures)).range(Target("opium", *YEAR))
    assert (found.low, found.high, found.sides, found.conflicts) == (9, 10, (), ())


def test_figures_are_counted_not_kilograms() -> None:
    """Kilograms would blame the two larger figures; the count blames the small one."""
    figures = [
        figure("to-july", 5360.5, 5361.5, JULY, "anf"),
        figure("to-october", 7850, 7950, OCTOBER, "anf"),
        figure("to-december", 28.715, 28.725, ("2019-01-01", "2019-12-24"), "anf"),
    ]
    problem = Problem(Observations(tuple(figures)))
    assert problem.wrong == ("to-december",)
    assert {conflict.records for conflict in problem.conflicts} <= {
        ("to-december", "to-july"),
        ("to-december", "to-october"),
    }


def test_tonnes_printed_for_kilograms_are_named() -> None:
    span = ("2018-08-01", "2019-07-31")
    figures = [
        figure("y18", 18_699.5, 18_700.5, ("2018-01-01", "2018-12-31")),
        figure("y19", 29_578.5, 29_579.5),
        figure("slip", 10_802_476.5, 10_802_477.5, span, "anf"),
    ]
    problem = Problem(Observations(tuple(figures)))
    (conflict,) = problem.conflicts
    fits = {member.figure.key: (member.low, member.high, member.fits) for member in conflict.members}
    assert fits["slip"] == (0, 48_280, "kilograms printed as tonnes")
    assert conflict.sides == (("slip",), ("y18",), ("y19",))  # nothing but the count is known yet
    flagged = Problem(
        Observations((*figures[:2], figure("slip", 10_802_476.5, 10_802_477.5, span, "anf", suspect=True)))
    )
    assert flagged.conflicts[0].sides == (("slip",),)
    assert flagged.range(Target("opium", *YEAR)).high == 29_579.5


def test_no_range_rests_on_a_flagged_figure() -> None:
    assert ends([figure("x", 500, 500, suspect=True)]) == (0, math.inf)


def test_three_figures_that_only_together_conflict() -> None:
    halves = [figure("h1", 60, 61, ("2019-01-01", "2019-06-30")), figure("h2", 50, 51, ("2019-07-01", "2019-12-31"))]
    problem = Problem(Observations((*halves, figure("year", 90, 91))))
    (conflict,) = problem.conflicts
    assert conflict.records == ("h1", "h2", "year")
    implied = {member.figure.key: (member.low, member.high) for member in conflict.members}
    assert implied == {"h1": (39, 41), "h2": (29, 31), "year": (110, 112)}
    assert conflict.gap == pytest.approx(19 / 201)
    found = problem.range(Target("opium", *YEAR))
    assert (found.low, found.high) == (90, 112)
    assert len(found.sides) == 3


def test_a_slight_conflict_stretches_instead_of_choosing() -> None:
    problem = Problem(Observations((figure("x", 3096.6, 3096.7), figure("y", 3096.0, 3096.1))))
    (conflict,) = problem.conflicts
    assert conflict.stretched
    assert conflict.gap < 0.001
    assert problem.wrong == ()
    found = problem.range(Target("opium", *YEAR))
    assert 3095 < found.low <= found.high < 3098


def test_where_any_of_many_could_be_wrong_all_are_stretched() -> None:
    months = [figure(f"m{m}", 10, 10, (f"2019-{m:02d}-01", f"2019-{m:02d}-28")) for m in range(1, 10)]
    problem = Problem(Observations((*months, figure("year", 85, 85))))
    assert all(conflict.stretched for conflict in problem.conflicts)
    found = problem.range(Target("opium", "2019-01-01", "2019-01-31"))
    assert 9 < found.low < 10.001


def test_without_rows() -> None:
    observed = Observations((figure("x", 9, 10), figure("y", 9.5, 11)))
    fewer = observed.without(["y"], "the claim itself")
    assert [one.records for one in fewer.figures] == [("x",)]
    assert fewer.left_out.to_dict("records") == [{"record_id": "y", "reason": "the claim itself"}]


def test_an_echo_of_a_figure_leaves_one_vote() -> None:
    both = Figure(("x", "y"), "all", "", "opium", 0, 10, 5, 6, votes=2, values=(5.5, 5.5))
    (left,) = Observations((both,)).without(["y"], "an echo").figures
    assert (left.records, left.votes) == (("x",), 1)


def test_a_table_is_one_row_a_target() -> None:
    problem = Problem(Observations((figure("x", 9, 10),)))
    table = problem.table([Target("opium", *YEAR), Target("opium", *YEAR), Target("cocaine", *YEAR)])
    assert table["drug"].tolist() == ["opium", "cocaine"]
    assert table["low"].tolist() == [9, 0]
    assert table["printed"].tolist() == [(9,), ()]
    assert table["low_by"].tolist() == ["x", ""]
