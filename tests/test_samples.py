"""Tables by hand are like those that are loaded, and carry what a row says."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from analysis.clean.suspects import odd_amounts
from analysis.errors import InputError
from analysis.samples import sample
from analysis.schemas import TABLES
from analysis.store import load, write_tables


@pytest.mark.parametrize("table", TABLES)
def test_a_sample_comes_back_as_it_was(table: str, tmp_path: Path) -> None:
    made = sample(table, {}, {"record_id": "second"})
    write_tables({table: made}, tmp_path)
    pd.testing.assert_frame_equal(load(table, processed=tmp_path), made)


def test_what_a_row_does_not_say_is_missing() -> None:
    made = sample("seizures", {"drug": "opium"}).iloc[0]
    assert (made["drug"], made["agency"], made["suspect"]) == ("opium", "", False)
    assert math.isnan(made["low"])
    assert pd.isna(made["start"])


def test_ends_can_be_said() -> None:
    made = sample("trainees", {"value": 2000, "high": math.inf, "bound": "at_least"}).iloc[0]
    assert (made["low"], made["high"], made["bound"]) == (2000, math.inf, "at_least")


def test_an_unknown_table_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(InputError, match="nearest: seizures"):
        sample("seizure")


@pytest.mark.parametrize("rows", [[], [{}], [{"scope": "operation", "drug": "opium", "value": 5, "unit": "kg"}]])
def test_a_table_without_any_dated_total_has_no_odd_amount(rows: list[dict[str, object]]) -> None:
    made = sample("seizures", *rows)
    assert odd_amounts(made, made["suspect"]).tolist() == [""] * len(rows)
