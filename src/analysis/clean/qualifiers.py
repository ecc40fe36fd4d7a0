"""Words beside a number that say over, nearly or about, in every language of the tables.

Belongs here: which bound such a word means. Does not belong here: what a bound does to a number
(``intervals``), the words themselves (``vocabulary/qualifiers.csv``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis.clean.text import fold
from analysis.errors import Unreadable, nearest
from analysis.vocabulary import rows

BOUNDS = ("exact", "at_least", "at_most", "about", "range")
QUALIFIERS_FILE = "src/analysis/vocabulary/qualifiers.csv"


@dataclass(frozen=True, slots=True)
class Qualifier:
    """The bound that a printed word means, one of `BOUNDS`, and the spelling that said so."""

    bound: str
    rule: str


@cache
def _spellings() -> dict[str, str]:
    known: dict[str, str] = {}
    for row in rows("qualifiers"):
        if row["bound"] not in BOUNDS:
            raise ValueError(f"{QUALIFIERS_FILE}: {row['spelling']!r} has the unknown bound {row['bound']!r}")
        if known.setdefault(fold(row["spelling"]), row["bound"]) != row["bound"]:
            raise ValueError(f"{QUALIFIERS_FILE}: {row['spelling']!r} has two bounds")
    return known


def read_qualifier(text: str) -> Qualifier:
    """Read the qualifier printed beside a number.

    Raises
    ------
    Unreadable
        The word is not known; the reason proposes the nearest ones.

    Examples
    --------
    >>> read_qualifier("More than").bound, read_qualifier("около").bound, read_qualifier("").bound
    ('at_least', 'about', 'exact')
    """
    folded = fold(text)
    if not folded:
        return Qualifier("exact", "no qualifier printed")
    bound = _spellings().get(folded)
    if bound is None:
        raise Unreadable(
            f"qualifier {text.strip()!r} is unknown: expected a word such as over, nearly or about"
            f"{nearest(folded[:60], _spellings())}; add it as a line of {QUALIFIERS_FILE}"
        )
    return Qualifier(bound, f"{text.strip()!r} means {bound.replace('_', ' ')}")


def strip_qualifier(text: str) -> tuple[str, str]:
    """Split a qualifier off the front (or a plus sign off the end) of a folded text.

    Returns
    -------
    tuple of str
        The bound and the rest; ``("", text)`` where no qualifier stands there.

    Examples
    --------
    >>> strip_qualifier("over 2,000"), strip_qualifier("2000+"), strip_qualifier("seven")
    (('at_least', '2,000'), ('at_least', '2000'), ('', 'seven'))
    """
    if text.endswith("+"):
        return "at_least", text[:-1].strip()
    for spelling in sorted(_spellings(), key=len, reverse=True):
        rest = text.removeprefix(spelling)
        cut_word = spelling[-1].isalpha() and spelling[-1] < "\u3040" and rest[:1].isalpha()
        if spelling != "+" and rest != text and rest.strip() and not cut_word:
            return _spellings()[spelling], rest.strip()
    return "", text
