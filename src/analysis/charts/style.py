"""The house style: sizes, letters, colours, and the small things every chart needs.

Belongs here: what all charts share, and keeping letters apart. Does not belong here: any one kind of
chart (the modules beside this one), any number (``measures``).

A figure is `WIDTH` inches wide, so that its letters stay legible when a phone shrinks it. Figures are made without
pyplot, so nothing shows itself twice in a notebook.
"""

from __future__ import annotations

import functools
import itertools
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

P = ParamSpec("P")
T = TypeVar("T")

WIDTH = 5.4  # inches
FONT = 10.5  # points
SMALL = 9.5
INK, MUTED, GRID, PAPER, GAP = "#1b1f24", "#59616b", "#d9dde2", "#ffffff", "#eef0f3"

# Behind a label that may lie on lines.
HALO: Any = {"facecolor": PAPER, "alpha": 0.7, "edgecolor": "none", "pad": 0.8}

# Told apart with any colour vision, and dark enough on white; in this order where a chart needs a few.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#56b4e9", "#882255", "#44505c")
# What has always the same colour, whatever chart it is in.
FIXED = {
    "heroin": "#0072b2",
    "morphine": "#56b4e9",
    "heroin_morphine": "#0072b2",
    "opium": "#d55e00",
    "opiates": "#0072b2",
    "opioids": "#56b4e9",
    "hashish": "#009e73",
    "cannabis": "#009e73",
    "cannabis_herb": "#66a61e",
    "methamphetamine": "#aa4499",
    "amphetamine": "#882255",
    "ecstasy": "#c2649a",
    "amphetamine-type stimulants": "#aa4499",
    "cocaine": "#b8860b",
    "precursors": "#44505c",
    "all_drugs": "#1b1f24",
    "all": "#1b1f24",
    "PAK": "#0072b2",
    "TJK": "#d55e00",
    "AFG": "#aa4499",
    "KGZ": "#009e73",
    "UZB": "#b8860b",
    "KAZ": "#56b4e9",
    "women": "#aa4499",
    "men": "#0072b2",
}
RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": FONT,
    "axes.linewidth": 0.8,
    "axes.titlesize": FONT + 0.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "hatch.linewidth": 0.6,
}


def colour(key: str, place: int = 0) -> str:
    """Return the fixed colour of a drug, group, country or sex; else the palette's at that place.

    Examples
    --------
    >>> colour("opium"), colour("somebody", 1)
    ('#d55e00', '#d55e00')
    """
    return FIXED.get(key, PALETTE[place % len(PALETTE)])


