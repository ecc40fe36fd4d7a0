"""Lower bounds of people trained: never twice, never more than the print."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import people
from analysis.measures.overlap import Figure, apart, figures, least, providers

COLUMNS = {
    "source_id": "s", "country": "TJK", "countries": "TJK", "admin1": "", "institution": "", "sector": "police",
    "sex": "all", "counted_as": "trained", "cumulative": False, "subset": False, "start": pd.NaT, "end": pd.NaT,
    "unit": "people", "programme": "", "provider": "OSCE", "note": "",
}  # fmt: skip


def table(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of a trainees table: ``n`` people, everything else as in `COLUMNS` unless said."""
    made = []
    for place, row in enumerate(rows):
        n = float(row["n"])  # type: ignore[arg-type]
        made.append({"record_id": f"r{place}", "value": n, "low": n, "high": n, **COLUMNS, **row})
    frame = pd.DataFrame(made, columns=["record_id", "value", "low", "high", *COLUMNS])
    for side in ("start", "end"):
        frame[side] = pd.to_datetime(frame[side])
    return frame


def course(n: int, day: str, source: str, **more: object) -> dict[str, object]:
    return {"n": n, "start": day, "end": day, "source_id": source, **more}


def test_a_total_stands_for_the_courses_inside_it() -> None:
    courses = [course(20, "2020-03-01", "a"), course(30, "2020-06-01", "b")]
    total = {"n": 45, "cumulative": True, "start": "2020-01-01", "end": "2020-12-31", "source_id": "c"}
    assert people.people_trained(table(*courses, total)).low == 50
    assert people.people_trained(table(*courses, {**total, "n": 55})).low == 55
    assert people.people_trained(table(*courses, {**total, "end": "2020-04-01"})).low == 75


def test_targets_capacity_and_percentages_are_no_people() -> None:
    rows = [course(20, "2020-03-01", "a", counted_as=kind) for kind in ("target", "capacity", "enrolled", "other")]
    assert people.people_trained(table(*rows, course(10, "2020-03-01", "b", unit="percent"))).low == 0


def test_a_part_is_inside_its_whole_and_parts_stand_side_by_side() -> None:
    whole = course(30, "2020-03-01", "a")
    parts = [course(12, "2020-03-01", "a", subset=True), course(10, "2020-03-01", "a", subset=True)]
    assert people.people_trained(table(whole, *parts)).low == 30
    assert people.people_trained(table(*parts)).low == 22


def test_the_same_number_by_two_sources_is_one_figure() -> None:
    twice = table(course(20, "2020-03-01", "a"), course(20, "2020-03-01", "b"))
    assert len(figures(twice)) == 1
    assert people.people_trained(twice).low == 20
    assert people.people_trained(table(course(20, "2020-03-01", "a"), course(20, "2020-09-01", "b"))).low == 40


def test_somebody_may_have_come_twice() -> None:
    found = figures(
        table(
            course(20, "2020-03-01", "a"), course(30, "2021-03-01", "b"), course(5, "2021-03-01", "c", sector="border")
        )
    )
    assert least(found).low == 55
    assert least(found, persons=True).low == 35


made_figures = st.lists(
    st.builds(
        lambda n, a, length, sector, sex, body, total, source: Figure(
            ("x",), frozenset([source]), frozenset(["TJK"]), "", sector, sex, frozenset([body]), total, False,
            float(a), float(a + length), float(a + length), float(n), float(n),
        ),
        st.integers(1, 500), st.integers(0, 50), st.integers(0, 30), st.sampled_from(["police", "border", "mixed"]),
        st.sampled_from(["all", "women", "men"]), st.sampled_from(["osce", "unodc", "inl"]), st.booleans(),
        st.sampled_from("abc"),
    ),
    max_size=9,
)  # fmt: skip


@given(made_figures)
def test_the_bound_is_the_best_of_all_choices(found: list[Figure]) -> None:
    best = 0.0
    for chosen in range(1 << len(found)):
        some = [f for i, f in enumerate(found) if chosen >> i & 1]
        if all(apart(a, b) for i, a in enumerate(some) for b in some[:i]):
            best = max(best, sum(f.low for f in some))
    assert least(found).low == best


@given(made_figures)
def test_another_figure_never_lowers_the_bound(found: list[Figure]) -> None:
    for persons in (False, True):
        assert least(found, persons).low >= least(found[1:], persons).low
    assert least(found, persons=True).low <= least(found).low


@given(made_figures)
def test_apart_is_said_of_both(found: list[Figure]) -> None:
    assert all(apart(a, b) == apart(b, a) for a in found for b in found)


def test_the_staircase_only_rises() -> None:
    rows = [course(20 + n, f"20{10 + n}-03-01", f"s{n}") for n in range(5)]
    steps = people.staircase(table(*rows, {"n": 60, "cumulative": True, "end": "2013-12-31", "source_id": "t"}))
    assert steps["people"].is_monotonic_increasing and steps["courses"].is_monotonic_increasing
    assert (steps["people"] >= steps["courses"]).all()
    assert steps["people"].iloc[-1] == 20 + 21 + 22 + 23 + 24


def test_womens_share_is_a_range_of_one_course() -> None:
    rows = [course(31, "2020-01-22", "a"), course(4, "2020-01-22", "a", sex="women", subset=True)]
    share = people.women_share(table(*rows, course(9, "2020-01-22", "b", sex="women")))
    assert share[["share_low", "share_high"]].to_numpy().tolist() == [
        [pytest.approx(400 / 31), pytest.approx(400 / 31)]
    ]


def test_cost_a_person_only_where_it_is_printed() -> None:
    rows = table(course(4, "2020-01-22", "a"), course(2, "2020-01-22", "b"))
    assert people.cost_per_person(rows).empty
    cost = people.cost_per_person(rows.assign(cost_usd=[2000.0, math.nan], fiscal_year="2020"))
    assert cost[["lines", "people", "cost_usd", "median"]].iloc[0].tolist() == [1, 4, 2000, 500]


def test_a_course_of_whole_months_has_no_length() -> None:
    rows = [{"n": 9, "start": "2023-09-01", "end": "2023-09-30"}, {"n": 9, "start": "2023-09-04", "end": "2023-09-08"}]
    assert people.course_length(table(*rows))[["courses", "median"]].iloc[0].tolist() == [1, 5]


@pytest.mark.parametrize("by", people.BY)
def test_nothing_selected_gives_empty_tables(by: str) -> None:
    nothing = table()
    assert people.people_by(nothing, by).empty and people.people_trained(nothing).low == 0
    for measure in (people.staircase, people.running_totals, people.women_share, people.course_length):
        assert measure(nothing).empty


def test_providers_are_read_from_any_script() -> None:
    assert providers("МОМ (IOM)") == {"iom"}
    assert providers("امریکا") == {"us"}
    assert providers("Punjab Police; INL") == {"national", "inl"}
    assert providers("data analysts") == frozenset()
