"""Who was trained: the sector, the sex, and what the figure of people counts.

Belongs here: reading role, institution, programme and remark of a trainee row by the word lists in
``vocabulary``. Does not belong here: the words, the number of people (``numbers``), the places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analysis.clean.notes import match_note
from analysis.clean.terms import Term, read_term
from analysis.clean.text import fold
from analysis.errors import Unreadable
from analysis.vocabulary import rows

_LIMIT = 1000  # letters of a field that are looked at


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    sector: str
    strength: str


def read_sector(role: str, institution: str, programme: str = "", note: str = "") -> Term:
    """Return the sector of the people trained.

    Parameters
    ----------
    role, institution : str
        What the people are and where they serve, as printed; either may be blank.
    programme : str
        Name of the programme: asked only where role and institution name nobody.
    note : str
        The collector's remark: asked only whether it says that several agencies are in the figure.

    Returns
    -------
    Term
        A key of ``sectors.csv``; ``other`` where nothing names a body.

    Notes
    -----
    Words come from ``sector_words.csv``, the longest first. ``named`` words name a body of a
    sector: two sectors make ``mixed``. ``generic`` words (law enforcement, government) name
    nobody: alone they are ``other``, two of them or one beside a named body in the same field are
    ``mixed``. ``absorbed`` words (investigators) take the sector of the body that they serve.
    The provider and the venue say nothing about the people.

    Examples
    --------
    >>> read_sector("investigators", "Islamabad police").key, read_sector("prosecutors and judges", "").key
    ('police', 'mixed')
    """
    fields = [_words(role, "role"), _words(institution, "institution")]
    found = [word for field in fields for word in field]
    bundled = match_note("trainees", "sector", note)
    if not found:
        found = _words(programme, "programme")
        fields = [found]
        if not found:
            return bundled or Term("other", "no word names a sector")
    said = ", ".join(dict.fromkeys(word.word for word in found))
    named = {word.sector for word in found if word.strength == "named"}
    generic = {word.word for word in found if word.strength == "generic"}
    if any(word.strength == "absorbed" for word in found) and not named & {
        "police",
        "border",
        "customs",
        "drug_control",
    }:
        named.add("investigation")
    beside = any({word.strength for word in field} >= {"named", "generic"} for field in fields)
    if len(named) > 1 or (named and beside) or (not named and len(generic) > 1):
        return Term("mixed", f"several bodies: {said}")
    if bundled:
        return bundled
    return Term(named.pop(), f"word {said}") if named else Term("other", f"no body named: {said}")


def read_sex(sex: str, role: str) -> Term:
    """Return the sex of the people trained: the printed one, else a word of the role, else ``all``.

    Raises
    ------
    Unreadable
        The column holds a word that is not listed.

    Examples
    --------
    >>> read_sex("", "female commandos").key, read_sex("mixed", "officers").key
    ('women', 'all')
    """
    if sex.strip():
        return read_term("sexes", sex)
    said = {
        row["sex"]
        for row in rows("sex_words")
        if re.search(rf"\b{re.escape(fold(row['word']))}\b", fold(role[:_LIMIT]))
    }
    if len(said) == 1 and "includ" not in fold(role[:_LIMIT]):
        return Term(said.pop(), "word of the role")
    return Term("all", "no sex printed")


def read_counted_as(note: str, programme: str = "") -> Term:
    """Return what a figure of people counts: ``trained``, ``target``, ``capacity``, ``enrolled`` or ``other``.

    Examples
    --------
    >>> read_counted_as("TARGET: first batch due to leave").key, read_counted_as("Undated").key
    ('target', 'trained')
    """
    found = match_note("trainees", "counted_as", note)
    if found is None and (meeting := match_note("trainees", "counted_as_programme", programme)):
        found = Term(meeting.key, f"a meeting by its name {programme.strip()!r}")
    return found or Term("trained", "nothing says otherwise")


def read_cumulative(text: str) -> bool:
    """Return whether a figure is a running total; blank is no.

    Raises
    ------
    Unreadable
        The text is neither yes nor no.

    Examples
    --------
    >>> read_cumulative("yes"), read_cumulative("")
    (True, False)
    """
    folded = fold(text)
    if folded in ("yes", "y", "true", "1", "да", "ҳа"):
        return True
    if folded in ("", "no", "n", "false", "0", "нет", "не"):
        return False
    raise Unreadable(f"cumulative {folded[:80]!r} is not readable: expected yes, no or blank")


def _words(text: str, field: str) -> list[_Word]:
    """Return the listed words of a field in reading order; a longer word covers the shorter in it."""
    folded = fold(text[:_LIMIT])
    if not folded:
        return []
    pattern, words = _lexicon(field)
    return [words[found.group()] for found in pattern.finditer(folded)]


@cache
def _lexicon(field: str) -> tuple[re.Pattern[str], dict[str, _Word]]:
    words = {
        fold(row["word"]): _Word(row["word"], row["sector"], row["strength"])
        for row in rows("sector_words")
        if field in row["use"].split()
    }
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)"), words
