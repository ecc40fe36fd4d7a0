"""Questions to the solver about a matrix of figures.

Belongs here: least and most of a sum, and which figures cannot all be true. Does not belong here:
which of them to believe (``conflicts``), what a question means (``ranges``).

Amounts are divided by the median figure before solving, so that units change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.bounds.cells import Matrix
from analysis.bounds.simplex import least
from analysis.bounds.sums import Sums, stacked

_MANY = 300  # beyond so many figures, whether anything clashes is asked first: it usually does not
_SMALL = 1e-7  # of the median figure: below it, an amount or a shadow price is zero


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range: the amount, the figures that hold it there (positions), and how.

    ``columns`` (one for all that are alike) and ``amounts`` are a solution that reaches the end.

    Examples
    --------
    >>> End(7.0, held_by=(0, 2)).agrees([])
    True
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

    Examples
    --------
    >>> from analysis.bounds.cells import build
    >>> from analysis.bounds.figures import Figure
    >>> half = Figure(("r1",), "all", "", "opium", 17897, 18078, 400.0, 500.0)
    >>> year = Figure(("r2",), "all", "", "opium", 17897, 18262, 900.0, 1100.0)
    >>> matrix, asked = build([half, year], [Figure(("",), "all", "", "opium", 18078, 18262, 0.0, math.inf)])
    >>> solver = Solver(matrix)
    >>> solver.end(asked.at, most=False).value, solver.end(asked.at, most=True).value, solver.clashes()
    (400.0, 700.0, [])
    """

    def __init__(self, matrix: Matrix) -> None:
        """Prepare the one-sided rows once."""
        self.matrix = matrix
        low, high = matrix.low, matrix.high
        sizes = np.concatenate([low[low > 0], high[np.isfinite(high) & (high > 0)]])
        self.scale = float(np.median(sizes)) if len(sizes) else 1.0
        capped, least_of = np.flatnonzero(np.isfinite(high)), np.flatnonzero(low > 0)
        self._figure = np.concatenate([capped, least_of, np.full(len(matrix.relations), -1)])
        every = stacked(matrix.rows.take(capped), matrix.rows.take(least_of).negative(), matrix.relations)
        self._group, self._first = every.alike()
        self._size = np.bincount(self._group, minlength=len(self._first))
        self._home = matrix.component[self._first]
        self._a = every.only(self._first)
        self._b = np.concatenate([high[capped], -low[least_of], np.zeros(len(matrix.relations))]) / self.scale
        self._component = self._home[self._a.at[self._a.starts[:-1]]]
        self._parts: dict[tuple[int, ...], _Part] = {}
        self._could_clash: dict[int, _Part] = {}
        self._clashes: dict[tuple[int, frozenset[int]], frozenset[int]] = {}
        self._ends: dict[tuple[tuple[int, ...], bytes, frozenset[int]], End] = {}

    @cached_property
    def _sums(self) -> Sums:
        """Every figure as a sum over columns, one for all that are alike."""
        return self.matrix.rows.only(self._first)

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
        components = tuple(np.unique(self._home[self._group[sum_of]]).tolist())
        part = self._part(components)
        concerned = out.intersection(part.figure.tolist())
        # What no figure can tell apart may lie inside the sum or outside: for the most it is inside.
        asked = np.bincount(self._group[sum_of], minlength=len(self._size))[part.columns]
        cost = np.where(asked > 0, -1.0, 0.0) if most else np.where(asked == self._size[part.columns], 1.0, 0.0)
        key = (components, cost.tobytes(), concerned)
        if key not in self._ends:
            self._ends[key] = self._end(cost, part.without(concerned), -self.scale if most else self.scale)
        return self._ends[key]

    def _end(self, cost: np.ndarray, part: _Part, scale: float) -> End:
        found = least(cost, part.a, part.b)
        if found.state == "unlimited":
            return End(math.inf, (), self)
        if found.state == "impossible":
            raise Disagreement
        held = part.figure[np.abs(found.prices) > _SMALL]
        value = float(f"{max(0.0, found.cost * scale):.9g}")
        amounts = found.amounts * self.scale
        return End(value, tuple(sorted({int(i) for i in held if i >= 0})), self, part.columns, amounts)

    def fits(self, columns: np.ndarray, amounts: np.ndarray, figures: list[int]) -> bool:
        """Say whether figures allow the amounts; figures that have nothing to do with them do."""
        every = np.zeros(len(self._size))
        every[columns] = amounts
        sums = self._sums.take(np.array(figures, dtype=np.int64)).total(every)
        slack = _SMALL * self.scale
        low, high = self.matrix.low[figures], self.matrix.high[figures]
        inside = (sums >= low - slack) & (sums <= high + slack)
        rows = self.matrix.rows
        apart = ~np.isin(self.matrix.component[rows.at[rows.starts[figures]]], np.unique(self._home[columns]))
        return bool((inside | apart).all())

    def _part(self, components: tuple[int, ...]) -> _Part:
        if components not in self._parts:
            columns = np.flatnonzero(np.isin(self._home, components))
            at = np.flatnonzero(np.isin(self._component, components))
            self._parts[components] = _Part(columns, self._figure[at], self._b[at], self._a.take(at).only(columns))
        return self._parts[components]

    def clashes(self, out: frozenset[int] = frozenset()) -> list[frozenset[int]]:
        """Return sets of figures that cannot all be true together (not yet smallest), one a component.

        Every figure may give way by a share of itself; where the least total of shares is above
        zero, the figures with a shadow price are those that pull against each other.
        """
        found = []
        for component, part in self._every_part().items():
            concerned = out.intersection(part.figure.tolist())
            key = (component, concerned)
            if key not in self._clashes:
                self._clashes[key] = part.without(concerned).clash()
            if self._clashes[key]:
                found.append(self._clashes[key])
        return found

    def gap(self) -> float:
        """Return the least share by which every figure must be read wider for all to be true."""
        rows = np.flatnonzero(self._figure >= 0)
        a = self._a.beside(rows, -np.maximum(np.abs(self._b[rows]), 1e-6), each=False)
        cost = np.zeros(a.width)
        cost[-1] = 1.0
        return least(cost, a, self._b).cost

    def _every_part(self) -> dict[int, _Part]:
        """Return the components in which anything could clash."""
        if not self._could_clash:
            components, counts = np.unique(self._component[self._figure >= 0], return_counts=True)
            self._could_clash = {c: self._part((c,)) for c in components[counts > 1].tolist()}
        return self._could_clash


