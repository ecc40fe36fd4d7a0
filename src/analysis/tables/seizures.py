"""The seizures table: who seized how much of which drug, where and when.

Belongs here: which cleaner reads which column of ``seizures.csv``, and which rows form one printed
block. Does not belong here: sums.
"""

from __future__ import annotations

from analysis import vocabulary
from analysis.clean.notes import match_note, read_note_suspect, read_seizure_counted_as
from analysis.clean.numbers import read_count
from analysis.clean.siblings import decimal_by_siblings
from analysis.clean.suspects import odd_amounts
from analysis.clean.terms import read_agency, read_drug, read_term
from analysis.clean.text import fold
from analysis.clean.units import read_amount, read_unit
from analysis.errors import Unreadable
from analysis.tables.common import COUNTRY, FIGURE, FLAG, NUMBER, PLACE, SPAN, TEXT, country, figure, placed, span, term
from analysis.tables.work import Recipe, Work

COLUMNS = (
    "record_id", "source_id", "country", "province", "place", "agency", "scope", "period_text", "period_start",
    "period_end", "drug", "quantity", "unit", "qualifier", "cases", "arrests", "note",
)  # fmt: skip
_BLOCK = ["source_id", "period_text", "period_start", "period_end", "country", "province", "place", "agency", "scope"]


def clean(work: Work) -> None:
    """Read every column of the seizures table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"country": "Pakistan", "scope": "national total", "drug": "charas", "quantity": "7.9", "unit": "tonnes"}
    >>> raw = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean(work := Work(raw, raw))
    >>> work.kept()[["drug", "agency", "low", "high", "unit"]].values.tolist()
    [['hashish', 'all', 7850.0, 7950.0, 'kg']]
    """
    work.reported(*COLUMNS[2:-1])
    work.carry("note")
    work.read(country, ["country"], COUNTRY)
    work.read(_placed, ["country", "province", "place"], PLACE, blame="place")
    work.read(term(lambda text: read_term("scopes", text)), ["scope"], {"scope": TEXT})
    work.read(_agency, ["agency", "country", "scope"], {"agency": TEXT})
    work.read(_drug, ["drug"], {"drug": TEXT, "drug_group": TEXT})
    work.read(span, ["period_text", "period_start", "period_end", "country"], SPAN)
    _read_amounts(work)
    work.read(_count, ["cases"], {"cases": NUMBER})
    work.read(_count, ["arrests"], {"arrests": NUMBER})
    work.read(term(read_seizure_counted_as), ["note", "quantity", "scope", "period_text"], {"counted_as": TEXT})
    work.read(_suspect, ["note"], {"suspect": FLAG, "suspect_reason": TEXT})
    work.made["block"] = work.raw.groupby(_BLOCK, sort=False)["record_id"].transform("first")
    odd = odd_amounts(work.frame(), work.made["suspect"])
    new = (odd != "") & ~work.made["suspect"]
    work.made["suspect"] |= new
    work.made["suspect_reason"] = work.made["suspect_reason"].mask(new, odd)
    for column in {"suspect", "suspect_reason"} & work.rules.keys():
        work.rules[column] = work.rules[column].mask(new, odd)


def _placed(country_text: str, province: str, place: str) -> tuple[str, str, str, str]:
    return placed(country_text, province, "", place)


def _agency(text: str, country_text: str, scope: str) -> tuple[str, str]:
    found = read_agency(text, country(country_text)[0], scope)
    return found.key, found.rule


def _drug(text: str) -> tuple[str, str, str]:
    found = read_drug(text)
    group = next(row["group"] for row in vocabulary.rows("drugs") if row["key"] == found.key)
    return found.key, group, found.rule


def _read_amounts(work: Work) -> None:
    """Read the amounts; where a comma can be read in two ways, its siblings decide first."""
    work.read(_readings, ["quantity", "unit", "drug", "qualifier"], {"value": NUMBER, "other": NUMBER, "unit": TEXT})
    work.read(_decimal, ["note"], {"decimal": TEXT})
    stated = {file: work.decimals.get(file, "auto") for file in work.raw["file"].unique()}
    by_file = work.raw["file"].map(stated)
    decimal = work.made["decimal"].where(work.made["decimal"] != "auto", by_file)
    work.made["decimal"] = decimal.mask(decimal_by_siblings(work.frame()), ",")
    work.read(_amount, ["quantity", "unit", "qualifier", "drug", "decimal"], FIGURE)
    for passing in ("other", "decimal"):
        work.made.pop(passing)
        work.rules.pop(passing, None)


def _readings(quantity: str, unit: str, drug: str, qualifier: str) -> tuple[float | None, float | None, str, str]:
    """Return both readings of an amount in tonnes; what cannot be read is left for `_amount` to refuse."""
    try:
        amount = read_amount(quantity, unit, f"{drug} {qualifier}")
        tonnes = unit.strip() != "" and fold(unit) != "compound" and read_unit(unit).factor == 1000
    except Unreadable:
        return None, None, "", ""
    return amount.value, amount.other if tonnes else None, amount.unit, ""


def _amount(
    quantity: str, unit: str, qualifier: str, drug: str, decimal: str
) -> tuple[float | None, float, float, str, str, str]:
    said = "" if decimal == "auto" else "; comma before decimals (rule decimal-by-siblings, the remark, or the file)"
    found = figure(quantity, unit, qualifier, hint=f"{drug} {qualifier}", decimal=decimal)
    return *found[:5], found[5] + said


def _decimal(note: str) -> tuple[str, str]:
    found = match_note("seizures", "decimal", note)
    return (found.key, found.rule) if found else ("auto", "the remark says nothing of the comma")


def _count(text: str) -> tuple[float | None, str]:
    found = read_count(text)
    return found.value, found.rule


def _suspect(note: str) -> tuple[bool, str, str]:
    suspect, reason = read_note_suspect(note)
    return suspect, reason, reason or "the remark says nothing against the amount"


RECIPE = Recipe(COLUMNS, clean)
