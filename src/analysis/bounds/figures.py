"""Rows of the seizures table read as statements about sums.

Belongs here: what a row may say (the whole, or only a part), and why a row says nothing. Does not
belong here: time cells, solving. The rules are data: ``vocabulary/scope_readings.csv`` and
``vocabulary/drug_readings.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from analysis import vocabulary
from analysis.clean.text import fold

_DAY = pd.Timestamp("1970-01-01")
_UNNAMED = ("joint", "other", "all", "")  # bodies that are no summand of their own


@dataclass(frozen=True, slots=True)
class Figure:
    """One statement: the amount of a drug, by an agency, in a span of days, lies in low to high.

    Attributes
    ----------
    records : tuple of str
        The rows that print it; several where sources print exactly the same.
    agency, admin1, drug : str
        ``agency="all"`` is the nation; ``admin1=""`` is the whole country.
    start, end : int
        Days since 1970; the end day itself is outside.
    low, high : float
        In the unit of the observations; ``high`` is infinite for a least amount.
    whole : bool
        False where the print is only a part of the sum, so that nothing limits the sum from above.
    votes : int
        How many publishers print it.
    suspect : bool
        Flagged by the cleaning: the first to be wrong in a conflict, and no range rests on it.
    values : tuple of float
        The numbers as printed.
    """

    records: tuple[str, ...]
    agency: str
    admin1: str
    drug: str
    start: int
    end: int
    low: float
    high: float
    whole: bool = True
    votes: int = 1
    suspect: bool = False
    values: tuple[float, ...] = ()

    @property
    def key(self) -> str:
        """The first record: the name of the figure where one is needed."""
        return self.records[0]

    def describe(self) -> str:
        """Return the statement in words.

        Examples
        --------
        >>> Figure(("r1",), "anf", "", "opium", 17897, 18088, 5360.5, 5361.5).describe()
        'opium, anf, 2019-01-01 to 2019-07-10: 5,360.5 to 5,361.5'
        """
        where = f"{self.agency} in {self.admin1}" if self.admin1 else self.agency
        top = "or more" if math.isinf(self.high) else f"to {self.high:,.10g}"
        return f"{self.drug}, {where}, {day(self.start)} to {day(self.end - 1)}: {self.low:,.10g} {top}"


@dataclass(frozen=True, slots=True)
class Observations:
    """The figures of one country in one unit, and the rows that say nothing, with the reason.

    Attributes
    ----------
    figures : tuple of Figure
        Sorted by drug, span and record.
    left_out : DataFrame
        ``record_id``, ``reason``; every row of the country that is in no figure.

    Examples
    --------
    >>> figure = Figure(("r1",), "anf", "", "opium", 17897, 18088, 5360.5, 5361.5)
    >>> Observations((figure,)).without(["r1"], "the claim's own page").left_out["reason"].tolist()
    ["the claim's own page"]
    """

    figures: tuple[Figure, ...]
    unit: str = "kg"
    country: str = ""
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"record_id": [], "reason": []}))

    def without(self, records: Iterable[str], reason: str) -> Observations:
        """Return the observations without some rows, which join ``left_out`` with the reason given."""
        gone = set(records)
        kept = []
        for figure in self.figures:
            stay = tuple(record for record in figure.records if record not in gone)
            if stay == figure.records:
                kept.append(figure)
            elif stay:
                values = {f: getattr(figure, f) for f in figure.__slots__}
                kept.append(Figure(**{**values, "records": stay, "votes": min(figure.votes, len(stay))}))
        printed = {record for figure in self.figures for record in figure.records}
        more = pd.DataFrame({"record_id": sorted(gone & printed), "reason": reason})
        return Observations(tuple(kept), self.unit, self.country, pd.concat([self.left_out, more], ignore_index=True))


def days(date: str | pd.Timestamp) -> int:
    """Return a date as days since 1970.

    Examples
    --------
    >>> days("2019-01-01")
    17897
    """
    return int((pd.Timestamp(date).normalize() - _DAY).days)


def day(number: int) -> str:
    """Return days since 1970 as an ISO date.

    Examples
    --------
    >>> day(17897)
    '2019-01-01'
    """
    return str((_DAY + pd.Timedelta(days=number)).date())


def observations(
    table: pd.DataFrame,
    country: str = "",
    unit: str = "kg",
    include_suspect: bool = True,
    publishers: Mapping[str, str] | None = None,
    leave_out: Mapping[str, str] | Collection[str] = (),
) -> Observations:
    """Read the rows of the processed seizures table as figures.

    Parameters
    ----------
    table : DataFrame
        Columns of the processed ``seizures`` table.
    country : str
        ISO 3166-1 alpha-3; blank takes every row.
    unit : str
        Amounts in other units say nothing here.
    include_suspect : bool
        Take rows flagged as suspect too: conflicts then show them, ranges never rest on them.
    publishers : mapping of source_id to publisher, optional
        Two pages of one publisher that print the same count once; without it, each source counts.
    leave_out : collection of record ids, or mapping of record id to reason

    Returns
    -------
    Observations

    Notes
    -----
    A national, agency or province total is the whole sum; everything smaller, every subset and
    every figure of several or unnamed agencies is only a least amount of what it stands inside.
    Rows of one printed list that share a drug key under different printed names are parts of it,
    unless every name means simply "drugs" (``vocabulary/total_names.csv``); of several amounts
    under one name, only the largest can be the whole.
    "Cannabis" in a list beside hashish is the other cannabis where it is the smaller number; else,
    and beside herb, only a least amount. A total of all drugs may or may not hold the precursors printed in the
    same list: its least amount is lowered by them. Where a start or an end is not printed, the
    row is left out: nothing is guessed.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"value": 900}
    >>> rows = {**total, "start": "2019-01-01", "end": "2019-12-31"}, {**total, "start": "2019-01-01"}
    >>> seen = observations(sample("seizures", *rows), "PAK")
    >>> seen.figures[0].describe(), seen.left_out["reason"].tolist()
    ('opium, all, 2019-01-01 to 2019-12-31: 900 to 900', ['the end of its period is not printed'])
    """
    rows = table if not country else table[table["country"] == country]
    reasons = dict(leave_out) if isinstance(leave_out, Mapping) else dict.fromkeys(leave_out, "left out by the caller")
    records: list[dict[str, Any]] = []
    left: list[tuple[str, str]] = []
    for row in rows.to_dict("records"):
        reason = reasons.get(row["record_id"]) or _says_nothing(row, unit, include_suspect)
        if reason:
            left.append((row["record_id"], reason))
        else:
            records.append(row)
    lists: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in records:
        lists.setdefault(
            tuple(row.get(c, "") for c in ("source_id", "agency", "admin1", "scope", "start", "end")), []
        ).append(row)
    read = []
    for rows_of_list in lists.values():
        for figure, source in _read_list(rows_of_list):
            if figure.low <= 0 and math.isinf(figure.high):
                left.append((figure.key, "only a part of a sum, and no least amount follows from the print"))
            else:
                read.append((figure, (publishers or {}).get(source, source)))
    out = pd.DataFrame(left, columns=["record_id", "reason"])
    return Observations(_merge(read), unit, country, out)


def _says_nothing(row: Mapping[str, Any], unit: str, include_suspect: bool) -> str:
    """Return why a row cannot be a figure, or a blank."""
    if row["scope"] == "event":
        return "a single record of an export: a layer beside the totals, in no sum"
    if row.get("counted_as") == "cases_only" or math.isnan(row["low"]):
        return "no amount is printed"
    if row.get("counted_as") == "destroyed":
        return "an amount destroyed, not seized"
    if row["unit"] != unit:
        return f"in {row['unit']}, not {unit}" if row["unit"] else "no unit is printed"
    if pd.isna(row["start"]) and pd.isna(row["end"]):
        return "no period is printed"
    if pd.isna(row["start"]):
        return "the start of its period is not printed"
    if pd.isna(row["end"]):
        return "the end of its period is not printed"
    if _reading(row["drug"])[1] == "none":
        return "what was seized is not one drug or group"
    if row["low"] <= 0 and math.isinf(row["high"]):
        return "neither a least nor a most follows from the print"
    if bool(row.get("suspect")) and not include_suspect:
        return "flagged as suspect"
    return ""


def _reading(drug: str) -> tuple[str, str]:
    found = next((row for row in vocabulary.rows("drug_readings") if row["drug"] == drug), None)
    return (drug, "whole") if found is None else (found["reads_as"], found["reading"])


@cache
def _total_names() -> frozenset[str]:
    """Return the printed names that mean all drugs and nothing narrower, folded."""
    return frozenset(fold(row["name"]) for row in vocabulary.rows("total_names"))


def _body(row: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Return agency, province and whether the scope is the whole of them."""
    scope, agency = row["scope"], row["agency"]
    admin1 = row.get("admin1", "")
    reading = next((r["reading"] for r in vocabulary.rows("scope_readings") if r["scope"] == scope), "part")
    whole = reading == "whole" and row.get("counted_as", "seized") != "subset" and not row.get("district", "")
    if scope == "national_total":
        return "all", admin1, whole and not admin1
    if scope == "agency_total":
        whole = whole and agency not in _UNNAMED and not admin1
    elif scope == "province_total":
        whole = whole and agency not in ("joint", "other") and bool(admin1)
    return ("all" if agency in _UNNAMED else agency), admin1, whole


