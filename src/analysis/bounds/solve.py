"""Questions to the solver (scipy's HiGHS) about a matrix of figures.

Belongs here: least and most of a sum, and which figures cannot all be true. Does not belong here:
which of them to believe (``conflicts``), what a question means (``ranges``).

Amounts are divided by the median figure before solving, so that units change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from analysis.bounds.cells import Matrix

_MANY = 300  # beyond so many figures, whether anything clashes is asked first: it usually does not
_SMALL = 1e-7  # of the median figure: below it, an amount or a shadow price is zero


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range: the amount, the figures that hold it there (positions), and how.

    ``columns`` (one for all that are alike) and ``amounts`` are a solution that reaches the end.
    """

    value: float
    held_by: tuple[int, ...] = ()
    solver: Solver | None = field(default=None, compare=False)
    columns: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64), compare=False)
    amounts: np.ndarray = field(default_factory=lambda: np.empty(0), compare=False)

    def agrees(self, figures: Iterable[int]) -> bool:
        """Say whether the solution that reaches the end already agrees with some more figures.

        An end that is infinite whatever the figures (nothing limits the sum) agrees with all.
        """
        if self.solver is None:
            return True
        return len(self.columns) > 0 and self.solver.fits(self.columns, self.amounts, sorted(figures))


class Disagreement(ArithmeticError):
    """The figures believed cannot all be true."""


