"""Horizontal bars with ranges: what is certain is solid, how far it can go is pale.

Belongs here: bars of any counted thing, one a row, their figures written at the right. Does not belong here: years
(``series``), counts in a grid (``heat``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import style

_ROW = 0.34  # inches
_FAR = 3.0


@style.styled
def bars(
    frame: pd.DataFrame,
    unit: str,
    *,
    label: str = "label",
    tint: str | Sequence[str] = style.PALETTE[0],
    source: str = "",
    values: Sequence[str] = (),
) -> Figure:
    """Draw one bar a row, in the order of the rows from top to bottom.

    Parameters
    ----------
    frame : DataFrame
        Columns ``label``, ``low``, ``high`` (infinite where nothing limits it).
    unit : str
        Written on the axis: "kg", "people".
    label : str
        The column of the labels.
    tint : str or sequence of str
        One colour, or one a row.
    source : str
        Who printed the figures.
    values : sequence of str
        What to write at the right of each row instead of its range.

    Examples
    --------
    >>> figure = bars(pd.DataFrame({"label": ["Sindh", "Punjab"], "low": [5, 3], "high": [5, 9]}), "kg")
    >>> [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    ['Sindh', 'Punjab']
    """
    names = [style.wrapped(text, 24, 2) for text in frame[label].astype(str)]
    lines = sum(0.16 * name.count("\n") + _ROW for name in names)
    figure, (axes,) = style.panels(height=0.75 + lines + (0.2 if source else 0))
    lows, highs = frame["low"].astype(float).tolist(), frame["high"].astype(float).tolist()
    firm = max([*lows, *(high for high in highs if math.isfinite(high) and high <= _FAR * max(lows))], default=0) or 1.0
    edge = firm * 1.06
    tints = [tint] * len(names) if isinstance(tint, str) else list(tint)
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        axes.barh(place, low, color=tints[place], height=0.58)
        if high > low:
            axes.barh(place, min(high, edge) - low, left=low, color=tints[place], alpha=0.25, height=0.58)
        if high > edge:
            axes.plot([edge], [place], ">", color=tints[place], markersize=5, clip_on=False)
        if low == high == 0:
            axes.plot([0], [place], "|", color=style.MUTED, markersize=8, clip_on=False)
        written = values[place] if values else style.between(low, high)
        axes.text(
            1.03, place, written, transform=axes.get_yaxis_transform(), va="center", ha="left", fontsize=style.SMALL
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, edge)
    axes.spines["left"].set_visible(False)
    style.number_axis(axes.xaxis, unit, 4, whole=unit not in ("kg", "tonnes", "percent", "USD"))
    return style.finish(figure, source)


def describe_bars(frame: pd.DataFrame, unit: str, *, label: str = "label", most: int = 6) -> str:
    """Say in words what `bars` draws: each row with its range, the first few if there are many.

    Parameters
    ----------
    frame, unit, label
        As in `bars`.
    most : int
        Rows that are said in words.

    Examples
    --------
    >>> describe_bars(pd.DataFrame({"label": ["Sindh"], "low": [5], "high": [float("inf")]}), "kg")
    'Bar chart, 1 bar, in kg. Sindh: at least 5.'
    """
    said = [f"{row[label]}: {style.between(row['low'], row['high'])}" for row in frame.head(most).to_dict("records")]
    more = f"; and {len(frame) - most} more in the table" if len(frame) > most else ""
    return f"Bar chart, {len(frame)} bar{'' if len(frame) == 1 else 's'}, in {unit}. {'; '.join(said)}{more}."
