"""Single seizures: how large, how concentrated, in which month, and how much of the totals they cover.

Belongs here: measures over rows of scope ``event``, as bulk exports hold them, and which layer of the record a row is
in. Does not belong here: ranges of totals (``seizures``). A list of single seizures is never complete, so nothing here
is a total; and a seizure may stand in a printed total already, so nothing here is ever added to one. Rows that
probably repeat another (``duplicate_of``) are kept, and masses are given with and without them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import vocabulary
from analysis.bounds.drugs import addends
from analysis.charts.style import between, number
from analysis.measures import seizures as totals
from analysis.measures.names import country_name
from analysis.measures.seizures import Solved, counted
from analysis.measures.tables import drug as drug_name

_CLASSES = (0, 0.01, 0.1, 1, 10, 100, 1000, math.inf)
_CLASS_NAMES = ("up to 10 g", "10 to 100 g", "100 g to 1 kg", "1 to 10 kg", "10 to 100 kg", "100 kg to 1 t", "over 1 t")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def single(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are one seizure each, with a printed mass in kilograms.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> seizure = {"scope": "event", "counted_as": "seized", "unit": "kg", "value": 2.5}
    >>> single(sample("seizures", seizure, seizure | {"scope": "agency_total"}))["record_id"].tolist()
    ['row-1']
    """
    kept = counted(rows)
    return kept[(kept["scope"] == "event") & (kept["unit"] == "kg") & (kept["value"] > 0)]


def sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """Count single seizures by size: ``size, seizures, mass`` (kg), one row a class of tenfold width.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> seizure = {"scope": "event", "counted_as": "seized", "unit": "kg"}
    >>> found = sizes(sample("seizures", seizure | {"value": 2.5}, seizure | {"value": 4}))
    >>> found[found["seizures"] > 0].values.tolist()
    [['1 to 10 kg', 2, 6.5]]
    """
    kept = single(rows)
    cut = pd.cut(kept["value"], list(_CLASSES), labels=list(_CLASS_NAMES))
    made = kept.groupby(cut, observed=False)["value"].agg(["size", "sum"]).reset_index()
    made.columns = ["size", "seizures", "mass"]
    return made.assign(size=made["size"].astype(str))


