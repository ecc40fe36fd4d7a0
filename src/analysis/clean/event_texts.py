"""Single texts of the export of individual drug seizures: amounts, units, days, countries, places, agencies.

Belongs here: what one printed text of that export means. Each function remembers its answers, so that a text is read
once however many rows hold it. Does not belong here: rows and columns (``events``), other layouts.

Rules that hold only for this export: its amounts come out of a database of binary numbers, so that digits past
the twelfth are noise (``0.006999999999999999`` is 0.007) and a last ``.0`` says nothing about precision; a unit that
is not listed leaves the unit blank, a substance that is not listed goes to its group, and neither rejects a row.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from math import nan
from typing import NamedTuple

from analysis import vocabulary
from analysis.clean.places import read_countries, read_place
from analysis.clean.terms import read_event_drug
from analysis.clean.text import fold
from analysis.clean.units import is_counted, read_unit
from analysis.errors import Unreadable

_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ][\d:.]+Z?)?")
_YEARS = (1900, 2100)
REMEMBERED = 1 << 17
"""Texts that a reader remembers at most: some tens of megabytes."""


class EventAmount(NamedTuple):
    """An amount of the export in a standard unit; ``problem`` says why it cannot be read."""

    value: float
    low: float
    high: float
    unit: str
    note: str
    problem: str


@lru_cache(REMEMBERED)
def read_event_amount(amount: str, unit: str) -> EventAmount:
    """Read an amount of the export and its unit.

    Examples
    --------
    >>> read_event_amount("0.006999999999999999", "Gram")[:4]
    (7e-06, 6.5e-06, 7.5e-06, 'kg')
    >>> read_event_amount("16.0", "Blotting paper")[:4], read_event_amount("", "Gram")[0]
    ((16.0, 16.0, 16.0, 'item'), nan)
    """
    standard, factor, note = read_event_unit(unit)
    if not amount.strip():
        return EventAmount(nan, nan, nan, standard, note, "")
    try:
        number = Decimal(f"{float(amount):.12g}").normalize()
    except (ValueError, InvalidOperation):
        return EventAmount(
            nan, nan, nan, "", "", f"{amount!r} is not a number; correct it in the export or leave it blank"
        )
    if not number.is_finite() or number < 0:
        return EventAmount(nan, nan, nan, "", "", f"{amount!r} is not an amount; an amount is a number from 0 up")
    exponent = int(number.as_tuple().exponent)
    half = Decimal(10) ** min(exponent, 0) / 2
    if exponent >= 0 and is_counted(standard):
        half = Decimal(0)
    value, low, high = (float(end * factor) for end in (number, max(number - half, Decimal(0)), number + half))
    return EventAmount(value, low, high, standard, note, "")


@cache
def read_event_unit(unit: str) -> tuple[str, Decimal, str]:
    """Return the standard unit, how much of it one printed unit is, and a note; never raises.

    Examples
    --------
    >>> read_event_unit("Kilogram"), read_event_unit("Bucket")[0]
    (('kg', Decimal('1'), ''), '')
    """
    folded = fold(unit)
    for row in vocabulary.rows("unodc_units"):
        if fold(row["spelling"]) == folded:
            return row["unit"], Decimal(row["factor"]), row["note"] if not row["unit"] else ""
    try:
        known = read_unit(unit)
    except Unreadable:
        return "", Decimal(1), f"the unit {unit.strip()!r} is not listed: the amount stands in it"
    return known.unit, known.factor, "" if known.unit else "no unit is given"


@lru_cache(REMEMBERED)
def read_day(text: str) -> tuple[date | None, str]:
    """Read a day of the export; the second value says why it cannot be one.

    Examples
    --------
    >>> read_day("2015-03-01")[0], read_day("2015-02-30")[1]
    (datetime.date(2015, 3, 1), "'2015-02-30' is not a day that exists; correct it in the export or leave it blank")
    """
    if not text.strip():
        return None, ""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None, f"{text!r} is not a day; expected year-month-day such as 2015-03-01"
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None, f"{text!r} is not a day that exists; correct it in the export or leave it blank"
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        return None, f"{text!r} is no possible day of a seizure: the year must lie between {_YEARS[0]} and {_YEARS[1]}"
    return day, ""


@lru_cache(REMEMBERED)
def read_export_country(text: str) -> tuple[str, str]:
    """Return the code of a country of an export, and why it has none.

    Examples
    --------
    >>> read_export_country("Iraq (Kurdistan Region)")
    ('IRQ', '')
    """
    folded = fold(text)
    for row in vocabulary.rows("export_countries"):
        if fold(row["spelling"]) == folded:
            return row["country"], ""
    try:
        codes = read_countries(text).codes
    except Unreadable as error:
        return "", str(error)
    if len(codes) == 1:
        return codes[0], ""
    return "", f"{text!r} is not one country; add it to src/analysis/vocabulary/export_countries.csv"


@lru_cache(REMEMBERED)
def read_event_place(country: str, division: str, place: str) -> tuple[str, str]:
    """Return the ISO 3166-2 code and the district of a place, ``""`` where not known; never raises.

    Parameters
    ----------
    country, division, place : str
        As the export prints them.

    Examples
    --------
    >>> read_event_place("Pakistan", "Khyber Pakhtunkhwa", "PS ANF Peshawar")
    ('PK-KP', 'Peshawar')
    """
    iso, _ = read_export_country(country)
    if iso not in _mapped():
        return "", ""
    bare = _agency_words().sub(" ", place) if read_event_agency(iso, place) else place
    found = read_place(iso, division.strip(), "", bare.strip())
    return found.admin1, found.district


@lru_cache(REMEMBERED)
def read_event_agency(country: str, place: str) -> str:
    """Return the agency that a place names, ``""`` where it names none.

    Examples
    --------
    >>> read_event_agency("PAK", "PS ANF Lahore"), read_event_agency("PAK", "Lahore")
    ('anf', '')
    """
    return next((key for code, pattern, key in _agencies() if code == country and pattern.search(place)), "")


@cache
def _mapped() -> frozenset[str]:
    """Return the countries whose places are known."""
    return frozenset(row["country"] for row in vocabulary.rows("places"))


@cache
def _agencies() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (row["country"], re.compile(row["pattern"], re.IGNORECASE), row["agency"])
        for row in vocabulary.rows("unodc_agencies")
    )


@cache
def _agency_words() -> re.Pattern[str]:
    patterns = [row["pattern"] for row in vocabulary.rows("unodc_agencies") if not row["pattern"].startswith("^")]
    return re.compile("|".join([*patterns, r"\b(?:PS|RD|II|Police)\b", "[-,]"]), re.IGNORECASE)


@lru_cache(REMEMBERED)
def read_drug_and_group(name: str) -> tuple[str, str]:
    """Return the key of a substance and its group; never raises.

    Examples
    --------
    >>> read_drug_and_group("Heroin"), read_drug_and_group("no such substance")
    (('heroin', 'opiates'), ('other', 'other'))
    """
    key = read_event_drug(name).key
    return key, next((row["group"] for row in vocabulary.rows("drugs") if row["key"] == key), "other")
