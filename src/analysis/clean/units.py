"""Amounts in standard units: what a quantity and its unit say together.

Belongs here: units and their factors applied, compounds such as ``4 т 83 кг 274 г``. Does not
belong here: numbers (``numbers``), rounding and qualifiers (``intervals``), the unit spellings and
factors (``vocabulary/units.csv``), any turning of kilograms, liters and items into one another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import nan

from analysis.clean.figures import FIGURE, comma_is_decimal
from analysis.clean.numbers import Number, read_number
from analysis.clean.numberwords import number_scale
from analysis.clean.text import fold
from analysis.errors import Unreadable, nearest
from analysis.vocabulary import rows
from analysis.vocabulary.rules import parameter

UNITS_FILE = "src/analysis/vocabulary/units.csv"
_PART = re.compile(rf"{FIGURE}|[^\W\d_]+|[^\s.]")
_RATIO = re.compile(r"\s*(?:to|:)\s*(?:1|one)$")
_TAJIK_AND = re.compile("(?:ву|ю|у)$")
_JOINERS = (",", "and", "и", "ва", "و", "اور", "und", "et")
_SPACED = re.compile(r"(?<=\d), (?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Unit:
    """A standard unit and how much of it one printed unit is.

    ``low`` and ``high`` differ from ``factor`` only where the printed unit itself is uncertain
    (the maund). ``scaled`` is True where the print counts in thousands or millions.
    """

    unit: str
    factor: Decimal
    low: Decimal
    high: Decimal
    rule: str
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed amount in a standard unit.

    ``value`` is None for a range, a vague word, and where nothing is printed. ``low`` and ``high``
    are the printed ends (or those of an uncertain unit) before rounding and qualifiers; ``step``
    is the unit of the last printed digit; ``other`` the second reading of an ambiguous comma or
    dot; ``bound`` that of a qualifier inside the quantity, or "".
    """

    value: float | None
    low: float
    high: float
    step: float
    unit: str
    other: float | None = None
    bound: str = ""
    rule: str = ""


@cache
def _units() -> dict[str, Unit]:
    known: dict[str, Unit] = {}
    for row in rows("units"):
        factor = Decimal(row["factor"])
        low, high = (Decimal(row[name]) if row[name] else factor for name in ("factor_low", "factor_high"))
        unit = Unit(row["unit"], factor, low, high, rule="")
        if known.setdefault(fold(row["spelling"]), unit) != unit:
            raise ValueError(f"{UNITS_FILE}: {row['spelling']!r} has two meanings")
    return known


def read_unit(text: str) -> Unit:
    """Read a printed unit.

    Parameters
    ----------
    text : str
        The unit as printed; a number word before it (``тыс. км²``, ``million people``, ``1000 km²``)
        or alone (``млн``) becomes part of the factor.

    Returns
    -------
    Unit
        Unit ``""`` and factor 1 where no unit is printed.

    Raises
    ------
    Unreadable
        The unit is not known; the reason proposes the nearest ones.

    Examples
    --------
    >>> read_unit("metric tons").unit, int(read_unit("metric tons").factor)
    ('kg', 1000)
    >>> read_unit("тыс. км²").unit, int(read_unit("тыс. км²").factor)
    ('km2', 1000)
    """
    folded = fold(text)
    one = Decimal(1)
    if not folded:
        return Unit("", one, one, one, "no unit printed")
    known = _units().get(folded)
    if known is not None:
        span = "" if known.low == known.high else f" ({known.low} to {known.high}; rule maund)"
        return replace(known, rule=f"{text.strip()!r} is {known.factor:f} {known.unit}{span}")
    first, _, rest = folded.partition(" ")
    scale = number_scale(first)
    if scale is not None and (not rest or rest in _units()):
        base = read_unit(rest)
        factors = (base.factor * scale, base.low * scale, base.high * scale)
        return Unit(base.unit, *factors, rule=f"{text.strip()!r} is {factors[0]:f} {base.unit}".strip(), scaled=True)
    raise Unreadable(
        f"unit {text.strip()!r} is unknown: expected a unit such as kg, litres or tablets"
        f"{nearest(folded[:60], _units())}; add it as a line of {UNITS_FILE}"
    )


def read_amount(quantity: str, unit: str, language_hint: str = "", expected: str = "", decimal: str = "auto") -> Amount:
    """Read a quantity and its unit into a standard unit.

    Parameters
    ----------
    quantity, unit : str
        As printed; unit ``compound`` means that the quantity holds its own units.
    language_hint : str
        Other text of the row in the source's language (drug, agency, qualifier), which settles
        whether a comma stands before decimals.
    expected : str
        Standard unit of the count where the print names none (``people`` for ``9,2 миллиона``).
    decimal : {"auto", ".", ","}
        The sign before decimals, where it is known.

    Returns
    -------
    Amount
        In kg, L, item, ha, km2, km, people, percent, USD, ... as in ``vocabulary/units.csv``. An
        empty quantity gives ``value`` None and not-a-number ends.

    Raises
    ------
    Unreadable
        With the text, what was expected and what to do.

    Examples
    --------
    >>> read_amount("3 тоннаву 96 килою 61 грамм", "compound").value
    3096.061
    >>> read_amount("4 ہزار 434", "من").value, round(read_amount("4 ہزار 434", "من").low)
    (177360.0, 165496)
    >>> read_amount("4,083", "tonnes").value, read_amount("4,083", "tonnes").other
    (4083000.0, 4083.0)
    """
    together = fold(unit) == "compound"
    one = read_unit("" if together else unit)
    if not one.unit and expected:
        one = replace(one, unit=expected, rule=f"{one.rule}; the row counts {expected}")
    if not quantity.strip():
        return Amount(None, nan, nan, nan, one.unit, rule="nothing printed")
    if decimal == "auto":
        decimal = "," if comma_is_decimal(quantity, unit, language_hint) else "."
    if together:
        parts = _read_parts(quantity, decimal, None)
        if parts is not None:
            return parts
    text = _RATIO.sub("", quantity.strip()) if one.unit == "kg/kg" else quantity
    try:
        number = read_number(text, decimal, whole=_in_whole(one))
    except Unreadable:
        parts = _read_parts(quantity, decimal, one)
        if parts is None or one.unit not in ("", expected, parts.unit):
            raise
        return parts
    return _times(number, one, quantity)