class Solver:
    """A matrix of figures, ready to be asked.

    Parameters
    ----------
    matrix : Matrix
    """

    def __init__(self, matrix: Matrix) -> None:
        """Prepare the one-sided rows once."""
        self.matrix = matrix
        self._low, self._high = low, high = matrix.low, matrix.high
        sizes = np.concatenate([low[low > 0], high[np.isfinite(high) & (high > 0)]])
        self.scale = float(np.median(sizes)) if len(sizes) else 1.0
        capped, least = np.flatnonzero(np.isfinite(high)), np.flatnonzero(low > 0)
        rows = matrix.rows
        self._figure = np.concatenate([capped, least, np.full(matrix.relations.shape[0], -1)])
        every = sparse.vstack([rows[capped], -rows[least], matrix.relations], format="csc")
        self._group, first = _alike(every)
        self._size = np.bincount(self._group, minlength=len(first))
        self._home = matrix.component[first]
        self._a = sparse.csr_array(every[:, first])
        self._b = np.concatenate([high[capped], -low[least], np.zeros(matrix.relations.shape[0])]) / self.scale
        self._component = self._home[self._a.indices[self._a.indptr[:-1]]]
        self._sums = sparse.csr_array(rows[:, first])
        self._first = matrix.component[rows.indices[rows.indptr[:-1]]]
        self._parts: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray, sparse.csr_array]] = {}
        self._could_clash: dict[int, tuple[np.ndarray, np.ndarray, sparse.csr_array]] = {}
        self._clashes: dict[tuple[int, frozenset[int]], frozenset[int]] = {}

    def end(self, sum_of: np.ndarray, most: bool, out: frozenset[int] = frozenset()) -> End:
        """Return the least or most of a sum of unknowns.

        Parameters
        ----------
        sum_of : int array
            Columns that the sum adds up.
        most : bool
            The most instead of the least.
        out : frozenset of int
            Figures (positions) that are not believed.

        Raises
        ------
        Disagreement
            The figures believed cannot all be true.
        """
        if not len(sum_of):
            return End(math.inf if most else 0.0)
        if most and not self.matrix.limited[sum_of].all():
            return End(math.inf)
        columns, at, a = self._part(tuple(np.unique(self._home[self._group[sum_of]]).tolist()))
        believed = ~np.isin(self._figure[at], list(out)) if out else np.ones(len(at), dtype=bool)
        # What no figure can tell apart may lie inside the sum or outside: for the most it is inside.
        asked = np.bincount(self._group[sum_of], minlength=len(self._size))[columns]
        cost = np.where(asked > 0, -1.0, 0.0) if most else np.where(asked == self._size[columns], 1.0, 0.0)
        b = self._b[at][believed]
        found = linprog(cost, A_ub=a[believed], b_ub=b, method="highs")
        if found.status == 4:  # presolve could not tell unbounded from impossible
            found = linprog(cost, A_ub=a[believed], b_ub=b, method="highs", options={"presolve": False})
        if found.status == 3:
            return End(math.inf, (), self)
        if found.status == 2:
            raise Disagreement
        if found.status != 0:
            raise ArithmeticError(f"the solver stopped: {found.message}")
        held = self._figure[at][believed][np.abs(found.ineqlin.marginals) > _SMALL]
        value = float(f"{max(0.0, -found.fun if most else found.fun) * self.scale:.9g}")
        return End(value, tuple(sorted({int(i) for i in held if i >= 0})), self, columns, found.x * self.scale)

    def fits(self, columns: np.ndarray, amounts: np.ndarray, figures: list[int]) -> bool:
        """Say whether figures allow the amounts; figures that have nothing to do with them do."""
        every = np.zeros(len(self._size))
        every[columns] = amounts
        sums = self._sums[figures] @ every
        slack = _SMALL * self.scale
        inside = (sums >= self._low[figures] - slack) & (sums <= self._high[figures] + slack)
        apart = ~np.isin(self._first[figures], np.unique(self._home[columns]))
        return bool((inside | apart).all())

    def _part(self, components: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
        """Return the columns (one for all that are alike), the rows and the matrix of some components."""
        if components not in self._parts:
            columns = np.flatnonzero(np.isin(self._home, components))
            at = np.flatnonzero(np.isin(self._component, components))
            self._parts[components] = (columns, at, self._a[at][:, columns])
        return self._parts[components]

    def clashes(self, out: frozenset[int] = frozenset()) -> list[frozenset[int]]:
        """Return sets of figures that cannot all be true together (not yet smallest), one a component.

        Every figure may give way by a share of itself; where the least total of shares is above
        zero, the figures with a shadow price are those that pull against each other.
        """
        found = []
        for component, (columns, at, a) in self._every_part().items():
            figure = self._figure[at]
            concerned = out.intersection(figure.tolist())
            key = (component, concerned)
            if key not in self._clashes:
                self._clashes[key] = self._clash(figure, self._b[at], a, len(columns), concerned)
            if self._clashes[key]:
                found.append(self._clashes[key])
        return found

    def gap(self) -> float:
        """Return the least share by which every figure must be read wider for all to be true."""
        give = np.where(self._figure >= 0, np.maximum(np.abs(self._b), 1e-6), 0.0)
        a = sparse.hstack([self._a, sparse.csr_array(-give[:, None])], format="csr")
        cost = np.zeros(a.shape[1])
        cost[-1] = 1.0
        found = linprog(cost, A_ub=a, b_ub=self._b, method="highs")
        if found.status != 0:
            raise ArithmeticError(f"the solver stopped: {found.message}")
        return float(found.fun)

    def _every_part(self) -> dict[int, tuple[np.ndarray, np.ndarray, sparse.csr_array]]:
        """Return the components in which anything could clash."""
        if not self._could_clash:
            several = [
                c
                for c, n in zip(*np.unique(self._component[self._figure >= 0], return_counts=True), strict=True)
                if n > 1
            ]
            self._could_clash = {int(c): self._part((int(c),)) for c in several}
        return self._could_clash

    @staticmethod
    def _clash(figure: np.ndarray, b: np.ndarray, a: sparse.csr_array, n: int, out: frozenset[int]) -> frozenset[int]:
        if out:
            believed = ~np.isin(figure, list(out))
            figure, b, a = figure[believed], b[believed], a[believed]
        rows = np.flatnonzero(figure >= 0)
        if len(rows) < 2:
            return frozenset()
        if len(rows) > _MANY and linprog(np.zeros(n), A_ub=a, b_ub=b, method="highs").status == 0:
            return frozenset()
        give = np.maximum(np.abs(b[rows]), 1e-6)
        slack = sparse.csr_array((-give, (rows, np.arange(len(rows)))), shape=(len(figure), len(rows)))
        cost = np.concatenate([np.zeros(n), np.ones(len(rows))])
        found = linprog(cost, A_ub=sparse.hstack([a, slack], format="csr"), b_ub=b, method="highs")
        if found.status != 0:
            raise ArithmeticError(f"the solver stopped: {found.message}")
        if found.fun <= _SMALL:
            return frozenset()
        return frozenset(int(i) for i in figure[np.abs(found.ineqlin.marginals) > 1e-9] if i >= 0)


def _alike(a: sparse.csc_array) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each column, the same for equal columns, and the first column of each number."""
    a.sort_indices()
    known: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    number = np.empty(a.shape[1], dtype=np.int64)
    for column, (start, end) in enumerate(zip(a.indptr[:-1], a.indptr[1:], strict=True)):
        key = (a.indices[start:end].tobytes(), a.data[start:end].tobytes())
        if key not in known:
            known[key] = len(first)
            first.append(column)
        number[column] = known[key]
    return number, np.array(first, dtype=np.int64)
