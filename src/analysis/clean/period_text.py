"""What a printed period says by itself, in any language of the vocabulary.

Belongs here: ranges, halves, quarters, fiscal years, "first ten months", running periods, and the days
that a text prints. Does not belong here: the start and end columns beside the text (``periods``); which
words mean what (``vocabulary/months.csv``, ``period_words.csv``, ``fiscal_years.csv``).

How a text is read: each word becomes one letter (``N`` small number, ``Y`` year, ``M`` month, ``T`` to,
``S`` since, ``E`` ended, ``x`` a word without meaning here), and patterns over those letters find the
dates. ``1 Sep-mid Nov 2023`` is ``NM-PMY``; a day or month without a year takes it from its neighbour.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from analysis.clean.text import fold
from analysis.errors import Unreadable
from analysis.vocabulary import rows

EXPECTED = "a year, a month or a day such as 2019, 2019-05 or 2019-05-31"

_LETTERS = {
    "to": "T", "since": "S", "end": "E", "running": "R", "and": "A", "early": "P", "mid": "P", "late": "P",
    "half": "H", "quarter": "Q", "months": "C", "fiscal": "F", "undated": "U", "duration": "L",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DASHES = str.maketrans("‐‑‒–—−", "------")

# One date or span; the longest shapes first.
_UNITS = {
    "first months": "(?:NN|N)CY",
    "half": "N[HQ],?Y|[HQ]N,?Y|Y,?[HQ]N|YN[HQ]",
    "fiscal": "FY[-/][YN]|Y[-/]N(?![-/TA,]*N*M)|FY",
    "iso": "I",
    "days": "N(?:[-TA,]+N)*M,?Y?|MN(?:[-TA]+N(?!M))*(?:,?Y)?|YMN",
    "month": "(?:P-?)?M,?Y|YM|(?:P-?)?M",
    "year": "(?:P-?)?Y",
}
_UNIT = "|".join(_UNITS.values())
_CHAIN = re.compile(f"(?:{_UNIT})(?:[-TA,;/(]+(?:{_UNIT}))*")
_EACH = re.compile("|".join(f"({pattern})" for pattern in _UNITS.values()))


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included; None where the print gives no end."""

    start: date | None
    end: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One date of a text: what is printed of it, before its neighbours fill the year."""

    kind: str
    year: int | None
    month: int | None
    days: tuple[int, int] | None
    part: str = ""


@cache
def _words() -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the meaning of each known phrase, and the pattern that cuts a text into tokens."""
    known = {fold(row["phrase"]): row["meaning"] for row in rows("period_words")}
    known |= {fold(row["spelling"]): f"M{row['month']}" for row in rows("months")}
    longest = "|".join(re.escape(phrase) for phrase in sorted(known, key=len, reverse=True))
    letter = r"[^\W\d_]"
    return known, re.compile(
        rf"(?P<iso>(?<![\d-]){_ISO.pattern}(?![\d-])|(?<!\d){_DOTTED.pattern}(?!\d))"
        rf"|(?P<phrase>(?<!{letter})(?:{longest})(?!{letter}))|(?P<other>\d+|{letter}+|[^\w\s])"
    )


def _tokens(text: str) -> tuple[str, list[str]]:
    """Return the letters of a text, and what each letter stands for."""
    known, cutter = _words()
    tokens: list[tuple[str, str]] = []
    for found in cutter.finditer(plain(text)):
        token = found[0]
        # "2010-11" beside or without other words is two years; the columns alone write months like that.
        if found["iso"] and (token.count("-") + token.count(".")) == 1:
            year, other = token.split("-")
            tokens += [("Y" if 1800 <= int(year) < 2200 else "x", year), ("-", "-"), ("N", other)]
            continue
        if found["iso"]:
            tokens.append(("I", token))
            continue
        meaning = known.get(token, token) if found["phrase"] else token
        if meaning == "drop":
            continue
        if re.fullmatch(r"M\d+", meaning):
            tokens.append(("M", meaning[1:]))
        elif meaning.isdecimal():
            year_like = len(meaning) == 4 and 1800 <= int(meaning) < 2200
            tokens.append(("N" if len(meaning) < 3 else "Y" if year_like else "x", meaning))
        elif found["phrase"]:
            tokens.append((_LETTERS[meaning], meaning))
        elif meaning not in ".:'\"*)":
            tokens.append((meaning if meaning in "-,;/(" else "x", meaning))
    return "".join(letter for letter, _ in tokens), [value for _, value in tokens]


