"""Labels beside points that never touch each other, the points or the edge.

Belongs here: finding room. Does not belong here: what a label says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.charts import style

# Where a label is tried, in points from its point: right, left, above, below, then the corners, then further away.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_FAR = (5.0, 14.0, 26.0, 40.0)
_ACROSS = {1: "left", -1: "right", 0: "center"}
_UP = {1: "bottom", -1: "top", 0: "center"}


def place(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    radius: float | Sequence[float] = 4.0,
    first: Sequence[Sequence[tuple[int, int]]] = ((),),
    avoid: Sequence[tuple[float, float, float, float]] = (),
    lead: bool = True,
    right: float | None = None,
    strict: bool = False,
) -> list[str]:
    """Write each text beside its point where there is room, with a thin line where it stands far off.

    Parameters
    ----------
    axes : Axes
        With its limits set: a label never leaves them. The figure is laid out here, once.
    points : sequence of (x, y)
        In data coordinates; the most important first.
    texts : sequence of str
        One a point; ``""`` keeps the room of a point without a label.
    radius : float or sequence of float
        Room around each point, in points.
    first : sequence of sequences of (across, up)
        Sides to try first, such as ``[(-1, 1)]`` for above at the left: one sequence a point, or one for all.
    avoid : sequence of (x0, y0, x1, y1)
        Lines and boxes in data coordinates that labels stay clear of where they can.
    lead : bool
        Whether a label may stand far off, with a line to its point.
    right : float, optional
        Where the room for labels ends on the x axis, if before the end of the axis.
    strict : bool
        Rather leave a label out than let it cross what it should stay clear of.

    Returns
    -------
    list of str
        Texts for which there was no room; they are left to the table.

    Examples
    --------
    >>> figure, (axes,) = style.panels(height=2)
    >>> place(axes, [(0.5, 0.5)], ["Vanj"])  # nothing was left out
    []
    """
    figure: Any = axes.figure
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    page = axes.get_window_extent(renderer)
    if right is not None:
        page = Bbox.from_extents(page.x0, page.y0, axes.transData.transform((right, page.y0))[0], page.y1)
    scale = figure.dpi / 72
    radii = [float(radius)] * len(points) if isinstance(radius, (int, float)) else [float(r) for r in radius]
    taken = [_around(axes.transData.transform(xy), r * scale) for xy, r in zip(points, radii, strict=True)]
    corners = [axes.transData.transform([(x0, y0), (x1, y1)]) for x0, y0, x1, y1 in avoid]
    lines = [Bbox([pair.min(axis=0), pair.max(axis=0)]) for pair in corners]
    wanted = list(first) * len(points) if len(first) == 1 else list(first)
    left = []
    for point, text, room, best in zip(points, texts, radii, wanted, strict=True):
        if not text:
            continue
        sides = [*best, *(side for side in _SIDES if side not in best)]
        tries = [(far, side) for far in (_FAR if lead else _FAR[:1]) for side in sides]
        found = None
        for blocked in ([*taken, *lines],) if strict else ([*taken, *lines], taken):
            found = found or _fitting(axes, renderer, page, blocked, point, text, room, tries)
        if found is None:
            left.append(text)
            continue
        taken.append(found[0])
        if found[1] > _FAR[0]:
            _lead(axes, point, found[0])
    return left


def _fitting(
    axes: Axes,
    renderer: Any,
    page: Bbox,
    blocked: Sequence[Bbox],
    point: tuple[float, float],
    text: str,
    room: float,
    tries: Sequence[tuple[float, tuple[int, int]]],
) -> tuple[Bbox, float] | None:
    """Write a label at the first place that is free; return its box and how far off it stands."""
    for far, (across, up) in tries:
        label = axes.annotate(
            text,
            point,
            xytext=(across * (room + far), up * (room + far)),
            textcoords="offset points",
            ha=_ACROSS[across],
            va=_UP[up],
            fontsize=style.SMALL,
            linespacing=1.05,
        )
        label.set_in_layout(False)
        box = label.get_window_extent(renderer).padded(1.5)
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        if inside and not any(box.overlaps(other) for other in blocked):
            return box, far
        label.remove()
    return None


def _around(middle: Any, radius: float) -> Bbox:
    return Bbox.from_extents(middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)


def _lead(axes: Axes, point: tuple[float, float], box: Bbox) -> None:
    """Draw a thin line from a point to the nearest edge of its label."""
    x, y = axes.transData.transform(point)
    near = min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)
    (a, b), (c, d) = axes.transData.inverted().transform([(x, y), near])
    (line,) = axes.plot([a, c], [b, d], color=style.MUTED, linewidth=0.6, zorder=2.5, scalex=False, scaley=False)
    line.set_in_layout(False)
