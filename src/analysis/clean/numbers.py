"""Printed numbers, in figures and in words, in every script that the tables hold.

Belongs here: what number a text prints, to which digit, and how else it could be read. Does not
belong here: units (``units``), what "over" or "about" does to a number (``intervals``), the words
themselves (``vocabulary/number_words.csv``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, isfinite, nan

from analysis.clean.figures import FIGURE, NumberError, Read, as_float, comma_is_decimal, figure
from analysis.clean.numberwords import WORDS_FILE, Section, Word, known_words, number_words
from analysis.clean.qualifiers import strip_qualifier
from analysis.clean.text import fold
from analysis.errors import Unreadable

_TOKEN = re.compile(rf"(?P<figure>{FIGURE})|(?P<word>[^\W\d_]+)|(?P<dash>[-–—‒―−])|(?P<dot>[.])|(?P<other>\S)")
_STRAY_SPACE = re.compile(r"(?<=\d), (?=\d{3}(?!\d))")
_JUNK = re.compile(r"(?:(?<=[\d%])\s*(?:[xх×*†‡]|\[\d+\]|/-))+$")
_TWICE = re.compile(r"(?P<one>[^()]+)\((?P<two>[^()]+)\)$")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number.

    ``value`` is None for a range and for a vague word, and for an empty text. ``low`` and ``high``
    are the printed ends, equal to ``value`` where one number is printed. ``step`` is the unit of
    the last printed digit. ``other`` is the second reading of an ambiguous comma or dot. ``bound``
    is the bound of a qualifier printed inside the text, or "".
    """

    value: float | None
    low: float
    high: float
    step: float
    percent: bool = False
    other: float | None = None
    bound: str = ""
    rule: str = ""


def read_number(text: str, decimal: str = "auto", whole: bool = False) -> Number:
    """Read one printed number, range or vague word.

    Parameters
    ----------
    text : str
        The number as printed, without its unit.
    decimal : {"auto", ".", ","}
        Which sign stands before decimals where a lone one is followed by exactly three digits;
        ``auto`` goes by the language of the text itself.
    whole : bool
        True for things that have no thousandths (people, tablets): such a sign separates thousands.

    Returns
    -------
    Number
        An empty text gives ``value`` None and not-a-number ends: nothing is printed.

    Raises
    ------
    Unreadable
        With the text, what was expected and what to do.

    Examples
    --------
    >>> read_number("1,47,790").value, read_number("85 ہزار").step
    (147790.0, 1000.0)
    >>> read_number("4,083").value, read_number("4,083").other
    (4083.0, 4.083)
    >>> read_number("7 to 8").value, read_number("7 to 8").high
    (None, 8.0)
    """
    if not text.strip():
        return Number(None, nan, nan, nan, rule="nothing printed")
    if decimal == "auto":
        decimal = "," if comma_is_decimal(text) else "."
    try:
        return _read(text, _comparable(text), decimal, whole)
    except NumberError as problem:
        raise Unreadable(
            f"{text.strip()!r} is not a number: {problem}; expected figures, number words or a range; "
            f"correct the row in data/corrections.yaml, or add a number word as a line of {WORDS_FILE}"
        ) from None


def read_count(text: str) -> Number:
    """Read a printed count of whole things, such as cases or arrests.

    Raises
    ------
    Unreadable
        As `read_number`, and for a percentage or a fraction.

    Examples
    --------
    >>> read_count("2,154").value
    2154.0
    """
    number = read_number(text, whole=True)
    if number.percent or any(end % 1 for end in (number.low, number.high) if isfinite(end)):
        raise Unreadable(
            f"{text.strip()!r} is not a count: expected a whole number; correct it in data/corrections.yaml"
        )
    return number


def _comparable(text: str) -> str:
    """Bring the text to one case, one kind of digit, one kind of separator."""
    for letter in text:
        if unicodedata.category(letter) == "No" and letter not in _FRACTIONS:
            raise NumberError(f"{letter!r} may be a footnote mark or a part of the number")
    for fraction, value in _FRACTIONS.items():
        text = re.sub(rf"(?<=\d) ?{fraction}", value[1:], text).replace(fraction, value)
    if re.match(r"\s*[.,\u066b]\d", text):  # .5: fold would trim the sign
        text = "0" + text.strip()
    text = fold(text)
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    text = text.translate({0x066B: ".", 0x066C: "'", 0x060C: ",", 0x066A: "%"})
    return _JUNK.sub("", _STRAY_SPACE.sub(",", text)).strip(" .,;:")


def _read(printed: str, text: str, decimal: str, whole: bool) -> Number:
    twice = _TWICE.match(text)
    if twice:
        one, two = (_read(printed, twice[name].strip(), decimal, whole) for name in ("one", "two"))
        if (one.low, one.high, one.percent) != (two.low, two.high, two.percent):
            raise NumberError("the number in brackets is another one")
        return two if one.value is None else one
    try:
        return _plain(printed, text, decimal, whole)
    except NumberError:
        bound, rest = strip_qualifier(text)
        if not bound:
            raise
        return replace(_plain(printed, rest, decimal, whole), bound=bound)