def plain(text: str) -> str:
    """Return the text as it is read: folded, every dash a hyphen.

    Examples
    --------
    >>> plain("1 Sep – 30 Nov 2023")
    '1 sep - 30 nov 2023'
    """
    return fold(text).translate(_DASHES)


def read_month(year: int, month: int, where: str) -> Period:
    """Return the days of a month printed as "2019-05".

    Examples
    --------
    >>> period = read_month(2020, 2, "as_of")
    >>> str(period.start), str(period.end)
    ('2020-02-01', '2020-02-29')
    """
    return _days(_Part("month", year, month, None), "", where)[0]


def read_text(text: str, country: str, column: str = "period_text") -> Period:
    """Read the text alone: the ends that it prints, None for those that it does not.

    Parameters
    ----------
    text, country : str
        The period as printed; the country decides whose fiscal year is meant.
    column : str
        Name of the column, for the reason of a reject.

    Raises
    ------
    Unreadable
        A day, half or quarter that no calendar has.

    Examples
    --------
    >>> period = read_text("first ten months of 2019", "Pakistan")
    >>> str(period.start), str(period.end), period.rule
    ('2019-01-01', '2019-10-31', 'first 10 months')
    """
    letters, values = _tokens(text)
    if "U" in letters:
        return Period(None, None, "the text says that the year is not printed")
    start = end = None
    rules: list[str] = []
    year: int | None = None
    where = f"{column} {text!r}"
    for found in _CHAIN.finditer(letters):
        before = letters[: found.start()].rstrip("(,;P")
        parts = [_part(each, values, found.start()) for each in _EACH.finditer(found[0])]
        span, year = _span(parts, year, country, where)
        if span is None:
            continue
        alone = len(parts) == 1 and not re.search("N[-T]N", found[0])
        if before.endswith("S"):
            start, end = start or span.start, end or (None if alone else span.end)
            rules.append(f"since: {span.rule}")
        elif before.endswith(("E", "T")):
            end = span.end
            rules.append(f"until: {span.rule}")
        elif not before.strip("-") or (not alone and not before.endswith("-")):
            if "L" in letters and alone:
                continue
            start, end = start or span.start, end or (None if "R" in letters else span.end)
            rules.append(span.rule + (", to a day not printed" if "R" in letters else ""))
    return Period(start, end, "; ".join(rules) or "no date is printed")


def _part(found: re.Match[str], values: list[str], offset: int) -> _Part:
    """Take one date apart."""
    kind = list(_UNITS)[(found.lastindex or 1) - 1]
    letters = found[0]
    taken = values[offset + found.start() : offset + found.end()]

    def every(letter: str) -> list[int]:
        return [int(value) for each, value in zip(letters, taken, strict=True) if each == letter]

    if kind == "iso":
        printed = [int(number) for number in re.findall(r"\d+", taken[0])]
        exact_year, month, day = printed if "-" in taken[0] else reversed(printed)
        return _Part("days", exact_year, month, (day, day))
    years, months, numbers = every("Y"), every("M"), every("N")
    year = years[0] if years else None
    if kind == "fiscal":
        month_like = re.fullmatch("Y-N", letters) and len(taken[2]) == 2 and 1 <= numbers[0] <= 12
        second = years[1] if len(years) > 1 else numbers[0] if numbers else None
        return _Part(kind, year, second, None, "month" if month_like else "")
    if kind == "first months":
        return _Part(kind, year, numbers[-1], None, "" if len(numbers) == 1 or numbers[0] == 1 else "not first")
    if kind == "half":
        return _Part(kind, year, numbers[0], None, "H" if "H" in letters else "Q")
    days = (numbers[0], numbers[-1]) if numbers else None
    word = taken[letters.index("P")] if "P" in letters else ""
    return _Part(kind, year, months[0] if months else None, days, word)


