"""Printed figures on a line of time, and the ranges that they leave.

Belongs here: one bar a figure from its first to its last day, the cuts that they make, the span asked for; one range
below the other. Does not belong here: what the figures imply (``bounds``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import style

_ROW = 0.5  # inches


@style.styled
def timeline(
    frame: pd.DataFrame, asked: tuple[pd.Timestamp, pd.Timestamp], *, tint: Sequence[str], source: str = ""
) -> Figure:
    """Draw one bar a figure over the days that it covers.

    Parameters
    ----------
    frame : DataFrame
        Columns ``label, start, end`` (last day, inside), ``written`` (the amount in words); top to bottom.
    asked : (Timestamp, Timestamp)
        The span asked for; shaded.
    tint : sequence of str
        A colour a row.
    source : str
        Who printed the figures.

    Examples
    --------
    >>> days = pd.Timestamp("2019-01-01"), pd.Timestamp("2019-10-31")
    >>> frame = pd.DataFrame({"label": ["ANF"], "start": [days[0]], "end": [days[1]], "written": ["7.9 t"]})
    >>> [text.get_text() for text in timeline(frame, days, tint=["#0072b2"]).axes[0].texts]
    ['7.9 t']
    """
    names = [style.wrapped(text, 22, 3) for text in frame["label"].astype(str)]
    figure, (axes,) = style.panels(height=0.9 + sum(0.12 * n.count("\n") + _ROW for n in names))
    starts = [style.decimal_year(day) for day in frame["start"]]
    ends = [style.decimal_year(day + pd.Timedelta(days=1)) for day in frame["end"]]
    first, last = min(starts), max(ends)
    wanted = style.decimal_year(asked[0]), style.decimal_year(asked[1] + pd.Timedelta(days=1))
    axes.axvspan(*wanted, color="#44505c", alpha=0.12, lw=0)
    for cut in sorted({*starts, *ends, *wanted}):
        axes.axvline(cut, color=style.MUTED, linewidth=0.8, linestyle=(0, (3, 3)), zorder=0)
    for place, (start, end, colour) in enumerate(zip(starts, ends, tint, strict=True)):
        axes.barh(place, end - start, left=start, height=0.5, color=colour, alpha=0.85)
    for place, written in enumerate(frame["written"]):
        axes.text(
            1.02, place, written, transform=axes.get_yaxis_transform(), va="center", ha="left", fontsize=style.SMALL
        )
    months = pd.date_range(frame["start"].min(), frame["end"].max(), freq="3MS")
    axes.set_xticks([style.decimal_year(m) for m in months], [f"{m:%b}\n{m:%Y}" for m in months])
    axes.set_xlim(first - 0.01, last + 0.01)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(False)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    return style.finish(figure, source)


def describe_timeline(frame: pd.DataFrame, asked: tuple[pd.Timestamp, pd.Timestamp]) -> str:
    """Say in words what `timeline` draws.

    Examples
    --------
    >>> day = pd.Timestamp("2019-01-01")
    >>> one = pd.DataFrame({"label": ["All"], "start": [day], "end": [day], "written": ["5 kg"]})
    >>> describe_timeline(one, (day, day))[-44:]
    'shaded. All: 5 kg, 2019-01-01 to 2019-01-01.'
    """
    said = [f"{r.label}: {r.written}, {r.start.date()} to {r.end.date()}" for r in frame.itertuples()]
    head = f"Bars over time, {len(frame)} figure{'' if len(frame) == 1 else 's'}; the span asked for, "
    return f"{head}{asked[0].date()} to {asked[1].date()}, is shaded. {'; '.join(said)}."


@style.styled
def narrowing(frame: pd.DataFrame, unit: str, *, stated: tuple[float, float] | None = None, source: str = "") -> Figure:
    """Draw ranges one below the other, each from its least to its most.

    Parameters
    ----------
    frame : DataFrame
        Columns ``label, low, high``; an infinite ``high`` is an arrow that leaves the panel.
    unit : str
        Written on the axis.
    stated : (low, high), optional
        A printed figure to compare with; a stripe down the panel.
    source : str
        Who printed the figures.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": ["July", "The year"], "low": [5.0, 5.0], "high": [math.inf, 29.0]})
    >>> [text.get_text() for text in narrowing(frame, "kg").axes[0].texts]
    ['at least 5', '5 to 29']
    """
    names = [style.wrapped(text, 22, 4) for text in frame["label"].astype(str)]
    figure, (axes,) = style.panels(height=0.9 + sum(0.14 * n.count("\n") + _ROW for n in names))
    edge = 1.1 * max([*frame["low"], *frame.loc[frame["high"] < math.inf, "high"]])
    if stated:
        axes.axvspan(*stated, color=style.PALETTE[1], lw=1.5, zorder=3)
    for place, (low, high) in enumerate(zip(frame["low"], frame["high"], strict=True)):
        axes.barh(place, min(high, edge) - low, left=low, height=0.42, color=style.PALETTE[0], alpha=0.45)
        if math.isinf(high):
            axes.plot([edge], [place], ">", color=style.PALETTE[0], markersize=6, clip_on=False)
        axes.text(
            1.04,
            place,
            style.between(low, high),
            transform=axes.get_yaxis_transform(),
            va="center",
            ha="left",
            fontsize=style.SMALL,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, edge)
    axes.spines["left"].set_visible(False)
    style.number_axis(axes.xaxis, unit, 4)
    return style.finish(figure, source)


def describe_narrowing(frame: pd.DataFrame, unit: str, stated: tuple[float, float] | None = None) -> str:
    """Say in words what `narrowing` draws.

    Examples
    --------
    >>> describe_narrowing(pd.DataFrame({"label": ["July"], "low": [5], "high": [float("inf")]}), "kg")
    '1 range in kg, one below the other. July: at least 5.'
    """
    said = "; ".join(f"{r.label}: {style.between(r.low, r.high)}" for r in frame.itertuples())
    many = "range" if len(frame) == 1 else "ranges"
    stripe = f" A stripe marks the printed figure, {style.between(*stated)}." if stated else ""
    return f"{len(frame)} {many} in {unit}, one below the other. {said}.{stripe}"
