"""The staircase: a lower bound that grows, beside the totals that were announced.

Belongs here: drawing it and saying it in words. Does not belong here: the bound itself (``measures.people``).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts import labels, style
from analysis.charts.steps import limits, lines

LOG = 20.0  # from this ratio on, what is small could not be seen on a linear scale
_NAMES = 6
_LINES = (
    ("people", style.PALETTE[0], "With announced totals"),
    ("courses", style.PALETTE[1], "Dated courses alone"),
)


@style.styled
def staircase(steps: pd.DataFrame, totals: pd.DataFrame, unit: str = "people", *, source: str = "") -> Figure:
    """Draw the lower bound of people trained as it grows, with the running totals that were announced.

    Parameters
    ----------
    steps : DataFrame
        Columns ``day, courses, people``: from dated courses alone, and with running totals.
    totals : DataFrame
        Columns ``day`` (NaT: undated), ``low, label``: dots; the undated stand in a strip at the right.
    unit : str
        Written on the axis.
    source : str
        Who printed the figures.

    Notes
    -----
    The scale is logarithmic where the largest is twenty times the smallest end of the two lines; the axis says so.

    Examples
    --------
    >>> days = [pd.Timestamp("2019-01-01"), pd.Timestamp("2020-06-01")]
    >>> steps = pd.DataFrame({"day": days, "courses": [20.0, 45.0], "people": [20.0, 60.0]})
    >>> totals = pd.DataFrame({"day": [days[1]], "low": [60.0], "label": ["police"]})
    >>> [text.get_text() for text in staircase(steps, totals).legends[0].get_texts()][0]
    'With announced totals: at least 60'
    """
    figure, (axes,) = style.panels(height=4.6)
    days = [style.decimal_year(day) for day in steps["day"]]
    first, end = int(min(days)), int(max(days)) + 1.0
    final = steps.iloc[-1]
    most = max([final["people"], final["courses"], *totals["low"]])
    log = most > LOG * max(final["courses"], 1.0)
    floor = _floor(steps, totals) if log else 0.0
    clear = []
    for column, tint, said in _LINES:
        heights = steps[column].astype(float).clip(lower=floor).tolist()
        text = f"{said}: at least {final[column]:,.0f}"
        axes.step([*days, end], [*heights, heights[-1]], where="post", color=tint, linewidth=1.8, label=text)
        clear += lines(days, [max(height, 1e-9) for height in heights], end)
    axes.plot([], [], "o", color=style.INK, markersize=4.5, label="A total that somebody announced")
    style.number_axis(axes.yaxis, "", 5, whole=True)
    scale = "; each grid line is ten times the one below" if log else ""
    axes.set_title(f"{unit[:1].upper()}{unit[1:]}{scale}", loc="left", fontweight="normal", fontsize=style.FONT)
    style.year_axis(axes, first, int(end) - 1)
    undated = totals["day"].isna().any()
    axes.set_xlim(first - 0.15, end + (0.64 if undated else 0.05) * (end - first))
    axes.spines["bottom"].set_bounds(first - 0.15, end)
    if log:
        axes.set_yscale("log")
        axes.set_ylim(floor, most * 8)
        powers = 10.0 ** np.arange(math.log10(floor), math.floor(math.log10(most * 8)) + 1)
        axes.set_yticks(powers, [style.number(power) for power in powers])
        axes.minorticks_off()
    else:
        limits(axes, most * 1.3)
    style.finish(figure, source)
    figure.legend(loc="outside upper left", ncols=1, frameon=False, fontsize=style.SMALL, handlelength=1.2)
    _dated(axes, totals[totals["day"].notna()], clear, end)
    if undated:
        _undated(axes, totals[totals["day"].isna()], end, first)
    return figure


def _dated(axes: Axes, totals: pd.DataFrame, clear: list[tuple[float, float, float, float]], end: float) -> None:
    """Draw the totals of a known day; the largest get their names where there is room."""
    best = totals.sort_values("low", ascending=False, kind="stable")
    where = [(style.decimal_year(r.day), float(r.low)) for r in best.itertuples()]
    for x, y in where:
        axes.plot([x], [y], "o", color=style.INK, markersize=4.5, mec=style.PAPER, zorder=5)
    names = [_name(r) if place < _NAMES else "" for place, r in enumerate(best.itertuples())]
    labels.place(axes, where, names, radius=3, first=[[(-1, 1), (-1, 0)]], avoid=clear, right=end, strict=True)


def _undated(axes: Axes, totals: pd.DataFrame, end: float, first: int) -> None:
    """Draw the totals without a day in a strip of their own, the names one below the other."""
    figure: Any = axes.figure
    figure.canvas.draw()
    best = totals.nlargest(_NAMES, "low", keep="first")
    strip, names = end + 0.05 * (end - first), end + 0.11 * (end - first)
    to_page, (bottom, top) = axes.transData, axes.get_window_extent().get_points()[:, 1]
    heights = [to_page.transform((strip, low))[1] for low in best["low"]]
    line = 2.3 * style.SMALL * figure.dpi / 72
    for row, height in zip(best.itertuples(), style.spread(heights, line, bottom + line / 2, top), strict=True):
        y = to_page.inverted().transform((0, height))[1]
        axes.plot([strip, names - 0.01 * (end - first)], [row.low, y], color=style.MUTED, linewidth=0.6)
        axes.text(names, y, _name(row), va="center", fontsize=style.SMALL, linespacing=1.0).set_in_layout(False)
    axes.plot([strip] * len(totals), totals["low"], "o", color=style.INK, markersize=4.5, mec=style.PAPER, zorder=5)
    axes.axvline(end + 0.02 * (end - first), color=style.GRID, linewidth=0.8)
    axes.text(names, -0.03, "undated", transform=axes.get_xaxis_transform(), va="top",
              fontsize=style.SMALL, color=style.MUTED)  # fmt: skip


def _name(row: Any) -> str:
    return style.wrapped(f"{row.low:,.0f} {row.label}", 21, 2)


def _floor(steps: pd.DataFrame, totals: pd.DataFrame) -> float:
    least = min([steps["courses"].replace(0, np.nan).min(), steps["people"].min(), totals["low"].min()])
    return 10.0 ** math.floor(math.log10(max(1.0, least)))


def describe_staircase(steps: pd.DataFrame, totals: pd.DataFrame, unit: str = "people") -> str:
    """Say in words what `staircase` draws.

    Examples
    --------
    >>> steps = pd.DataFrame({"day": [pd.Timestamp("2019-01-01")], "courses": [20.0], "people": [400.0]})
    >>> totals = pd.DataFrame({"day": [pd.NaT], "low": [2000.0], "label": ["INL"]})
    >>> describe_staircase(steps, totals)
    'Staircase of lower bounds, 2019 to 2019. Dated courses alone reach at least 20 people; with the running totals
    announced by then at least 400. Largest running totals: 2,000 INL (undated).'
    """
    first, last = steps["day"].min().year, steps["day"].max().year
    ends = steps.iloc[-1]
    most = totals.sort_values("low", ascending=False, kind="stable").head(4)
    when = ["undated" if pd.isna(r.day) else str(r.day.year) for r in most.itertuples()]
    named = "; ".join(f"{r.low:,.0f} {r.label} ({w})" for r, w in zip(most.itertuples(), when, strict=True))
    largest = f" Largest running totals: {named}." if named else " No running total is announced."
    return (
        f"Staircase of lower bounds, {first} to {last}. "
        f"Dated courses alone reach at least {ends['courses']:,.0f} {unit}; "
        f"with the running totals announced by then at least {ends['people']:,.0f}.{largest}"
    )
