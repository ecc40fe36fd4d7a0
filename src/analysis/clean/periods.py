"""Periods: printed text and start and end columns together become two days.

Belongs here: partial dates as spans, and which of text and columns is followed. Does not belong here:
the grammar of the text (``period_text``).
"""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.clean.period_text import EXPECTED, Period, plain, read_month, read_text
from analysis.errors import Unreadable

__all__ = ["Period", "read_period", "read_span"]


def read_period(text: str, start: str, end: str, country: str = "") -> Period:
    """Read a printed period with the start and end that stand beside it.

    Parameters
    ----------
    text : str
        The period as printed, in any language of ``vocabulary/months.csv``; may be blank.
    start, end : str
        The columns beside it: a day, month or year in ISO order, or blank. A partial start is the first
        day that it allows, a partial end the last.
    country : str
        Country as printed or ISO alpha-3: decides what "2010-11" and "FY 2014/15" mean.

    Returns
    -------
    Period
        The columns where they are filled. A blank one is filled from the text only where the text itself
        prints that end ("since 2002", "to 12 May 2006") or is nothing but a month, a year or a span.
        A day whose year is not printed stays None.

    Raises
    ------
    Unreadable
        An impossible date, or a start after its end; the reason names column and value.

    Examples
    --------
    >>> period = read_period("Jul 2008", "", "2008-07-15")
    >>> str(period.start), str(period.end)
    ('2008-07-01', '2008-07-15')
    """
    first = _column("period_start", start)
    last = _column("period_end", end)
    given = Period(first.start if first else None, last.end if last else None, "columns period_start and period_end")
    if given.start and given.end:
        _in_order(given, f"period_start {start!r} and period_end {end!r}")
        return replace(given, rule=given.rule + _compared(text, given, country))
    printed = read_text(text, country)
    _in_order(printed, f"period_text {text!r}")
    if not (given.start or given.end):
        return printed
    filled = Period(given.start or printed.start, given.end or printed.end, given.rule)
    if filled.start and filled.end and filled.start > filled.end:
        return replace(given, rule=f"{given.rule}; the text {text.strip()!r} disagrees and is not used")
    added = "start" if filled.start and not given.start else "end" if filled.end and not given.end else ""
    return replace(filled, rule=f"{given.rule}; {added} from the text: {printed.rule}" if added else given.rule)


def read_span(text: str, column: str = "date") -> Period:
    """Read one partial date as the span that it allows; blank is a span without ends.

    Examples
    --------
    >>> span = read_span("Jan. 2015")
    >>> str(span.start), str(span.end)
    ('2015-01-01', '2015-01-31')
    """
    return _column(column, text) or Period(None, None, "not printed")


def _column(column: str, text: str) -> Period | None:
    """Read a column that holds one date; raise where it holds anything else."""
    printed = plain(text)
    if not printed:
        return None
    month = re.fullmatch(r"(\d{4})-(\d{1,2})", printed)
    where = f"{column} {text!r}"
    period = read_month(int(month[1]), int(month[2]), where) if month else read_text(text, "", column)
    if not (period.start and period.end):
        raise Unreadable(f"{column} {text!r} is not a date; expected {EXPECTED}")
    _in_order(period, where)
    return period


def _in_order(period: Period, where: str) -> None:
    if period.start and period.end and period.start > period.end:
        raise Unreadable(f"{where}: the start {period.start} is after the end {period.end}; expected start before end")


def _compared(text: str, given: Period, country: str) -> str:
    """Say how the text stands to the two columns that are followed."""
    try:
        printed = read_text(text, country)
    except Unreadable:
        return "; the text is not a possible date and is not used"
    if printed.start is None and printed.end is None:
        return ""
    if (printed.start, printed.end) == (given.start, given.end):
        return f"; the text agrees ({printed.rule})"
    if given.start and given.end:
        apart = (printed.start and printed.start > given.end) or (printed.end and printed.end < given.start)
        return f"; the text {text.strip()!r} {'disagrees and is not used' if apart else 'is less exact'}"
    return ""
