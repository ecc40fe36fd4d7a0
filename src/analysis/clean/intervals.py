"""What a printed figure allows: the interval behind a number, its precision and its qualifier.

Belongs here: rounding, over, nearly, about and ranges, by the rules of ``vocabulary/rules.yaml``.
Does not belong here: reading texts (``numbers``, ``units``, ``qualifiers``), comparing figures with
one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, isnan, nan

from analysis.clean.numbers import Number
from analysis.clean.qualifiers import Qualifier
from analysis.clean.units import Amount
from analysis.vocabulary.rules import parameter


@dataclass(frozen=True, slots=True)
class Interval:
    """What a figure allows: ``value`` as printed (None where no single number is), ``low`` to ``high``.

    ``bound`` is exact, at_least, at_most, about, range, or "" where no number is printed.
    """

    value: float | None
    low: float
    high: float
    bound: str
    rule: str


def interval(number: Number | Amount, qualifier: Qualifier, counted: bool) -> Interval:
    """Turn a printed figure and its qualifier into the interval that the print allows.

    Parameters
    ----------
    number : Number or Amount
        The figure; the interval is in its unit.
    qualifier : Qualifier
        The word beside it; one inside the figure (``Number.bound``) counts where none is beside it.
    counted : bool
        True for people, places and things (`analysis.clean.units.is_counted`): a full print is exact.

    Returns
    -------
    Interval
        ``low`` is never below 0; ``high`` is infinite where the print gives no upper end; both are
        not-a-number where nothing is printed.

    Examples
    --------
    >>> from analysis.clean.qualifiers import read_qualifier
    >>> from analysis.clean.units import read_amount
    >>> found = interval(read_amount("7.9", "metric tons"), read_qualifier(""), counted=False)
    >>> found.value, found.low, found.high
    (7900.0, 7850.0, 7950.0)
    >>> interval(read_amount("2,000", "people"), read_qualifier("over"), counted=True).high
    inf
    """
    if isnan(number.low):
        return Interval(None, nan, nan, "", "nothing printed")
    bound = number.bound if qualifier.bound == "exact" and number.bound else qualifier.bound
    return _bounded(number.value, number.low, number.high, _half(number, counted), bound, counted)


def interval_between(low: Amount, value: Amount, high: Amount, qualifier: Qualifier, counted: bool) -> Interval:
    """Turn figures printed in the columns low, value and high into one interval.

    Parameters
    ----------
    low, value, high : Amount
        In one unit; any of them may be empty.
    qualifier : Qualifier
        The word beside them.
    counted : bool
        As in `interval`.

    Examples
    --------
    >>> from analysis.clean.qualifiers import read_qualifier
    >>> from analysis.clean.units import read_amount
    >>> ends = (read_amount(text, "metric tons") for text in ("75", "", "80"))
    >>> interval_between(*ends, read_qualifier(""), counted=False)
    Interval(value=None, low=75000.0, high=80000.0, bound='range', rule='range: the printed ends')
    """
    printed = [amount for amount in (low, value, high) if not isnan(amount.low)]
    if isnan(low.low) and isnan(high.low):
        return interval(value, qualifier, counted)
    if len(printed) == 1:  # a lower or an upper end alone
        end = "at_least" if isnan(high.low) else "at_most"
        return _bounded(None, printed[0].low, printed[0].high, 0.0, end, counted)
    least = 0.0 if isnan(low.low) else min(amount.low for amount in printed)
    most = inf if isnan(high.low) else max(amount.high for amount in printed)
    found = _bounded(value.value, least, most, 0.0, qualifier.bound, counted, ends=True)
    if value.value is not None and not low.low <= value.value <= high.high and len(printed) == 3:
        return replace(found, rule=f"{found.rule}; range-typical-outside: stretched to hold the typical value")
    return found


def _half(number: Number | Amount, counted: bool) -> float:
    """Return half a unit of the last printed digit; 0 for a count printed in full."""
    if number.value is None or (counted and number.step <= 1):
        return 0.0
    return float(Decimal(repr(number.step)) / 2)


def _bounded(
    value: float | None, low: float, high: float, half: float, bound: str, counted: bool, ends: bool = False
) -> Interval:
    if bound == "at_least":
        return Interval(value, low, inf, bound, "at-least: the printed number or more")
    if bound == "at_most":
        return Interval(value, 0.0, high, bound, "at-most: nothing to the printed number")
    if bound == "about":
        band = Decimal(repr(parameter("about", "band")))
        least = _minus(low, max(half, _part(low, band)))
        most = _plus(high, max(half, _part(high, band)))
        return Interval(value, least, most, bound, f"about: {band:%} either way, or the rounding where wider")
    if value is None and high == inf and not ends:
        return Interval(None, low, inf, "", "vague-words: this or more")
    if value is None or ends:
        return Interval(value, low, high, "range", "range: the printed ends")
    if half == 0 and low == high:
        reason = "counts-exact: a count printed in full" if counted else "exact as printed"
        return Interval(value, low, high, "exact", reason)
    least, most = _minus(low, half), _plus(high, half)
    return Interval(value, least, most, "exact", f"rounding: half of the last printed digit ({half:g}) either way")


def _minus(value: float, less: float) -> float:
    return max(0.0, float(Decimal(repr(value)) - Decimal(repr(less))))


def _plus(value: float, more: float) -> float:
    return value if value == inf else float(Decimal(repr(value)) + Decimal(repr(more)))


def _part(value: float, band: Decimal) -> float:
    return value if value == inf else float(Decimal(repr(value)) * band)
