"""Years along the bottom, one panel a drug or country: ranges as bands, printed figures as dots.

Belongs here: drawing yearly ranges and dated figures, and saying them in words. Does not belong here: where the
ranges come from (``measures``).

A figure of part of a year is a line over exactly its months, never stretched to a year. Every panel has its own scale,
from zero, and names its unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from analysis.charts import style

_PANEL = 1.42  # inches
_ROOM = 1.42  # head room for the label of the greatest figure
_FAR = 3.0  # a range that ends so many times above everything printed leaves its panel


@style.styled
def bands(
    ranges: pd.DataFrame,
    points: pd.DataFrame,
    order: Sequence[str],
    titles: Mapping[str, str],
    *,
    panel: str = "drug",
    source: str = "",
) -> Figure:
    """Draw one panel a key: a band a year from the least to the most, printed figures on it.

    Parameters
    ----------
    ranges : DataFrame
        Columns ``panel``, ``year``, ``low``, ``high`` (kg; infinite where nothing limits it). A year in which both
        ends say nothing is a gap.
    points : DataFrame
        Columns ``panel``, ``start``, ``end``, ``value``, ``whole`` (True for all agencies together); those outside the
        years of the ranges are not drawn.
    order : sequence of str
        The panels from top to bottom.
    titles : mapping of str to str
        What each panel is called.
    panel : str
        The column that names the panel.
    source : str
        Who printed the figures.

    Examples
    --------
    >>> ranges = pd.DataFrame({"drug": ["opium"], "year": [2019], "low": [900.0], "high": [1100.0]})
    >>> points = pd.DataFrame({"drug": ["opium"], "start": [pd.Timestamp("2019-01-01")], "value": [1000.0]})
    >>> points = points.assign(end=pd.Timestamp("2019-12-31"), whole=True)
    >>> bands(ranges, points, ["opium"], {"opium": "Opium"}).axes[0].get_title(loc="left")
    'Opium, kg'
    """
    figure, drawn = style.panels(len(order), height=0.7 + _PANEL * len(order), sharex=True)
    years = ranges["year"]
    points = points[(points["start"].dt.year >= years.min()) & (points["end"].dt.year <= years.max())]
    for place, (key, axes) in enumerate(zip(order, drawn, strict=True)):
        mine = ranges[ranges[panel] == key]
        dots = points[points[panel] == key]
        top = _top(mine, dots)
        scale, unit = (1000.0, "tonnes") if top >= 10_000 else (1.0, "kg")
        _panel(axes, mine, dots, top, scale, style.colour(key, place))
        axes.set_title(f"{titles.get(key, key)}, {unit}", color=style.INK, loc="left")
        style.number_axis(axes.yaxis, "", 3)
        axes.set_ylim(0, top / scale * _ROOM)
        style.year_axis(axes, int(years.min()), int(years.max()))
    return style.finish(figure, source)


def _top(mine: pd.DataFrame, dots: pd.DataFrame) -> float:
    """Return the greatest amount that a panel must hold; ends of ranges far above all else leave it."""
    firm = [*mine["low"], *dots["value"].dropna()]
    most = max([x for x in firm if math.isfinite(x)], default=0.0) or 1.0
    ends = [x for x in mine["high"] if math.isfinite(x) and x <= _FAR * most]
    return float(max([most, *ends]))


def _panel(axes: Axes, mine: pd.DataFrame, dots: pd.DataFrame, top: float, scale: float, tint: str) -> None:
    roof = top * _ROOM
    known = mine[(mine["low"] > 0) | (mine["high"] <= roof)]  # from nothing to beyond the panel says nothing
    for leaves, alpha in ((True, 0.13), (False, 0.3)):
        some = known[(known["high"] > roof) == leaves]
        boxes = [
            [(year + 0.1, low), (year + 0.1, high), (year + 0.9, high), (year + 0.9, low)]
            for year, low, high in zip(
                some["year"], some["low"] / scale, some["high"].clip(upper=roof) / scale, strict=True
            )
        ]
        axes.add_collection(PolyCollection(boxes, facecolor=tint, alpha=alpha, linewidth=0), autolim=False)
    _strokes(
        axes,
        [(year + 0.1, year + 0.9, low / scale) for year, low in zip(known["year"], known["low"], strict=True)],
        tint,
        1.6,
    )
    above = known.loc[known["high"] > roof, "year"]
    if len(above):  # marks that are not clipped, and are none, upset the layout
        axes.plot(above + 0.5, [roof / scale] * len(above), "^", color=tint, markersize=4.5, clip_on=False)
    # An agency's small total would be a speck on the axis: it is left to the table.
    shown = dots[dots["value"].notna() & (dots["whole"] | (dots["value"] > 0.03 * top))]
    first, last = (
        pd.Series([style.decimal_year(day) for day in days], index=shown.index, dtype="float64")
        for days in (shown["start"], shown["end"] + pd.Timedelta(days=1))
    )
    year_long = last - first > 0.98
    for whole in (False, True):
        some = year_long & (shown["whole"] == whole)
        face = tint if whole else style.PAPER
        axes.plot(((first + last) / 2)[some], shown["value"][some] / scale, "o", color=tint, mfc=face, ms=5, zorder=4)
    parts = shown[~year_long]
    ends = list(zip(first[~year_long], last[~year_long], parts["value"] / scale, strict=True))
    _strokes(axes, ends, tint, 1.1, marker="|", markersize=5, markeredgewidth=1.1, zorder=4)
    whole = shown[shown["whole"]]
    if len(whole):
        best = whole["value"].idxmax()
        middle, across = (first[best] + last[best]) / 2, mine["year"].max() + 1 - mine["year"].min()
        place = (middle - mine["year"].min()) / across
        axes.annotate(
            style.number(whole["value"][best] / scale),
            (middle, whole["value"][best] / scale),
            xytext=(-4 if place < 0.1 else 4 if place > 0.9 else 0, 5),
            textcoords="offset points",
            ha="left" if place < 0.1 else "right" if place > 0.9 else "center",
            va="bottom",
            fontsize=style.SMALL,
            bbox=style.HALO,
            zorder=5,
        )


def _strokes(axes: Axes, ends: Sequence[tuple[float, float, float]], tint: str, width: float, **keywords: Any) -> None:
    """Draw level strokes from left to right as one path, which keeps the picture small."""
    across = [x for left, right, _ in ends for x in (left, right, math.nan)]
    up = [y for _, _, level in ends for y in (level, level, math.nan)]
    axes.plot(across, up, color=tint, linewidth=width, solid_capstyle="butt", **keywords)


def describe_bands(
    ranges: pd.DataFrame, points: pd.DataFrame, order: Sequence[str], titles: Mapping[str, str], *, panel: str = "drug"
) -> str:
    """Say in words what `bands` draws.

    Parameters
    ----------
    ranges, points, order, titles, panel
        As in `bands`.

    Examples
    --------
    >>> one = pd.DataFrame({"drug": ["opium"], "year": [2019], "low": [29578.5], "high": [29579.5]})
    >>> none = pd.DataFrame({"drug": [], "value": [], "whole": []})
    >>> describe_bands(one, none, ["opium"], {"opium": "Opium"})
    'Ranges by year, 2019 to 2019, in 1 panel. Opium: 1 year bounded on both sides, 0 only from below,
    0 without a figure; highest in 2019 with 29,600 kg.'
    """
    first, last = int(ranges["year"].min()), int(ranges["year"].max())
    panels = "1 panel" if len(order) == 1 else f"{len(order)} panels"
    said = [f"Ranges by year, {first} to {last}, in {panels}."]
    for key in order:
        mine = ranges[ranges[panel] == key]
        closed = mine[mine["high"] < math.inf]
        below = int(((mine["high"] == math.inf) & (mine["low"] > 0)).sum())
        empty = last - first + 1 - len(closed) - below
        bounded = f"{len(closed)} year{'' if len(closed) == 1 else 's'} bounded on both sides"
        text = f"{titles.get(key, key)}: {bounded}, {below} only from below, {empty} without a figure"
        if (mine["low"] > 0).any():
            best = mine.loc[mine["low"].idxmax()]
            text += f"; highest in {int(best['year'])} with {style.between(best['low'], best['high'])} kg"
        said.append(text + ".")
    return " ".join(said)