def concentration(rows: pd.DataFrame, least: int = 100) -> pd.DataFrame:
    """Say what share of the mass the largest single seizures hold, by drug.

    Parameters
    ----------
    rows : DataFrame
        Rows of the seizures table.
    least : int
        Seizures that a drug must have.

    Returns
    -------
    DataFrame
        ``drug, seizures, mass, median, largest, top_1_percent, top_10_percent``: kg and percent of the mass; drugs
        with fewer than ``least`` seizures are left out. The largest 1% is rounded up to a whole seizure.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> seizure = {"scope": "event", "counted_as": "seized", "unit": "kg", "drug": "heroin"}
    >>> rows = sample("seizures", *(seizure | {"value": value} for value in (1, 1, 2, 96)))
    >>> concentration(rows, least=4)[["drug", "mass", "median", "top_1_percent"]].values.tolist()
    [['heroin', 100.0, 1.5, 96.0]]
    """
    out = []
    for drug, mine in single(rows).groupby("drug", sort=True):
        amounts = np.sort(mine["value"].to_numpy())[::-1]
        if len(amounts) < least:
            continue
        total = amounts.sum()
        shares = {f"top_{p}_percent": 100 * amounts[: math.ceil(len(amounts) * p / 100)].sum() / total for p in (1, 10)}
        out.append(
            {
                "drug": drug,
                "seizures": len(amounts),
                "mass": total,
                "median": float(np.median(amounts)),
                "largest": amounts[0],
                **shares,
            }
        )
    names = ["drug", "seizures", "mass", "median", "largest", "top_1_percent", "top_10_percent"]
    return pd.DataFrame(out, columns=names).sort_values("seizures", ascending=False, kind="stable", ignore_index=True)


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Count single seizures by calendar month: ``month, seizures, median`` (kg), only those dated to one month.

    Counts, not mass: one large seizure would make a season of its own.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> seizure = {"scope": "event", "counted_as": "seized", "unit": "kg", "value": 2.5}
    >>> found = by_month(sample("seizures", seizure | {"start": "2015-03-01", "end": "2015-03-01"}))
    >>> found[found["seizures"] > 0].values.tolist()
    [['Mar', 1, 2.5]]
    """
    kept = single(rows)
    kept = kept[(kept["start"].dt.to_period("M") == kept["end"].dt.to_period("M")) & kept["start"].notna()]
    month = kept["start"].dt.month
    made = kept.groupby(month)["value"].agg(["size", "median"]).reindex(range(1, 13))
    return pd.DataFrame(
        {"month": _MONTHS, "seizures": made["size"].fillna(0).astype(int).tolist(), "median": made["median"].tolist()}
    )


def layers(seizures: pd.DataFrame) -> pd.DataFrame:
    """Say which layer of the record the rows stand in: totals, operations, single records.

    Parameters
    ----------
    seizures : DataFrame
        The processed ``seizures`` table.

    Returns
    -------
    DataFrame
        ``country, layer, scopes, rows, amounts, repeated, start, end, sources``: ``amounts`` are rows with a
        counted mass in kg, ``repeated`` the probable repeats. ``totals`` are whole sums of a country, agency or
        province;
        ``operations`` and press digests are their parts; ``single records`` come from bulk exports.

    Notes
    -----
    A figure rests on one layer, never on a sum over layers: what is in a lower one may stand in a higher one already.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> rows = sample("seizures", {"country": "PAK", "scope": "national_total"}, {"country": "PAK", "scope": "event"})
    >>> layers(rows)[["layer", "rows"]].values.tolist()
    [['totals', 1], ['single records', 1]]
    """
    frame = seizures.assign(layer=layer_of(seizures["scope"]), repeated=_repeats(seizures))
    frame["amount"] = frame["record_id"].isin(counted(frame[frame["unit"] == "kg"])["record_id"])
    made = frame.groupby(["country", "layer"], sort=True).agg(
        scopes=("scope", lambda found: ", ".join(sorted(set(found)))),
        rows=("record_id", "size"),
        amounts=("amount", "sum"),
        repeated=("repeated", "sum"),
        start=("start", "min"),
        end=("end", "max"),
        sources=("source_id", "nunique"),
    )
    order = {"totals": 0, "operations": 1, "single records": 2}
    made = made.reset_index().sort_values("layer", key=lambda names: names.map(order), kind="stable")
    return made.sort_values("country", kind="stable", ignore_index=True)


def layer_of(scope: pd.Series) -> pd.Series:
    """Return the layer of each scope (``vocabulary/scope_readings.csv``: whole sums are totals).

    Examples
    --------
    >>> layer_of(pd.Series(["agency_total", "digest_part", "event"])).tolist()
    ['totals', 'operations', 'single records']
    """
    whole = {row["scope"] for row in vocabulary.rows("scope_readings") if row["reading"] == "whole"}
    return scope.map(lambda one: "single records" if one == "event" else "totals" if one in whole else "operations")


def event_coverage(
    seizures: pd.DataFrame,
    country: str,
    start: str = "",
    end: str = "",
    drugs: Sequence[str] | None = None,
    solved: Solved | None = None,
) -> pd.DataFrame:
    """Set the mass of single records beside the range that all other printed figures allow, by drug and year.

    Parameters
    ----------
    seizures : DataFrame
        The processed ``seizures`` table, all rows of the country.
    country : str
        ISO 3166-1 alpha-3.
    start, end : str
        First and last calendar year (a longer date counts for its whole year); blank: as far as the records go.
    drugs : sequence of str, optional
        By default those with both single records and printed totals.
    solved : mapping, optional
        What `measures.seizures.solve` made of the same country, where it is there already.

    Returns
    -------
    DataFrame
        ``country, drug, year, seizures, repeated, mass_once, mass_all, low, high, share_low, share_high, records``; one
        row a year and, where there are several, one for the whole span ("2011 to 2016"). ``mass_once`` is without
        probable repeats, ``mass_all`` with them; ``low`` and ``high`` are the range (kg) of totals and operations
        as in `measures.seizures.year_by_drug`; the shares are percent of it. ``records`` are the rows that hold it.

    Notes
    -----
    The least share is ``mass_once / high``, the most ``mass_all / low``: 0 where nothing limits the sum from above,
    infinite where nothing is documented. Above 100 the list holds more than is printed, so that one of the two is wrong
    or leaves agencies out. Single records are in no range (`bounds.observations`), and are nowhere added to one.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> year = {"country": "PAK", "drug": "heroin", "unit": "kg", "counted_as": "seized", "start": "2012-01-01"}
    >>> total = year | {"scope": "national_total", "agency": "all", "value": 200, "end": "2012-12-31"}
    >>> single_one = year | {"scope": "event", "value": 50, "end": "2012-01-01"}
    >>> found = event_coverage(sample("seizures", total, single_one), "PAK")
    >>> found[["year", "mass_all", "low", "high", "share_low", "share_high"]].values.tolist()
    [['2012', 50.0, 200.0, 200.0, 25.0, 25.0]]
    """
    rows = seizures[seizures["country"] == country]
    names = ["country", "drug", "year", "seizures", "repeated", "mass_once", "mass_all", "low", "high"]
    names += ["share_low", "share_high", "records"]
    kept = single(rows)
    kept = kept[kept["start"].notna() & (kept["start"].dt.year == kept["end"].dt.year)]
    year = kept["start"].dt.year
    first, last = (int(start[:4]) if start else 0), (int(end[:4]) if end else 9999)
    kept, year = kept[year.between(first, last)], year[year.between(first, last)]
    if kept.empty:
        return pd.DataFrame(columns=names)
    span = list(range(int(year.min()), int(year.max()) + 1))
    asked = _covered(rows, kept) if drugs is None else list(drugs)
    solved = totals.solve(rows) if solved is None else {country: solved[country]}
    ranges = [(str(at), [at], totals.year_by_drug(solved, asked, [at])) for at in span]
    if len(span) > 1:
        ranges.append((f"{span[0]} to {span[-1]}", span, totals.span_by_drug(solved, asked, span[0], span[-1])))
    repeated = _repeats(kept)
    out = []
    for words, among, table in ranges:
        for found in table.to_dict("records"):
            mine = year.isin(among) & kept["drug"].isin(addends(found["drug"]))
            once, both = kept.loc[mine & ~repeated, "value"].sum(), kept.loc[mine, "value"].sum()
            low, high = found["low"], found["high"]
            out.append(
                {
                    "country": country,
                    "drug": found["drug"],
                    "year": words,
                    "seizures": int(mine.sum()),
                    "repeated": int((mine & repeated).sum()),
                    "mass_once": once,
                    "mass_all": both,
                    "low": low,
                    "high": high,
                    "share_low": 100 * once / high if high else math.nan,
                    "share_high": 100 * both / low if low else math.inf,
                    "records": found["records"],
                }
            )
    made = pd.DataFrame(out, columns=names)
    return made.sort_values("drug", key=lambda found: found.map(asked.index), kind="stable", ignore_index=True)


def in_words(found: Mapping[str, Any]) -> str:
    """Say a row of `event_coverage` in words.

    Examples
    --------
    >>> in_words({"drug": "heroin", "country": "PAK", "year": "2012", "mass_once": 90.0, "mass_all": 100.0,
    ...     "low": 200.0, "high": 200.0, "share_low": 45.0, "share_high": 50.0})
    'Heroin, Pakistan, 2012: single records hold 90 to 100 kg; all other figures allow 200 kg: a share of 45% to 50%.'
    """
    once, both, low, high = (found[name] for name in ("mass_once", "mass_all", "low", "high"))
    least, most = found["share_low"], found["share_high"]
    held = number(once) if number(once) == number(both) else f"{number(once)} to {number(both)}"
    what = f"{drug_name(found['drug']).capitalize()}, {country_name(found['country'])}, {found['year']}"
    said = f"{what}: single records hold {held} kg; "
    if not low and math.isinf(high):
        return f"{said}no other figure says anything of that time, so no share follows."
    said += f"all other figures allow {between(low, high)} kg: "
    if least > 100:
        return f"{said}{least:.0f}% to {most:.0f}% of it, more than is printed, so the two cannot both be right."
    if math.isinf(high):
        tail = (
            "a share of at most {:.0f}%" if most <= 100 else "up to {:.0f}% of what those document, more than all of it"
        )
        return f"{said}{tail.format(most)}; nothing limits the sum from above, so no least share follows."
    if math.isinf(most):
        return f"{said}a share of at least {least:.0f}%."
    return f"{said}a share of {least:.0f}% to {most:.0f}%."


def _covered(rows: pd.DataFrame, kept: pd.DataFrame) -> list[str]:
    """Return the drugs with printed totals of which there are single records, in the order of the vocabulary.

    Of the totals of several drugs, only those that are exactly the sum of theirs.
    """
    here, printed = set(kept["drug"]), set(totals.printed(rows)["drug"])
    order = [row["key"] for row in vocabulary.rows("drugs")]
    return [key for key in order if key in printed and here.intersection(addends(key)) and key != "other"]


def _repeats(rows: pd.DataFrame) -> pd.Series:
    """Mark the rows that probably repeat another; a table without that column repeats none."""
    if "duplicate_of" not in rows:
        return pd.Series(False, index=rows.index)
    return rows["duplicate_of"].fillna("") != ""
