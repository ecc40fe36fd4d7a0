"""Maps: the outline of countries, and amounts as circles where they belong.

Belongs here: outlines and circles with their labels. Does not belong here: where a place lies (``clean.places``,
``measures``).

``outlines.geojson`` holds country borders only (Natural Earth 1:50m, public domain, coordinates to three decimals);
there are no province borders, so a province is a circle at its seat. Borders are Natural Earth's and say nothing of
whose they should be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from analysis.charts import style

_LARGEST = 620.0  # points squared
_SIDES = ((1, 0, "left", "center"), (-1, 0, "right", "center"), (0, 1, "center", "bottom"), (0, -1, "center", "top"))


@cache
def outlines() -> dict[str, list[np.ndarray]]:
    """Return the rings of each country by its ISO 3166-1 alpha-3 code: arrays of longitude and latitude.

    Examples
    --------
    >>> [ring.min(axis=0).round().tolist() for ring in outlines()["TJK"]][:1]  # its south-west corner
    [[67.0, 37.0]]
    """
    text = files(__package__).joinpath("outlines.geojson").read_text(encoding="utf-8")
    found: dict[str, list[np.ndarray]] = {}
    for feature in json.loads(text)["features"]:
        found[feature["properties"]["country"]] = [np.array(part[0]) for part in feature["geometry"]["coordinates"]]
    return found


@style.styled
def circles(
    points: pd.DataFrame, countries: Sequence[str], unit: str = "", *, tint: str = style.PALETTE[0], source: str = ""
) -> Figure:
    """Draw circles on a map, their area in proportion to the amount, each with its label.

    Parameters
    ----------
    points : DataFrame
        Columns ``label``, ``lat``, ``lon`` in degrees, ``amount`` and, if wanted, ``written`` (what stands under the
        label). The circles are drawn largest first; where there is no room for a label, it is left to the table.
    countries : sequence of str
        ISO codes; the map shows these, their neighbours pale.
    unit : str
        Written after the amount where no ``written`` is given.
    tint : str
        Colour of the circles.
    source : str
        Who printed the figures.

    Examples
    --------
    >>> seized = pd.DataFrame({"label": ["Sindh"], "lat": [25.4], "lon": [68.4], "amount": [117492.0]})
    >>> circles(seized, ["PAK"], "kg").axes[0].texts[0].get_text().splitlines()
    ['Sindh', '117,000 kg']
    """
    known = outlines()
    shown = [code for code in countries if code in known]
    corners = np.vstack(
        [*(ring for code in shown for ring in known[code]), points[["lon", "lat"]].to_numpy(dtype=float)]
    )
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    margin = 0.08 * max(east - west, north - south)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    wide, tall = east - west + 2 * margin, (north - south + 2 * margin) * stretch
    figure, (axes,) = style.panels(height=min(6.4, max(3.0, style.WIDTH * tall / wide + 0.4)))
    for code, rings in known.items():
        for ring in (
            _thin(ring, wide / 600) for ring in rings if _meets(ring, west - margin, south - margin, wide, tall)
        ):
            face = "#f3f1ea" if code in shown else style.PAPER
            axes.add_patch(Polygon(ring, closed=True, facecolor=face, edgecolor="#9aa1a9", linewidth=0.8))
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect(stretch)
    axes.set_axis_off()
    drawn = points.sort_values("amount", ascending=False, kind="stable").reset_index(drop=True)
    sizes = np.maximum(drawn["amount"].astype(float) / (drawn["amount"].max() or 1) * _LARGEST, 14)
    axes.scatter(drawn["lon"], drawn["lat"], s=sizes, color=tint, alpha=0.55, edgecolor=style.PAPER, linewidth=0.8)
    said = drawn["written"] if "written" in drawn else [f"{style.number(x)} {unit}".strip() for x in drawn["amount"]]
    written = [f"{label}\n{text}".strip() for label, text in zip(drawn["label"], said, strict=True)]
    style.finish(figure, source)
    _label(figure, list(zip(drawn["lon"], drawn["lat"], np.sqrt(sizes) / 2, written, strict=True)))
    return figure


def _meets(ring: np.ndarray, west: float, south: float, wide: float, tall: float) -> bool:
    (left, low), (right, high) = ring.min(axis=0), ring.max(axis=0)
    return bool(left < west + wide and right > west and low < south + tall and high > south)


def _thin(ring: np.ndarray, step: float) -> np.ndarray:
    """Drop corners nearer to the last kept one than ``step`` degrees: they cannot be seen."""
    kept = [ring[0]]
    for corner in ring[1:]:
        if abs(corner - kept[-1]).max() >= step:
            kept.append(corner)
    return np.array(kept)


def _label(figure: Figure, wanted: Sequence[tuple[float, float, float, str]]) -> None:
    """Write each label beside its circle, on the first side with room; none where there is no room."""
    axes = figure.axes[0]
    canvas = figure.canvas
    canvas.draw()
    renderer = canvas.get_renderer()  # type: ignore[attr-defined]
    page = axes.get_window_extent(renderer)
    taken: list[Any] = []
    for lon, lat, radius, text in wanted:
        for across, up, ha, va in _SIDES:
            label = axes.annotate(
                text,
                (lon, lat),
                xytext=(across * (radius + 3), up * (radius + 3)),
                textcoords="offset points",
                ha=ha,
                va=va,
                fontsize=style.SMALL,
                linespacing=1.05,
                bbox=style.HALO,
            )
            label.set_in_layout(False)
            box = label.get_window_extent(renderer).padded(1.5)
            inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            label.remove()


def describe_circles(points: pd.DataFrame, what: str, unit: str = "", most: int = 6) -> str:
    """Say in words what `circles` draws.

    Parameters
    ----------
    points, unit
        As in `circles`.
    what : str
        What the circles are amounts of.
    most : int
        Circles that are said in words.

    Examples
    --------
    >>> one = pd.DataFrame({"label": ["Sindh"], "lat": [25], "lon": [67], "amount": [117492.0]})
    >>> describe_circles(one, "seizures", "kg")
    'Map of seizures with 1 circle, area in proportion. Sindh: 117,000 kg.'
    """
    order = points.sort_values("amount", ascending=False, kind="stable")
    said = [
        f"{row['label']}: {style.number(row['amount'])} {unit}".strip() for row in order.head(most).to_dict("records")
    ]
    more = f"; and {len(order) - most} more in the table" if len(order) > most else ""
    count = "1 circle" if len(order) == 1 else f"{len(order)} circles"
    return f"Map of {what} with {count}, area in proportion. {'; '.join(said)}{more}."
