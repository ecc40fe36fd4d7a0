"""Sums of unknowns: a sparse matrix kept as rows, with the few things asked of it here.

Belongs here: picking rows and columns of such a matrix, adding up. Does not belong here: what a row means
(``cells``), solving (``simplex``). Three plain arrays are enough, and on the tables of a few rows that are asked about
most, they cost a tenth of a general sparse library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows that add up some of ``width`` unknowns, each times a factor.

    Attributes
    ----------
    starts : int array, (n_rows + 1,)
        Where each row begins in ``at`` and ``times``; the last is their length.
    at : int array, (n_entries,)
        The unknowns of each row.
    times : float array, (n_entries,)
        Their factors.
    width : int

    Examples
    --------
    >>> sums = Sums.of([[0, 2], [1]], 3)
    >>> len(sums), sums.total(np.array([10.0, 20.0, 30.0])).tolist()
    (2, [40.0, 20.0])
    """

    starts: np.ndarray
    at: np.ndarray
    times: np.ndarray
    width: int

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]], width: int) -> Sums:
        """Return rows that add up the unknowns given, each once."""
        every = [list(row) for row in rows]
        at = np.array([i for row in every for i in row], dtype=np.int64)
        return cls(_starts([len(row) for row in every]), at, np.ones(len(at)), width)

    @classmethod
    def spans(cls, rows: Iterable[Iterable[range]], width: int) -> Sums:
        """Return rows that add up whole ranges of unknowns.

        Examples
        --------
        >>> Sums.spans([[range(0, 2), range(4, 6)], []], 6).at.tolist()
        [0, 1, 4, 5]
        """
        every = [sorted((r for r in row if r), key=lambda r: r.start) for row in rows]
        flat = [r for row in every for r in row]
        first = np.array([r.start for r in flat], dtype=np.int64)
        at = _expand(first, np.array([len(r) for r in flat], dtype=np.int64))
        return cls(_starts([sum(map(len, row)) for row in every]), at, np.ones(len(at)), width)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    @property
    def rows(self) -> np.ndarray:
        """The row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def total(self, amounts: np.ndarray) -> np.ndarray:
        """Add up amounts, (width,), by row."""
        return np.bincount(self.rows, weights=self.times * amounts[self.at], minlength=len(self))

    def negative(self) -> Sums:
        """Return the rows with every factor turned round."""
        return Sums(self.starts, self.at, -self.times, self.width)

    def take(self, rows: np.ndarray) -> Sums:
        """Return some rows, by position or by mask.

        Examples
        --------
        >>> Sums.of([[0, 2], [1], [2]], 3).take(np.array([2, 0])).at.tolist()
        [2, 0, 2]
        """
        if rows.dtype == bool:
            rows = np.flatnonzero(rows)
        lengths = self.starts[rows + 1] - self.starts[rows]
        entries = _expand(self.starts[rows], lengths)
        return Sums(_starts(lengths), self.at[entries], self.times[entries], self.width)

    def only(self, unknowns: np.ndarray) -> Sums:
        """Return the same rows over some of the unknowns (rising), which are numbered anew.

        Examples
        --------
        >>> Sums.of([[0, 2], [1]], 3).only(np.array([1, 2])).at.tolist()
        [1, 0]
        """
        place = np.full(self.width, -1)
        place[unknowns] = np.arange(len(unknowns))
        at = place[self.at]
        kept = at >= 0
        lengths = np.bincount(self.rows[kept], minlength=len(self))
        return Sums(_starts(lengths), at[kept], self.times[kept], len(unknowns))

    def beside(self, rows: np.ndarray, times: np.ndarray, each: bool) -> Sums:
        """Return the rows with more unknowns behind the others: one factor in each of the rows named.

        Parameters
        ----------
        rows : int array
            Rising.
        times : float array, (len(rows),)
        each : bool
            A new unknown for each factor; else one for all.

        Examples
        --------
        >>> Sums.of([[0], [0]], 1).beside(np.array([0, 1]), np.array([5.0, 6.0]), each=True).at.tolist()
        [0, 1, 0, 2]
        """
        more = np.arange(len(rows)) if each else np.zeros(len(rows), dtype=np.int64)
        ends = self.starts[rows + 1]
        at, values = np.insert(self.at, ends, self.width + more), np.insert(self.times, ends, times)
        lengths = np.diff(self.starts) + np.bincount(rows, minlength=len(self))
        return Sums(_starts(lengths), at, values, self.width + (len(rows) if each else 1))

    def alike(self) -> tuple[np.ndarray, np.ndarray]:
        """Return a number for each unknown, the same for equal columns, and the first unknown of each number.

        Examples
        --------
        >>> number, first = Sums.of([[0, 1, 2], [2]], 3).alike()
        >>> number.tolist(), first.tolist()
        ([0, 0, 1], [0, 2])
        """
        order = np.argsort(self.at, kind="stable")
        rows, times = self.rows[order], self.times[order]
        ends = np.cumsum(np.bincount(self.at, minlength=self.width)).tolist()
        known: dict[tuple[bytes, bytes], int] = {}
        first: list[int] = []
        number = np.empty(self.width, dtype=np.int64)
        for column, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            key = (rows[start:end].tobytes(), times[start:end].tobytes())
            if key not in known:
                known[key] = len(first)
                first.append(column)
            number[column] = known[key]
        return number, np.array(first, dtype=np.int64)

    def linked(self) -> np.ndarray:
        """Return a number for each unknown, the same where they share a row, directly or through others.

        The number is the lowest unknown among them.

        Examples
        --------
        >>> Sums.of([[0, 2], [2, 3], [1]], 5).linked().tolist()
        [0, 1, 0, 0, 4]
        """
        lowest = np.arange(self.width)
        filled = np.flatnonzero(np.diff(self.starts))
        if not len(filled):
            return lowest
        starts, lengths = self.starts[filled], np.diff(self.starts)[filled]
        while True:
            least = np.minimum.reduceat(lowest[self.at], starts)
            found = lowest.copy()
            np.minimum.at(found, lowest[self.at], np.repeat(least, lengths))  # what stood for the unknown follows
            np.minimum.at(found, self.at, np.repeat(least, lengths))
            found = found[found]
            if (found == lowest).all():
                return lowest
            lowest = found


def stacked(*some: Sums) -> Sums:
    """Return the rows of several, one below the other.

    Examples
    --------
    >>> len(stacked(Sums.of([[0]], 2), Sums.of([[1], [0]], 2)))
    3
    """
    lengths = np.concatenate([np.diff(one.starts) for one in some])
    at, times = np.concatenate([one.at for one in some]), np.concatenate([one.times for one in some])
    return Sums(_starts(lengths), at, times, some[0].width)


def _starts(lengths: np.ndarray | list[int]) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _expand(first: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return first, first + 1, ... for each of some starts and lengths, one after the other."""
    ends = np.cumsum(lengths)
    places: np.ndarray = np.repeat(first - (ends - lengths), lengths)
    return places + np.arange(len(places))
