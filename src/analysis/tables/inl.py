"""The claims and the goals: what the INL and embassy pages say they did and want.

Belongs here: which cleaner reads which column of ``claims.csv`` and ``goals.csv``. Does not belong
here: whether a claim holds (``analysis.claims``).
"""

from __future__ import annotations

from analysis.clean.people import read_cumulative
from analysis.tables.common import COUNTRY, DATE, FIGURE, FLAG, PLACE, SPAN, country, figure, partial_date, placed, span
from analysis.tables.work import Recipe, Work

CLAIM_COLUMNS = (
    "claim_id", "source_id", "country", "topic", "measure", "subject", "province", "place", "as_reported", "unit",
    "qualifier", "period_text", "period_start", "period_end", "as_of", "cumulative", "statement",
)  # fmt: skip
GOAL_COLUMNS = ("goal_id", "source_id", "country", "goal", "table", "indicator")


def clean_claims(work: Work) -> None:
    """Read every column of the claims table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"country": "Pakistan", "as_reported": "2,000", "qualifier": "over", "unit": "people"}
    >>> raw = pd.DataFrame([dict.fromkeys(CLAIM_COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean_claims(work := Work(raw, raw, "claim_id"))
    >>> work.kept()[["value", "high", "bound"]].values.tolist()
    [[2000.0, inf, 'at_least']]
    """
    work.reported("country", "province", "place", *CLAIM_COLUMNS[8:16])
    work.carry("topic", "measure", "subject", "statement")
    work.read(country, ["country"], COUNTRY)
    work.read(_placed, ["country", "province", "place"], PLACE, blame="place")
    work.read(figure, ["as_reported", "unit", "qualifier"], FIGURE)
    work.read(span, ["period_text", "period_start", "period_end", "country"], SPAN)
    work.read(_as_of, ["as_of"], {"as_of": DATE})
    work.read(_cumulative, ["cumulative"], {"cumulative": FLAG})


def clean_goals(work: Work) -> None:
    """Read every column of the goals table.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"goal_id": "goal-1", "source_id": "inl", "country": "Tajikistan", "goal": "stronger borders"}
    >>> raw = pd.DataFrame([dict.fromkeys(GOAL_COLUMNS, "") | row | {"file": "a.csv", "line": 2}])
    >>> clean_goals(work := Work(raw, raw, "goal_id"))
    >>> work.kept()[["record_id", "country", "goal"]].values.tolist()
    [['goal-1', 'TJK', 'stronger borders']]
    """
    work.reported("country")
    work.carry("goal", "table", "indicator")
    work.read(country, ["country"], COUNTRY)


def _placed(country_text: str, province: str, place: str) -> tuple[str, str, str, str]:
    return placed(country_text, province, "", place)


def _as_of(text: str) -> tuple[object, str]:
    _, last, rule = partial_date(text)
    return last, rule


def _cumulative(text: str) -> tuple[bool, str]:
    return read_cumulative(text), "printed" if text.strip() else "not printed: no"


CLAIMS = Recipe(CLAIM_COLUMNS, clean_claims, id_column="claim_id")
GOALS = Recipe(GOAL_COLUMNS, clean_goals, id_column="goal_id")
