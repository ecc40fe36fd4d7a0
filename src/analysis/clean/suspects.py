"""Amounts that cannot be right beside their own kind.

Belongs here: comparing a printed total with other totals of the same agency and drug. Does not
belong here: what the collector's remark says (``notes``), which of two figures is to blame for a
conflict (``bounds``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.clean.units import read_unit
from analysis.errors import Unreadable
from analysis.vocabulary.rules import parameter

_KIND = ["country", "agency", "drug", "unit"]
_FIGURE = [*_KIND, "scope", "counted_as", "start", "end", "value", "unit_reported", "block"]


def odd_amounts(frame: pd.DataFrame, known: pd.Series) -> pd.Series:
    """Say which totals are out of all proportion to their peers.

    Parameters
    ----------
    frame : DataFrame
        Processed seizure columns ``country, agency, drug, unit, scope, counted_as, start, end, value,
        unit_reported, block``.
    known : Series of bool
        Amounts already known to be suspect.

    Returns
    -------
    Series of str
        Why the amount is suspect by rule ``tonnes-for-kilograms``, ``list-in-a-wrong-unit`` or
        ``echo-of-a-suspect``; ``""`` where it is not.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"drug": "opium", "scope": "agency_total", "counted_as": "seized", "end": "2018-12-31"}
    >>> total |= {"start": "2018-01-01", "unit_reported": "kg"}
    >>> slip = total | {"value": 1_000_000, "unit_reported": "tonnes"}
    >>> frame = sample("seizures", slip, *({**total, "value": value} for value in (900, 950, 1000, 1050, 1100)))
    >>> odd_amounts(frame, frame["suspect"])[0].split(" of the same")[0]
    '1,000 times the median of 5 other totals'
    """
    keys = frame[_FIGURE].assign(known=known)
    distinct = keys.drop_duplicates()
    said = _tonnes_for_kilograms(distinct)
    said = said.where(said != "", _list_in_a_wrong_unit(distinct, said != ""))
    said = said.where(said != "", _echo_of_a_suspect(distinct, said != ""))
    laid = keys.merge(distinct.assign(said=said), how="left", on=[*_FIGURE, "known"])["said"]
    return pd.Series(laid.to_numpy(), index=frame.index, dtype="str")


def _tonnes_for_kilograms(figures: pd.DataFrame) -> pd.Series:
    """Find totals printed in tonnes that, a day, lie about a thousand times above the median of their peers."""
    rule = "tonnes-for-kilograms"
    totals = figures[
        figures["scope"].isin(["national_total", "agency_total"])
        & (figures["counted_as"] == "seized")
        & ~figures["drug"].isin(["other", "several_drugs"])
        & (figures["value"] > 0)
        & ((figures["end"] - figures["start"]).dt.days + 1 >= parameter(rule, "least_days"))
    ]
    totals = totals.assign(row=totals.index, rate=totals["value"] / ((totals["end"] - totals["start"]).dt.days + 1))
    pairs = totals[totals["unit_reported"].map(_is_tonnes).astype(bool)].merge(totals, on=_KIND, suffixes=("", "_peer"))
    apart = (pairs["start"] - pairs["start_peer"]).dt.days.abs() / 365.25
    pairs = pairs[(pairs["row"] != pairs["row_peer"]) & (apart <= parameter(rule, "years"))]
    by_row = pairs.groupby("row").agg(
        rate=("rate", "first"), peers=("rate_peer", "size"), median=("rate_peer", "median")
    )
    times = by_row["rate"] / by_row["median"]
    near_slip = np.abs(np.log10(times / 1000)) <= np.log10(parameter(rule, "within"))
    odd = by_row[near_slip & (by_row["peers"] >= parameter(rule, "least_peers"))]
    said = pd.Series("", index=figures.index, dtype="str")
    for row in odd.index:
        said[row] = (
            f"{times[row]:,.0f} times the median of {odd.peers[row]} other totals of the same agency and drug, per day:"
            f" the unit is probably kilograms (rule {rule})"
        )
    return said


def _list_in_a_wrong_unit(figures: pd.DataFrame, odd: pd.Series) -> pd.Series:
    """Find the rest of a printed list whose other amounts in tonnes are nearly all suspect."""
    rule = "list-in-a-wrong-unit"
    tonnes = figures[figures["unit_reported"].map(_is_tonnes).astype(bool) & figures["value"].notna()]
    suspect = (figures["known"] | odd)[tonnes.index]
    by_list = suspect.groupby(tonnes["block"])
    count, share = by_list.transform("sum"), by_list.transform("mean")
    rest = tonnes.index[~suspect & (count >= parameter(rule, "least")) & (share >= parameter(rule, "share"))]
    said = pd.Series("", index=figures.index, dtype="str")
    said[rest] = [f"{number} other amounts of the list are in a wrong unit (rule {rule})" for number in count[rest]]
    return said


def _echo_of_a_suspect(figures: pd.DataFrame, odd: pd.Series) -> pd.Series:
    """Find figures that repeat a suspect one: the same kind, span and value in another print."""
    same = [*_KIND, "start", "end", "value"]
    suspect = figures["known"] | odd
    repeats = figures[same].merge(
        figures.loc[suspect & figures["value"].notna(), same].drop_duplicates(), indicator=True, how="left"
    )
    echo = (repeats["_merge"] == "both").to_numpy() & ~suspect.to_numpy() & figures["end"].notna().to_numpy()
    text = "another print of the same figure is suspect (rule echo-of-a-suspect)"
    return pd.Series(np.where(echo, text, ""), index=figures.index, dtype="str")


def _is_tonnes(unit: str) -> bool:
    try:
        return read_unit(unit).factor == 1000
    except Unreadable:
        return False
