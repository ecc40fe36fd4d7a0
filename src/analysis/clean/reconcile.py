"""Programmes of the training report against their printed totals.

Belongs here: sums a programme, the verdicts of ``fmtr_check.csv``, and the costs that were lost in print and that two
other places prove. Does not belong here: reading lines (``slips``, ``trainings``), files.

A lost cost is filled only so: other lines of the same report with the same course and last day print one cost a
person, or the totals of programmes of two countries or more leave exactly the same cost a person for it; and the
printed total of the programme is then met to the dollar. Otherwise it stays unknown and the check says by how much
the sum falls short.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean.columns import Codes

Numbers = npt.NDArray[np.float64]
KEYS = ["report", "country", "programme"]
CHECK_COLUMNS = [
    "file", "line", "report", "country", "programme", "fiscal_year", "rows", "printed_quantity", "sum_quantity",
    "printed_cost", "sum_cost", "unknown_costs", "filled_costs", "verdict",
]  # fmt: skip
_CENTS = 1.0


def lost_costs(
    of: Codes, course: Codes, quantity: Numbers, cost: Numbers, countries: Sequence[str], printed: Numbers
) -> dict[int, float]:
    """Return the costs that can be proved for trainings without one.

    Parameters
    ----------
    of, course : array of int64
        The programme of each training; and a number for its report, course and last day together.
    quantity, cost : array of float
        People, and dollars (NaN where lost), of each training.
    countries : sequence of str
        The country of each programme.
    printed : array of float
        The cost printed under each programme, NaN where none is.

    Returns
    -------
    dict of int to float
        The place of each training that can be filled, and its cost in dollars.

    Examples
    --------
    >>> of, course = np.array([0, 0, 1]), np.array([7, 7, 7])
    >>> quantity, cost = np.array([1.0, 2.0, 1.0]), np.array([50.0, np.nan, 50.0])
    >>> lost_costs(of, course, quantity, cost, ["PAK", "TJK"], np.array([150.0, 50.0]))
    {1: 100.0}
    """
    lost = np.flatnonzero(np.isnan(cost) & (quantity > 0)).tolist()
    left = printed - np.bincount(of, np.nan_to_num(cost), len(printed))
    shown = np.flatnonzero(np.isin(course, course[lost]) & np.isfinite(cost) & (quantity > 0))
    guess: dict[int, float] = {}
    for at in lost:
        each = np.round(cost[shown] / quantity[shown])[course[shown] == course[at]]
        if len(each) and each.max() - each.min() <= _CENTS:
            guess[at] = float(each.min() * quantity[at])
    for at, dollars in guess.items():
        left[of[at]] -= dollars
    guess |= _from_totals([at for at in lost if at not in guess], of, course, quantity, countries, left)
    return {at: guess[at] for at in lost if at in guess and _agrees(int(of[at]), lost, of, guess, left)}


def _agrees(programme: int, lost: list[int], of: Codes, guess: dict[int, float], left: Numbers) -> bool:
    """Whether every lost cost of a programme is guessed, and they meet its printed total."""
    return all(at in guess for at in lost if of[at] == programme) and bool(abs(left[programme]) < _CENTS)


def _from_totals(
    lost: list[int], of: Codes, course: Codes, quantity: Numbers, countries: Sequence[str], left: Numbers
) -> dict[int, float]:
    """Return the costs that the totals of two countries or more leave alike; take them off what is left."""
    found: dict[int, dict[str, float]] = {}
    members: dict[int, list[int]] = {}
    for programme in sorted({int(of[at]) for at in lost}):
        mine = [at for at in lost if of[at] == programme]
        if len({int(course[at]) for at in mine}) == 1 and left[programme] > 0:
            one = round(float(left[programme] / quantity[mine].sum()), 2)
            found.setdefault(int(course[mine[0]]), {})[countries[programme]] = one
            members.setdefault(int(course[mine[0]]), []).extend(mine)
    guess: dict[int, float] = {}
    for name, each in found.items():
        if len(each) > 1 and len(set(each.values())) == 1:
            for at in members[name]:
                guess[at] = float(quantity[at]) * next(iter(each.values()))
                left[of[at]] -= guess[at]
    return guess


def sums(
    programmes: pd.DataFrame, of: Codes, numbers: dict[str, Numbers], totals: pd.DataFrame, file: str
) -> pd.DataFrame:
    """Return the sums of each programme of a batch beside its printed total, where the batch has it.

    Parameters
    ----------
    programmes : DataFrame
        ``report, country, programme, fiscal_year``, one row a programme.
    of : array of int64
        The programme of each training.
    numbers : dict of array
        ``quantity``, ``cost`` (dollars, NaN where unknown) and ``filled`` (1 where the cost was proved) of each.
    totals : DataFrame
        ``of`` (the programme), ``line``, ``quantity``, ``cost``.
    file : str
        The raw file.

    Examples
    --------
    >>> imet = pd.DataFrame({"report": ["2015"], "country": ["PAK"], "programme": ["IMET"], "fiscal_year": [2015]})
    >>> numbers = {"quantity": np.array([2.0, 1.0]), "cost": np.array([900.0, 100.0]), "filled": np.zeros(2)}
    >>> total = pd.DataFrame({"of": [0], "line": [4], "quantity": [3.0], "cost": [1000.0]})
    >>> found = sums(imet, np.array([0, 0]), numbers, total, "report.tsv")
    >>> found[["sum_quantity", "printed_quantity", "sum_cost", "printed_cost"]].values.tolist()
    [[3.0, 3.0, 1000.0, 1000.0]]
    """
    size = len(programmes)
    out = programmes.assign(
        file=file,
        rows=np.bincount(of, minlength=size),
        sum_quantity=np.bincount(of, numbers["quantity"], size),
        sum_cost=np.bincount(of, np.nan_to_num(numbers["cost"]), size),
        unknown_costs=np.bincount(of, np.isnan(numbers["cost"]), size).astype(np.int64),
        filled_costs=np.bincount(of, numbers["filled"], size).astype(np.int64),
        line=np.nan,
        printed_quantity=np.nan,
        printed_cost=np.nan,
    )
    at = totals["of"].to_numpy()
    for name, column in (("line", "line"), ("printed_quantity", "quantity"), ("printed_cost", "cost")):
        values = np.full(size, np.nan)
        values[at] = totals[column]
        out[name] = values
    return out


def check(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the check of all programmes from the sums of the batches.

    Returns
    -------
    DataFrame
        `CHECK_COLUMNS`; ``verdict`` is ``match``, ``no subtotal``, or says by how much the sum differs. A difference
        below one dollar is rounding. Quantities are people, costs US dollars.

    Examples
    --------
    >>> imet = pd.DataFrame({"report": ["2015"], "country": ["PAK"], "programme": ["IMET"], "fiscal_year": [2015]})
    >>> numbers = {"quantity": np.array([2.0]), "cost": np.array([900.0]), "filled": np.zeros(1)}
    >>> total = pd.DataFrame({"of": [0], "line": [4], "quantity": [3.0], "cost": [900.0]})
    >>> check([sums(imet, np.array([0]), numbers, total, "report.tsv")])["verdict"].tolist()
    ['quantity differs by -1']
    """
    if not parts:
        return pd.DataFrame(columns=CHECK_COLUMNS)
    every = pd.concat(parts, ignore_index=True)
    adds = {"rows": "sum", "sum_quantity": "sum", "sum_cost": "sum", "unknown_costs": "sum", "filled_costs": "sum"}
    picks = {"line": "first", "printed_quantity": "first", "printed_cost": "first"}
    out = every.groupby(["file", *KEYS, "fiscal_year"], sort=False).agg({**adds, **picks}).reset_index()
    out["verdict"] = [
        _verdict(*row)
        for row in zip(*(out[name] for name in [*list(picks)[1:], "sum_quantity", "sum_cost"]), strict=True)
    ]
    whole = {"rows": "int64", "unknown_costs": "int64", "filled_costs": "int64", "line": "Int64"}
    return out.astype(whole)[CHECK_COLUMNS].sort_values(["file", "report", "country", "programme"], ignore_index=True)


def _verdict(printed_quantity: float, printed_cost: float, sum_quantity: float, sum_cost: float) -> str:
    """Say how a programme stands against its total.

    Examples
    --------
    >>> _verdict(3, 100, 3, 100.4), _verdict(3, 100, 2, 150)
    ('match', 'quantity differs by -1, cost differs by 50')
    """
    if np.isnan(printed_quantity) and np.isnan(printed_cost):
        return "no subtotal"
    said = []
    if sum_quantity != printed_quantity:
        said.append(f"quantity differs by {sum_quantity - printed_quantity:,.0f}")
    if abs(sum_cost - printed_cost) >= _CENTS:
        said.append(f"cost differs by {sum_cost - printed_cost:,.0f}")
    return ", ".join(said) or "match"
