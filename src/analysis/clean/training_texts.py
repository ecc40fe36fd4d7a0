"""Single texts of the training report: fiscal years, programme families, sectors, days, dollars.

Belongs here: what one printed text of the report means; the word lists stand in ``vocabulary/fmtr_*.csv``. Does not
belong here: lines that have slipped (``slips``), rows and columns (``trainings``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import vocabulary
from analysis.clean.event_texts import REMEMBERED
from analysis.clean.slips import money
from analysis.errors import Unreadable

_YEAR = re.compile(r"\bF(?:iscal )?Y(?:ear)? ?(\d{4}|\d\d)\b", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2,5})")


@lru_cache(REMEMBERED)
def tidy(printed: str) -> str:
    """Return a cell without the marks of its way through XML and print.

    Examples
    --------
    >>> tidy("COMMAND &amp; GENERAL  STAFF ")
    'COMMAND & GENERAL STAFF'
    """
    return " ".join(html.unescape(printed).split())


@lru_cache(REMEMBERED)
def read_fiscal_year(programme: str, years: str = "") -> int:
    """Return the US fiscal year of a programme heading, or the first year of its report, or 0.

    Examples
    --------
    >>> read_fiscal_year("IMET-1 - FY 2007 DoS Training"), read_fiscal_year("Asia Pacific Center, FY 99")
    (2007, 1999)
    """
    found = _YEAR.search(programme)
    if not found:
        return int(years[:4]) if re.match(r"\d{4}", years) else 0
    year = int(found[1])
    return year if year > 99 else year + (1900 if year > 50 else 2000)


@lru_cache(REMEMBERED)
def read_family(programme: str) -> tuple[str, str]:
    """Return the family of a programme and the sector that it trains, where the programme says so.

    Examples
    --------
    >>> read_family("Section 1004 - FY 2009 DoD Training"), read_family("Lunch")
    (('Section 1004', 'drug_control'), ('Other', ''))
    """
    return next(
        ((family, sector) for pattern, family, sector in _families() if pattern.search(programme)),
        ("Other", ""),
    )


def unit_sectors(units: Sequence[str]) -> list[str]:
    """Return the sector that each unit belongs to, ``""`` where its name does not say.

    The patterns of ``fmtr_units`` go over all names at once (RE2), ten times as fast as name by name.

    Examples
    --------
    >>> unit_sectors(["State Border Service", "Army"])
    ['border', '']
    """
    names, found = pa.array(units, pa.string()), np.full(len(units), "", dtype=object)
    for row in reversed(vocabulary.rows("fmtr_units")):
        named = pc.match_substring_regex(names, row["pattern"], ignore_case=True)
        found[named.to_numpy(zero_copy_only=False)] = row["sector"]
    return found.tolist()


@cache
def _families() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    words = vocabulary.rows("fmtr_programmes")
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row["family"], row["sector"]) for row in words)


@lru_cache(REMEMBERED)
def read_day(printed: str, year: int) -> tuple[date | None, str]:
    """Return a printed day, and what was wrong with it; ``year`` is the fiscal year that it belongs to.

    A year that cannot be (2207, 207) is put right where it is one digit away from a year beside the fiscal year.

    Examples
    --------
    >>> read_day("3/16/2207", 2007), read_day("10/31/00", 2001)[0]
    ((datetime.date(2007, 3, 16), 'the year 2207 is read as 2007'), datetime.date(2000, 10, 31))
    """
    found = _DAY.fullmatch(printed)
    if not found:
        return None, ""
    month, day, shown = int(found[1]), int(found[2]), found[3]
    said, number = "", int(shown)
    if len(shown) == 2:
        number += 1900 if number > 50 else 2000
    elif year and abs(number - year) > 30:
        near = [one for one in (year - (month > 9), year, year - 1, year + 1) if _one_slip(shown, str(one))]
        if not near:
            return None, f"the year {shown} cannot be"
        number, said = near[0], f"the year {shown} is read as {near[0]}"
    try:
        return date(number, month, day), said
    except ValueError:
        return None, f"{printed} is not a day that exists"


def _one_slip(shown: str, meant: str) -> bool:
    """Whether one digit changed, missing or too many makes one text of the other."""
    if len(shown) == len(meant):
        return sum(a != b for a, b in zip(shown, meant, strict=True)) == 1
    short, long = sorted((shown, meant), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


@lru_cache(REMEMBERED)
def read_days(start: str, end: str, year: int) -> tuple[date | None, date | None, str]:
    """Return the first and last day of a training and a note; the fiscal year stands in for what cannot be read.

    Examples
    --------
    >>> read_days("", "", 1999)
    (datetime.date(1998, 10, 1), datetime.date(1999, 9, 30), 'no dates printed: the fiscal year stands for them')
    """
    (first, wrong), (last, wrong_last) = read_day(start, year), read_day(end, year)
    notes = [note for note in (wrong, wrong_last) if note]
    if first and last and first <= last:
        return first, last, "; ".join(notes)
    whole = (date(year - 1, 10, 1), date(year, 9, 30)) if year else (None, None)
    if first and last:
        notes.append(f"the dates end ({end}) before they start ({start})")
    elif not start and not end:
        notes.append("no dates printed")
    elif not notes:
        notes.append(f"one date only ({start or end})")
    return *whole, "; ".join(notes) + (": the fiscal year stands for them" if year else "")


@lru_cache(REMEMBERED)
def dollars(printed: str) -> float:
    """Return dollars, NaN where blank and infinite where unreadable.

    Examples
    --------
    >>> dollars("$1,234"), dollars("")
    (1234.0, nan)
    """
    try:
        found = money(printed)
    except Unreadable:
        return np.inf
    return np.nan if found is None else found


def people(printed: str) -> float:
    """Return a whole number of people, NaN where it is not one.

    Examples
    --------
    >>> people("12"), people("a dozen")
    (12.0, nan)
    """
    return float(printed) if printed.isdecimal() else np.nan


def is_day(printed: str) -> bool:
    """Whether a text is one printed day.

    Examples
    --------
    >>> is_day("3/16/2007"), is_day("March 2007")
    (True, False)
    """
    return bool(_DAY.fullmatch(printed))
