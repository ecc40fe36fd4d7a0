"""What the rows beside a row say about it: how its comma is read, whether it is inside a sum.

Belongs here: choosing between two readings of one print by other prints of the same quantity, and
finding the rows that another row adds up. Does not belong here: the readings themselves
(``numbers``, ``units``).
"""

from __future__ import annotations

import re

import pandas as pd

from analysis.vocabulary.rules import parameter

_SUM = re.compile(r"\bsum of the (\d+) and (\d+) rows\b", re.IGNORECASE)
_SAME = ["country", "agency", "drug", "unit", "start", "end"]


def decimal_by_siblings(frame: pd.DataFrame) -> pd.Series:
    """Say where a comma stands before decimals because other prints of the figure say so.

    Parameters
    ----------
    frame : DataFrame
        Seizure columns ``source_id, country, agency, drug, unit, start, end, value`` and ``other`` (the second
        reading of an ambiguous comma, missing where there is none).

    Returns
    -------
    Series of bool
        True where an unambiguous figure of the same country, agency, drug, unit and period agrees
        with ``other`` and none agrees with ``value``, and at the doubtful figures of a source that
        has such a one (rule ``decimal-by-siblings``).

    Examples
    --------
    >>> frame = pd.DataFrame({"source_id": ["a", "b"], "country": "TJK", "agency": "dca", "drug": "heroin"})
    >>> frame = frame.assign(unit="kg", start=pd.Timestamp("2010-01-01"), end=pd.Timestamp("2010-12-31"))
    >>> frame = frame.assign(value=[4_083_000.0, 4083.0], other=[4083.0, None])  # 4,083 t beside 4083 kg
    >>> decimal_by_siblings(frame).tolist()
    [True, False]
    """
    doubtful = frame["other"].notna() & frame["end"].notna()
    plain = frame.loc[frame["other"].isna() & (frame["value"] > 0), [*_SAME, "value"]].drop_duplicates()
    asked = frame.loc[doubtful, [*_SAME, "value", "other"]].drop_duplicates()
    pairs = asked.reset_index().merge(plain, on=_SAME, suffixes=("", "_sibling"))
    within = parameter("decimal-by-siblings", "within")
    for reading in ("value", "other"):
        pairs[f"{reading}_agrees"] = (pairs["value_sibling"] / pairs[reading] - 1).abs() <= within
    agrees = pairs.groupby("index")[["value_agrees", "other_agrees"]].any()
    settled = asked.loc[agrees.index[agrees["other_agrees"] & ~agrees["value_agrees"]]]
    laid = frame[[*_SAME, "value", "other"]].merge(settled, how="left", indicator=True)["_merge"] == "both"
    shown = pd.Series(laid.to_numpy() & doubtful.to_numpy(), index=frame.index)
    return shown | (frame["other"].notna() & frame["source_id"].isin(set(frame.loc[shown, "source_id"])))


def parts_of_sums(frame: pd.DataFrame) -> pd.Series:
    """Say which rows are parts of another row whose remark calls it their sum.

    Parameters
    ----------
    frame : DataFrame
        Columns ``source_id, start, end, value, note``.

    Returns
    -------
    Series of bool
        True at the rows of the same source and period that a remark such as "Sum of the 17 and 8
        rows" names by their values.

    Examples
    --------
    >>> frame = pd.DataFrame({"source_id": "a", "start": pd.NaT, "end": pd.NaT, "value": [25.0, 17.0, 8.0]})
    >>> parts_of_sums(frame.assign(note=["Sum of the 17 and 8 rows", "", ""])).tolist()
    [False, True, True]
    """
    inside = pd.Series(False, index=frame.index)
    sums = frame[frame["note"].str.contains(r"\bsum of the \d+ and \d+ rows\b", case=False)]
    for total in sums[["source_id", "start", "end", "note"]].drop_duplicates().itertuples(index=False):
        named = _SUM.search(str(total.note))
        beside = frame["source_id"] == total.source_id
        for column, day in (("start", total.start), ("end", total.end)):
            beside &= frame[column].isna() if pd.isna(day) else frame[column] == day
        inside |= beside & frame["value"].isin([float(text) for text in named.groups()] if named else [])
    return inside
