"""Number words in every language of the tables, and how they add up below a thousand.

Belongs here: what one word means, compounds (siebenundzwanzig, 二十五), sections such as
"three hundred and five". Does not belong here: the words themselves
(``vocabulary/number_words.csv``), figures (``figures``), ranges and scale words (``numbers``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from analysis.clean.figures import NumberError, Read
from analysis.clean.text import fold
from analysis.errors import nearest
from analysis.vocabulary import rows

WORDS_FILE = "src/analysis/vocabulary/number_words.csv"


@dataclass(frozen=True, slots=True)
class Word:
    """The meaning of one number word: its kind, its value, the language whose grammar it follows."""

    kind: str
    value: Decimal
    language: str


@cache
def number_words() -> dict[str, Word]:
    """Return the known number words by their folded spelling.

    Examples
    --------
    >>> word = number_words()["siebzig"]
    >>> word.kind, int(word.value), word.language
    ('ten', 70, 'de')
    """
    known: dict[str, Word] = {}
    for row in rows("number_words"):
        word = Word(row["kind"], Decimal(row["value"]), row["language"])
        same = known.setdefault(fold(row["spelling"]), word)
        if (same.kind, same.value) != (word.kind, word.value):
            raise ValueError(f"{WORDS_FILE}: {row['spelling']!r} has two meanings")
    return known


def number_scale(word: str) -> Decimal | None:
    """Return what a scale word such as ``тыс.`` or ``1000`` multiplies by, or None.

    Examples
    --------
    >>> int(number_scale("млн")), number_scale("km")
    (1000000, None)
    """
    folded = fold(word)
    if folded in ("1000", "1,000", "1.000"):
        return Decimal(1000)
    known = number_words().get(folded)
    return known.value if known is not None and known.kind in ("scale", "scales") else None


def known_words(word: str) -> list[Word]:
    """Return the meanings of one printed word; a compound (dreizehnhundert, 二十五, бисту) has several.

    Examples
    --------
    >>> [int(word.value) for word in known_words("siebenundzwanzig")]
    [7, 0, 20]
    """
    words = number_words()
    if word in words:
        return [words[word]]
    if word[-1] in "ую" and word.rstrip("ую").removesuffix("в") in words:  # Tajik "and": бисту панҷ
        return [words[word.rstrip("ую").removesuffix("в")], Word("joiner", Decimal(0), "tg")]
    for language in ("zh", "de"):
        parts = _segments(word, language)
        if parts:
            return [words[part] for part in parts]
    raise NumberError(f"the word {word!r} is unknown{nearest(word[:40], words)}")


def _segments(word: str, language: str) -> list[str]:
    """Cut a compound into known words of one language, the longest first; [] where it does not come out even."""
    parts: list[str] = []
    while word and len(parts) < 20:
        part = next((word[:end] for end in range(min(len(word), 20), 0, -1) if _language(word[:end]) == language), "")
        if not part:
            return []
        parts.append(part)
        word = word[len(part) :]
    return parts if not word else []


def _language(word: str) -> str:
    known = number_words().get(word)
    return known.language if known else ""


class Section:
    """A number below a thousand being put together from words, or one figure.

    Examples
    --------
    >>> section = Section()
    >>> for word in ("three", "hundred", "five"):
    ...     section.word(number_words()[word])
    >>> int(section.value)
    305
    """

    def __init__(self, step: Decimal = Decimal(1), other: Decimal | None = None) -> None:
        self.value, self.step, self.other = Decimal(0), step, other
        self.place = Decimal("Infinity")  # the smallest place already filled
        self.last = Decimal(0)
        self.empty, self.joined, self.article = True, False, False

    def figure(self, read: Read) -> None:
        """Take a number in figures; it must be the first of its section."""
        if not self.empty:
            raise NumberError("two numbers stand side by side")
        self.value, self.step, self.other = read.value, read.step, read.other
        self.empty, self.place, self.last = False, Decimal(1), read.value

    def word(self, word: Word) -> None:
        """Take one more word; NumberError where no language of the tables puts it there."""
        action: dict[str, Callable[[Word], None]] = {
            "unit": self._add,
            "ten": self._add,
            "hundreds": self._add,
            "multiplier": self._multiply,
            "article": self._article,
            "half": self._half,
        }
        if word.kind not in action:
            raise NumberError("a word stands where none belongs")
        action[word.kind](word)
        self.empty = self.joined = False

    def _add(self, word: Word) -> None:
        place = {"unit": Decimal(1), "ten": Decimal(10), "hundreds": Decimal(100)}[word.kind]
        inverted = word.kind == "ten" and word.language == "de" and self.joined and 0 < self.last < 10
        if (word.value >= self.place and not inverted) or (self.article and not self.empty):
            raise NumberError("two numbers stand side by side")
        self.value += word.value
        self.step = Decimal("0.5") if word.value % 1 else Decimal(1)
        self.place, self.last = (Decimal(1) if inverted else place), word.value

    def _multiply(self, word: Word) -> None:
        part = self.last if word.language == "zh" else self.value
        if part >= word.value and not self.empty and word.value != 12:
            raise NumberError("its parts do not run from the larger to the smaller")
        if self.empty or (word.language == "zh" and not part):
            self.value += word.value
        else:
            self.value += part * word.value - part
        self.step = max(self.step, Decimal(1))
        self.place, self.last = word.value, Decimal(0)

    def _article(self, word: Word) -> None:
        if self.empty:
            self.value, self.last, self.step = Decimal(1), Decimal(1), Decimal(1)
            self.article = True
        elif self.value != Decimal("0.5"):  # half a (million)
            raise NumberError("an article stands where none belongs")
        self.place = Decimal(1)

    def _half(self, word: Word) -> None:
        if self.article:  # a half
            self.value = Decimal(0)
        elif not self.empty and not self.joined:
            raise NumberError("a half stands where none belongs")
        self.value += word.value
        self.step, self.place, self.last = word.value, Decimal(0), word.value
