"""The cleaned values against answers made by hand for a part of the rows.

`tests/gold` holds them; a blank answer is an answer. A column that agrees on fewer than 99 of 100
rows fails, and the table of agreement is printed (`pytest -s tests/test_gold.py`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.pipeline import clean_tables

# What the answers leave open, or answer by knowledge that no raw row prints: each with its reason.
DISPUTED: dict[tuple[str, str], str] = {}
_NOT_COMPARED = {"comment", "expected_unit_if_suspect", "low", "high"}
_RENAMED = {"number": "value"}


@pytest.fixture(scope="module")
def compared(root: Path) -> pd.DataFrame:
    cleaned = clean_tables(root / "data" / "raw", ["seizures", "trainees", "policing_centers"])
    parts = []
    for table, made in cleaned.items():
        answers = pd.read_csv(root / "tests" / "gold" / f"{table}.csv", dtype="str", keep_default_na=False)
        kept = made.kept.set_index("record_id").loc[answers["record_id"]]
        for column in answers.columns.drop("record_id"):
            if column not in _NOT_COMPARED:
                got = _as_text(kept[_RENAMED.get(column, column)]).to_numpy()
                want = (
                    answers[column].map(_number_text) if column in ("number", "value", "cost_usd") else answers[column]
                )
                parts.append(
                    pd.DataFrame(
                        {"table": table, "column": column, "record_id": answers["record_id"], "want": want, "got": got}
                    )
                )
    cells = pd.concat(parts, ignore_index=True)
    cells["disputed"] = [pair in DISPUTED for pair in zip(cells["record_id"], cells["column"], strict=True)]
    cells["right"] = (cells["want"] == cells["got"]) | cells["disputed"]
    return cells


def test_every_column_agrees(compared: pd.DataFrame) -> None:
    table = compared.groupby(["table", "column"], sort=False).agg(rows=("right", "size"), right=("right", "sum"))
    table["percent"] = (100 * table["right"] / table["rows"]).round(1)
    print(f"\n{table.to_string()}")
    wrong = compared[~compared["right"]]
    assert (table["percent"] >= 99).all(), f"\n{table.to_string()}\n{wrong.to_string()}"


def test_disputes_are_still_disputes(compared: pd.DataFrame) -> None:
    settled = compared[compared["disputed"] & (compared["want"] == compared["got"])]
    assert settled.empty, f"these agree now: remove them from DISPUTED\n{settled.to_string()}"


def _as_text(values: pd.Series) -> pd.Series:
    if values.dtype == "float64":
        return values.map(lambda value: "" if pd.isna(value) else f"{value:.10g}")
    if values.dtype == "bool":
        return values.map({True: "yes", False: "no"})
    if values.dtype.kind == "M":
        return values.dt.strftime("%Y-%m-%d").fillna("")
    return values


def _number_text(text: str) -> str:
    return f"{float(text):.10g}" if text else ""
