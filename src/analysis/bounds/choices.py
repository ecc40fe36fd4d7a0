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
from scipy.optimize import Bounds, LinearConstraint, milp

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
    """Conflicts that share figures, and the equally likely ways out of all of them (positions)."""

    sets: tuple[frozenset[int], ...]
    sides: tuple[frozenset[int], ...]

    @property
    def open(self) -> frozenset[int]:
        """Figures that are wrong on some side."""
        return frozenset().union(*self.sides)


def groups_of(sets: Sequence[frozenset[int]]) -> list[list[frozenset[int]]]:
    """Group sets that share figures, directly or through others."""
    groups: list[list[frozenset[int]]] = []
    for one in sets:
        touching = [group for group in groups if any(one & other for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(other for group in touching for other in group), one])
    return sorted((sorted(group, key=sorted) for group in groups), key=lambda group: sorted(group[0]))


def ways_out(group: Sequence[frozenset[int]], figures: Sequence[Counted]) -> Cluster:
    """Find every cheapest choice of figures that breaks all sets of a group."""
    names = sorted(frozenset().union(*group))
    cost = np.array([1.0 if figures[i].suspect else 1000.0 * figures[i].votes for i in names])
    hits = np.array([[float(i in one) for i in names] for one in group])
    limits = [LinearConstraint(hits, 1, np.inf)]
    sides: list[frozenset[int]] = []
    best = math.inf
    while len(sides) <= MOST_SIDES:
        found = milp(cost, constraints=limits, integrality=np.ones(len(names)), bounds=Bounds(0, 1))
        if found.status != 0 or found.fun > best + 0.5:
            break
        best = min(best, float(found.fun))
        chosen = found.x > 0.5
        sides.append(frozenset(i for i, taken in zip(names, chosen, strict=True) if taken))
        limits.append(LinearConstraint(chosen.astype(float)[None, :], -np.inf, chosen.sum() - 1))
    return Cluster(tuple(group), tuple(sorted(sides, key=sorted)))
