"""How much of a country the teams and centers reach: districts of all districts, per 100,000 people, per 1,000 km2.

Belongs here: denominators of the context table and rates over them, interval over interval. Does not belong here: the
counts themselves (``centers``).

Denominators come mostly from encyclopedia pages that differ: a denominator is the hull of what they print, so a rate
is as wide as their disagreement. Good for a comparison, for nothing finer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.measures.centers import counts, sites
from analysis.measures.names import day, province_name

_NEAR = pd.Timedelta(days=3 * 366)  # a population of another date than the count's, at most so far away


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most of a quantity, with the records behind it; infinite high: nothing limits it."""

    low: float
    high: float
    records: tuple[str, ...] = ()


def over(count: Span, base: Span, per: float = 1.0) -> Span:
    """Return ``count`` per ``per`` of ``base``: low over high to high over low.

    Examples
    --------
    >>> rate = over(Span(49, 49), Span(9_000_000, 9_800_000), 100_000)
    >>> round(rate.low, 2), round(rate.high, 2)
    (0.5, 0.54)
    """
    low = 0.0 if math.isinf(base.high) else count.low / base.high * per
    high = math.inf if base.low <= 0 else count.high / base.low * per
    return Span(low, high, tuple(dict.fromkeys(count.records + base.records)))


def _of(context: pd.DataFrame, indicator: str, admin1: str) -> pd.DataFrame:
    rows = context[context["indicator"].eq(indicator) & context["admin1"].eq(admin1)]
    rows = rows[rows["district"].eq("") & rows["place_reported"].eq("")]
    # Former provinces (FATA) carry no code; without this they would pass for the country.
    return rows[rows["province_reported"].eq("")] if not admin1 else rows


def _hull(rows: pd.DataFrame) -> Span:
    ends = rows["high"].replace(math.inf, np.nan).fillna(rows["low"])
    lows = rows["low"].where(rows["low"] > 0, rows["high"])
    return Span(float(lows.min()), float(ends.max()), tuple(rows["record_id"]))


def population(context: pd.DataFrame, when: pd.Timestamp, admin1: str = "") -> Span | None:
    """Return the people of a country or province about a day: the hull of what is printed nearest to it.

    Of the dated figures within three years the nearest ones (those of the nearest year) count, and all others of
    the same distance in years; None where there is none.

    Parameters
    ----------
    context : DataFrame
        Rows of the context table of one country.
    when : Timestamp
        The day.
    admin1 : str
        ISO 3166-2; blank for the whole country.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> people = {"indicator": "population", "unit": "people", "start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("context", people | {"value": 9.1e6}, people | {"value": 9.3e6})
    >>> population(rows, pd.Timestamp("2019-05-14"))
    Span(low=9100000.0, high=9300000.0, records=('row-1', 'row-2'))
    """
    rows = _of(context, "population", admin1).dropna(subset=["start"])
    distance = (rows["start"] + (rows["end"] - rows["start"]) / 2 - when).abs()
    rows = rows[distance <= _NEAR]
    if rows.empty:
        return None
    near = distance[rows.index]
    return _hull(rows[near <= near.min() + pd.Timedelta(days=550)])


def area(context: pd.DataFrame, admin1: str = "") -> Span | None:
    """Return the area (km2): the hull of what is printed; None where nothing is.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> land = {"indicator": "area", "unit": "km2"}
    >>> area(sample("context", land | {"value": 142_600}, land | {"value": 143_100}))
    Span(low=142600.0, high=143100.0, records=('row-1', 'row-2'))
    """
    rows = _of(context, "area", admin1)
    return None if rows.empty else _hull(rows)


def all_districts(context: pd.DataFrame) -> Span | None:
    """Return how many districts a country has, or None.

    Tajikistan's older division prints its districts as one number (58, 59); since 2020 rural districts (47) and cities
    of the same rank (17 beside the capital) stand apart and are added. The hull of both is the range.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> old = {"indicator": "districts", "unit": "district"}
    >>> all_districts(sample("context", old | {"value": 58}, old | {"value": 59}))
    Span(low=58.0, high=59.0, records=('row-1', 'row-2'))
    """
    rows = _of(context, "districts", "")
    rural, cities = rows[rows["unit"].eq("district")], rows[rows["unit"].eq("city")]
    if rural.empty:
        return None
    dated = rural[rural["start"].notna()]
    beside = cities[cities["start"].notna()]
    joined = float(dated["value"].max() + beside["value"].max()) if len(dated) and len(beside) else math.nan
    old = rural[rural["start"].isna()]["value"]
    numbers = [float(n) for n in (joined, old.min(), old.max()) if not math.isnan(n)]
    used = [*rural["record_id"], *beside["record_id"]]
    return Span(min(numbers), max(numbers), tuple(used)) if numbers else None


