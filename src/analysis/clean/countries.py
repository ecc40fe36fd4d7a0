"""Countries: printed names become ISO 3166-1 alpha-3 codes.

Belongs here: one or several names of countries, and regions that are no country. Does not belong here:
provinces (``places``); the names themselves (pycountry, and ``vocabulary/countries.csv`` with its
spellings for what pycountry does not know).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pycountry

from analysis.clean.text import fold
from analysis.errors import Unreadable, nearest
from analysis.vocabulary import label, rows, spellings

_SEVERAL = re.compile(r"\s*[;/+&]\s*|\s*\n\s*")
_LISTED = re.compile(r"\s*(?:,|\band\b|\bи\b|\bва\b|\bund\b)\s*")


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries that a text names, in its order; none for a region."""

    codes: tuple[str, ...]
    rule: str


@lru_cache(1 << 12)
def read_countries(text: str) -> Countries:
    """Read the name of a country, of several ("Afghanistan; Tajikistan"), or of a region.

    Raises
    ------
    Unreadable
        A name that is neither; the reason proposes the nearest known ones.

    Examples
    --------
    >>> read_countries("Afghanistan; Tajikistan").codes
    ('AFG', 'TJK')
    >>> read_countries("Central Asia")
    Countries(codes=(), rule='Central Asia is a region, not a country')
    """
    if not fold(text):
        return Countries((), "no country printed")
    whole = _one(text)
    if whole:
        return _answer([whole])
    for separator in (_SEVERAL, _LISTED):
        names = [name for name in separator.split(text) if fold(name)]
        keys = [_one(name) for name in names]
        if len(names) > 1 and all(keys):
            return _answer([key for key in keys if key])
    unknown = next((name for name in _SEVERAL.split(text) if fold(name) and not _one(name)), text)
    raise Unreadable(
        f"country {text!r}: {unknown!r} is not a known country or region{nearest(fold(unknown), _known())}; "
        "add the spelling to vocabulary/spellings/countries.csv"
    )


def _answer(keys: list[str]) -> Countries:
    regions = {row["key"] for row in rows("countries") if row["kind"] == "region"}
    codes = tuple(dict.fromkeys(key for key in keys if key not in regions))
    if not codes:
        return Countries((), f"{label('countries', keys[0])} is a region, not a country")
    return Countries(codes, f"country name to ISO 3166-1: {', '.join(codes)}")


def _one(text: str) -> str | None:
    """Return the key of one name; ISO codes count only in capitals ("in" and "no" are words)."""
    if text.strip().isupper() and text.strip().isascii():
        code = text.strip()
        by_length = {2: "alpha_2", 3: "alpha_3"}.get(len(code), "name")
        country = next((each for each in pycountry.countries if getattr(each, by_length, "") == code), None)
        if country:
            return str(country.alpha_3)
    name = fold(text)
    return _known().get(name) or _known().get(name.removeprefix("the "))


@cache
def _known() -> dict[str, str]:
    """Return every known name, folded; "Korea, Republic of" also as "Republic of Korea"."""
    known = dict(spellings("countries"))
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            name = getattr(country, attribute, "")
            first, _, rest = name.partition(", ")
            for form in (name, f"{rest} {first}" if rest else ""):
                if form:
                    known.setdefault(fold(form), country.alpha_3)
        known.setdefault(fold(f"{country.name}, Republic of"), country.alpha_3)
    return known
