"""Places: printed country, province, district and place become ISO codes and coordinates.

Belongs here: deciding which province, district and place the names of four texts mean together. Does not belong
here: taking one text apart (``place_names``); where a single name lies (``gazetteer``).

Precision before recall: every name that is recognised must lie in one province, or there is none. A
name that nobody knows does not hurt; two that contradict each other do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.clean.countries import Countries, read_countries
from analysis.clean.gazetteer import Entry
from analysis.clean.place_names import SPLIT, Part, parts
from analysis.errors import Unreadable

__all__ = ["Countries", "Place", "read_body", "read_countries", "read_place"]

_LARGE = 15_000  # people; a smaller town alone does not place a text, villages share their names
_DOMINANT = 10  # times as many people as the namesake in another province
_NEAR_KM = 75.0  # a village this far from the town of its district is a namesake


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, as far as the texts say it.

    ``admin1`` is an ISO 3166-2 code or ``""``; ``located`` says what the coordinates are of:
    ``place``, ``district town``, or ``""`` where there are none.
    """

    admin1: str
    district: str
    place: str
    lat: float | None
    lon: float | None
    rule: str
    located: str = ""


def read_place(country: str, province: str, district: str, place: str) -> Place:
    """Find the province, district and coordinates that four printed texts name together.

    Parameters
    ----------
    country, province, district, place : str
        As printed, in any script; each may be blank. A district or province inside ``place`` counts too.

    Returns
    -------
    Place
        ``admin1`` is ``""`` where no single province follows, and ``rule`` says why. Nothing raises.

    Examples
    --------
    >>> read_place("Tajikistan", "", "", "Khatlon province, Kulyab city").admin1
    'TJ-KT'
    >>> read_place("Pakistan", "North", "", "").rule
    'ANF North directorate is no province; none follows'
    """
    printed_district, printed_place = district.strip(), place.strip()
    try:
        codes = read_countries(country).codes
    except Unreadable:
        codes = ()
    if len(codes) != 1:
        why = "several countries" if len(codes) > 1 else "no single country"
        return Place("", printed_district, printed_place, None, None, f"{why}: no province looked for")
    above = parts(codes[0], province, "province")
    middle = parts(codes[0], district, "district")
    below = parts(codes[0], place, "place")
    admin1, rule = _province(above, [*middle, *below])
    for part in below:
        _try_city(part, admin1, [*above, *middle, *below])
    if not admin1 and not rule:
        admin1, rule = _by_city(below)
    return _located(admin1, rule, middle, below, printed_district, printed_place)


def read_body(country: str, province: str, institution: str, role: str = "") -> Place:
    """Find the province of people by the body that they serve in; where they were trained says nothing.

    The province column comes first. A body places its people only when all of its names do ("Islamabad
    police", not "FIA and the Punjab police"); the role only where it says to what they are assigned.

    Parameters
    ----------
    country, province, institution, role : str
        As printed; each may be blank.

    Examples
    --------
    >>> read_body("Pakistan", "", "Peshawar police").admin1
    'PK-KP'
    >>> read_body("Pakistan", "", "FIA and the Punjab police").admin1
    ''
    """
    if province.strip():
        return read_place(country, province, "", "")
    for text in (institution, *re.findall(r"(?:assigned|posted) to (.+)", role)):
        found = read_place(country, "", "", text)
        pieces = [piece for piece in SPLIT.split(text) if piece and piece.strip()]
        of_body = text is not institution or all(read_place(country, "", "", piece).admin1 for piece in pieces)
        if found.admin1 and of_body:
            return Place(found.admin1, "", "", None, None, f"by the body {text.strip()!r}: {found.rule}")
    return Place("", "", "", None, None, "neither province nor body names a single province")


def _province(above: Sequence[Part], beneath: Sequence[Part]) -> tuple[str, str]:
    """Decide the province from the names of the vocabulary; ("", "") leaves it to the cities."""
    named = [part for part in above if part.admin1]
    agreed = _shared(named)
    if named and not agreed:
        return "", f"{_listed(named)} are several provinces"
    others = [part.text for part in above if not part.admin1]
    if named and others:
        return "", f"{_listed(named)} stands beside {' and '.join(map(repr, others))}: more than one province"
    all_named = [*named, *(part for part in beneath if part.admin1)]
    agreed = _shared(all_named)
    if len(agreed) == 1:
        return agreed.pop(), _listed(all_named)
    if not all_named:
        regions = [part for part in (*above, *beneath) if part.entries]
        if regions and not any(part.loose for part in beneath):
            return "", f"{_listed(regions)} is no province; none follows"
        return "", ""
    if agreed:
        by_city = {code for part in beneath for city in part.loose for code in city.admin1} & agreed
        if len(by_city) == 1:
            return by_city.pop(), f"{_listed(all_named)} with the only city of that name there"
        return "", f"{_listed(all_named)} can be any of {', '.join(sorted(agreed))}"
    enclosed = _enclosed(all_named)
    if enclosed:
        return enclosed.admin1[0], f"{enclosed.label} stands beside the province that encloses it"
    return "", f"{_listed(all_named)} lie in different provinces"