def districts_covered(centers: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Return the districts that teams or centers are said or seen to be in, of all districts.

    Returns
    -------
    DataFrame
        ``date, what, districts, share_low, share_high`` (percent of all districts), ``as_of_end, record_id``. Printed
        counts by date; the last row counts the districts of the places that the record names (at least).

    Examples
    --------
    >>> from analysis.samples import sample
    >>> said = {"kind": "coverage", "kind_reported": "other: districts with CPPT", "record": "stock", "value": 29}
    >>> whole = sample("context", {"indicator": "districts", "unit": "district", "value": 58})
    >>> districts_covered(sample("policing_centers", said), whole)[["what", "districts", "share_low"]].values.tolist()
    [['districts with a partnership team', 29.0, 50.0]]
    """
    whole = all_districts(context)
    said = centers["kind_reported"].str.contains("districts")
    printed = centers[centers["kind"].eq("coverage") & said].sort_values("as_of_end", kind="stable")
    made: list[list[object]] = []
    for row in printed.to_dict("records"):
        what = row["kind_reported"].removeprefix("other:").strip()
        what = what.replace("CPPT", "a partnership team").replace("CPC", "a policing center")
        made.append([day(row["as_of_start"], row["as_of_end"]), what, row["value"], row["as_of_end"], row["record_id"]])
    named = sites(centers[centers["kind"].isin(["cppt", "cpc"])])
    places = named[named["district"].ne("")]
    if len(places):
        text = "districts of named places"
        made.append(["all dates", text, float(places["district"].nunique()), pd.NaT, ";".join(places["records"])])
    frame = pd.DataFrame(made, columns=["date", "what", "districts", "as_of_end", "record_id"])
    shares = [over(Span(n, n), whole, 100) if whole else Span(math.nan, math.nan) for n in frame["districts"]]
    frame["share_low"], frame["share_high"] = [s.low for s in shares], [s.high for s in shares]
    return frame


def rates(centers: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Return printed counts of teams and centers per 100,000 people and per 1,000 km2.

    Returns
    -------
    DataFrame
        ``label, date, count, people_low, people_high, per_100k_low, per_100k_high, per_1000km2_low, per_1000km2_high,
        records``; the latest dated count of each series in `counts`, teams and centers only.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> held = {"country": "TJK", "kind": "cpc", "record": "stock", "value": 49}
    >>> held |= {"as_of_start": "2019-05-14", "as_of_end": "2019-05-14"}
    >>> people = {"country": "TJK", "indicator": "population", "value": 9.8e6}
    >>> people |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> base = sample("context", people, {"country": "TJK", "indicator": "area", "value": 140_000})
    >>> rates(sample("policing_centers", held), base)[["per_100k_low", "per_1000km2_low"]].round(2).values.tolist()
    [[0.5, 0.35]]
    """
    held = counts(centers)
    held = held[held["series"].isin(["cppt", "cpc"]) & held["as_of_end"].notna()]
    made: list[list[object]] = []
    for row in held.groupby(["country", "series"]).tail(1).to_dict("records"):
        count = Span(row["low"], row["high"], (row["record_id"],))
        base = context[context["country"].eq(row["country"])]
        people, land = population(base, row["as_of_end"]), area(base)
        if people and land:
            a, b = over(count, people, 1e5), over(count, land, 1e3)
            used = ";".join(dict.fromkeys(a.records + b.records))
            ends = [people.low, people.high, a.low, a.high, b.low, b.high]
            made.append([row["label"], row["date"], row["low"], *ends, used])
    columns = ["people_low", "people_high", "per_100k_low", "per_100k_high", "per_1000km2_low", "per_1000km2_high"]
    return pd.DataFrame(made, columns=["label", "date", "count", *columns, "records"])


def rates_by_province(centers: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Return the places that the record names, by province and kind family, per 100,000 people of the province.

    Returns
    -------
    DataFrame
        ``admin1, province, teams, centers`` (named places, at least), ``people_low, people_high``, ``per_100k_low,
        per_100k_high`` (teams and centers together, of the named ones), ``records``. Provinces without a named place
        have a zero of the record, not of the country.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "record": "site", "admin1": "TJ-GB", "district": "Vanj"}
    >>> people = {"country": "TJK", "indicator": "population", "admin1": "TJ-GB", "value": 200_000}
    >>> base = sample("context", people | {"start": "2019-01-01", "end": "2019-12-31"})
    >>> rates_by_province(sample("policing_centers", team), base)[["province", "teams", "per_100k_low"]].values.tolist()
    [['Gorno-Badakhshan', 1, 0.5]]
    """
    named = sites(centers[centers["kind"].isin(["cppt", "cpc"])])
    made: list[list[object]] = []
    for country, places in named.groupby("country"):
        base = context[context["country"].eq(country)]
        for admin1 in sorted(a for a in base["admin1"].unique() if a):
            here = places[places["admin1"].eq(admin1)]
            people = population(base, pd.Timestamp("2020-01-01"), admin1)
            if people is None:
                continue
            both = over(Span(len(here), len(here)), people, 1e5)
            of = [int(here["kind"].eq(kind).sum()) for kind in ("cppt", "cpc")]
            used = ";".join([*here["records"], *people.records])
            made.append([admin1, province_name(admin1), *of, people.low, people.high, both.low, both.high, used])
    columns = ["admin1", "province", "teams", "centers", "people_low", "people_high", "per_100k_low", "per_100k_high"]
    return pd.DataFrame(made, columns=[*columns, "records"])