def _read_list(rows: list[dict[str, Any]]) -> Iterable[tuple[Figure, str]]:
    """Read the rows of one printed list; each with its source."""
    names: dict[str, set[str]] = {}
    most: dict[tuple[str, str], float] = {}
    for row in rows:
        name = fold(str(row.get("drug_reported", "")))
        names.setdefault(row["drug"], set()).add(name)
        most[row["drug"], name] = max(row["low"], most.get((row["drug"], name), 0.0))
    hashish = [row["low"] for row in rows if row["drug"] == "hashish"]
    chemicals = sum(row["high"] for row in rows if row.get("drug_group") == "precursors" and math.isfinite(row["high"]))
    for row in rows:
        agency, admin1, whole = _body(row)
        drug, reading = _reading(row["drug"])
        low, high = float(row["low"]), float(row["high"])
        name = fold(str(row.get("drug_reported", "")))
        only = len(names[row["drug"]]) == 1 or (drug == "all_drugs" and name in _total_names())
        whole = whole and reading == "whole" and only and low >= most[row["drug"], name]
        if drug == "cannabis" and hashish and high < min(hashish):
            drug = "cannabis_other"
        elif drug == "cannabis" and (hashish or "cannabis_herb" in names):
            whole = False
        if drug == "all_drugs" and whole:
            low = max(0.0, low - chemicals)
        high = high if whole else math.inf
        start, end = days(row["start"]), days(row["end"]) + 1
        value = row.get("value", math.nan)
        suspect = bool(row.get("suspect"))
        figure = Figure((row["record_id"],), agency, admin1, drug, start, end, low, high, whole, 1, suspect, (value,))
        yield figure, row["source_id"]


def _merge(read: Iterable[tuple[Figure, str]]) -> tuple[Figure, ...]:
    """Join equal statements: one figure, with a vote for each publisher that prints it."""
    same: dict[tuple[Any, ...], list[tuple[Figure, str]]] = {}
    for figure, publisher in read:
        place = (figure.drug, figure.start, figure.end, figure.agency, figure.admin1, figure.low, figure.high)
        same.setdefault(place, []).append((figure, publisher))
    merged = []
    for group in same.values():
        first = group[0][0]
        records = sorted((figure.records[0], figure.values[0], figure.suspect) for figure, _ in group)
        merged.append(
            Figure(
                tuple(record for record, _, _ in records),
                first.agency,
                first.admin1,
                first.drug,
                first.start,
                first.end,
                first.low,
                first.high,
                first.whole,
                len({publisher for _, publisher in group}),
                all(suspect for _, _, suspect in records),
                tuple(value for _, value, _ in records),
            )
        )
    return tuple(sorted(merged, key=lambda f: (f.drug, f.start, f.end, f.agency, f.admin1, f.records)))
