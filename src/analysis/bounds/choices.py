"""Which figures to call wrong when some sets of them cannot all be true.

Belongs here: the choice alone, a small problem in whole numbers with no amounts in it. Does not
belong here: how the sets were found (``conflicts``, ``stocks``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.bounds.simplex import least
from analysis.bounds.sums import Sums, stacked

MOST_SIDES = 6  # more equal ways out than these are not listed


class Counted(Protocol):
    """What a choice needs to know of a figure."""

    @property
    def votes(self) -> int:
        """How many publishers print it."""

    @property
    def suspect(self) -> bool:
        """Whether the cleaning flagged it."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Conflicts that share figures, and the equally likely ways out of all of them (positions).

    Examples
    --------
    >>> sorted(Cluster((frozenset({0, 1}),), (frozenset({0}), frozenset({1}))).open)
    [0, 1]
    """

    sets: tuple[frozenset[int], ...]
    sides: tuple[frozenset[int], ...]

    @property
    def open(self) -> frozenset[int]:
        """Figures that are wrong on some side."""
        return frozenset().union(*self.sides)


def groups_of(sets: Sequence[frozenset[int]]) -> list[list[frozenset[int]]]:
    """Group sets that share figures, directly or through others.

    Examples
    --------
    >>> groups = groups_of([frozenset({0, 1}), frozenset({3, 4}), frozenset({1, 2})])
    >>> [[sorted(one) for one in group] for group in groups]
    [[[0, 1], [1, 2]], [[3, 4]]]
    """
    groups: list[list[frozenset[int]]] = []
    for one in sets:
        touching = [group for group in groups if any(one & other for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(other for group in touching for other in group), one])
    return sorted((sorted(group, key=sorted) for group in groups), key=lambda group: sorted(group[0]))


def ways_out(group: Sequence[frozenset[int]], figures: Sequence[Counted]) -> Cluster:
    """Find every cheapest choice of figures that breaks all sets of a group.

    Parameters
    ----------
    group : sequence of frozenset of int
        Sets of figures (positions) that cannot all be true.
    figures : sequence of Counted
        All figures.

    Examples
    --------
    >>> from analysis.bounds.figures import Figure
    >>> figures = [Figure((name,), "all", "", "opium", 0, 1, 1.0, 1.0) for name in ("r1", "r2", "r3")]
    >>> [sorted(side) for side in ways_out([frozenset({0, 1}), frozenset({1, 2})], figures).sides]
    [[1]]
    """
    names = sorted(frozenset().union(*group))
    cost = np.array([1.0 if figures[i].suspect else 1000.0 * figures[i].votes for i in names])
    place = {i: column for column, i in enumerate(names)}
    limits = Sums.of([[place[i] for i in one] for one in group], len(names)).negative()
    most = [-1.0] * len(group)  # at least one of each set
    sides: list[frozenset[int]] = []
    best = math.inf
    while len(sides) <= MOST_SIDES:
        found = least(cost, limits, np.array(most), yes_or_no=True)
        if found.state != "solved" or found.cost > best + 0.5:
            break
        best = min(best, found.cost)
        chosen = np.flatnonzero(found.amounts > 0.5).tolist()
        sides.append(frozenset(names[column] for column in chosen))
        limits = stacked(limits, Sums.of([chosen], len(names)))
        most.append(len(chosen) - 1.0)  # not all of these again
    return Cluster(tuple(group), tuple(sorted(sides, key=sorted)))