def panels(rows: int = 1, columns: int = 1, height: float = 3.4, **keywords: Any) -> tuple[Figure, list[Axes]]:
    """Make an empty figure in the house style.

    Parameters
    ----------
    rows, columns : int
        How many panels; keep to one column unless a panel is legible at half the width.
    height : float
        Of the whole figure, in inches.
    **keywords
        Passed on to ``Figure.subplots``, such as ``sharex=True``.

    Returns
    -------
    (Figure, list of Axes)
        Panels in reading order.

    Examples
    --------
    >>> figure, drawn = panels(2, height=3)
    >>> len(drawn), figure.get_size_inches().tolist()
    (2, [5.4, 3.0])
    """
    with rc_context(RC):
        figure = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06))
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, columns, squeeze=False, **keywords)
    drawn = list(grid.ravel())
    for axes in drawn:
        axes.tick_params(length=0, labelsize=SMALL, labelcolor=INK)  # ticks are made later, outside the house style
    return figure, drawn


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a chart function in the house style, whatever the notebook has set.

    Examples
    --------
    >>> @styled
    ... def empty() -> Figure:
    ...     return panels()[0]
    >>> empty().get_facecolor()  # white, also in a dark notebook
    (1.0, 1.0, 1.0, 1.0)
    """

    @functools.wraps(draw)
    def within(*args: P.args, **keywords: P.kwargs) -> T:
        with rc_context(RC):
            return draw(*args, **keywords)

    return within


def finish(figure: Figure, source: str = "") -> Figure:
    """Write the source line under a figure and hand it back.

    Examples
    --------
    >>> finish(panels()[0], "UNODC").get_supxlabel()
    'Source: UNODC'
    """
    if source:
        with rc_context(RC):
            lines = textwrap.fill(f"Source: {source}", 78, break_long_words=False)
            figure.supxlabel(lines, x=0.0, ha="left", fontsize=SMALL - 0.5, color=MUTED)
    return figure


def wrapped(text: str, width: int = 22, lines: int = 3) -> str:
    r"""Break a label over lines; beyond ``lines`` it ends in an ellipsis.

    Examples
    --------
    >>> wrapped("Agency for State Financial Control and Fight against Corruption", 22, 2)
    'Agency for State\nFinancial Control and…'
    """
    parts = textwrap.wrap(str(text), width) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], textwrap.shorten(" ".join(parts[lines - 1 :]), width, placeholder="…")]
    return "\n".join(parts)


def number(value: float, digits: int = 3) -> str:
    """Write a number for an axis or a label, rounded to some leading digits.

    Examples
    --------
    >>> number(61_449), number(0.01234), number(1_200_000), number(float("inf"))
    ('61,400', '0.0123', '1.2 million', 'no limit')
    """
    if math.isinf(value):
        return "no limit"
    if value == 0 or math.isnan(value):
        return "0" if value == 0 else ""
    places = digits - 1 - math.floor(math.log10(abs(value)))
    value = round(value, places)
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return f"{value / size:.{digits}g}{word}"
    return f"{value:,.{max(0, places)}f}".rstrip("0").rstrip(".") if places > 0 else f"{value:,.0f}"


def between(low: float, high: float, digits: int = 3) -> str:
    """Write a range for a label.

    Examples
    --------
    >>> between(5500, 6500), between(10, float("inf")), between(0, 12), between(2e6, 7e6)
    ('5,500 to 6,500', 'at least 10', 'up to 12', '2 to 7 million')
    """
    least, most = number(low, digits), number(high, digits)
    if math.isinf(high):
        return f"at least {least}" if low > 0 else "not known"
    if least == most:
        return most
    word = most.partition(" ")[2]
    return f"up to {most}" if low <= 0 else f"{least.removesuffix(f' {word}') if word else least} to {most}"


def number_axis(axis: Any, label: str, most: int = 5, whole: bool = False) -> None:
    """Give an axis (``axes.xaxis`` or ``axes.yaxis``) few round ticks, thousands set apart, and its unit.

    Parameters
    ----------
    axis : Axis
        ``axes.xaxis`` or ``axes.yaxis``.
    label : str
        The unit.
    most : int
        Ticks at most.
    whole : bool
        Whether only whole numbers make sense.

    Examples
    --------
    >>> _, (axes,) = panels()
    >>> number_axis(axes.xaxis, "kg")
    >>> axes.get_xlabel()
    'kg'
    """
    axis.set_major_locator(MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 4)))
    axis.grid(True, color=GRID, linewidth=0.8)
    if label:
        axis.set_label_text(label)


def year_axis(axes: Axes, first: int, last: int, most: int = 8) -> None:
    """Label years on the x axis, where a year runs from its number to the next one.

    The tick stands at the middle of the year; where there are many years some go without a label.

    Parameters
    ----------
    axes : Axes
        What is labelled.
    first, last : int
        Years, both inside.
    most : int
        Labels at most.

    Examples
    --------
    >>> _, (axes,) = panels()
    >>> year_axis(axes, 2018, 2020)
    >>> [tick.get_text() for tick in axes.get_xticklabels()]
    ['2018', '2019', '2020']
    """
    years = list(range(first, last + 1))
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if len(years) <= most * s)
    shown = [year for year in years if step == 1 or year % step == 0] or years[:1]
    axes.set_xticks([year + 0.5 for year in shown], [str(year) for year in shown])
    edge = max(0.65, 0.05 * len(years))  # room for half a label
    axes.set_xlim(first + 0.5 - edge, last + 0.5 + edge)


def decimal_year(day: Any) -> float:
    """Return a day as a number of years, its start: 1 July 2019 is about 2019.5.

    Examples
    --------
    >>> import pandas as pd
    >>> round(decimal_year(pd.Timestamp("2019-07-02")), 2)
    2019.5
    """
    return float(day.year + (day.day_of_year - 1) / (366 if day.is_leap_year else 365))


def spread(wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Move labels as little as needed so that no two are nearer than ``gap``, in the order they are wanted.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would stand.
    gap : float
        The least distance, in the same unit.
    low, high : float
        Where labels may stand, if there is room for all.

    Examples
    --------
    >>> spread([1.0, 1.2, 5.0], 1.0)
    [0.6, 1.6, 5.0]
    """
    groups: list[list[float]] = []  # [sum of (wanted - offset), members]
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for place, i in enumerate(order):
        groups.append([wanted[i] - place * gap, 1.0])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            last = groups.pop()
            groups[-1] = [groups[-1][0] + last[0], groups[-1][1] + last[1]]
    starts = [total / count for total, count in groups for _ in range(int(count))]
    room = high - low >= (len(order) - 1) * gap
    out = [0.0] * len(wanted)
    for place, i in enumerate(order):
        least, most = low, high - (len(order) - 1) * gap
        start = min(max(starts[place], least), most) if room else starts[place]
        out[i] = round(start + place * gap, 9)
    return out


def clashes(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts of a figure that overlap, and texts that leave the page with ``"edge"``.

    Drawn as it is saved: axes, ticks, titles, labels, annotations.

    Examples
    --------
    >>> figure, (axes,) = panels()
    >>> written = [axes.text(0.5, 0.5, name) for name in ("Sindh", "Punjab")]
    >>> clashes(figure)[0]
    ('Sindh', 'Punjab')
    """
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    boxes = []
    texts: list[Any] = figure.findobj(match=Text)
    hidden = _not_drawn(figure)
    for text in texts:
        if text.get_visible() and str(text.get_text()).strip() and text not in hidden:
            box = text.get_window_extent(renderer)
            boxes.append((str(text.get_text()), np.array([box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1])))
    found = [
        (a, b)
        for (a, one), (b, two) in itertools.combinations(boxes, 2)
        if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
    ]
    width = figure.bbox.width
    return found + [(text, "edge") for text, box in boxes if box[0] < -2 or box[2] > width + 2]


def _not_drawn(figure: Figure) -> set[Any]:
    """Return the texts of ticks that are not on the paper: minor ones and those beyond the limits of their axis."""
    hidden: set[Any] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in axis.get_major_ticks():
                if not (axis.get_visible() and axes.axison and low - slack <= tick.get_loc() <= high + slack):
                    hidden |= {tick.label1, tick.label2}
            hidden |= {label for tick in axis.get_minor_ticks() for label in (tick.label1, tick.label2)}
    return hidden


def joined(words: Iterable[str]) -> str:
    """Join words as in a sentence.

    Examples
    --------
    >>> joined(["opium", "heroin", "hashish"])
    'opium, heroin and hashish'
    """
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
