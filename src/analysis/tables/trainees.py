"""The trainees table: how many people of which sector were trained, and by whom.

Belongs here: which cleaner reads which column of ``trainees.csv``. Does not belong here: sums; a
running total, a target or a part of another figure is marked, not removed.
"""

from __future__ import annotations

from analysis.clean.notes import read_subset
from analysis.clean.people import read_counted_as, read_cumulative, read_sector, read_sex
from analysis.clean.places import read_body
from analysis.clean.siblings import parts_of_sums
from analysis.tables.common import COUNTRY, FIGURE, FLAG, SPAN, TEXT, country, figure, span, term
from analysis.tables.work import Recipe, Work

COLUMNS = (
    "record_id", "source_id", "country", "province", "institution", "role", "sex", "count", "qualifier", "cumulative",
    "period_text", "period_start", "period_end", "programme", "provider", "venue", "note",
)  # fmt: skip


def clean(work: Work) -> None:
    """Read every column of the trainees table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"country": "Pakistan", "institution": "Peshawar police", "role": "female officers", "count": "twelve"}
    >>> raw = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean(work := Work(raw, raw))
    >>> work.kept()[["admin1", "sector", "sex", "value"]].values.tolist()
    [['PK-KP', 'police', 'women', 12.0]]
    """
    work.reported(*COLUMNS[2:-1])
    work.carry("institution", "programme", "provider", "venue", "note")
    work.read(country, ["country"], COUNTRY)
    work.read(_placed, ["country", "province", "institution", "role"], {"admin1": TEXT}, blame="province")
    work.read(term(read_sector), ["role", "institution", "programme", "note"], {"sector": TEXT})
    work.read(term(read_sex), ["sex", "role"], {"sex": TEXT}, blame="sex")
    work.read(term(read_counted_as), ["note", "programme"], {"counted_as": TEXT})
    work.read(_cumulative, ["cumulative"], {"cumulative": FLAG})
    work.read(_subset, ["note"], {"subset": FLAG})
    work.read(span, ["period_text", "period_start", "period_end", "country"], SPAN)
    work.read(_people, ["count", "qualifier"], FIGURE)
    inside = parts_of_sums(work.frame())
    work.made["subset"] |= inside
    if "subset" in work.rules:
        said = "another row of the source is the sum of this and others"
        work.rules["subset"] = work.rules["subset"].mask(inside, said)


def _placed(country_text: str, province: str, institution: str, role: str) -> tuple[str, str]:
    """Place the people by province, else by where they serve; a venue alone does not place them."""
    found = read_body(country(country_text)[0], province, institution, role)
    return found.admin1, found.rule


def _cumulative(text: str) -> tuple[bool, str]:
    return read_cumulative(text), "printed" if text.strip() else "not printed: no"


def _subset(note: str) -> tuple[bool, str]:
    subset, reason = read_subset(note)
    return subset, reason or "the remark names no larger figure"


def _people(count: str, qualifier: str) -> tuple[float | None, float, float, str, str, str]:
    return figure(count, "", qualifier, expected="people")


RECIPE = Recipe(COLUMNS, clean)