def _shared(parts: Iterable[Part]) -> set[str]:
    sets = [part.admin1 for part in parts]
    return set.intersection(*sets) if sets else set()


def _enclosed(parts: Sequence[Part]) -> Entry | None:
    """Find the city with its own code where all else names the province around it ("Bishkek, Chu")."""
    cities = [entry for part in parts for entry in part.entries if entry.level == "city" and entry.within]
    if len({city.admin1 for city in cities}) != 1:
        return None
    city = cities[0]
    others = [part for part in parts if city not in part.entries]
    around = all(
        city.within in part.admin1 and all(entry.level == "province" for entry in part.entries) for part in others
    )
    return city if around else None


def _try_city(part: Part, admin1: str, parts: Sequence[Part]) -> None:
    """Give an unknown name its city of GeoNames where province and district leave exactly one."""
    if not admin1 or part.entries or not part.loose or "district" in part.hints:
        return
    inside = [city for city in part.loose if city.admin1 == (admin1,)]
    districts = {entry for each in parts for entry in each.entries if entry.level == "district"}
    if districts:
        inside = [city for city in inside if all(_near(city, district) for district in districts)]
    if len(inside) == 1:
        part.entries = (inside[0],)


def _by_city(parts: Sequence[Part]) -> tuple[str, str]:
    """Place a text by large cities alone, all in one province."""
    found: list[Entry] = []
    for part in parts:
        if not part.loose:
            continue
        city = part.loose[0]
        rivals = [other for other in part.loose if other.admin1 != city.admin1]
        clear = all(city.population >= _DOMINANT * max(other.population, 1) for other in rivals)
        if city.population < _LARGE or not clear or "near" in part.hints:
            return "", f"{part.text!r} may be one of several places or a small one"
        found.append(city)
        part.entries = (city,)
    if len({city.admin1 for city in found}) == 1:
        return found[0].admin1[0], f"{found[0].label} is a city of GeoNames"
    if not parts:
        return "", "no place printed"
    texts = ", ".join(repr(part.text) for part in parts)
    return "", f"cities of different provinces: {texts}" if found else f"no known name in {texts}"


def _located(admin1: str, rule: str, middle: Sequence[Part], below: Sequence[Part], district: str, place: str) -> Place:
    """Name the district and the place, and take the coordinates of the smaller one that is known."""
    fits = [
        (part, entry)
        for part in (*middle, *below)
        for entry in part.entries
        if not entry.admin1 or (admin1 and admin1 in entry.admin1)
    ]
    districts = {entry.label: entry for _, entry in fits if entry.level == "district"}
    spots = [(part, entry) for part, entry in fits if entry.level in ("town", "city") and part in below]
    spots = list({entry.label: (part, entry) for part, entry in reversed(spots)}.values())
    for _, entry in spots:
        if entry.district and not middle:
            districts.setdefault(entry.district, Entry(entry.district, "district", entry.admin1, "", "", None, None))
    the_district = next(iter(districts.values())) if len(districts) == 1 else None
    if the_district:
        district = the_district.label
    elif len(districts) > 1:
        rule += f"; district undecided between {', '.join(sorted(districts))}"
    whole = False
    upper = ("district", "province", "region")
    in_place = {part.text for part, entry in fits if part in below and entry.level in upper}
    if len(spots) == 1:
        place = spots[0][1].label
    elif not spots and below and all(part.text in in_place for part in below):
        whole = any(part in below and entry is the_district and part.hints & {"city", "town"} for part, entry in fits)
        regions = [entry.label for part, entry in fits if part in below and entry.level == "region"]
        place = district if whole else ", ".join(regions)
    elif not spots and in_place and admin1 and len(districts) < 2:
        place = ", ".join(part.text for part in below if part.text not in in_place)
    spot = spots[0][1] if len(spots) == 1 and "near" not in spots[0][0].hints else None
    if admin1 and spot and spot.lat is not None:
        return Place(admin1, district, place, spot.lat, spot.lon, rule, "place")
    if admin1 and the_district and the_district.lat is not None:
        located = "place" if whole else "district town"
        return Place(admin1, district, place, the_district.lat, the_district.lon, rule, located)
    return Place(admin1, district, place, None, None, rule)


def _listed(parts: Iterable[Part]) -> str:
    labels = [" or ".join(dict.fromkeys(entry.label for entry in part.entries)) for part in parts]
    return " and ".join(dict.fromkeys(labels))


def _near(city: Entry, district: Entry) -> bool:
    if city.lat is None or city.lon is None or district.lat is None or district.lon is None:
        return False
    north = (city.lat - district.lat) * 111.2
    east = (city.lon - district.lon) * 111.2 * math.cos(math.radians(city.lat))
    return math.hypot(north, east) <= _NEAR_KM
