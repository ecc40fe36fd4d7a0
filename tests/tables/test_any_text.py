"""Whatever stands in the cells, every row ends as a kept row or as a reject with its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.pipeline import clean_tables
from analysis.tables import RECIPES

HARD = st.sampled_from(
    [
        "", " ", "-", "%", "1,2,3", "1e999", "-5", "nan", "inf", "over", "9" * 400, "٣", "½", "0000-00-00", "9999-99",
        "31 Feb 2019", "<script>", "=1+1", "a;b;c", "«»", "\u202e12", "ten to", "kg", "compound", "1 т 2 т", "TARGET",
    ]
)  # fmt: skip
# A NUL makes a file no text, which stops the work (tests/read); here every cell is text.
CELL = st.one_of(HARD, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))


@pytest.fixture(scope="module")
def small(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw folder with a few rows of each table."""
    folder = tmp_path_factory.mktemp("small")
    used = {row for name in RECIPES for row in _first_rows(root, name)["source_id"]}
    sources = pd.read_csv(root / "data" / "raw" / "sources.csv", dtype="str", keep_default_na=False)
    sources[sources["source_id"].isin(used)].to_csv(folder / "sources.csv", index=False)
    return folder


@pytest.mark.parametrize("table", [name for name in RECIPES if name != "sources"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_row_is_accounted_for(table: str, root: Path, small: Path, data: st.DataObject) -> None:
    rows = _first_rows(root, table)
    for column in rows.columns.drop("source_id"):
        if data.draw(st.booleans()):
            rows.loc[data.draw(st.integers(0, 5)), column] = data.draw(CELL)
    rows.to_csv(small / f"{table}.csv", index=False)
    cleaned = clean_tables(small, [table])[table]
    assert cleaned.entry["rows_in"] == cleaned.entry["kept"] + cleaned.entry["rejected"]
    assert (cleaned.rejects["reason"].str.len() > 10).all()
    kept = cleaned.kept
    if "low" in kept:
        assert not (kept["low"] > kept["high"]).any()


def _first_rows(root: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(root / "data" / "raw" / f"{table}.csv", dtype="str", keep_default_na=False, nrows=6)
