"""The context table: production, flows, prices, ratios, populations and areas, to compare with.

Belongs here: which cleaner reads which column of ``context.csv``. Does not belong here: rates.
"""

from __future__ import annotations

from analysis.clean.intervals import interval_between
from analysis.clean.notes import match_note
from analysis.clean.qualifiers import read_qualifier
from analysis.clean.units import is_counted, read_amount
from analysis.tables.common import COUNTRY, FIGURE, PLACE, SPAN, country, placed, span
from analysis.tables.work import Recipe, Work

COLUMNS = (
    "record_id", "source_id", "indicator", "country", "province", "place", "period_text", "period_start",
    "period_end", "low", "value", "high", "unit", "qualifier", "note",
)  # fmt: skip


def clean(work: Work) -> None:
    """Read every column of the context table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"country": "Afghanistan", "indicator": "opium production", "value": "6.2", "unit": "thousand tonnes"}
    >>> raw = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean(work := Work(raw, raw))
    >>> work.kept()[["country", "low", "high", "unit"]].values.tolist()
    [['AFG', 6150000.0, 6250000.0, 'kg']]
    """
    work.reported(*COLUMNS[3:-1])
    work.carry("indicator", "note")
    work.read(country, ["country"], COUNTRY)
    work.read(_placed, ["country", "province", "place", "note"], PLACE, blame="place")
    work.read(span, ["period_text", "period_start", "period_end", "country"], SPAN)
    work.read(_figure, ["value", "low", "high", "unit", "qualifier", "indicator"], FIGURE)


def _placed(country_text: str, province: str, place: str, note: str) -> tuple[str, str, str, str]:
    """Place a figure: of a district, or of a town or jamoat inside one (then ``place`` names it)."""
    level = match_note("context", "level", note)
    district_meant = level is not None and level.key == "district"
    admin1, district, name, rule = placed(country_text, province, "", f"{place} district" if district_meant else place)
    if level is not None and not district_meant and not name:
        return admin1, district, district, f"{rule}; {level.rule}"
    if level is None and not (district or name):
        admin1, district, name, rule = placed(country_text, province, place, "")
    return admin1, district, name, rule


def _figure(
    value: str, low: str, high: str, unit: str, qualifier: str, indicator: str
) -> tuple[float | None, float, float, str, str, str]:
    expected = "people" if indicator == "population" else ""
    least, typical, most = (read_amount(text, unit, expected=expected) for text in (low, value, high))
    found = interval_between(least, typical, most, read_qualifier(qualifier), is_counted(typical.unit))
    return found.value, found.low, found.high, found.bound, typical.unit, f"{typical.rule}; {found.rule}"


RECIPE = Recipe(COLUMNS, clean)
