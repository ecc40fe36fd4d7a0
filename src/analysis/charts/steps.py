"""Counts over time: what there can have been between the printed counts.

Belongs here: drawing steps and saying them in words. Does not belong here: what the steps are (``measures``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts import labels, style

_PANEL = 2.15  # inches


def _middle(start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (style.decimal_year(start) + style.decimal_year(end)) / 2


@style.styled
def stock_steps(steps: pd.DataFrame, points: pd.DataFrame, titles: Mapping[str, str], *, source: str = "") -> Figure:
    """Draw one panel a series: the least there was, the band up to the most, the printed counts as dots.

    Parameters
    ----------
    steps : DataFrame
        Columns ``series, start, low, high``; each row holds until the next one of its series, the last to the end of
        the panel. An infinite ``high`` is drawn as a paler band that leaves the panel.
    points : DataFrame
        Columns ``series, as_of_start, as_of_end, count, date``: dots, with a bar over the days that the date allows.
    titles : mapping of str to str
        What each panel is called; its keys give the order.
    source : str
        Who printed the counts.

    Examples
    --------
    >>> day = pd.Timestamp("2019-05-14")
    >>> steps = pd.DataFrame({"series": ["cpc"], "start": [day], "low": [49.0], "high": [math.inf]})
    >>> points = pd.DataFrame({"series": ["cpc"], "as_of_start": [day], "as_of_end": [day], "count": [49.0]})
    >>> figure = stock_steps(steps, points.assign(date="14 May 2019"), {"cpc": "Centers"})
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['49, 14 May 2019']
    """
    figure, drawn = style.panels(len(titles), height=0.6 + _PANEL * len(titles), sharex=True)
    days = pd.concat([steps["start"], points["as_of_start"], points["as_of_end"]])
    first, last = int(days.min().year) - 2, int(days.max().year)  # room at the left for the labels
    for place, ((key, title), axes) in enumerate(zip(titles.items(), drawn, strict=True)):
        mine, dots = steps[steps["series"].eq(key)], points[points["series"].eq(key)]
        top = max([1.0, *mine["low"], *dots["count"]]) * 1.28
        _steps(axes, mine, top, last + 1.0, style.PALETTE[place % len(style.PALETTE)])
        tint = style.PALETTE[place % len(style.PALETTE)]
        for row in dots.itertuples(index=False):
            ends = style.decimal_year(row.as_of_start), style.decimal_year(row.as_of_end)
            axes.plot(ends, [row.count] * 2, color=tint, linewidth=1.2, zorder=4)
            axes.plot([sum(ends) / 2], [row.count], "o", color=tint, markersize=6, zorder=5, mec=style.PAPER)
        axes.set_title(title, color=style.INK, loc="left")
        style.number_axis(axes.yaxis, "", 4, whole=True)
        limits(axes, top)
        style.year_axis(axes, first, last)
    style.finish(figure, source)
    for key, axes in zip(titles, drawn, strict=True):
        dots = points[points["series"].eq(key)]
        where = [(_middle(r.as_of_start, r.as_of_end), r.count) for r in dots.itertuples()]
        texts = [f"{r.count:.0f}, {r.date}" for r in dots.itertuples()]
        mine = steps[steps["series"].eq(key)]
        clear = lines([style.decimal_year(d) for d in mine["start"]], mine["low"].tolist(), last + 1.0)
        labels.place(axes, where, texts, first=[[(-1, 1), (-1, 0)]], avoid=clear)
    return figure


def limits(axes: Axes, top: float) -> None:
    """Set the upper limit, and the ticks below it once and for all.

    Examples
    --------
    >>> _, (axes,) = style.panels()
    >>> limits(axes, 10)
    >>> axes.get_yticks().tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    """
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in axes.yaxis.get_major_locator().tick_values(0, top) if 0 <= tick <= top])


def lines(across: Sequence[float], heights: Sequence[float], end: float) -> list[tuple[float, float, float, float]]:
    """Return the flat and upright parts of a step line, for labels to stay clear of.

    Examples
    --------
    >>> lines([2018.0, 2019.0], [27.0, 32.0], end=2020.0)
    [(2018.0, 27.0, 2019.0, 27.0), (2019.0, 32.0, 2020.0, 32.0), (2019.0, 27.0, 2019.0, 32.0)]
    """
    stops = [*across[1:], end]
    flat = [(a, h, b, h) for a, b, h in zip(across, stops, heights, strict=True)]
    return flat + [(b, h, b, up) for b, h, up in zip(stops, heights, heights[1:], strict=False)]


def _steps(axes: Axes, mine: pd.DataFrame, top: float, end: float, tint: str) -> None:
    starts = [style.decimal_year(day) for day in mine["start"]]
    lows, highs = mine["low"].astype(float).tolist(), mine["high"].astype(float).tolist()
    for start, stop, low, high in zip(starts, [*starts[1:], end], lows, highs, strict=True):
        axes.fill_between(
            [start, stop], [low] * 2, [min(high, top)] * 2, color=tint, alpha=0.22 if math.isfinite(high) else 0.10,
            linewidth=0,
        )  # fmt: skip
    if starts:
        axes.step([*starts, end], [*lows, lows[-1]], where="post", color=tint, linewidth=1.6)
        if math.isinf(highs[-1]) and end - starts[-1] > 1.6:
            axes.text((starts[-1] + end) / 2, top * 0.95, "no later count", ha="center", va="top",
                      fontsize=style.SMALL, color=style.MUTED)  # fmt: skip


def describe_stock_steps(steps: pd.DataFrame, points: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """Say in words what `stock_steps` draws.

    Examples
    --------
    >>> day = pd.Timestamp("2019-05-14")
    >>> steps = pd.DataFrame({"series": ["cpc"], "start": [day], "low": [49.0], "high": [float("inf")]})
    >>> points = pd.DataFrame({"series": ["cpc"], "as_of_end": [day], "count": [49.0], "date": ["14 May 2019"]})
    >>> describe_stock_steps(steps, points, {"cpc": "Centers"})
    'Step chart with 1 panel; a band from the least to the most that the dated counts allow. Centers: 49 (14 May 2019);
    at least 49 from then on.'
    """
    said = []
    for key, title in titles.items():
        dots = points[points["series"].eq(key)].sort_values("as_of_end")
        mine = steps[steps["series"].eq(key)]
        printed = ", ".join(f"{r.count:.0f} ({r.date})" for r in dots.itertuples())
        last = mine.iloc[-1]
        after = f"; at least {last['low']:.0f} from then on" if math.isinf(last["high"]) else ""
        said.append(f"{title}: {printed}{after}.")
    panels = "1 panel" if len(titles) == 1 else f"{len(titles)} panels"
    band = "a band from the least to the most that the dated counts allow"
    return f"Step chart with {panels}; {band}. {' '.join(said)}"


def series_steps(parts: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Put the steps of several series into one table with the column ``series``.

    Examples
    --------
    >>> teams = pd.DataFrame({"start": [pd.Timestamp("2018-10-03")], "low": [27.0], "high": [math.inf]})
    >>> series_steps([("cppt", teams), ("cpc", teams)])["series"].tolist()
    ['cppt', 'cpc']
    """
    return pd.concat([frame.assign(series=key) for key, frame in parts], ignore_index=True)
