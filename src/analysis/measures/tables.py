"""Tables and names as a page shows them: keys become words, panels get titles.

Belongs here: the last step before the page. Does not belong here: numbers (the measures), names of places and
countries (``names``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import vocabulary
from analysis.charts.style import joined
from analysis.errors import InputError
from analysis.measures.names import country_name, day

_WORDS = {"drug": "drugs", "agency": "agencies", "scope": "scopes"}
_NATION = "the whole country"


def drug(key: str) -> str:
    """Return a drug as in a sentence.

    Examples
    --------
    >>> drug("heroin_morphine"), drug("ecstasy"), drug("all_drugs")
    ('heroin and morphine', 'ecstasy (MDMA)', 'all drugs together')
    """
    label = vocabulary.label("drugs", key)
    if key == "hashish":
        return "hashish"
    label = label.replace(" (one figure)", "").replace(" (type not stated)", ", type not stated")
    return label[:1].lower() + label[1:]


def agency(key: str) -> str:
    """Return an agency's name; all of them together are the whole country.

    Examples
    --------
    >>> agency("anf"), agency("all")
    ('Anti-Narcotics Force', 'the whole country')
    """
    return _NATION if key == "all" else vocabulary.label("agencies", key)


def span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return a span of time as short as it can be said.

    Examples
    --------
    >>> span(pd.Timestamp("2019-01-01"), pd.Timestamp("2019-10-31"))
    'January to October 2019'
    """
    if start.is_month_start and end.is_month_end and start.year == end.year and 0 < end.month - start.month < 11:
        return f"{start:%B} to {end:%B %Y}"
    if start.is_month_start and end.is_month_end and end.year == start.year + 1 and not start.is_year_start:
        return f"{start:%B %Y} to {end:%B %Y}"
    return day(start, end)


def readable(frame: pd.DataFrame, *leave_out: str) -> pd.DataFrame:
    """Return a table with words for keys and without the columns that only the page needs.

    Parameters
    ----------
    frame : DataFrame
        Any table of the measures.
    *leave_out : str
        Columns that go besides ``records`` and positions.

    Examples
    --------
    >>> table = pd.DataFrame({"country": ["PAK"], "agency": ["all"], "low": [900.0], "records": ["pk-1"]})
    >>> readable(table).to_dict("records")
    [{'country': 'Pakistan', 'agency': 'the whole country', 'low': 900.0}]
    """
    made = frame.drop(columns=["records", "lat", "lon", "panel", *leave_out], errors="ignore")
    for column, words in _WORDS.items():
        if column in made:
            made[column] = [vocabulary.label(words, key) for key in made[column]]
    if "agency_reported" not in made and "agency" in made:
        made["agency"] = made["agency"].replace(vocabulary.label("agencies", "all"), _NATION)
    if "country" in made:
        made["country"] = [country_name(code) if code else "several" for code in made["country"]]
    for column in ("start", "end"):
        if column in made:
            made[column] = pd.to_datetime(made[column]).dt.date
    return made


def cited(ids: Sequence[str], rows: pd.DataFrame, publishers: Mapping[str, str], most: int = 3) -> str:
    """Return the publishers behind some records for a source line, those with the most records first.

    Parameters
    ----------
    ids : sequence of str
        Record ids.
    rows : DataFrame
        Holds ``record_id`` and ``source_id`` of all of them.
    publishers : mapping of source_id to publisher
    most : int
        How many are named.

    Examples
    --------
    >>> rows = pd.DataFrame({"record_id": ["a", "b"], "source_id": ["s", "t"]})
    >>> cited(["a", "b"], rows, {"s": "UNODC", "t": "Dawn"}, 1)
    'UNODC and 1 other'
    """
    mine = rows[rows["record_id"].isin(set(ids))]
    names = mine["source_id"].map(lambda one: publishers.get(one) or one).value_counts(sort=False)
    ranked = names.sort_values(ascending=False, kind="stable").index.tolist()
    more = len(ranked) - most
    if more <= 0:
        return joined(ranked)
    return f"{', '.join(ranked[:most])} and {more} other{'' if more == 1 else 's'}"


