"""Lines of the training report whose cells have slipped, put right where the line itself proves how.

Belongs here: one printed line at a time, and the lines that a wrapped cell made of it. Does not belong here:
whole programmes and their totals (``reconcile``), columns of a batch (``trainings``).

What is seen in print, above all in 2009-10: both dates in one cell; the first date behind the cost, or both; the
cost (and the dates) behind the name of the unit; the quantity behind the title, or before the location; and, in
2015-16, a line whose dates and cost went to the line below, which then holds a date where the teaching unit stands,
the cost where the learning unit stands, and the cost again where the location stands.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from analysis.errors import Unreadable

_DATE = r"\d{1,2}/\d{1,2}/\d{2,5}"
_DATES = re.compile(_DATE)
_ONLY_DATES = re.compile(rf"(?:{_DATE}\s*)*")
_COST_DATES = re.compile(rf"(\$?\s*[\d,]+(?:\.\d+)?)?\s*((?:{_DATE}\s*)+)")
_UNIT_TAIL = re.compile(rf"(?P<name>.*?)\s*(?P<cost>\b\d+(?:\.\d+)?)?\s*(?P<dates>(?:{_DATE}\s*)+)")
_NUMBER_TAIL = re.compile(r"(.*\S)\s+(\d+)")
_COST_TAIL = re.compile(r"(.*\S)\s+(\d{3,})")
_NUMBER_HEAD = re.compile(r"(\d+)\s+(\D.*)")
_MONEY = re.compile(r"\$?\s*(?:\d[\d,]*(?:\.\d+)?)?")


class Line(NamedTuple):
    """The cells of one printed line, trimmed."""

    title: str
    provider: str
    unit: str
    start: str
    end: str
    location: str
    quantity: str
    cost: str

    def is_wrapped(self) -> bool:
        """Whether only names stand on the line: the rest of a cell of another line."""
        return not (self.start or self.end or self.location or self.quantity or self.cost)

    def is_blank(self) -> bool:
        """Whether nothing stands on the line."""
        return self.is_wrapped() and not (self.title or self.provider or self.unit)


def money(text: str) -> float | None:
    """Return printed dollars; a dollar sign alone is 0, nothing is None.

    Raises
    ------
    Unreadable
        It is not an amount of money.

    Examples
    --------
    >>> money("$1,234"), money("$ "), money(""), money("933.89")
    (1234.0, 0.0, None, 933.89)
    """
    bare = text.strip()
    if not bare:
        return None
    if not _MONEY.fullmatch(bare):
        raise Unreadable(f"{text!r} is not a cost; expected dollars such as $1,234")
    digits = bare.lstrip("$").replace(",", "").strip()
    return float(digits) if digits else 0.0


@lru_cache(1 << 14)
def mend(line: Line) -> Line:
    """Return the line with each cell in its column.

    Raises
    ------
    Unreadable
        The line has no whole quantity, or cells that belong to no column.

    Examples
    --------
    >>> slipped = Line("RADIO COURSE", "", "SIGNAL UNIT 9000 3/9/2009", "", "3/13/2009", "FT GORDON", "1", "")
    >>> mend(slipped)
    Line(title='RADIO COURSE', provider='', unit='SIGNAL UNIT', start='3/9/2009', end='3/13/2009', \
location='FT GORDON', quantity='1', cost='9000')
    """
    if _DATES.fullmatch(line.provider) and _is_money(line.start):
        line = line._replace(provider="", start=line.provider, cost=line.cost or line.start)
    line = _dates_and_cost(line)
    if not line.cost:
        line = _cost_from_names(line)
    line = _quantity(line)
    if not line.quantity.isdigit():
        raise Unreadable(
            f"{line.quantity!r} is not a number of people; the line was cut in print: compare it with the report"
            if line.quantity
            else "the line has no number of people and nothing proves it; compare it with the report"
        )
    if not (_ONLY_DATES.fullmatch(line.start) and _ONLY_DATES.fullmatch(line.end)):
        wrong = line.start if not _ONLY_DATES.fullmatch(line.start) else line.end
        raise Unreadable(f"{wrong!r} is not a date; expected month/day/year: compare it with the report")
    money(line.cost)
    return line


def _is_money(text: str) -> bool:
    return bool(text) and bool(_MONEY.fullmatch(text))


def _dates_and_cost(line: Line) -> Line:
    unit, cost, found = line.unit, line.cost, []
    tail = _UNIT_TAIL.fullmatch(unit)
    if tail and not (_DATES.search(line.start) and _DATES.search(line.end)):
        found += _DATES.findall(tail["dates"])
        unit = tail["name"]
        if tail["cost"]:
            if cost:
                raise Unreadable(f"{line.unit!r} and {cost!r} both hold a cost; compare the line with the report")
            cost = tail["cost"]
    behind = _COST_DATES.fullmatch(cost)
    if behind:
        found += _DATES.findall(behind[2])
        cost = (behind[1] or "").strip()
    if not (_ONLY_DATES.fullmatch(line.start) and _ONLY_DATES.fullmatch(line.end)):
        return line._replace(unit=unit, cost=cost)
    found += _DATES.findall(line.start) + _DATES.findall(line.end)
    if len(found) > 2:
        raise Unreadable(f"the line holds {len(found)} dates ({', '.join(found)}); compare it with the report")
    if len(found) == 2:
        return line._replace(unit=unit, cost=cost, start=found[0], end=found[1])
    return line._replace(unit=unit, cost=cost)


def _cost_from_names(line: Line) -> Line:
    tail = _NUMBER_TAIL.fullmatch(line.unit)
    if tail:
        return line._replace(unit=tail[1], cost=tail[2])
    tail = None if line.unit else _COST_TAIL.fullmatch(line.location)
    return line._replace(location=tail[1], cost=tail[2]) if tail else line


def _quantity(line: Line) -> Line:
    head = _NUMBER_HEAD.fullmatch(line.quantity)
    if head and not line.location:
        return line._replace(quantity=head[1], location=head[2])
    tail = None if line.quantity else _NUMBER_TAIL.fullmatch(line.title)
    return line._replace(title=tail[1], quantity=tail[2]) if tail and (line.start or line.end) else line


def is_rest(line: Line) -> bool:
    """Whether a line holds the dates and the cost of the line above, printed twice over.

    Examples
    --------
    >>> is_rest(Line("OFFICER;", "6/17/2015", "$972", "", "", "972", "N/A", ""))
    True
    """
    if not _DATES.fullmatch(line.provider) or not _is_money(line.unit) or line.quantity.isdigit():
        return False
    return _is_money(line.location) and money(line.unit) == money(line.location)


def join(line: Line, wrapped: Line) -> Line:
    """Return a line with the rest of its wrapped cells behind its own.

    Examples
    --------
    >>> above = Line("COMMAND AND", "School", "Police", "1/5/2015", "1/9/2015", "Vicenza", "1", "$900")
    >>> join(above, Line("STAFF COURSE", "", "", "", "", "", "", "")).title
    'COMMAND AND STAFF COURSE'
    """
    return line._replace(
        title=" ".join(filter(None, [line.title, wrapped.title])),
        provider=" ".join(filter(None, [line.provider, wrapped.provider])),
        unit=" ".join(filter(None, [line.unit, wrapped.unit])),
    )


def take(line: Line, rest: Line) -> Line:
    """Return a line with the dates and the cost that were printed below it (`is_rest`).

    Examples
    --------
    >>> above = Line("COURSE", "", "OFFICER OF", "", "", "Vicenza", "1", "")
    >>> taken = take(above, Line("POLICE", "6/17/2015", "$972", "", "", "972", "N/A", ""))
    >>> taken.unit, taken.start, taken.cost
    ('OFFICER OF POLICE', '6/17/2015', '$972')
    """
    return line._replace(unit=" ".join(filter(None, [line.unit, rest.title])), start=rest.provider, cost=rest.unit)
