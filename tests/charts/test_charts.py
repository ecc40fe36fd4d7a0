"""Charts hold their letters apart at any parameter, show gaps as gaps, and say in words what they show."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from analysis.charts import bars, heat, maps, series, style

LONG = "Agency for State Financial Control and Fight against Corruption, Ministry of Everything Else"


def figure_bands(first: int, last: int, panels: int, size: float) -> Figure:
    order = [f"drug {i}" for i in range(panels)]
    rows = [(key, year, size * (year % 7), size * (year % 7) + (math.inf if year % 3 else 1))
            for key in order for year in range(first, last + 1)]  # fmt: skip
    ranges = pd.DataFrame(rows, columns=["drug", "year", "low", "high"])
    points = pd.DataFrame(
        {
            "drug": order[0],
            "start": [pd.Timestamp(f"{first}-01-01"), pd.Timestamp(f"{last}-03-01")],
            "end": [pd.Timestamp(f"{first}-12-31"), pd.Timestamp(f"{last}-08-31")],
            "value": [size * 6.4, size * 2],
            "whole": [True, False],
        }
    )
    return series.bands(ranges, points, order, dict.fromkeys(order, "Heroin"), source="somebody")


@pytest.mark.parametrize(("first", "last"), [(2019, 2019), (2015, 2025), (1991, 2025), (1950, 2025)])
@pytest.mark.parametrize("panels", [1, 5])
@pytest.mark.parametrize("size", [0.003, 9e7])
def test_bands_do_not_collide(first: int, last: int, panels: int, size: float) -> None:
    assert style.clashes(figure_bands(first, last, panels, size)) == []


def test_bands_without_an_open_year_are_laid_out() -> None:
    ranges = pd.DataFrame({"drug": "opium", "year": [2018, 2019], "low": [1.0, 2.0], "high": [1.0, 2.0]})
    points = pd.DataFrame(
        {"drug": [], "start": pd.to_datetime([]), "end": pd.to_datetime([]), "value": [], "whole": []}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = series.bands(ranges, points.astype({"whole": bool}), ["opium"], {})
        assert style.clashes(figure) == []


def test_a_part_of_a_year_is_drawn_over_its_months_only() -> None:
    figure = figure_bands(2019, 2021, 1, 10)
    strokes = [line.get_xdata() for line in figure.axes[0].lines if line.get_marker() == "|"]
    assert np.asarray(strokes[0])[:2] == pytest.approx([2021 + 59 / 365, 2021 + 243 / 365])


def test_a_year_that_says_nothing_is_a_gap() -> None:
    ranges = pd.DataFrame({"drug": "opium", "year": [2018, 2019], "low": [0.0, 5.0], "high": [math.inf, 6.0]})
    points = pd.DataFrame(
        {"drug": [], "start": pd.to_datetime([]), "end": pd.to_datetime([]), "value": [], "whole": []}
    )
    axes = series.bands(ranges, points.astype({"whole": bool}), ["opium"], {}).axes[0]
    drawn = [x for line in axes.lines for x in line.get_xdata() if not math.isnan(x)]
    assert min(drawn) > 2019
    assert "1 without a figure" in series.describe_bands(ranges, points, ["opium"], {})


@pytest.mark.parametrize("rows", [1, 5, 30])
@pytest.mark.parametrize("size", [0.0004, 1, 8e8])
def test_bars_do_not_collide(rows: int, size: float) -> None:
    frame = pd.DataFrame({"label": [f"{LONG} {i}" for i in range(rows)], "low": [size * i for i in range(rows)]})
    frame["high"] = [low * 2 if place % 2 else math.inf for place, low in enumerate(frame["low"])]
    assert style.clashes(bars.bars(frame, "kg", source=LONG * 3)) == []


def test_bars_are_said_in_words() -> None:
    frame = pd.DataFrame({"label": ["Sindh", "Punjab"], "low": [5.0, 1.0], "high": [9.0, math.inf]})
    assert bars.describe_bars(frame, "kg") == "Bar chart, 2 bars, in kg. Sindh: 5 to 9; Punjab: at least 1."


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (26, 9), (60, 3)])
def test_heat_does_not_collide_and_prints_its_counts(rows: int, columns: int) -> None:
    counts = pd.DataFrame(
        np.arange(rows * columns).reshape(rows, columns) * 7,
        index=range(2000, 2000 + rows),
        columns=[f"Amphetamine number {i}" for i in range(columns)],
    )
    figure = heat.heat(counts, source="somebody")
    assert style.clashes(figure) == []
    printed = {text.get_text() for text in figure.axes[0].texts}
    assert "0" not in printed
    assert len(printed) == rows * columns - 1


@pytest.mark.parametrize("countries", [["PAK"], ["TJK"], ["PAK", "TJK", "AFG", "KGZ"]])
def test_map_labels_do_not_collide(countries: list[str]) -> None:
    near = pd.DataFrame({"label": [f"Province {i}" for i in range(30)], "amount": [1.0 + i for i in range(30)]})
    near["lat"], near["lon"] = 36 + near.index % 6 * 0.2, 70 + near.index // 6 * 0.2
    figure = maps.circles(near, countries, "kg", source="somebody")
    assert style.clashes(figure) == []
    assert len(figure.axes[0].texts) >= 1


def test_every_outline_is_a_country() -> None:
    assert {"PAK", "TJK", "AFG", "KGZ"} <= set(maps.outlines())
    assert all(np.isfinite(ring).all() for rings in maps.outlines().values() for ring in rings)


def test_clashes_finds_what_collides() -> None:
    figure, (axes,) = style.panels()
    axes.text(0.5, 0.5, "one")
    axes.text(0.5, 0.5, "two")
    assert ("one", "two") in style.clashes(figure)


def test_letters_stay_legible() -> None:
    sizes = {
        text.get_fontsize() for text in figure_bands(2015, 2020, 2, 100).findobj(lambda a: hasattr(a, "get_fontsize"))
    }
    assert min(sizes) >= 9
    assert style.WIDTH <= 7.2


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0.1, 5))
def test_spread_keeps_order_and_distance(wanted: list[float], gap: float) -> None:
    placed = style.spread(wanted, gap)
    ranked = [placed[i] for i in sorted(range(len(wanted)), key=lambda i: wanted[i])]
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(ranked))


@settings(max_examples=200)
@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e12))
def test_a_range_is_written_in_order(one: float, two: float) -> None:
    low, high = sorted([one, two])
    assert not style.between(low, high).startswith("up to")
    assert style.between(low, math.inf).startswith("at least")
