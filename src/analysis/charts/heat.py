"""A grid of counts: how much of the record there is, with the count printed in each cell.

Belongs here: the grid and its words. Does not belong here: counting (``measures``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.charts import style

_SHADES = LinearSegmentedColormap.from_list("shades", ["#dcebf5", "#0072b2", "#003a5c"])


@style.styled
def heat(counts: pd.DataFrame, *, source: str = "") -> Figure:
    """Draw a grid of counts; a cell without any stays empty, which is not a zero that somebody printed.

    Parameters
    ----------
    counts : DataFrame
        Whole numbers, one row a year (or another thing), one column a drug (or kind); the index and the column names
        are written at the edges. Ten columns at most are legible.
    source : str
        Who printed what is counted.

    Examples
    --------
    >>> figure = heat(pd.DataFrame({"Opium": [2, 0]}, index=[2019, 2020]))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['2']
    """
    grid = counts.fillna(0).to_numpy(dtype=float)
    rows, columns = grid.shape
    names = [str(name) for name in counts.columns]
    upright = max(map(len, names), default=0) * 0.085 > 5.0 / max(columns, 1)
    head = 0.09 * max(map(len, names), default=0) if upright else 0.25
    figure, (axes,) = style.panels(height=0.5 + head + 0.27 * rows)
    shades = np.ma.masked_equal(np.sqrt(grid), 0)
    axes.imshow(shades, aspect="auto", cmap=_SHADES, vmin=0.8, vmax=max(2.0, float(np.sqrt(grid.max(initial=1)))))
    axes.set_facecolor(style.GAP)
    dark = grid.max(initial=1) * 0.2
    for i in range(rows):
        for j in range(columns):
            if grid[i, j]:
                shade = style.PAPER if grid[i, j] > max(dark, 3) else style.INK
                axes.text(j, i, f"{grid[i, j]:,.0f}", ha="center", va="center", fontsize=style.SMALL, color=shade)
    axes.set_xticks(range(columns), names, rotation=90 if upright else 0)
    axes.set_yticks(range(rows), [str(name) for name in counts.index])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=style.SMALL)
    axes.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=style.PAPER, linewidth=2)
    axes.tick_params(which="minor", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return style.finish(figure, source)


def describe_heat(counts: pd.DataFrame, what: str) -> str:
    """Say in words what `heat` draws.

    Examples
    --------
    >>> describe_heat(pd.DataFrame({"opium": [2, 0]}, index=[2019, 2020]), "sources")
    'Grid of counts of sources, 2 rows (2019 to 2020) by 1 column (opium). 1 of 2 cells are empty. The most, 2, is for
    opium, 2019.'
    """
    filled = counts.fillna(0)
    empty = int((filled == 0).to_numpy().sum())
    row, column = np.unravel_index(int(filled.to_numpy().argmax()), filled.shape)
    columns = style.joined(str(name).lower() for name in counts.columns)
    size = f"{len(counts)} row{'' if len(counts) == 1 else 's'} ({counts.index[0]} to {counts.index[-1]})"
    wide = f"{counts.shape[1]} column{'' if counts.shape[1] == 1 else 's'} ({columns})"
    top = (
        f"The most, {filled.to_numpy().max():,.0f}, is for {str(counts.columns[column]).lower()}, {counts.index[row]}."
    )
    return f"Grid of counts of {what}, {size} by {wide}. {empty} of {counts.size} cells are empty. {top}"