def with_panels(frame: pd.DataFrame, several: bool) -> pd.DataFrame:
    """Add the column ``panel``: the drug, or country and drug where there are several countries.

    Examples
    --------
    >>> with_panels(pd.DataFrame({"country": ["PAK"], "drug": ["opium"]}), several=True)["panel"].tolist()
    ['PAK opium']
    """
    return frame.assign(panel=frame["country"] + " " + frame["drug"] if several else frame["drug"])


def panel_order(ranges: pd.DataFrame, most: int = 6) -> list[str]:
    """Return the panels worth drawing, in the order of the table: those with the most years bounded on both sides.

    Examples
    --------
    >>> ranges = pd.DataFrame({"panel": ["opium", "heroin"], "low": [0.0, 900.0], "high": [math.inf, 950.0]})
    >>> panel_order(ranges)
    ['heroin']
    """
    known = ranges[(ranges["low"] > 0) | (ranges["high"] < math.inf)]
    score = (known["high"] < math.inf).groupby(known["panel"]).agg(["sum", "size"])
    best = set(score.sort_values(["sum", "size"], ascending=False, kind="stable").head(most).index)
    return [panel for panel in dict.fromkeys(ranges["panel"]) if panel in best]


def panel_titles(order: Sequence[str]) -> dict[str, str]:
    """Return what each panel is called.

    Examples
    --------
    >>> panel_titles(["opium", "PAK opium"])
    {'opium': 'Opium', 'PAK opium': 'Pakistan, opium'}
    """
    made = {}
    for panel in order:
        *code, key = panel.split()
        name = drug(key)
        made[panel] = f"{country_name(code[0])}, {name}" if code else name[:1].upper() + name[1:]
    return made


def headline(ranges: pd.DataFrame, most: int = 4) -> pd.DataFrame:
    """Return the latest well-known year of each drug, as rows of `seizures.year_by_drug`.

    Well known: bounded on both sides, the least no smaller than half the most. Of one country, the drugs in the order
    of the table; of several, the largest of each country.

    Examples
    --------
    >>> ranges = pd.DataFrame({"country": "PAK", "drug": "opium", "year": [2018, 2019]})
    >>> ranges = ranges.assign(low=900.0, high=[950.0, math.inf])
    >>> headline(ranges)[["drug", "year"]].values.tolist()
    [['opium', 2018]]
    """
    good = ranges[(ranges["high"] < math.inf) & (ranges["low"] >= ranges["high"] / 2) & (ranges["low"] > 0)]
    latest = good.sort_values("year", kind="stable").groupby(["country", "drug"], sort=False).tail(1)
    if latest["country"].nunique() > 1:
        return latest.sort_values("low", ascending=False, kind="stable").drop_duplicates("country").head(most)
    order = {key: place for place, key in enumerate(dict.fromkeys(ranges["drug"]))}
    return latest.assign(place=latest["drug"].map(order)).sort_values("place", kind="stable").head(most)


def codes(text: str) -> list[str]:
    """Read a list of country codes, each once, in the order given.

    Raises
    ------
    InputError
        Where it names fewer than two.

    Examples
    --------
    >>> codes("PAK, TJK")
    ['PAK', 'TJK']
    """
    made = list(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    if len(made) < 2:
        raise InputError(f"countries: {text!r} names fewer than two countries; write ISO codes with commas: PAK,TJK")
    return made


def same_year(ranges: pd.DataFrame) -> pd.DataFrame:
    """Return, for each drug, the latest year in which it is well known in most countries: one row a country.

    Well known as in `headline`; drugs known in only one country are left out.

    Examples
    --------
    >>> both = pd.DataFrame({"country": ["PAK", "TJK"], "drug": "opium", "year": 2018, "low": 900.0, "high": 950.0})
    >>> same_year(both)[["country", "year"]].values.tolist()
    [['PAK', 2018], ['TJK', 2018]]
    """
    good = ranges[(ranges["high"] < math.inf) & (ranges["low"] >= ranges["high"] / 2) & (ranges["low"] > 0)]
    found = []
    for _, mine in good.groupby("drug", sort=False):
        count = mine.groupby("year")["country"].nunique()
        if count.max() > 1:
            found.append(mine[mine["year"] == count[count == count.max()].index.max()])
    return pd.concat(found, ignore_index=True) if found else good.iloc[:0]
