"""Names for readers: countries, provinces, districts, dates, and what a remark says by a word list.

Belongs here: codes into words. Does not belong here: numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd
import pycountry

from analysis.charts.style import between
from analysis.clean.text import fold
from analysis.vocabulary import rows


def record_ids(joined: Iterable[str]) -> list[str]:
    """Return the records of texts that join them by ``;``, each once.

    Examples
    --------
    >>> record_ids(["pk-0001;pk-0002", "", "pk-0001"])
    ['pk-0001', 'pk-0002']
    """
    return list(dict.fromkeys(one for text in joined for one in text.split(";") if one))


@cache
def country_name(code: str) -> str:
    """Return the name of a country by its ISO 3166-1 code; ``all`` is "the region".

    Examples
    --------
    >>> country_name("TJK"), country_name("all")
    ('Tajikistan', 'the region')
    """
    if code == "all":
        return "the region"
    found = pycountry.countries.get(alpha_3=code)
    return str(getattr(found, "common_name", found.name)) if found else code


def region() -> tuple[str, ...]:
    """Return the ISO 3166-1 codes of the countries on the roads of Afghan opiates, which are set beside one another.

    Examples
    --------
    >>> region()[:3]
    ('AFG', 'IRN', 'KAZ')
    """
    return tuple(row["key"] for row in rows("region"))


@cache
def province_name(admin1: str) -> str:
    """Return the name of a province by its ISO 3166-2 code.

    Examples
    --------
    >>> province_name("TJ-GB"), province_name("")
    ('Gorno-Badakhshan', '')
    """
    known = next((r["label"] for r in rows("places") if r["level"] == "province" and r["admin1"] == admin1), "")
    found: Any = None if known or not admin1 else pycountry.subdivisions.get(code=admin1)  # type: ignore[no-untyped-call]
    return known or (str(found.name) if found else admin1)


@cache
def district_position(country: str, district: str) -> tuple[float, float]:
    """Return latitude and longitude of a district's seat, NaN where the gazetteer has none.

    Examples
    --------
    >>> district_position("TJK", "Vanj"), district_position("TJK", "Nowhere")
    ((38.37078, 71.45474), (nan, nan))
    """
    for row in rows("places"):
        if row["country"] == country and row["label"] == district and row["lat"]:
            return float(row["lat"]), float(row["lon"])
    return float("nan"), float("nan")


def said(vocabulary: str, *texts: str) -> str:
    """Return the first key of a word list of which a word stands in the texts, else ``""``.

    Examples
    --------
    >>> said("payers", "INL funded; space for 40"), said("payers", "")
    ('inl', '')
    """
    whole = " | ".join(fold(text) for text in texts)
    for row in rows(vocabulary):
        if any(fold(word) in whole for word in row["words"].split(";")):
            return row["key"]
    return ""


def day(start: object, end: object) -> str:
    """Return a printed date as precisely as it was printed.

    Examples
    --------
    >>> day(pd.Timestamp("2013-05-01"), pd.Timestamp("2013-05-31")), day(pd.NaT, pd.NaT)
    ('May 2013', 'undated')
    """
    if pd.isna(start) and pd.isna(end):
        return "undated"
    first, last = pd.Timestamp(end if pd.isna(start) else start), pd.Timestamp(start if pd.isna(end) else end)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if first.is_year_start and last.is_year_end:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if first.is_month_start and last.is_month_end and first.to_period("M") == last.to_period("M"):
        return f"{first:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def on(date: str) -> str:
    """Return a date in words as it stands in a sentence.

    Examples
    --------
    >>> on("3 October 2018"), on("May 2013"), on("2012")
    ('on 3 October 2018', 'in May 2013', 'in 2012')
    """
    return f"on {date}" if date[:1].isdigit() and " " in date else f"in {date}"


def ranges(frame: pd.DataFrame, names: Mapping[str, str], digits: int = 2) -> pd.DataFrame:
    """Put pairs of columns (``x_low, x_high``) into one column of words each, for a table on a page.

    Parameters
    ----------
    frame : DataFrame
    names : mapping of str to str
        ``x`` to the heading of the new column, which takes the place of ``x_low``.
    digits : int
        Leading digits of each number.

    Examples
    --------
    >>> ranges(pd.DataFrame({"share_low": [36.9], "share_high": [41.4]}), {"share": "share, %"})
      share, %
    0  37 to 41
    """
    made = frame.copy()
    for stem, heading in names.items():
        ends = zip(made[f"{stem}_low"], made[f"{stem}_high"], strict=True)
        made[f"{stem}_low"] = [between(low, high, digits) for low, high in ends]
        made = made.rename(columns={f"{stem}_low": heading}).drop(columns=f"{stem}_high")
    return made


def with_publisher(frame: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its ``source_id`` replaced by ``source``: who publishes it.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["dawn-1"], "publisher": ["Dawn"]})
    >>> with_publisher(pd.DataFrame({"source_id": ["dawn-1"], "rows": [3]}), sources).values.tolist()
    [['Dawn', 3]]
    """
    known = dict(zip(sources["source_id"], sources["publisher"], strict=True))
    made = frame.assign(source_id=[known.get(source, source) for source in frame["source_id"]])
    return made.rename(columns={"source_id": "source"})