def is_counted(unit: str) -> bool:
    """Say whether a standard unit counts whole things, so that a full print is exact.

    Examples
    --------
    >>> is_counted("people"), is_counted("kg")
    (True, False)
    """
    return unit in parameter("counts-exact", "units")


def _in_whole(unit: Unit) -> bool:
    units = (*parameter("whole-things", "units"), *parameter("whole-things", "areas"))
    return unit.unit in units and not unit.scaled


def _times(number: Number, unit: Unit, quantity: str) -> Amount:
    name = unit.unit
    if number.percent:
        if name not in ("", "percent") and not is_counted(name):
            raise Unreadable(
                f"{quantity.strip()!r} is a percentage and its unit is {name}: expected an amount; "
                "correct the row in data/corrections.yaml"
            )
        name = "percent"
        unit = replace(unit, factor=Decimal(1), low=Decimal(1), high=Decimal(1), rule="a percentage stays one")
    value = None if number.value is None else _product(number.value, unit.factor)
    other = None
    if number.other is not None and name not in parameter("whole-things", "units"):
        other = _product(number.other, unit.factor)
    return Amount(
        value,
        _product(number.low, unit.low),
        _product(number.high, unit.high),
        _product(number.step, unit.factor),
        name,
        other,
        number.bound,
        f"{number.rule}; {unit.rule}",
    )


def _product(value: float, factor: Decimal) -> float:
    """Multiply without binary noise: 0.057 g is 0.000057 kg."""
    return float(Decimal(repr(value)) * factor)


def _read_parts(text: str, decimal: str, column: Unit | None) -> Amount | None:
    """Read numbers that each carry their unit; None where the text holds no unit.

    A unit without a number ("тонны") is one of it where it is the only part and the unit column
    names the same unit (rule bare-unit).
    """
    parts = _parts(_SPACED.sub(",", fold(text)))
    if not parts:
        return None
    shown = f"{text.strip()!r} is not an amount"
    todo = "correct the row in data/corrections.yaml"
    bare = len(parts) == 1 and column is not None and replace(column, rule=parts[0][1].rule) == parts[0][1]
    if not bare and any(not digits for digits, _ in parts):
        raise Unreadable(f"{shown}: a unit has no number before it; expected parts such as 4 т 83 кг; {todo}")
    amounts = [_times(read_number(digits or "1", decimal, _in_whole(unit)), unit, text) for digits, unit in parts]
    factors = [unit.factor for _, unit in parts]
    if len({unit.unit for _, unit in parts}) > 1 or any(a <= b for a, b in pairwise(factors)):
        raise Unreadable(f"{shown}: its units do not run from the larger to the smaller; {todo}")
    if len(parts) == 1:
        return amounts[0]
    if any(amount.value is None for amount in amounts):
        raise Unreadable(f"{shown}: a part of it is a range or a vague word; expected one number a part; {todo}")
    value, low, high = (
        float(sum(Decimal(repr(getattr(amount, name))) for amount in amounts)) for name in ("value", "low", "high")
    )
    rule = "; ".join(amount.rule for amount in amounts) + "; parts added"
    return Amount(value, low, high, amounts[-1].step, amounts[0].unit, None, amounts[0].bound, rule)


def _parts(text: str) -> list[tuple[str, Unit]]:
    """Split a folded text into number texts and the units that follow them; [] without any unit."""
    tokens = _PART.findall(text)
    parts: list[tuple[str, Unit]] = []
    number: list[str] = []
    place = 0
    while place < len(tokens):
        size, unit = _unit_at(tokens, place)
        if unit is None:
            number.append(tokens[place])
            place += 1
            continue
        while parts and number and number[0] in _JOINERS:
            number = number[1:]
        parts.append((" ".join(number), unit))
        number, place = [], place + size
    if number and parts:
        raise Unreadable(
            f"{text!r} ends in {' '.join(number)!r} without a unit: expected a unit after each number; "
            f"add the unit as a line of {UNITS_FILE} or correct the row in data/corrections.yaml"
        )
    return parts


def _unit_at(tokens: list[str], place: int) -> tuple[int, Unit | None]:
    for size in (3, 2, 1):
        words = " ".join(tokens[place : place + size])
        for spelling in (words, _TAJIK_AND.sub("", words)):
            if not tokens[place][0].isdigit() and spelling in _units():
                return size, read_unit(spelling)
    return 1, None