def _span(parts: list[_Part], year: int | None, country: str, where: str) -> tuple[Period | None, int | None]:
    """Join the dates of one chain: first day of the first to last day of the last."""
    last_year = next((part.year for part in reversed(parts) if part.year), None)
    following = next((part.year for part in parts if part.year), year)
    if following is None:
        return None, year
    first, last = parts[0], parts[-1]
    # A year printed once, at the end, holds for the dates before it; at the start, for those after it.
    inherited = first.year is None
    first = replace(first, year=first.year or following)
    last = replace(last, year=last.year or last_year or following)
    start, rule = _days(first, country, where)
    end, last_rule = _days(last, country, where)
    if inherited and start.start and end.end and start.start > end.end and first.year and len(parts) > 1:
        start, rule = _days(replace(first, year=first.year - 1), country, where)
    rule = rule if len(parts) == 1 else f"{rule} to {last_rule}"
    return Period(start.start, end.end, rule), last.year


def _days(part: _Part, country: str, where: str) -> tuple[Period, str]:
    """Return the first and last day of one date whose year is known."""
    year = part.year or 0
    if part.kind == "fiscal":
        if part.part == "month" and (_first_month(country) == 1 or part.month != (year + 1) % 100):
            return _days(_Part("month", year, part.month, None), country, where)
        return _fiscal(year, part.month, country, where)
    first, last, rule = 1, 12, "year"
    if part.kind == "first months":
        if part.part or not 1 <= (part.month or 0) <= 12:
            raise Unreadable(f"{where} does not count 1 to 12 first months; expected such as 'first 9 months of 2019'")
        last, rule = part.month or 12, f"first {part.month} months"
    elif part.kind == "half":
        size, most = (6, 2) if part.part == "H" else (3, 4)
        number = part.month or 0
        if not 1 <= number <= most:
            raise Unreadable(f"{where}: a year has no {part.part}{number}; expected {part.part}1 to {part.part}{most}")
        first, last, rule = size * (number - 1) + 1, size * number, "half year" if size == 6 else "quarter"
    elif part.month is not None:
        first = last = part.month
        rule = "month"
    days = part.days or (1, 0)
    if part.days:
        rule = "day" if days[0] == days[1] else "days"
    elif part.kind == "month" and part.part:
        days = {"early": (1, 10), "mid": (11, 20), "late": (21, 0)}[part.part]
        rule = f"{part.part} in the month, read as a third of it"
    elif part.kind == "year" and part.part:
        first, last = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}[part.part]
        rule = f"{part.part} in the year, read as a third of it"
    start, end = _day(year, first, days[0], where), _day(year, last, days[1], where)
    return Period(start, end, rule), rule


def _day(year: int, month: int, day: int, where: str) -> date:
    """Return a day; day 0 is the last of the month."""
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise Unreadable(f"{where}: {year}-{month:02d}-{day:02d} is not a day; expected {EXPECTED}") from None


def _fiscal(year: int, second: int | None, country: str, where: str) -> tuple[Period, str]:
    """Read "FY 2009" and "2014/15": whose fiscal year it is decides the months."""
    if second is None:
        month, owner = _first_month("USA"), "United States, named after its last year"
        start_year = year - 1
    else:
        ends = second if second > 99 else year - year % 100 + second + (100 if second < year % 100 else 0)
        month, owner = _first_month(country), "July to June"
        if month == 1 or ends != year + 1:
            if ends < year or ends > year + 30:
                raise Unreadable(f"{where}: {year} and {second} are no span of years; expected such as 2014-15")
            return Period(date(year, 1, 1), date(ends, 12, 31), "years"), "years"
        owner = f"{country}, from month {month}"
        start_year = year
    start = date(start_year, month, 1)
    return Period(start, date(start_year + 1, month, 1) - timedelta(days=1), "fiscal year"), f"fiscal year ({owner})"


def _first_month(country: str) -> int:
    """Return the month in which the fiscal year of a country begins; 1 where none is known."""
    wanted = fold(country)
    for row in rows("fiscal_years"):
        if wanted in (fold(row["country"]), fold(row["label"])):
            return int(row["first_month"])
    return 1