def _plain(printed: str, text: str, decimal: str, whole: bool) -> Number:
    text, percent = _percent(text)
    tokens = _tokens(text)
    halves = _split_range(tokens)
    reads = [_one(half, decimal, whole) for half in halves]
    if len(reads) == 1:
        return _number(printed, reads[0], percent)
    left, right = reads
    if left.scale == 1 and right.scale > 1 and left.value < right.value / right.scale:  # 7-8 million
        left = Read(left.value * right.scale, left.step * right.scale)
    if left.vague or right.vague:
        raise NumberError("a range cannot have a vague end")
    if left.value >= right.value:
        raise NumberError("the first end of the range is not below the second")
    step = max(left.step, right.step)
    rule = f"{printed.strip()!r} read as {_show(left.value)} to {_show(right.value)} (rule range)"
    return Number(None, as_float(left.value), as_float(right.value), as_float(step), percent, rule=rule)


def _number(printed: str, read: Read, percent: bool) -> Number:
    value = as_float(read.value)
    if read.vague:
        rule = f"{printed.strip()!r} is a vague word: {_show(read.value)} or more (rule vague-words)"
        return Number(None, value, inf, as_float(read.step), percent, rule=rule)
    rule = f"{printed.strip()!r} read as {_show(read.value)}"
    other = None
    if read.other is not None:
        other = as_float(read.other)
        rule += f" (or {_show(read.other)}; rule decimal-comma)"
    return Number(value, value, value, as_float(read.step), percent, other, rule=rule)


def _percent(text: str) -> tuple[str, bool]:
    if text.endswith("%"):
        return text[:-1].strip(), True
    head, _, last = text.rpartition(" ")
    word = number_words().get(last)
    if head and word is not None and word.kind == "percent":
        return head, True
    return text, False


Token = str | Word  # figures stay text until the decimal sign is known


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, part = match.lastgroup, match[0]
        if kind == "figure":
            tokens.append(part)
        elif kind == "word":
            tokens += known_words(part)
        elif kind == "dash":
            tokens.append(Word("dash", Decimal(0), ""))
        elif kind == "other":
            raise NumberError(f"{part!r} has no place in a number")
        elif not (tokens and isinstance(tokens[-1], Word)):  # a full stop ends an abbreviation: тыс.
            raise NumberError("a full stop stands where none belongs")
    return [_dash(tokens, place) for place in range(len(tokens))]


def _dash(tokens: list[Token], place: int) -> Token:
    """Read the dash of twenty-five as a joiner, any other dash as the dash of a range."""
    token = tokens[place]
    if isinstance(token, str) or token.kind != "dash":
        return token
    before, after = (tokens[at] if 0 <= at < len(tokens) else None for at in (place - 1, place + 1))
    joins = isinstance(before, Word) and isinstance(after, Word) and before.kind == "ten" and after.value < 10
    return Word("joiner" if joins else "range", Decimal(0), "")


def _split_range(tokens: list[Token]) -> list[list[Token]]:
    kinds = ["figure" if isinstance(token, str) else token.kind for token in tokens]
    if kinds[:1] == ["from"]:
        tokens, kinds = tokens[1:], kinds[1:]
        if "range" not in kinds and "joiner" in kinds:  # between 5 and 7
            kinds[kinds.index("joiner")] = "range"
        if "range" not in kinds:
            raise NumberError("a range has two ends, and only one is printed")
    if kinds.count("range") > 1:
        raise NumberError("more than one range is printed")
    if "range" not in kinds:
        return [tokens]
    cut = kinds.index("range")
    return [tokens[:cut], tokens[cut + 1 :]]


def _one(tokens: list[Token], decimal: str, whole: bool) -> Read:
    """Add up the tokens of one number: sections below a thousand, each followed by its scale word."""
    if not tokens:
        raise NumberError("a number is missing")
    if len(tokens) == 1 and isinstance(tokens[0], Word) and tokens[0].kind in ("vague", "scales"):
        word = tokens[0]
        return Read(word.value * (2 if word.kind == "scales" else 1), Decimal(1), vague=True)
    total, scale = Decimal(0), Decimal("Infinity")
    section = Section()
    whole = whole and len(tokens) == 1  # 3,444 млн has thousandths, whatever it counts
    kinds = ["figure" if isinstance(token, str) else token.kind for token in tokens]
    for place, token in enumerate(tokens):
        if kinds[place - 1 : place + 2] == ["joiner", "article", "half"]:  # two and a half
            continue
        if isinstance(token, str):
            section.figure(figure(token, decimal, whole))
        elif token.kind in ("scale", "scales"):
            if token.value >= scale:
                raise NumberError("its parts do not run from the larger to the smaller")
            if section.empty and place:
                raise NumberError("a scale word has no number before it")
            amount = Decimal(1) if section.empty else section.value
            scale, total = token.value, total + amount * token.value
            section = Section(step=section.step * token.value, other=_scaled(section.other, token.value))
        elif token.kind == "joiner":
            if place in (0, len(tokens) - 1):
                raise NumberError("it begins or ends with a joining word")
            section.joined = True
        else:
            section.word(token)
    if not section.empty and scale.is_finite() and section.value >= scale:
        raise NumberError("its parts do not run from the larger to the smaller")
    other = section.other if len(tokens) == 1 or (section.empty and len(tokens) == 2) else None
    return Read(total + section.value, section.step, other, scale if section.empty else Decimal(1))


def _scaled(value: Decimal | None, scale: Decimal) -> Decimal | None:
    return None if value is None else value * scale


def _show(value: Decimal) -> str:
    return f"{value:,f}"
