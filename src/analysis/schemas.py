"""What each processed table holds: the columns, their types, units and allowed values.

Belongs here: the contract between cleaning and everything after it, as pandera schemas that
``pipeline`` runs over every table before it is written. Does not belong here: how a value came
about (``clean``, ``tables``), or where it is kept (``store``).
"""

from __future__ import annotations

import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

from analysis import vocabulary

BOUNDS = ("exact", "at_least", "at_most", "about", "range")
_DATE = "datetime64[us]"


def _text(description: str, allowed: str | tuple[str, ...] | None = None, blank: bool = True) -> Column:
    """Return a text column; ``allowed`` is a vocabulary or a tuple; blank text is ``""``."""
    if allowed is None:
        checks = [] if blank else [Check.str_length(min_value=1, error="must not be blank")]
    else:
        keys = tuple(term["key"] for term in vocabulary.rows(allowed)) if isinstance(allowed, str) else allowed
        checks = [Check.isin((*keys, *([""] if blank else [])), error=f"must be one of {', '.join(keys)}")]
    named = {"vocabulary": allowed} if isinstance(allowed, str) else None
    return Column("str", checks, description=description, metadata=named)


def _pattern(description: str, pattern: str) -> Column:
    return Column(
        "str", Check.str_matches(f"^({pattern})?$", error=f"must look like {pattern}"), description=description
    )


def _number(description: str, least: float | None = None) -> Column:
    checks = [] if least is None else [Check.ge(least, error=f"must not be below {least:g}")]
    return Column("float64", checks, nullable=True, description=description)


def _date(description: str) -> Column:
    return Column(_DATE, nullable=True, description=description)


def _flag(description: str) -> Column:
    return Column("bool", description=description)


_ORIGIN = {
    "record_id": _text("the record: unique in its table", blank=False),
    "source_id": _text("the source that prints it, a row of `sources`", blank=False),
    "file": _text("the raw file, relative to the raw folder", blank=False),
    "line": Column("int64", Check.ge(1), description="the line of the raw file on which the record starts"),
}
_FIGURE = {
    "value": _number("the number as printed, in `unit`; empty where only a range or a vague word is printed"),
    "low": _number("the least that the print allows, in `unit`", 0),
    "high": _number("the most that the print allows, in `unit`; infinite where nothing limits it", 0),
    "bound": _text("what kind of statement the print is", BOUNDS),
    "unit": _text("the standard unit: kg, L, item, ha, people, ... ; blank where none is printed"),
}
_COUNTRY = {"country": _pattern("ISO 3166-1 alpha-3; blank where a figure covers several or none", "[A-Z]{3}")}
_ADMIN1 = {
    "admin1": _pattern("ISO 3166-2; blank where no single province follows from the print", "[A-Z]{2}-[A-Z0-9]{1,3}")
}
_SPAN = {
    "start": _date("first day covered; missing where not printed"),
    "end": _date("last day covered; missing where not printed"),
}
_NOTE = {"note": _text("the collector's remark, not print")}

