"""The claims as a country brief lists them: the one place that calls ``analysis.claims``.

Belongs here: the table of claims for a page. Does not belong here: judging a claim (``analysis.claims``).
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from analysis.claims import check_claims
from analysis.report.wording import settle, words

NOTE = (
    "Corroborated: what all other publishers print bounds the figure on both sides and meets it. Consistent: it is "
    "bounded on one side, or only loosely. Not checkable: nothing independent bears on it. Others allow: the range "
    "that the figures of other publishers leave open."
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

    Examples
    --------
    >>> from analysis.samples import sample
    >>> claims_table(sample("claims")).columns.tolist()
    ['claim', 'figure', 'verdict', 'others_allow', 'source_id', 'record_id']
    """
    codes = set(claims["country"])
    found = check_claims(codes.pop() if len(codes) == 1 else None, processed).set_index("claim_id") if codes else None
    made = []
    for row in claims.to_dict("records"):
        verdict, allowed = ("", "") if found is None else found.loc[row["record_id"], ["verdict", "range"]]
        allowed = allowed.replace("nothing independent", "nothing")
        made.append([statement(row), _figure(row), verdict, allowed, row["source_id"], row["record_id"]])
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

    Examples
    --------
    >>> from analysis.samples import sample
    >>> checked = pd.DataFrame({"claim_id": ["row-1"], "claimed": ["7,900 kg"], "low": [3950.0], "high": [15800.0]})
    >>> claim = sample("claims", {"topic": "seizures", "subject": "opium", "value": 7900})
    >>> shares(checked.assign(unit="kg", range="3,950 to 15,800 kg"), claim)[["label", "low", "high"]].values.tolist()
    [['row-1: opium, 7,900 kg', 50.0, 200.0]]
    """
    values = claims.set_index("record_id")["value"]
    kept = checked[checked["low"].gt(0) & checked["unit"].ne("year")]
    each = values.reindex(kept["claim_id"]).to_numpy()
    seized = claims[claims["topic"].eq("seizures")].set_index("record_id")["subject"].add(", ")
    labels = [
        f"{row.claim_id}: {seized.get(row.claim_id, '')}{row.claimed.replace(',000,000', ' million')}"
        for row in kept.itertuples()
    ]
    made = {"label": labels, "low": 100 * kept["low"].to_numpy() / each, "high": 100 * kept["high"].to_numpy() / each}
    return pd.DataFrame({**made, "others_allow": kept["range"].to_list(), "claim_id": kept["claim_id"].to_list()})


def behind(checked: pd.DataFrame) -> pd.DataFrame:
    """Return what stands behind each verdict in words: how many rows, what was left out and why, the remark.

    Parameters
    ----------
    checked : DataFrame
        From `analysis.claims.check_claims`.

    Returns
    -------
    DataFrame
        ``claim`` (its number), ``rows_used`` (how many bear on it), ``left_out`` (each reason with the number of rows),
        ``remark``. The numbers of the rows themselves are left to the list behind the table.

    Examples
    --------
    >>> one = {"claim_id": ["c1"], "evidence": ["pk-0001;pk-0002"], "left_out": ["pk-0003, pk-0004: same page"]}
    >>> behind(pd.DataFrame({**one, "remark": ["Rests on 5 kg (pk-0001)."]})).astype(str).iloc[0].tolist()
    ['c1', '2', 'same page (2 rows)', 'Rests on 5 kg.']
    """
    made = [
        [row.claim_id, row.evidence.count(";") + bool(row.evidence), _reasons(row.left_out), _without_rows(row.remark)]
        for row in checked.itertuples()
    ]
    return pd.DataFrame(made, columns=["claim", "rows_used", "left_out", "remark"])


_ROWS = r"[a-z]{2,4}-\d{4}(?:, [a-z]{2,4}-\d{4})*"


def _reasons(text: str) -> str:
    found = [re.fullmatch(rf"({_ROWS}): (.*)", part) for part in text.split("; ")]
    if not text or not all(found):
        return _without_rows(text) or "nothing"
    many = [(one[2], one[1].count(",") + 1) for one in found if one]
    return "; ".join(f"{why} ({n} {'row' if n == 1 else 'rows'})" for why, n in many)


def _without_rows(text: str) -> str:
    return re.sub(rf" \({_ROWS}\)|[,;]? \b{_ROWS}\b(?=[,;)])", "", text) or "none"


def statement(row: dict[str, object]) -> str:
    """Return the statement of a claim, with its subject where the statement alone does not name it.

    Examples
    --------
    >>> statement({"topic": "seizures", "subject": "opium", "statement": "More than 7 metric tons seized"})
    'Opium: more than 7 metric tons seized'
    """
    subject, said = str(row["subject"]), str(row["statement"])
    named = row["topic"] in ("seizures", "trainees") and subject
    return f"{subject[:1].upper()}{subject[1:]}: {said[:1].lower()}{said[1:]}" if named else said


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
