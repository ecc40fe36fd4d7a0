"""Digits with their separators: which number a string of figures prints, and to which digit.

Belongs here: grouping by commas, dots, spaces and apostrophes, the decimal sign and its language.
Does not belong here: number words (``numberwords``), ranges and percentages (``numbers``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from analysis.clean.text import fold
from analysis.vocabulary.rules import parameter

FIGURE = r"(?:\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?|\d+(?:[.,']\d+)*)(?!\d)"


class NumberError(Exception):
    """Why a text is no number; ``numbers.read_number`` makes the sentence for the reader of it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One number on the way: value, step, the other reading, and the last scale word (or 1)."""

    value: Decimal
    step: Decimal
    other: Decimal | None = None
    scale: Decimal = Decimal(1)
    vague: bool = False


def comma_is_decimal(*texts: str) -> bool:
    """Say whether the language of these texts prints a comma before decimals.

    Parameters
    ----------
    *texts : str
        What the row prints beside the number: its unit, drug, qualifier.

    Examples
    --------
    >>> comma_is_decimal("тонна"), comma_is_decimal("kilogrammes", "drogue"), comma_is_decimal("kg", "heroin")
    (True, True, False)
    """
    whole = " ".join(fold(text) for text in texts if text)
    return any("\u0400" <= letter <= "\u052f" for letter in whole) or _comma_words().search(whole) is not None


@cache
def _comma_words() -> re.Pattern[str]:
    words = "|".join(re.escape(fold(word)) for word in parameter("decimal-comma", "words"))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def figure(text: str, decimal: str, whole: bool) -> Read:
    """Read digits with their separators.

    Parameters
    ----------
    text : str
        What `FIGURE` matches.
    decimal : {".", ","}
        The decimal sign of the language, for a lone sign before exactly three digits.
    whole : bool
        True where that sign separates thousands whatever the language.

    Raises
    ------
    NumberError
        The grouping is none of those known, or the number is too large.

    Examples
    --------
    >>> figure("1.344,15", ".", False).value, figure("4,083", ".", False).other
    (Decimal('1344.15'), Decimal('4.083'))
    """
    body, grouped = text, False
    if " " in body or "'" in body:
        if not re.fullmatch(r"\d{1,3}([ ']\d{3})+([.,]\d+)?", body):
            raise NumberError(f"{text!r} is grouped neither by threes nor as in India and Pakistan")
        body, grouped = body.replace(" ", "").replace("'", ""), True
    signs = [letter for letter in body if letter in ".,"]
    if not signs:
        return _decimal(body, "")
    last = signs[-1]
    head, _, tail = body.rpartition(last)
    if len(set(signs)) == 2:
        if signs.count(last) > 1 or not _groups(head):
            raise NumberError(f"{text!r} mixes commas and dots in no known way")
        return _decimal(re.sub("[.,]", "", head), tail)
    if len(signs) > 1:
        if not _groups(body):
            raise NumberError(f"{text!r} is grouped neither by threes nor as in India and Pakistan")
        return _decimal(re.sub("[.,]", "", body), "")
    if grouped or len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        return _decimal(head, tail)
    thousands, decimals = _decimal(head + tail, ""), _decimal(head, tail)
    if whole:
        return Read(thousands.value, thousands.step, decimals.value if last == decimal else None)
    if last != decimal:
        return Read(thousands.value, thousands.step, decimals.value)
    return Read(decimals.value, decimals.step, thousands.value if last == "," else None)


def _groups(text: str) -> bool:
    """Say whether the digits are grouped by threes, or lakh style with commas (1,47,790)."""
    return re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,3}(\.\d{3})+|\d{1,2}(,\d{2})+,\d{3}", text) is not None


def _decimal(whole: str, decimals: str) -> Read:
    value = Decimal(f"{whole}.{decimals}" if decimals else whole)
    if value > Decimal(parameter("largest-number", "largest")):
        raise NumberError("it is larger than any amount (rule largest-number)")
    digits = len((whole + decimals).lstrip("0"))
    most = parameter("float-noise", "significant_digits")
    if digits > most and decimals:
        shown = f"{value:.{most - 1}e}"
        exponent = Decimal(shown).normalize().as_tuple().exponent
        return Read(value, Decimal(1).scaleb(min(int(exponent), 0)))
    return Read(value, Decimal(1).scaleb(-len(decimals)))


def as_float(value: Decimal) -> float:
    """Return the number as a float; NumberError where it is larger than any amount.

    Examples
    --------
    >>> as_float(Decimal("7.9"))
    7.9
    """
    if value > Decimal(parameter("largest-number", "largest")):
        raise NumberError("it is larger than any amount (rule largest-number)")
    return float(value)
