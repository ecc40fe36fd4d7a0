"""How a figure is written for people: the number, its range, its unit.

Belongs here: the one way in which values, ranges and bounds become words. Does not belong here:
what the range is (``clean.intervals``, ``bounds``), HTML (``markup``).
"""

from __future__ import annotations

import math
import re

from analysis.errors import InputError

BOUNDS = ("exact", "at_least", "at_most", "about", "range")
# One and many; a unit that is not here is written as it stands.
_UNITS = {
    "item": ("item", "items"),
    "items": ("item", "items"),
    "people": ("person", "people"),
    "ha": ("hectare", "hectares"),
    "km2": ("km²", "km²"),
}
_WIDE = 0.02


def settle(
    value: float | None, low: float | None = None, high: float | None = None, bound: str = "exact"
) -> tuple[float | None, float, float, str]:
    """Complete a figure that was given in part.

    Parameters
    ----------
    value, low, high : float or None
        What is printed and what it allows; None and NaN both mean "not given".
    bound : str
        ``exact``, ``at_least``, ``at_most``, ``about`` or ``range``.

    Returns
    -------
    tuple of (value or None, low, high, bound)
        ``high`` is infinite where nothing bounds the figure from above.

    Raises
    ------
    InputError
        No number at all, an unknown bound, or a value outside its own range.

    Examples
    --------
    >>> settle(2000, None, None, "at_least")
    (2000.0, 2000.0, inf, 'at_least')
    >>> settle(None, 5500, 6500)
    (None, 5500.0, 6500.0, 'range')
    """
    if bound not in BOUNDS:
        raise InputError(f"bound {bound!r} is not known; it is one of {', '.join(BOUNDS)}")
    value, low, high = (None if x is None or math.isnan(x) else float(x) for x in (value, low, high))
    if value is None and low is None and high is None:
        raise InputError("a figure needs a value, a low or a high end; where nothing is printed, use page.nothing")
    if low is None:
        low = 0.0 if bound == "at_most" or value is None else value
    if high is None:
        high = math.inf if bound == "at_least" or value is None else value
    if low > high or (value is not None and not low <= value <= high):
        raise InputError(f"the figure {value} does not lie in its own range, {low} to {high}")
    if high == math.inf:
        bound = "at_least"
    elif bound == "exact" and value is None:
        bound = "range" if low < high else "exact"
        value = low if low == high else None
    return value, low, high, bound


def words(value: float | None, low: float, high: float, bound: str, unit: str = "") -> str:
    """Write a settled figure in few words, as on a card.

    Parameters
    ----------
    value, low, high, bound
        From `settle`.
    unit : str
        A standard unit of the processed tables, or any words.

    Examples
    --------
    >>> words(61400, 61350, 61450, "exact", "kg"), words(2000, 2000, float("inf"), "at_least", "people")
    ('61.4 t', 'at least 2,000 people')
    >>> words(None, 5500, 6500, "range", "kg")
    '5,500 to 6,500 kg'
    """
    if bound == "at_least":
        return f"at least {amount(low, unit, -1)}"
    if bound == "at_most":
        return f"at most {amount(high, unit, 1)}"
    if bound == "range" or value is None:
        return span(low, high, unit)
    said = amount(value, unit, width=high - low)
    return f"about {said}" if bound == "about" else said


def span(low: float, high: float, unit: str = "", beside: float | None = None) -> str:
    """Write a range, rounded outward so that it never claims more than is known.

    Parameters
    ----------
    low, high, unit
        The ends, in a standard unit of the processed tables, or any words.
    beside : float, optional
        The number that the range stands beside; the range is then written in tonnes where `amount` writes it so.

    Examples
    --------
    >>> span(5500, 6500, "kg"), span(10, float("inf"), "item"), span(3, 3, "people")
    ('5,500 to 6,500 kg', 'at least 10 items', '3 people')
    >>> span(5500, 6500, "kg", beside=6000), span(12340, 12350, "kg", beside=12345)
    ('5.5 to 6.5 t', '12,340 to 12,350 kg')
    """
    if high == math.inf:
        return f"at least {amount(low, unit, -1)}"
    if low == high:
        return amount(low, unit)
    whole = _in_tonnes(low, unit) and _in_tonnes(high, unit)
    if whole if beside is None else _in_tonnes(beside, unit, high - low):
        low, high, unit = low / 1000, high / 1000, "t"
    if unit == "USD":
        return f"USD {_number(low, -1)} to {_number(high, 1)}"
    return f"{_number(low, -1)} to {_with_unit(_number(high, 1), high, unit)}"


def is_wide(low: float, high: float) -> bool:
    """Say whether a range is wide enough that the number alone would mislead.

    Examples
    --------
    >>> is_wide(5500, 6500), is_wide(61350, 61450)
    (True, False)
    """
    return low < high < math.inf and (high - low) > _WIDE * abs(high)


def is_narrow(low: float, high: float) -> bool:
    """Say whether a range is so narrow that the number alone says it: under a thousandth.

    Examples
    --------
    >>> is_narrow(29578.5, 29579.5), is_narrow(5500, 6500)
    (True, False)
    """
    return high < math.inf and high - low <= 0.001 * abs(high)


def amount(value: float, unit: str = "", side: int = 0, width: float = 0.0) -> str:
    """Write one number with its unit; large masses in tonnes where that loses nothing.

    Parameters
    ----------
    value : float
        The number, in ``unit``.
    unit : str
        A standard unit of the processed tables, or any words.
    side : int
        -1 rounds down, 1 rounds up, 0 to the nearest.
    width : float
        How wide the printed rounding is; a mass printed in tonnes is written in tonnes.

    Examples
    --------
    >>> amount(3.26, "kg"), amount(6000, "kg", width=1000), amount(12, "percent"), amount(1, "people")
    ('3.26 kg', '6 t', '12%', '1 person')
    >>> amount(2010, "year")
    '2010'
    """
    if unit == "year":
        return f"{value:.0f}"
    if _in_tonnes(value, unit, width):
        value, unit = value / 1000, "t"
    return _with_unit(_number(value, side), value, unit)


def _in_tonnes(value: float, unit: str, width: float = 0.0) -> bool:
    return unit == "kg" and not value % 100 and (value >= 10_000 or (value >= 1000 and width >= 100))


def _with_unit(number: str, value: float, unit: str) -> str:
    if unit == "percent":
        return f"{number}%"
    if unit == "USD":
        return f"USD {number}"
    one, many = _UNITS.get(unit, (unit, unit))
    return f"{number} {one if value == 1 else many}".rstrip()


def _number(value: float, side: int = 0) -> str:
    value = float(f"{value:.12g}")
    if value == math.inf:
        return "no upper limit"
    if value.is_integer():
        return f"{int(value):,}"
    digits = 0 if abs(value) >= 1000 else 3 - math.floor(math.log10(abs(value)))
    scaled = float(f"{value * 10**digits:.12g}")
    rounded = (round(scaled) if side == 0 else math.floor(scaled) if side < 0 else math.ceil(scaled)) / 10**digits
    return re.sub(r"\.?0+$", "", f"{rounded:,.{digits}f}") if digits else f"{int(rounded):,}"
