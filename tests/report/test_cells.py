import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.cells import csv_text, flat, frame_csv, is_number, shown

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def test_numbers_stay_numbers_and_formulas_become_text():
    frame = pd.DataFrame({"n": [-5.5, np.inf], "t": ["=1+1", "-2"], "d": pd.to_datetime(["2019-01-31", None])})
    assert frame_csv(frame) == "n,t,d\n-5.5,'=1+1,2019-01-31\nINF,'-2,\n"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_text_cell_can_become_a_formula(texts):
    header, *lines = csv.reader(io.StringIO(csv_text(texts, [texts])))
    for cell in [*header, *(cell for line in lines for cell in line)]:
        assert not cell.startswith(FORMULAS)


def test_row_numbers_are_dropped_and_a_named_index_is_kept():
    frame = pd.DataFrame({"kg": [1, 2, 3]})
    assert list(flat(frame[frame.kg > 1]).columns) == ["kg"]
    grouped = pd.DataFrame({"drug": ["a", "b"], "kg": [1, 2]}).groupby("drug").sum()
    assert list(flat(grouped).columns) == ["drug", "kg"]


def test_missing_zero_and_text_are_told_apart():
    assert [shown(x) for x in (np.nan, 0, "", None, pd.NaT)] == ["–", "0", "", "–", "–"]


def test_a_column_of_numbers_and_blanks_is_a_number():
    assert is_number(pd.Series([1, None, ""], dtype=object))
    assert not is_number(pd.Series([True, False]))
    assert not is_number(pd.Series(["1", "2"]))
