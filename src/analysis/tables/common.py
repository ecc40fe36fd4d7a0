"""Readers that several tables share: a figure, a place, a span.

Belongs here: small joins of cleaners, in the shape that `Work.read` lays over rows (values, then
the rule). Does not belong here: a column of one table only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from analysis.clean.intervals import interval
from analysis.clean.periods import read_period, read_span
from analysis.clean.places import read_countries, read_place
from analysis.clean.qualifiers import read_qualifier
from analysis.clean.terms import Term
from analysis.clean.text import fold
from analysis.clean.units import is_counted, read_amount, read_unit
from analysis.errors import Unreadable

NUMBER, TEXT, DATE, FLAG = "float64", "str", "datetime64[us]", "bool"
FIGURE = {"value": NUMBER, "low": NUMBER, "high": NUMBER, "bound": TEXT, "unit": TEXT}
COUNTRY = {"country": TEXT, "countries": TEXT}
PLACE = {"admin1": TEXT, "district": TEXT, "place": TEXT}
POINT = {**PLACE, "lat": NUMBER, "lon": NUMBER, "located": TEXT}
SPAN = {"start": DATE, "end": DATE}


def figure(
    quantity: str, unit: str, qualifier: str, hint: str = "", expected: str = "", decimal: str = "auto"
) -> tuple[float | None, float, float, str, str, str]:
    """Return value, low, high, bound, unit and rule of one printed figure.

    Parameters
    ----------
    quantity, unit, qualifier : str
        As printed.
    hint : str
        Other text of the row, which shows its language.
    expected : str
        Standard unit where none is printed.
    decimal : {"auto", ".", ","}
        The sign before decimals, where it is known.

    Examples
    --------
    >>> figure("7.9", "metric tons", "over")[:5]
    (7900.0, 7900.0, inf, 'at_least', 'kg')
    """
    if fold(unit) != "compound":
        _blaming("unit", read_unit, unit)
    amount = read_amount(quantity, unit, hint, expected, decimal)
    found = interval(amount, _blaming("qualifier", read_qualifier, qualifier), is_counted(amount.unit))
    return found.value, found.low, found.high, found.bound, amount.unit, f"{amount.rule}; {found.rule}"


def country(text: str) -> tuple[str, str, str]:
    """Return the one country (``""`` where there are several or none), all of them, and the rule.

    Examples
    --------
    >>> country("Pakistan")[:2], country("Afghanistan; Tajikistan")[:2]
    (('PAK', 'PAK'), ('', 'AFG;TJK'))
    """
    found = read_countries(text)
    return found.codes[0] if len(found.codes) == 1 else "", ";".join(found.codes), found.rule


def placed(country_text: str, province: str, district: str, place: str) -> tuple[str, str, str, str]:
    """Return admin1, district, place and rule.

    Parameters
    ----------
    country_text, province, district, place : str
        As printed; each may be blank.

    Examples
    --------
    >>> placed("Pakistan", "KPK", "", "Peshawar")[:3]
    ('PK-KP', 'Peshawar', '')
    """
    return *(found := point(country_text, province, district, place))[:3], found[-1]


def point(
    country_text: str, province: str, district: str, place: str
) -> tuple[str, str, str, float | None, float | None, str, str]:
    """Return admin1, district, place, latitude, longitude, what those are of, and rule.

    Parameters
    ----------
    country_text, province, district, place : str
        As printed; each may be blank.

    Examples
    --------
    >>> point("Tajikistan", "", "", "Khujand")[:6]
    ('TJ-SU', 'Khujand', '', 40.28256, 69.62216, 'district town')
    """
    found = read_place(country(country_text)[0], province, district, place)
    return found.admin1, found.district, found.place, found.lat, found.lon, found.located, found.rule


def span(text: str, start: str, end: str, country_text: str = "") -> tuple[date | None, date | None, str]:
    """Return first day, last day and rule of a printed period.

    Parameters
    ----------
    text, start, end : str
        The printed period, and the columns beside it.
    country_text : str
        Whose fiscal year is meant.

    Examples
    --------
    >>> [str(day) for day in span("first ten months of 2019", "", "")[:2]]
    ['2019-01-01', '2019-10-31']
    """
    try:
        found = read_period(text, start, end, country_text)
    except Unreadable as error:
        raise Unreadable(str(error), column=str(error).partition(" ")[0]) from None
    return found.start, found.end, found.rule


def partial_date(text: str) -> tuple[date | None, date | None, str]:
    """Return first and last day that a partial date allows, and the rule.

    Examples
    --------
    >>> [str(day) for day in partial_date("2019-02")[:2]]
    ['2019-02-01', '2019-02-28']
    """
    found = read_span(text)
    return found.start, found.end, found.rule


def term(reader: Callable[..., Term]) -> Callable[..., tuple[Any, str]]:
    """Turn a reader of a `Term` into one of a key and a rule.

    Examples
    --------
    >>> from analysis.clean.terms import read_drug
    >>> term(read_drug)("charas")
    ('hashish', "listed spelling 'charas'")
    """

    def read(*texts: str) -> tuple[str, str]:
        found = reader(*texts)
        return found.key, found.rule

    return read


def _blaming(column: str, reader: Callable[[str], Any], text: str) -> Any:
    """Read one text; where it cannot be read, say of which column it is."""
    try:
        return reader(text)
    except Unreadable as error:
        raise Unreadable(str(error), column=column) from None
