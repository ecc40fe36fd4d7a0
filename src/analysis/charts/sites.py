"""A map of named places: one dot a district and kind, the districts named.

Belongs here: the map of sites. Does not belong here: amounts as circles (``maps``), where a place lies (``measures``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from analysis.charts import labels, style
from analysis.charts.maps import outlines

_STEP = 7.0  # points between the dots of one district


def by_district(sites: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Count the sites with a position, by district and group of kinds.

    Parameters
    ----------
    sites : DataFrame
        Columns ``kind, country, district, province, lat, lon``.
    kinds : mapping of str to str
        Kind to the group that it is drawn in; other kinds are left out.

    Returns
    -------
    DataFrame
        ``name`` (of the district, else the province), ``group, places, lat, lon``; most places first.

    Examples
    --------
    >>> team = {"kind": "cppt", "country": "TJK", "district": "Vanj", "province": "", "lat": 38.4, "lon": 71.5}
    >>> by_district(pd.DataFrame([team, team]), {"cppt": "Teams"})[["name", "group", "places"]].values.tolist()
    [['Vanj', 'Teams', 2]]
    """
    kept = sites[sites["kind"].isin(list(kinds)) & sites["lat"].notna()]
    kept = kept.assign(name=kept["district"].where(kept["district"].ne(""), kept["province"]))
    kept["group"] = kept["kind"].map(dict(kinds))
    found = kept.groupby(["country", "name", "group"], as_index=False).agg(
        places=("kind", "size"), lat=("lat", "first"), lon=("lon", "first")
    )
    return found.sort_values(["places", "name", "group"], ascending=[False, True, True], ignore_index=True)


@style.styled
def site_map(districts: pd.DataFrame, countries: Sequence[str], *, source: str = "") -> Figure:
    """Draw the districts that have sites on the outline of their countries.

    Parameters
    ----------
    districts : DataFrame
        As `by_district` returns it. One dot a group, its area the number of places; groups side by side.
    countries : sequence of str
        ISO codes of the countries to show; those without an outline are left to their neighbours'.
    source : str
        Who reports the sites.

    Examples
    --------
    >>> teams = pd.DataFrame({"name": ["Vanj"], "group": ["Teams"], "places": [2], "lat": [38.4], "lon": [71.5]})
    >>> [text.get_text() for text in site_map(teams, ["TJK"]).axes[0].texts]
    ['Vanj (2)']
    """
    known = outlines()
    shown = [code for code in countries if code in known]
    corners = np.vstack([*(ring for code in shown for ring in known[code]), districts[["lon", "lat"]].to_numpy(float)])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    margin = 0.06 * max(east - west, north - south)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    tall = (north - south + 2 * margin) * stretch / (east - west + 2 * margin)
    figure, (axes,) = style.panels(height=min(6.4, max(3.2, style.WIDTH * tall + 0.8)))
    for code, rings in known.items():
        for ring in rings:
            face = "#f3f1ea" if code in shown else style.PAPER
            axes.add_patch(Polygon(ring, closed=True, facecolor=face, edgecolor="#9aa1a9", linewidth=0.8))
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect(stretch)
    axes.set_axis_off()
    groups = list(dict.fromkeys(districts["group"].sort_values()))
    tints = {group: style.PALETTE[place] for place, group in enumerate(groups)}
    for group in groups:
        axes.plot([], [], "o", color=tints[group], markersize=7, label=group)
    style.finish(figure, source)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=style.SMALL, handletextpad=0.2)
    figure.canvas.draw()
    points, texts, radii, dots = [], [], [], []
    per_point = 72 / figure.dpi
    for name, rows in districts.groupby("name", sort=False):
        middle = rows["lon"].iloc[0], rows["lat"].iloc[0]
        base = axes.transData.transform(middle)
        sizes = [3.2 + 1.9 * math.sqrt(n) for n in rows["places"]]  # radius, in points
        at = -sum(sizes) + sizes[0]
        for row, size in zip(rows.itertuples(index=False), sizes, strict=True):
            spot = axes.transData.inverted().transform((base[0] + at / per_point, base[1]))
            axes.plot(*spot, "o", color=tints[row.group], markersize=2 * size, mec=style.PAPER, mew=0.7, clip_on=False)
            corner = [(base[0] + (at - size) / per_point, base[1] - size / per_point)]
            corner += [(base[0] + (at + size) / per_point, base[1] + size / per_point)]
            dots.append(tuple(axes.transData.inverted().transform(corner).ravel()))
            at += 2 * size
        points.append(middle)
        total = int(rows["places"].sum())
        texts.append(f"{name} ({total})" if total > 1 else str(name))
        radii.append(max(sum(sizes), *sizes) if len(sizes) > 1 else sizes[0])
    labels.place(axes, points, texts, radius=radii, avoid=dots, lead=len(shown) == 1)
    return figure


def describe_site_map(districts: pd.DataFrame, most: int = 10) -> str:
    """Say in words what `site_map` draws.

    Examples
    --------
    >>> one = pd.DataFrame({"name": ["Vanj"], "group": ["Teams"], "places": [1]})
    >>> describe_site_map(one)
    'Map of 1 named place in 1 district. Teams: Vanj.'
    """
    said = []
    for group, rows in districts.groupby("group"):
        names = [f"{r.name_} ({r.places})" if r.places > 1 else r.name_ for r in _named(rows).head(most).itertuples()]
        more = f" and {len(rows) - most} more in the table" if len(rows) > most else ""
        said.append(f"{group}: {', '.join(names)}{more}.")
    total, where = int(districts["places"].sum()), districts["name"].nunique()
    places = "1 named place" if total == 1 else f"{total} named places"
    return f"Map of {places} in {where} district{'' if where == 1 else 's'}. {' '.join(said)}"


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.rename(columns={"name": "name_"})
