"""Printed words to the keys of the vocabularies: drugs, agencies, kinds of place, statuses, scopes.

Belongs here: looking a printed term up, alone, without its brackets, or as several terms in one
figure, and refusing what nobody listed. Does not belong here: the words themselves (data files in
``vocabulary``), people and what is said of them (``people``), remarks (``notes``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from analysis.clean.text import fold
from analysis.errors import Unreadable
from analysis.vocabulary import rows, spellings

_SHOWN = 80  # letters of a printed text that a message repeats
_LONGEST = 500  # letters; the longest printed term has under 200, a longer one is a slipped cell
_BRACKETS = re.compile(r"\s*[(（]([^()（）]*)[)）]\s*")
# "(100 x Tablets)" beside a drug is a count of packages, not a second name.
_COUNT = re.compile(r"\d+(\.\d+)?( ?x)?( ?(tablets?|tabs?|pills?|capsules?|x|×|strips?|bottles?))*")


@dataclass(frozen=True, slots=True)
class Term:
    """A vocabulary key and the rule or spelling that led to it."""

    key: str
    rule: str


def read_term(vocabulary: str, text: str) -> Term:
    """Return the key of a printed term.

    Parameters
    ----------
    vocabulary : str
        Name of a vocabulary file, for example ``"statuses"``, ``"scopes"``, ``"records"``.
    text : str
        The printed term; letter case, spaces and underscores do not matter.

    Raises
    ------
    Unreadable
        The term is blank or not listed; the message proposes the nearest listed ones.

    Examples
    --------
    >>> read_term("scopes", "Sub-province part").key
    'sub_province_part'
    """
    known = spellings(vocabulary)
    folded = _folded(vocabulary, text)
    if not folded:
        raise Unreadable(f"{_noun(vocabulary)} is blank: expected one of {_some(vocabulary)}")
    for form in (folded, folded.replace("_", " "), folded.replace(" ", "_")):
        if form in known:
            return Term(known[form], f"listed spelling {form!r}")
    raise Unreadable(unknown(vocabulary, folded, known))


def read_kind(text: str) -> Term:
    """Return the kind of a policing place; what stands after ``other:`` is the kind.

    Examples
    --------
    >>> read_kind("other: districts covered").key
    'coverage'
    """
    return read_term("kinds", re.sub(r"^\s*other\s*:\s*(?=\S)", "", text, flags=re.IGNORECASE))


def read_status(text: str) -> Term:
    """Return the status of a policing place; a blank status stays blank.

    ``built or renovated`` keeps its own key: the source does not say which of the two it was.

    Examples
    --------
    >>> read_status("constructed or renovated").key
    'built_or_renovated'
    """
    return read_term("statuses", text) if text.strip() else Term("", "not printed")


def read_drug(text: str) -> Term:
    """Return the key of a printed drug; several drugs in one figure stay one figure.

    Parameters
    ----------
    text : str
        A drug as printed, in any script: ``"charas"``, ``"опий-сырец"``, ``"heroin/morphine base"``.

    Raises
    ------
    Unreadable
        The drug is blank or not listed; the message proposes the nearest listed ones.

    Notes
    -----
    In turn: a listed spelling; the same without a count in brackets (``"(100 tabs)"``) or with two
    names for one drug (``"crystal (ice)"``); several listed names joined by a connector, whose key
    is in ``drug_combinations.csv``.

    Examples
    --------
    >>> read_drug("Heroin / morphine base").key, read_drug("hashish, ice").key
    ('heroin_morphine', 'several_drugs')
    """
    folded = _folded("drugs", text)
    if not folded:
        raise Unreadable("drug is blank: expected the name of a drug")
    term = _known_drug(folded)
    if term is None:
        raise Unreadable(unknown("drugs", folded, spellings("drugs")))
    return term


def read_event_drug(text: str) -> Term:
    """Return the key of a substance in an export of single seizures; never raises.

    An export names hundreds of substances. One that is not listed goes by the patterns of
    ``drug_patterns.csv`` to its group, else to ``other``; the printed name stays beside it.

    Examples
    --------
    >>> read_event_drug("AB-CHMINACA").key, read_event_drug("Etizolam").key, read_event_drug("Zyx").key
    ('synthetic_cannabinoids', 'sedatives', 'other')
    """
    folded = fold(text[:_LONGEST])
    if not folded:
        return Term("other", "not printed")
    term = _known_drug(folded)
    if term is not None:
        return term
    for pattern, key, reason in _drug_patterns():
        if pattern.search(folded):
            return Term(key, f"not listed; {reason}")
    return Term("other", "not listed: kept under its printed name")


def read_agency(text: str, country: str, scope: str) -> Term:
    """Return the key of the agency that made a seizure.

    Parameters
    ----------
    text : str
        The agency as printed; may be blank.
    country : str
        ISO 3166-1 alpha-3 code of the row, ``""`` where several or none: general words such as
        ``Customs`` or ``police`` mean the service of that country.
    scope : str
        Printed scope or its key.

    Raises
    ------
    Unreadable
        The agency is not listed and the row is not a national total.

    Notes
    -----
    A national total is ``all``, also where it names an agency: that one is its source. A blank
    agency is ``all`` in a total or a press digest and ``other`` in an operation. Words for all
    law-enforcement bodies are ``all``, but ``other`` in an operation, which some unnamed body
    made. Several named agencies are ``joint``.

    Examples
    --------
    >>> read_agency("Customs", "PAK", "operation").key, read_agency("DCA statistics", "TJK", "national total").key
    ('customs_pak', 'all')
    """
    level = read_term("scopes", scope).key if scope.strip() else ""
    folded = _folded("agencies", text)
    if level == "national_total":
        return Term("all", "national total: the agency printed is the source" if folded else "national total")
    if not folded:
        single = level in ("operation", "event")
        return Term("other" if single else "all", f"no agency printed, scope {level or 'blank'}")
    key, rule = _agency(folded, country)
    if not key:
        raise Unreadable(unknown("agencies", folded, {**spellings("agencies"), **dict.fromkeys(_general(), "")}))
    if key == "all" and level in ("operation", "event"):
        return Term("other", f"{rule}; an operation by a body that is not named")
    return Term(key, rule)


def unknown(vocabulary: str, folded: str, known: dict[str, str]) -> str:
    """Return the reason for refusing a term: what it is near to, and where to add it.

    Parameters
    ----------
    vocabulary : str
        Name of the vocabulary file.
    folded : str
        The printed term in its comparing form.
    known : dict
        Folded spelling to key.

    Examples
    --------
    >>> unknown("drugs", "herion", {"heroin": "heroin"}).split("; ")[1]
    "nearest: 'heroin' (heroin)"
    """
    choices = list(known)
    near = process.extract(folded[:200], choices, scorer=fuzz.ratio, limit=3, score_cutoff=60)
    # A longer text around a listed word is near to it too.
    near = near or process.extract(folded[:200], choices, scorer=fuzz.WRatio, limit=3, score_cutoff=75)
    names = ", ".join(f"{name!r}" + (f" ({known[name]})" if known[name] else "") for name, _, _ in near)
    shown = folded if len(folded) <= _SHOWN else folded[:_SHOWN] + "..."
    return (
        f"{_noun(vocabulary)} {shown!r} is not a listed spelling; "
        + (f"nearest: {names}" if names else "nothing listed is near")
        + f"; if it is right, add one line to vocabulary/spellings/{vocabulary}.csv"
    )


def _folded(vocabulary: str, text: str) -> str:
    if len(text) > _LONGEST:
        raise Unreadable(
            f"{_noun(vocabulary)} of {len(text)} letters, beginning {text[:_SHOWN]!r}: expected a name; "
            "look for a slipped or unclosed cell"
        )
    return fold(text)


def _noun(vocabulary: str) -> str:
    named = {"agencies": "agency", "statuses": "status", "sexes": "sex", "source_kinds": "kind of source"}
    return named.get(vocabulary, vocabulary.removesuffix("s"))


def _some(vocabulary: str) -> str:
    return ", ".join(row["key"] for row in rows(vocabulary)[:8])


def _known_drug(folded: str) -> Term | None:
    known = spellings("drugs")
    if folded in known:
        return Term(known[folded], f"listed spelling {folded!r}")
    inside = _BRACKETS.findall(folded)
    if inside:
        outside = fold(_BRACKETS.sub(" ", folded))
        term = None if _BRACKETS.search(outside) else _known_drug(outside)
        second = [None if _COUNT.fullmatch(fold(word)) else _known_drug(fold(word)) or Term("", "") for word in inside]
        if term is not None and all(other is None or other.key == term.key for other in second):
            return Term(term.key, f"{term.rule}; brackets hold a count or the same drug")
        return None
    parts = _split(folded, "drugs", known.__contains__)
    keys = [known[part] for part in parts if part in known]
    if len(parts) < 2 or len(keys) < len(parts):
        return None
    return Term(_combine(set(keys)), f"several drugs in one figure: {', '.join(parts)}")


def _combine(keys: set[str]) -> str:
    if len(keys) == 1:
        return keys.pop()
    groups = {row["key"]: row["group"] for row in rows("drugs")}
    of = {groups[key] for key in keys}
    forms = {"+".join(sorted(keys)), f"group:{of.pop()}" if len(of) == 1 else "any", "any"}
    return next(row["key"] for row in rows("drug_combinations") if row["of"] in forms)


def _agency(folded: str, country: str) -> tuple[str, str]:
    """Return key and rule, or two blanks."""
    whole = _one_agency(folded, country)
    if whole:
        return whole, f"listed spelling {folded!r}"
    outside, inside = fold(_BRACKETS.sub(" ", folded)), [fold(word) for word in _BRACKETS.findall(folded)]
    if inside:
        key, rule = ("", "") if _BRACKETS.search(outside) else _agency(outside, country)
        if key and all(_one_agency(word, country) in (key, "other") for word in inside):
            return key, f"{rule}; brackets hold the same agency"
        return "", ""
    parts = _split(folded, "agencies", lambda part: bool(_one_agency(part, country)))
    keys = [_one_agency(part, country) for part in parts]
    if len(parts) < 2 or not all(keys):
        return "", ""
    one = set(keys) - {"other"} if "other" not in keys else set()
    return (one.pop() if len(one) == 1 else "joint"), f"several agencies: {', '.join(parts)}"


def _one_agency(folded: str, country: str) -> str:
    general = _general().get(folded)
    if general is not None:
        return general.get(country, general.get("", ""))
    return spellings("agencies").get(folded, "")


def _split(folded: str, use: str, listed: Callable[[str], bool]) -> list[str]:
    """Split a text at connectors; a part that is itself listed is not split further."""
    parts = [folded]
    for cut in _connectors(use):
        parts = [
            fold(piece) for part in parts for piece in ([part] if listed(part) else cut.split(part)) if fold(piece)
        ]
    return parts


@cache
def _connectors(use: str) -> tuple[re.Pattern[str], ...]:
    """Return the cuts: marks first, then words, the longer before the shorter."""
    words = [row["word"] for row in rows("connectors") if use in row["use"].split()]
    marks = "".join(re.escape(word) for word in words if not word[0].isalpha())
    spelt = sorted((word for word in words if word[0].isalpha()), key=len, reverse=True)
    return re.compile(f"[{marks}]"), *(re.compile(rf"(?<=\s){re.escape(word)}(?=\s)") for word in spelt)


@cache
def _general() -> dict[str, dict[str, str]]:
    """Return the general words for agencies: folded word to country to key."""
    general: dict[str, dict[str, str]] = {}
    for row in rows("agency_generic"):
        general.setdefault(fold(row["spelling"]), {})[row["country"]] = row["key"]
    return general


@cache
def _drug_patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["pattern"]), row["key"], row["reason"]) for row in rows("drug_patterns"))
