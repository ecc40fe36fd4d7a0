"""Steps, stairs, least numbers and the map of sites: nothing collides, and the words say what is drawn."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.charts import labels, least, sites, stairs, steps, style


def counts(points: list[tuple[str, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = pd.to_datetime([day for day, _ in points])
    numbers = [n for _, n in points]
    made = pd.DataFrame({"series": "cpc", "start": days, "low": numbers, "high": [*numbers[1:], math.inf]})
    dots = pd.DataFrame({"series": "cpc", "as_of_start": days, "as_of_end": days, "count": numbers})
    return made, dots.assign(date=[f"{day:%d %B %Y}" for day in days])


CASES = {
    "growth": [
        ("2012-12-31", 11.0),
        ("2013-05-31", 19.0),
        ("2017-02-28", 35.0),
        ("2018-10-03", 44.0),
        ("2019-05-14", 49.0),
    ],
    "crowded": [(f"2019-0{month}-01", 40.0 + month) for month in range(1, 9)],
    "one": [("2019-05-14", 1.0)],
    "large": [("2010-01-01", 10.0), ("2024-01-01", 120_000.0)],
}


@pytest.mark.parametrize("case", CASES)
def test_steps_do_not_collide(case: str) -> None:
    made, dots = counts(CASES[case])
    figure = steps.stock_steps(made, dots, {"cpc": "Community Policing Centers"}, source="an embassy")
    assert style.clashes(figure) == []
    said = steps.describe_stock_steps(made, dots, {"cpc": "Centers"})
    assert all(f"{n:.0f}" in said for _, n in CASES[case])


def stair(most: float, totals: int, undated: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = pd.date_range("2010-01-01", periods=8, freq="365D")
    made = pd.DataFrame({"day": days, "courses": [20.0 * (n + 1) for n in range(8)]})
    made["people"] = made["courses"] + most
    when = [days[n % 8] for n in range(totals)] + [pd.NaT] * undated
    low = [max(30.0, most / (n + 1)) for n in range(totals + undated)]
    names = ["several sectors of law enforcement (US, INL)"] * len(low)
    return made, pd.DataFrame({"day": pd.to_datetime(when), "low": low, "label": names})


@pytest.mark.parametrize("most", [50.0, 120_000.0])
@pytest.mark.parametrize(("totals", "undated"), [(0, 0), (8, 6), (16, 1), (0, 12)])
def test_stairs_do_not_collide(most: float, totals: int, undated: int) -> None:
    made, announced = stair(most, totals, undated)
    assert style.clashes(stairs.staircase(made, announced, source="offices")) == []
    assert f"{160 + most:,.0f}" in stairs.describe_staircase(made, announced)


@pytest.mark.parametrize("numbers", [[3.0], [120_000.0, 17.0, 2.0], [40.0, 39.0, 5.0]])
def test_least_numbers_do_not_collide(numbers: list[float]) -> None:
    frame = pd.DataFrame({"places": numbers, "persons": [max(1.0, n // 2) for n in numbers]})
    frame["label"] = "Customs, excise and the border guards of several provinces"
    assert style.clashes(least.least(frame)) == []
    assert least.describe_least(frame).count("at least") == len(numbers)


def places(count: int) -> pd.DataFrame:
    rows = [(f"District number {n}", 37.2 + 0.07 * (n % 5), 68.1 + 0.11 * (n // 5)) for n in range(count)]
    frame = pd.DataFrame(rows, columns=["district", "lat", "lon"])
    frame = pd.concat([frame.assign(kind="cpc"), frame.head(3).assign(kind="cppt")])
    return frame.assign(country="TJK", province="Khatlon")


@pytest.mark.parametrize("count", [1, 8, 30])
def test_the_map_of_sites_does_not_collide(count: int) -> None:
    found = sites.by_district(places(count), {"cpc": "Centers", "cppt": "Teams"})
    assert style.clashes(sites.site_map(found, ["TJK"])) == []
    assert f"{count} district" in sites.describe_site_map(found)


def test_sites_without_a_position_are_not_on_the_map() -> None:
    assert sites.by_district(places(2).assign(lat=math.nan), {"cpc": "Centers"}).empty


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_labels_never_touch(points: list[tuple[float, float]]) -> None:
    figure, (axes,) = style.panels()
    axes.set_xlim(-0.1, 1.1)
    axes.set_ylim(-0.1, 1.1)
    axes.set_axis_off()
    left = labels.place(axes, points, [f"label {n}" for n in range(len(points))])
    assert style.clashes(figure) == []
    assert len(left) + len(axes.texts) == len(points)
