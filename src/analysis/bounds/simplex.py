"""The one place that calls the solver (HiGHS, by its own Python interface ``highspy``).

Belongs here: a problem of least cost handed over as arrays, and the answer. Does not belong here: what the problem
means. Each question begins anew, in one thread and without a limit of time, so that the same question gets the same
answer, with the same shadow prices, whatever was asked before.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import highspy
import numpy as np

from analysis.bounds.sums import Sums

_STATES = {
    highspy.HighsModelStatus.kOptimal: "solved",
    highspy.HighsModelStatus.kModelEmpty: "solved",
    highspy.HighsModelStatus.kInfeasible: "impossible",
    highspy.HighsModelStatus.kUnbounded: "unlimited",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "undecided",
}

_own = threading.local()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found.

    Attributes
    ----------
    state : str
        ``solved``; ``impossible``, where the limits exclude each other; ``unlimited``, where the cost falls for ever.
    cost : float
        The least; NaN where there is none, as are the arrays empty then.
    amounts : float array, (n_unknowns,)
        A solution that costs the least.
    prices : float array, (n_rows,)
        What the cost would gain from each limit moving up by one; all zero in problems of whole numbers.
    """

    state: str
    cost: float
    amounts: np.ndarray
    prices: np.ndarray


def least(cost: np.ndarray, sums: Sums, most: np.ndarray, yes_or_no: bool = False) -> Answer:
    """Find amounts, none negative, with sums of at most so much, that cost the least.

    Parameters
    ----------
    cost : float array, (n_unknowns,)
    sums : Sums
    most : float array, (n_rows,)
    yes_or_no : bool
        Every amount is 0 or 1.

    Raises
    ------
    ArithmeticError
        The solver stopped without an answer.

    Examples
    --------
    >>> found = least(np.array([-1.0, -2.0]), Sums.of([[0, 1]], 2), np.array([3.0]))
    >>> found.state, found.cost, found.amounts.tolist(), found.prices.tolist()
    ('solved', -6.0, [0.0, 3.0], [-2.0])
    """
    answer = _ask(cost, sums, most, yes_or_no, presolve=True)
    if answer.state == "undecided":  # what is taken out beforehand can leave unlimited and impossible alike
        answer = _ask(cost, sums, most, yes_or_no, presolve=False)
    if answer.state == "undecided":
        raise ArithmeticError("the solver stopped: it could not tell unlimited from impossible")
    return answer


def _ask(cost: np.ndarray, sums: Sums, most: np.ndarray, yes_or_no: bool, presolve: bool) -> Answer:
    rows, columns = len(sums), sums.width
    solver = _solver()
    solver.setOptionValue("presolve", "on" if presolve else "off")
    solver.passModel(
        columns,
        rows,
        len(sums.at),
        highspy.MatrixFormat.kRowwise.value,
        highspy.ObjSense.kMinimize.value,
        0.0,
        cost,
        np.zeros(columns),
        np.full(columns, 1.0 if yes_or_no else math.inf),
        np.full(rows, -math.inf),
        most,
        sums.starts,
        sums.at,
        sums.times,
        np.full(columns, int(yes_or_no)),
    )
    solver.run()
    status = solver.getModelStatus()
    found, value = solver.getSolution(), solver.getObjectiveValue()
    solver.clearModel()  # forgets the answer and the way to it
    if status not in _STATES:
        raise ArithmeticError(f"the solver stopped: {solver.modelStatusToString(status)}")
    if _STATES[status] != "solved":
        return Answer(_STATES[status], math.nan, np.empty(0), np.empty(0))
    prices = np.zeros(rows) if yes_or_no else np.array(found.row_dual)
    return Answer("solved", value, np.array(found.col_value), prices)


def _solver() -> highspy.Highs:
    """Return this thread's solver: making one costs as much as a small problem."""
    if not hasattr(_own, "solver"):
        _own.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
            _own.solver.setOptionValue(option, value)
    solver: highspy.Highs = _own.solver
    return solver
