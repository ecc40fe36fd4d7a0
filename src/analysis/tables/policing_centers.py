"""The policing-centers table: teams, centers, stations and posts, counted to date or one by one.

Belongs here: which cleaner reads which column of ``policing_centers.csv``. Does not belong here:
stocks over time.
"""

from __future__ import annotations

import re

from analysis.clean.notes import read_subset
from analysis.clean.numbers import read_number
from analysis.clean.terms import read_kind, read_status, read_term
from analysis.tables.common import (
    COUNTRY,
    DATE,
    FIGURE,
    FLAG,
    NUMBER,
    POINT,
    TEXT,
    country,
    figure,
    partial_date,
    point,
    span,
    term,
)
from analysis.tables.work import Recipe, Work

COLUMNS = (
    "record_id", "source_id", "country", "province", "district", "place", "kind", "measure", "count", "qualifier",
    "as_of", "as_of_basis", "status", "cost_usd", "implementer", "note",
)  # fmt: skip


def clean(work: Work) -> None:
    """Read every column of the policing-centers table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"country": "Tajikistan", "kind": "CPC", "measure": "stock", "count": "44", "as_of": "2022-06"}
    >>> raw = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean(work := Work(raw, raw))
    >>> work.kept()[["country", "kind", "record", "value"]].values.tolist()
    [['TJK', 'cpc', 'stock', 44.0]]
    """
    work.reported(*COLUMNS[2:-1])
    work.carry("implementer", "note")
    work.read(country, ["country"], COUNTRY)
    work.read(point, ["country", "province", "district", "place"], POINT, blame="place")
    work.read(term(read_kind), ["kind"], {"kind": TEXT})
    work.read(term(lambda text: read_term("records", text)), ["measure"], {"record": TEXT})
    work.read(_as_of, ["as_of", "as_of_basis"], {"as_of_start": DATE, "as_of_end": DATE})
    work.read(term(read_status), ["status"], {"status": TEXT})
    work.read(_count, ["count", "qualifier", "measure", "kind"], FIGURE)
    work.read(_dollars, ["cost_usd"], {"cost_usd": NUMBER})
    work.read(_subset, ["note"], {"subset": FLAG})


def _as_of(text: str, basis: str) -> tuple[object, object, str]:
    """Return the span of a date; a fiscal year (of the United States, whose reports print it) is its own span."""
    fiscal = re.search(r"\bfiscal year (\d{4})\b", basis)
    if fiscal and text.strip() == fiscal[1]:
        return span(fiscal[0], "", "", "USA")
    return partial_date(text)


def _count(count: str, qualifier: str, measure: str, kind: str) -> tuple[float | None, float, float, str, str, str]:
    unit = "area" if read_kind(kind).key == "coverage" else "facility"
    if not count.strip() and read_term("records", measure).key == "site":
        return 1.0, 1.0, 1.0, "exact", unit, "one site, no count printed"
    return figure(count, "", qualifier, expected=unit)


def _dollars(text: str) -> tuple[float | None, str]:
    found = read_number(text)
    return found.value, found.rule


def _subset(note: str) -> tuple[bool, str]:
    subset, reason = read_subset(note, "policing_centers")
    return subset, reason or "the remark names no larger figure"


RECIPE = Recipe(COLUMNS, clean)