@dataclass(frozen=True, slots=True)
class _Part:
    """The one-sided rows of some components: ``a`` times the amounts is at most ``b``.

    ``columns`` are the unknowns (one for all that are alike), ``figure`` is the figure behind each row, -1 for none.
    """

    columns: np.ndarray
    figure: np.ndarray
    b: np.ndarray
    a: Sums

    def without(self, out: frozenset[int]) -> _Part:
        """Return the rows of figures that are believed."""
        if not out:
            return self
        believed = np.flatnonzero(~np.isin(self.figure, list(out)))
        return _Part(self.columns, self.figure[believed], self.b[believed], self.a.take(believed))

    def clash(self) -> frozenset[int]:
        """Return figures that pull against each other; none where all can be true."""
        rows = np.flatnonzero(self.figure >= 0)
        n = self.a.width
        if len(rows) < 2:
            return frozenset()
        if len(rows) > _MANY and least(np.zeros(n), self.a, self.b).state == "solved":
            return frozenset()
        a = self.a.beside(rows, -np.maximum(np.abs(self.b[rows]), 1e-6), each=True)
        found = least(np.concatenate([np.zeros(n), np.ones(len(rows))]), a, self.b)
        if found.cost <= _SMALL:
            return frozenset()
        return frozenset(int(i) for i in self.figure[np.abs(found.prices) > 1e-9] if i >= 0)
