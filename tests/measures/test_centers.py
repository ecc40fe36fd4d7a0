"""Teams, centers, posts: counts, stocks, sites, coverage."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures import centers, coverage, posts
from analysis.measures.coverage import Span, over

ROW = {
    "source_id": "s", "country": "TJK", "admin1": "TJ-KT", "district": "", "place": "", "lat": math.nan,
    "lon": math.nan, "kind": "border_post", "kind_reported": "border post", "record": "site", "as_of_start": pd.NaT,
    "as_of_end": pd.NaT, "status": "opened", "value": 1.0, "low": 1.0, "high": 1.0, "cost_usd": math.nan,
    "implementer": "", "subset": False, "note": "",
}  # fmt: skip


def table(*rows: dict[str, object]) -> pd.DataFrame:
    made = []
    for place, row in enumerate(rows):
        day = row.get("day")
        made.append({"record_id": f"r{place}", **ROW, "as_of_start": day, "as_of_end": day, **row})
    frame = pd.DataFrame(made, columns=["record_id", *ROW])
    for side in ("as_of_start", "as_of_end"):
        frame[side] = pd.to_datetime(frame[side])
    return frame


def count(n: float, day: str, kind: str = "cpc", **more: object) -> dict[str, object]:
    return {"low": n, "high": n, "value": n, "day": day, "kind": kind, "record": "stock", "admin1": "", **more}


def test_between_two_counts_there_was_the_earlier_at_least_and_the_later_at_most() -> None:
    steps = centers.stock(table(count(11, "2012-12-31"), count(19, "2013-05-31")), "cpc")
    found = steps[steps["start"] <= "2013-02-01"].iloc[-1]
    assert (found["low"], found["high"]) == (11, 19)
    assert math.isinf(steps["high"].iloc[-1])


def test_counts_are_whole_however_they_were_rounded() -> None:
    found = centers.counts(table(count(31.5, "2019-05-14", high=32.5)))
    assert found[["low", "high"]].iloc[0].tolist() == [32, 32]


def test_named_places_and_later_openings_raise_the_least() -> None:
    rows = [count(2, "2019-05-14"), {"kind": "cpc", "record": "batch", "low": 5.0, "day": "2021-06-21"}]
    named = [{"kind": "cpc", "place": f"p{n}", "day": "2018-01-01"} for n in range(3)]
    assert centers.stock(table(*rows), "cpc")["low"].iloc[-1] == 7
    assert centers.stock(table(*named), "cpc").empty is False
    assert centers.stock(table(*named), "cpc")["low"].iloc[-1] == 3


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60)), min_size=1, max_size=8))
def test_a_stock_keeps_its_ends_in_order(points: list[tuple[int, int]]) -> None:
    rows = [count(n, str(pd.Timestamp("2010-01-01") + pd.Timedelta(days=d))) for d, n in points]
    steps = centers.stock(table(*rows), "cpc")
    assert (steps["low"] <= steps["high"]).all()


def test_two_reports_of_one_place_are_one_place() -> None:
    one = {"place": "Yakhchi Pun", "district": "Shamsiddin Shohin", "day": "2011-06-29", "status": "renovated"}
    two = {"place": "Yakhchi Pun", "day": "2018-05-07", "status": "built_or_renovated", "note": "INL funded"}
    found = centers.sites(table(one, two, {"place": "Yol", "day": "2018-05-07"}))
    assert len(found) == 2
    site = found[found["place"] == "Yakhchi Pun"].iloc[0]
    assert (site["reports"], site["payer"], site["status"]) == (2, "INL", "renovated")


def test_a_plan_and_its_opening_give_days() -> None:
    plan = {"kind_reported": "other: academy", "status": "planned", "day": "2019-07-11"}
    built = {"kind_reported": "other: academy", "district": "Peshawar", "place": "Mira", "day": "2022-08-04"}
    assert centers.durations(table(plan, built))[["low", "high"]].iloc[0].tolist() == [1120, 1120]


def test_growth_names_what_came_between_two_dates() -> None:
    rows = [
        count(44, "2018-10-03"),
        count(27, "2018-10-03", "cppt"),
        count(49, "2019-05-14"),
        count(32, "2019-05-14", "cppt"),
    ]
    found = centers.growth(table(*rows))
    assert found[["teams", "centers"]].to_numpy().tolist() == [[27, 44], [32, 49]]
    assert found["centers_more"].iloc[-1] == found["teams_more"].iloc[-1] == 5
    assert found["centers_a_year"].iloc[-1] == f"{5 / (223 / 365.25):.1f}"


def test_a_falling_series_mixes_bases_and_is_not_drawn() -> None:
    unit = {"kind": "womens_facility", "kind_reported": "other: unit"}
    assert centers.drawn_series(table(count(15, "2020-01-01", **unit), count(14, "2024-01-01", **unit))) == []
    assert centers.drawn_series(table(count(5, "2010-01-01", **unit), count(19, "2025-01-01", **unit))) == ["unit"]


@given(*[st.floats(1, 1e6)] * 4)
def test_a_rate_of_ranges_holds_every_rate_inside(a: float, b: float, c: float, d: float) -> None:
    count_, base = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    rate = over(count_, base, 100)
    assert rate.low <= (a / c) * 100 * (1 + 1e-9) and rate.high >= (b / d) * 100 * (1 - 1e-9)
    assert rate.low <= rate.high


def test_counts_of_posts_say_their_basis() -> None:
    rows = [
        count(9, "2018-11-30", "border_post", implementer="UNODC"),
        count(12, "2021-09-07", "border_post", note="since 2002, all U.S. agencies"),
        {**count(14, "", "border_post", note="cumulative since 2005"), "day": None},
        {"place": "Yol", "day": "2018-05-07", "implementer": "UNODC"},
    ]
    found = posts.post_counts(table(*rows))
    assert found["count"].tolist() == [9, 12, 14]
    assert found["basis"].str.split(":").str[0].tolist() == ["UNODC", "All US agencies", "INL"]
    assert found["named"].iloc[0] == 1


def test_nothing_selected_gives_empty_tables() -> None:
    nothing = table()
    context = pd.DataFrame(
        {name: [] for name in ("indicator", "admin1", "district", "place_reported", "country", "unit")}
    )
    context = context.assign(province_reported="", start=pd.NaT, end=pd.NaT, low=0.0, high=0.0, value=0.0, record_id="")
    of_centers = (centers.counts, centers.growth, centers.sites, centers.opened_by_year, centers.durations)
    of_posts = (posts.post_counts, posts.posts, posts.posts_by_payer)
    for measure in (*of_centers, centers.cost_per_site, centers.latest_counts, *of_posts):
        assert measure(nothing).empty, measure.__name__
    assert centers.drawn_series(nothing) == []
    assert coverage.districts_covered(nothing, context).empty and coverage.rates(nothing, context).empty


@pytest.mark.parametrize("series", ["cppt", "cpc", "border post"])
def test_no_count_no_stock(series: str) -> None:
    assert centers.stock(table(), series).empty
