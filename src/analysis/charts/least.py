"""Lower bounds side by side: dots with nothing above them.

Belongs here: drawing bounds that are open above, and saying them in words. Does not belong here: the bounds
(``measures.people``), ranges with two ends (``bars``).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import style
from analysis.charts.stairs import LOG


@style.styled
def least(frame: pd.DataFrame, unit: str = "people", *, source: str = "") -> Figure:
    """Draw lower bounds, one row each: a dot for the bound, an open one for the bound of different persons.

    Parameters
    ----------
    frame : DataFrame
        Columns ``label, places, persons``, in the order to draw. The arrow says that nothing bounds them from above.
    unit : str
        Written on the axis.
    source : str
        Who printed the figures.

    Examples
    --------
    >>> figure = least(pd.DataFrame({"label": ["Police"], "places": [65.0], "persons": [40.0]}))
    >>> figure.axes[0].get_xlabel()
    'people, at least'
    """
    names = [style.wrapped(text, 26, 2) for text in frame["label"].astype(str)]
    figure, (axes,) = style.panels(height=1.15 + sum(0.34 + 0.15 * name.count("\n") for name in names))
    places, persons = frame["places"].astype(float).tolist(), frame["persons"].astype(float).tolist()
    most, fewest = max(places), max(1.0, min(persons))
    log = most > LOG * fewest
    for row, (high, low) in enumerate(zip(places, persons, strict=True)):
        axes.annotate("", (1, row), (high, row), xycoords=axes.get_yaxis_transform(), textcoords="data",
                      arrowprops={"arrowstyle": "-|>", "color": style.GRID, "linewidth": 1.0})  # fmt: skip
        axes.plot([low, high], [row] * 2, color=style.PALETTE[0], linewidth=1.4)
        axes.plot([low], [row], "o", color=style.PALETTE[0], mfc=style.PAPER, markersize=6)
        axes.plot([high], [row], "o", color=style.PALETTE[0], markersize=6.5)
        written = style.number(high, 6)
        axes.text(1.03, row, written, transform=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL)
    scale = "\n(each grid line is ten times the one before)" if log else ""
    style.number_axis(axes.xaxis, f"{unit}, at least{scale}", 4, whole=True)
    if log:
        axes.set_xscale("log")
        low_end = 10.0 ** math.floor(math.log10(fewest))
        powers = 10.0 ** np.arange(math.log10(low_end), math.floor(math.log10(most * 2)) + 1)
        axes.set_xlim(low_end * 0.8, most * 2)
        axes.set_xticks(powers, [style.number(p) for p in powers])
        axes.minorticks_off()
    else:
        axes.set_xlim(0, most * 1.15)
        axes.set_xticks([t for t in axes.xaxis.get_major_locator().tick_values(0, most * 1.15) if 0 <= t <= most])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    return style.finish(figure, source)


def describe_least(frame: pd.DataFrame, unit: str = "people", most: int = 6) -> str:
    """Say in words what `least` draws.

    Examples
    --------
    >>> describe_least(pd.DataFrame({"label": ["Police"], "places": [65.0], "persons": [40.0]}))
    'Dot chart of lower bounds, 1 row. Police: at least 65 people (40 if everybody came back).'
    """
    said = []
    for row in frame.head(most).to_dict("records"):
        fewer = f" ({row['persons']:,.0f} if everybody came back)" if row["persons"] < row["places"] else ""
        said.append(f"{row['label']}: at least {row['places']:,.0f} {unit}{fewer}")
    more = f"; and {len(frame) - most} more in the table" if len(frame) > most else ""
    rows = "1 row" if len(frame) == 1 else f"{len(frame)} rows"
    return f"Dot chart of lower bounds, {rows}. {'; '.join(said)}{more}."
