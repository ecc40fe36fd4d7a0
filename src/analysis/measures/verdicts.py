"""The claims as a country brief lists them: the one place that calls ``analysis.claims``.

Belongs here: the table of claims for a page. Does not belong here: judging a claim (``analysis.claims``).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.claims import check_claims
from analysis.report.wording import settle, words

NOTE = (
    "Corroborated: what all other publishers print bounds the figure on both sides and meets it. Consistent: it is "
    "bounded on one side, or only loosely. Not checkable: nothing independent bears on it; the report on claims says "
    "what would be needed."
)


def claims_table(claims: pd.DataFrame, processed: str | Path | None = None) -> pd.DataFrame:
    """Return the claims of a country, each with its figure, its verdict, what others allow, and its source.

    Parameters
    ----------
    claims : DataFrame
        Rows of the claims table.
    processed : path, optional
        The folder of processed tables that the claims come from; by default the project's.

    Returns
    -------
    DataFrame
        ``claim`` (subject and statement), ``figure`` (words), ``verdict``, ``others_allow`` (words), ``source_id,
        record_id``.
    """
    codes = set(claims["country"])
    found = check_claims(codes.pop() if len(codes) == 1 else None, processed).set_index("claim_id") if codes else None
    made = []
    for row in claims.to_dict("records"):
        verdict, allowed = ("", "") if found is None else found.loc[row["record_id"], ["verdict", "range"]]
        made.append([_claim(row), _figure(row), verdict, allowed, row["source_id"], row["record_id"]])
    return pd.DataFrame(made, columns=["claim", "figure", "verdict", "others_allow", "source_id", "record_id"])


def shares(checked: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Set what others allow beside each claimed figure, in percent of the figure.

    Parameters
    ----------
    checked : DataFrame
        From `analysis.claims.check_claims`.
    claims : DataFrame
        Rows of the claims table.

    Returns
    -------
    DataFrame
        ``label, low, high`` (percent; 100 is the claimed figure; ``high`` infinite where open), ``others_allow``
        (words), ``claim_id``. Years and claims without a range are left out.
    """
    values = claims.set_index("record_id")["value"]
    kept = checked[checked["low"].gt(0) & checked["unit"].ne("year")]
    each = values.reindex(kept["claim_id"]).to_numpy()
    labels = [f"{row.claim_id}: {row.claimed.replace(',000,000', ' million')}" for row in kept.itertuples()]
    made = {"label": labels, "low": 100 * kept["low"].to_numpy() / each, "high": 100 * kept["high"].to_numpy() / each}
    return pd.DataFrame({**made, "others_allow": kept["range"].to_list(), "claim_id": kept["claim_id"].to_list()})


def _claim(row: dict[str, object]) -> str:
    """Return the statement, with its subject where the statement alone does not name it."""
    subject, statement = str(row["subject"]), str(row["statement"])
    named = row["topic"] in ("seizures", "trainees") and subject
    return f"{subject[:1].upper()}{subject[1:]}: {statement}" if named else statement


def _figure(row: dict[str, object]) -> str:
    unit, (value, low, high) = str(row["unit"]), (_number(row[name]) for name in ("value", "low", "high"))
    if value is None and low is None and high is None:
        return "no figure"
    if unit == "year":
        return f"{value:.0f}"
    many = unit if unit in _PLAIN or value == 1 else f"{unit.replace('_', ' ')}s"
    return words(*settle(value, low, high, str(row["bound"])), many)


_PLAIN = ("", "kg", "L", "km", "km2", "people", "percent", "USD", "ha", "item")


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[arg-type]
