"""Taking a printed place apart into names, each with everything that it can mean.

Belongs here: separators, the words around names (``vocabulary/place_words.csv``), Russian adjectives.
Does not belong here: where a name lies (``gazetteer``); deciding between names (``places``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from analysis.clean import gazetteer
from analysis.clean.gazetteer import Entry, plain
from analysis.vocabulary import rows

SPLIT = re.compile(
    r"[;,/|()\[\]]|(?<=\w{4})\.\s+|\s[-–—]\s|\s(?:and|und|и|ва|va|و|اور|&)\s|\b(?:from|between|между)\b[^,;]*"
)
_DISTANCE = re.compile(r"^\d+ (?:km|км|miles) ")
_RUSSIAN = re.compile(r"(?:инск|insk|ск|sk)(?:ий|ая|ом|ого|ой|их|iy|iĭ|aya|y)$")


@dataclass(slots=True)
class Part:
    """One name of a text with everything that it can mean."""

    text: str
    entries: tuple[Entry, ...] = ()
    hints: set[str] = field(default_factory=set)
    loose: tuple[Entry, ...] = ()

    @property
    def admin1(self) -> set[str]:
        """Return every province that the name can lie in."""
        return {code for entry in self.entries for code in entry.admin1}


def parts(country: str, text: str, column: str) -> list[Part]:
    """Take a text apart into names; the whole text is tried as one name first.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3.
    text, column : str
        As printed, and the column that it stands in: ``province``, ``district`` or ``place``.

    Examples
    --------
    >>> [(part.text, sorted(part.admin1)) for part in parts("TJK", "Khatlon province, Kulyab city", "place")]
    [('Khatlon province', ['TJ-KT']), ('Kulyab city', ['TJ-KT'])]
    """
    text = text.strip()
    if not plain(text):
        return []
    whole = _exact(country, text, column)
    if whole:
        return [whole]
    found: list[Part] = []
    for piece in SPLIT.split(re.sub(r"(?i)\bж/д\b", "жд", text)):
        if piece and plain(piece) and not _only_words(plain(piece)):
            found += _piece(country, piece.strip(), column)
    return found


def _exact(country: str, text: str, column: str) -> Part | None:
    entries = gazetteer.known(country, text)
    return Part(text, _preferred(entries, set(), column)) if entries else None


def _piece(country: str, text: str, column: str) -> list[Part]:
    part = _name(country, text, column)
    if part.entries or "near" in part.hints:
        return [part]
    # "Khatlon province Yavan district": two names without a comma, each with its word.
    words = text.split()
    for cut in range(1, min(len(words), 10)):
        left = _name(country, " ".join(words[:cut]), column)
        right = _name(country, " ".join(words[cut:]), column)
        if left.entries and right.entries and left.hints and right.hints:
            return [left, right]
        for half in (left, right):
            if "province" in half.hints and any(entry.level == "province" for entry in half.entries):
                return [left, right]
    return [part]


def _name(country: str, text: str, column: str) -> Part:
    """Look up a name, taking the words around it away one by one ("rayon", "PS ANF", "город")."""
    name, hints = plain(text), set[str]()
    if _DISTANCE.match(name):
        # So far from a named place, another province may have begun.
        return Part(text)
    loose: tuple[Entry, ...] = ()
    for _ in range(8):
        entries = gazetteer.known(country, name) or _adjective(country, name)
        if entries:
            return Part(text, _preferred(entries, hints, column), hints)
        loose = loose or gazetteer.cities(country, name)
        shorter = _without_word(name)
        if shorter is None:
            break
        name, meaning = shorter
        hints.add(meaning)
    return Part(text, (), hints, loose if column == "place" else ())


def _adjective(country: str, name: str) -> tuple[Entry, ...]:
    """Look up the name inside a Russian adjective: "Термезский", "Dangarinskiy"."""
    found = _RUSSIAN.search(name)
    if not found:
        return ()
    stem = name[: found.start()]
    stems = [stem, stem + "а", stem + "a", stem + "и", stem + "i"]
    return next((entries for each in stems if len(each) > 3 and (entries := gazetteer.known(country, each))), ())


def _preferred(entries: tuple[Entry, ...], hints: set[str], column: str) -> tuple[Entry, ...]:
    """Keep the entries of the level that the column or the word beside the name asks for."""
    if "near" in hints:
        # The land around a province, or around a city with its own code, belongs to another one.
        entries = tuple(entry for entry in entries if entry.level not in ("province", "city"))
    wanted = [levels for word, levels in _LEVELS.items() if word in hints] or [_LEVELS.get(column, ())]
    for levels in wanted:
        for level in levels:
            kept = tuple(entry for entry in entries if entry.level == level)
            if kept:
                return kept
    return entries


_LEVELS: dict[str, tuple[str, ...]] = {
    "province": ("province", "city"),
    "district": ("district",),
    "city": ("city", "town", "district"),
}


def _without_word(name: str) -> tuple[str, str] | None:
    """Take the longest known word off either end."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    ends = [(name[:at], name[at + 1 :]) for at in spaces] + [(name[at + 1 :], name[:at]) for at in spaces]
    if name.endswith("*"):
        ends.append(("*", name[:-1].strip()))
    known = [(word, rest) for word, rest in ends if word in _words()]
    if not known:
        return None
    word, rest = min(known, key=lambda pair: _words()[pair[0]][0])
    return rest, _words()[word][1]


def _only_words(name: str) -> bool:
    """Tell whether nothing but words around names is left ("district" after a bracket)."""
    return name in _words()


@cache
def _words() -> dict[str, tuple[int, str]]:
    """Return the words around names, each with its rank (the longest first) and what it means."""
    known = {plain(row["word"]): row["meaning"] for row in rows("place_words")}
    return {word: (rank, known[word]) for rank, word in enumerate(sorted(known, key=len, reverse=True))}