_COLUMNS: dict[str, dict[str, Column]] = {
    "seizures": {
        **_ORIGIN,
        **_COUNTRY,
        **_ADMIN1,
        "district": _text("district, one spelling"),
        "place": _text("place as printed"),
        "agency": _text("who seized", "agencies"),
        "scope": _text("how much of the country's seizures the figure covers", "scopes"),
        "drug": _text("what was seized", "drugs"),
        "drug_group": _text("UNODC drug group of `drug`"),
        **_SPAN,
        **_FIGURE,
        "cases": _number("cases of the printed block", 0),
        "arrests": _number("arrests of the printed block", 0),
        "block": _text("rows of one printed block: cases and arrests count once a block"),
        "counted_as": _text("what the figure counts", ("seized", "destroyed", "subset", "running_total", "cases_only")),
        "suspect": _flag("the printed unit or amount is very probably an error"),
        "suspect_reason": _text("why it is suspect"),
        **_NOTE,
    },
    "trainees": {
        **_ORIGIN,
        **_COUNTRY,
        "countries": _text("every country named, ISO 3166-1 alpha-3, joined by `;`"),
        **_ADMIN1,
        "institution": _text("institution as printed"),
        "sector": _text("sector of the people trained", "sectors"),
        "sex": _text("whom the figure counts", ("women", "men", "all")),
        "counted_as": _text("what the figure counts", ("trained", "target", "capacity", "enrolled", "other")),
        "cumulative": _flag("a running total since some start"),
        "subset": _flag("stands inside another figure of the same source"),
        **_SPAN,
        **_FIGURE,
        "programme": _text("programme or course as printed"),
        "provider": _text("who trained or paid, as printed"),
        "venue": _text("where, as printed"),
        **_NOTE,
    },
    "policing_centers": {
        **_ORIGIN,
        **_COUNTRY,
        **_ADMIN1,
        "district": _text("district, one spelling"),
        "place": _text("place as printed"),
        "lat": _number("latitude in degrees, from the gazetteer"),
        "lon": _number("longitude in degrees, from the gazetteer"),
        "located": _text("what the coordinates are of", ("place", "district town")),
        "kind": _text("kind of place or body", "kinds"),
        "record": _text("a count to date, one place, or a number of new ones", ("stock", "site", "batch")),
        "as_of_start": _date("first day that the printed date allows"),
        "as_of_end": _date("last day that the printed date allows"),
        "status": _text("what had happened by then", "statuses"),
        **_FIGURE,
        "cost_usd": _number("cost in US dollars, as printed", 0),
        "implementer": _text("who built or supports it, as printed"),
        "subset": _flag("stands inside another figure of the same source"),
        **_NOTE,
    },
    "context": {
        **_ORIGIN,
        "indicator": _text("what is measured", blank=False),
        **_COUNTRY,
        **_ADMIN1,
        "district": _text("district, one spelling"),
        "place": _text("place as printed"),
        **_SPAN,
        **_FIGURE,
        **_NOTE,
    },
    "claims": {
        **_ORIGIN,
        **_COUNTRY,
        **_ADMIN1,
        "topic": _text("the table that can answer it", ("seizures", "trainees", "policing_centers", "context")),
        "measure": _text("what the claim counts", blank=False),
        "subject": _text("of what"),
        "place": _text("place as printed"),
        **_SPAN,
        "as_of": _date("the day of the page, where it is dated"),
        **_FIGURE,
        "cumulative": _flag("a running total since some start"),
        "statement": _text("the claim in one sentence"),
    },
    "goals": {
        **_ORIGIN,
        **_COUNTRY,
        "goal": _text("the goal as the page states it", blank=False),
        "table": _text("the table that can show it"),
        "indicator": _text("what could show it"),
    },
    "sources": {
        **_ORIGIN,
        "publisher": _text("who publishes"),
        "title": _text("title of the page"),
        "url": _text("address of the page"),
        "published": _text("date of the page as printed"),
        "kind": _text("kind of source"),
        "terms": _text("may its rows be printed", ("open", "aggregate only"), blank=False),
    },
}

TABLES: tuple[str, ...] = tuple(_COLUMNS)


def _ordered(frame: pd.DataFrame) -> pd.Series:
    value = frame["value"]
    return ~((frame["low"] > frame["high"]) | (value < frame["low"]) | (value > frame["high"]))


def _forward(frame: pd.DataFrame) -> pd.Series:
    return ~(frame["start"] > frame["end"])


def schema(table: str) -> DataFrameSchema:
    """Return the schema of one processed table.

    Parameters
    ----------
    table : str
        One of ``TABLES``.

    Examples
    --------
    >>> schema("seizures").columns["low"].description
    'the least that the print allows, in `unit`'
    """
    columns = _COLUMNS[table]
    checks = []
    if "low" in columns:
        checks.append(Check(_ordered, name="low <= value <= high", error="low <= value <= high does not hold"))
    if "start" in columns:
        checks.append(Check(_forward, name="start <= end", error="start is after end"))
    return DataFrameSchema(columns, checks=checks, name=table, strict=False, unique_column_names=True)
