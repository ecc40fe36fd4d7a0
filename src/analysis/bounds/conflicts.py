"""The fewest figures that would have to be wrong, and the smallest sets that cannot all be true.

Belongs here: finding conflicts and the sides one can take. Does not belong here: ranges asked for
by a reader (``ranges``).

Figures are counted, never kilograms: weighing violations by amount blames the larger figure. A
figure counts once for each publisher that prints it; figures that the cleaning flagged are the
first to go, but nothing has to be flagged for a conflict to be found. Instead of one large
mixed-integer problem with a limit big enough for every figure (fragile where tonnes meet grams),
sets of figures that cannot all be true are collected until every way of breaking all of them is
known to leave a consistent rest; only the choice of figures (``choices``) is an integer problem,
and it has no amounts in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.bounds.cells import build
from analysis.bounds.choices import MOST_SIDES, Cluster, groups_of, ways_out
from analysis.bounds.figures import Figure
from analysis.bounds.solve import Solver

LARGE = 2000  # figures; beyond, time is searched and asked in stretches
_SLIGHT = 0.005
_SLIPS = ((1000.0, "kilograms printed as tonnes"), (0.001, "tonnes printed as kilograms"))


@dataclass(frozen=True, slots=True)
class Implied:
    """A figure of a conflict and what it would have to be if the others are true.

    ``fits`` names a common slip that would explain it, blank where none does.
    """

    figure: Figure
    low: float
    high: float
    fits: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A smallest set of figures that cannot all be true.

    Attributes
    ----------
    members : tuple of Implied
        Every figure of the set; without any one of them the others agree.
    sides : tuple of tuple of str
        Each equally likely way out, as the first records of the figures that would be wrong; one
        entry where the count of figures decides; none where the conflict is stretched.
    gap : float
        The least share by which every member would have to be read wider: 0.01 is 1 %.

    Examples
    --------
    >>> span = (17897, 18262)  # the days of 2019
    >>> printed = [(record, "all", "", "opium", *span, kg, kg) for record, kg in (("r1", 900.0), ("r2", 1500.0))]
    >>> figures = tuple(Figure((record,), *rest) for record, *rest in printed)
    >>> [conflict] = report(settle(figures), figures)
    >>> conflict.records, conflict.tied, conflict.stretched, round(conflict.gap, 2)
    (('r1', 'r2'), True, False, 0.25)
    """

    members: tuple[Implied, ...]
    sides: tuple[tuple[str, ...], ...]
    gap: float

    @property
    def records(self) -> tuple[str, ...]:
        """Every record of the set, sorted."""
        return tuple(sorted({record for member in self.members for record in member.figure.records}))

    @property
    def tied(self) -> bool:
        """Whether the figures alone do not say which side is wrong."""
        return len(self.sides) > 1

    @property
    def stretched(self) -> bool:
        """Whether nobody can be called wrong, so that every member is read wider by the gap.

        So it is where the gap is below 0.5 % (digits dropped, sums a little off) and where many
        figures could each be the wrong one (a total of years against all its years).
        """
        return not self.sides


@dataclass(frozen=True, slots=True)
class Settled:
    """Figures after their conflicts were found.

    Attributes
    ----------
    figures : tuple of Figure
        As observed, but members of stretched conflicts widened by just what they miss each other.
    clusters : tuple of Cluster
        The other conflicts; empty where all can be true.
    stretched : tuple of Conflict
    """

    figures: tuple[Figure, ...]
    clusters: tuple[Cluster, ...]
    stretched: tuple[Conflict, ...]


@lru_cache(maxsize=64)
def settle(observed: tuple[Figure, ...]) -> Settled:
    """Find all conflicts and every smallest way out of them (positions among the figures).

    What was found is remembered: one notebook asks about the same country's figures in several places.

    Examples
    --------
    >>> half = Figure(("r1",), "all", "", "opium", 17897, 18078, 1500.0, 1500.0)
    >>> year = Figure(("r2",), "all", "", "opium", 17897, 18262, 900.0, 900.0)
    >>> [sorted(side) for side in settle((half, year)).clusters[0].sides]
    [[0], [1]]
    """
    figures = list(observed)
    stretched: list[Conflict] = []
    sets: list[frozenset[int]] = []
    ways: dict[tuple[frozenset[int], ...], Cluster] = {}
    search = _Search(figures)
    while True:
        named = {tuple(group): group for group in groups_of(sets)}
        ways |= {name: ways_out(group, figures) for name, group in named.items() if name not in ways}
        groups = [ways[name] for name in named]
        against = [part for clash in search.unbroken(groups) for part in _clashes(clash, figures)]
        fresh = {part: [one for one in _irreducible(part, figures) if one not in sets] for part in against}
        if against and not any(fresh.values()):
            raise ArithmeticError("a conflict at the edge of the solver's precision")
        large = [one for found in fresh.values() for one in found if _gap(one, figures) >= _SLIGHT]
        large = large or [one for part, found in fresh.items() if _gap(part, figures) >= _SLIGHT for one in found]
        if large:
            sets += large
            continue
        if not against:
            blurred = [group for group in groups if len(group.sides) > MOST_SIDES]
            if not blurred:
                return Settled(tuple(figures), tuple(groups), tuple(stretched))
            fresh = {frozenset().union(*group.sets): list(group.sets) for group in blurred}
            against = list(fresh)
        told = [max(found, key=lambda one: _gap(one, figures)) for found in fresh.values() if found]
        stretched += [_describe(one, (), figures, observed) for one in told]
        for clash in against:
            share = _gap(clash, figures) * 1.01 + 1e-9
            for i in clash:
                figures[i] = replace(figures[i], low=figures[i].low * (1 - share), high=figures[i].high * (1 + share))
        touched = frozenset().union(*against)
        sets = [one for one in sets if not one & touched or _clashes(one, figures)]
        search = _Search(figures)


class _Search:
    """Looks for figures that clash, and remembers where it has looked.

    A very large country is first searched in stretches of time that overlap (a clash of some
    figures is a clash of all), and as a whole only once nothing is left there.
    """

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures
        self._solver = Solver(build(figures)[0].binding())
        self._proved: set[frozenset[int]] = set()
        self._seen: dict[frozenset[int], list[frozenset[int]]] = {}
        self._stretches = _stretches(figures) if len(figures) > LARGE else []

    def unbroken(self, groups: Sequence[Cluster]) -> list[frozenset[int]]:
        """Return figures that clash though some way out was taken; none once all are proved consistent."""
        default = frozenset().union(*(group.sides[0] for group in groups))
        others = [(default - group.sides[0]) | side for group in groups for side in group.sides[1:]]
        for out in (default, *others):
            against = [] if out in self._proved else self._clashes(out, out == default)
            if against:
                return against
            self._proved.add(out)
        return []

    def _clashes(self, out: frozenset[int], whole: bool) -> list[frozenset[int]]:
        found: dict[frozenset[int], None] = {}
        for stretch in self._stretches:
            believed = stretch - out
            if believed not in self._seen:
                self._seen[believed] = _clashes(believed, self._figures)
            found |= dict.fromkeys(self._seen[believed])
        return list(found) if found or (self._stretches and not whole) else self._solver.clashes(out)


def _stretches(figures: Sequence[Figure]) -> list[frozenset[int]]:
    """Return the figures inside each three years, year by year."""
    year = 366
    first, last = min(figure.start for figure in figures), max(figure.end for figure in figures)
    return [
        frozenset(i for i, figure in enumerate(figures) if start <= figure.start and figure.end <= start + 3 * year)
        for start in range(first, last, year)
    ]


def _gap(one: frozenset[int], figures: Sequence[Figure]) -> float:
    return _miss(tuple(figures[i] for i in sorted(one)))


@lru_cache(maxsize=4096)
def _miss(figures: tuple[Figure, ...]) -> float:
    """Return the least share by which each figure must be read wider for all to be true."""
    return Solver(build(figures)[0].binding()).gap()


def _irreducible(against: frozenset[int], figures: Sequence[Figure]) -> list[frozenset[int]]:
    """Return disjoint sets, among figures that cannot all be true, from which none can be taken."""
    found = []
    waiting = _clashes(against, figures)
    while waiting:
        whole = kept = waiting.pop()
        for one in sorted(whole, key=lambda i: (figures[i].votes, not figures[i].suspect, i)):
            if one in kept:
                fewer = _clashes(kept - {one}, figures)
                kept = min(fewer, key=lambda few: (len(few), sorted(few))) if fewer else kept
        found.append(kept)
        waiting += _clashes(whole - kept, figures)
    return found


def _clashes(chosen: frozenset[int], figures: Sequence[Figure]) -> list[frozenset[int]]:
    """Return the sets of the figures chosen that cannot all be true, seen alone."""
    names = sorted(chosen)
    alone = _apart(tuple(figures[i] for i in names))
    return [frozenset(names[i] for i in one) for one in alone]


@lru_cache(maxsize=4096)
def _apart(figures: tuple[Figure, ...]) -> tuple[frozenset[int], ...]:
    """Return the positions of figures that cannot all be true together, seen alone."""
    return tuple(Solver(build(figures)[0].binding()).clashes()) if len(figures) > 1 else ()


@lru_cache(maxsize=64)
def report(settled: Settled, printed: tuple[Figure, ...]) -> tuple[Conflict, ...]:
    """Describe each smallest set, with what each member would have to be given the others.

    ``printed`` are the figures as observed.

    Examples
    --------
    >>> half = Figure(("r1",), "all", "", "opium", 17897, 18078, 1500.0, 1500.0)
    >>> year = Figure(("r2",), "all", "", "opium", 17897, 18262, 900.0, 900.0)
    >>> [conflict] = report(settle((half, year)), (half, year))
    >>> [(member.figure.key, member.low, member.high) for member in conflict.members]
    [('r1', 0.0, 900.0), ('r2', 1500.0, inf)]
    """
    out = [
        _describe(one, cluster.sides, settled.figures, printed) for cluster in settled.clusters for one in cluster.sets
    ]
    return tuple(sorted((*out, *settled.stretched), key=lambda conflict: (conflict.stretched, conflict.records)))


def _describe(
    one: frozenset[int], choices: Sequence[frozenset[int]], figures: Sequence[Figure], printed: Sequence[Figure]
) -> Conflict:
    members = tuple(replace(_implied(i, one, figures), figure=printed[i]) for i in sorted(one))
    ways = {side & one for side in choices}
    fewest = [way for way in ways if not any(other < way for other in ways)]
    sides = sorted(tuple(figures[i].key for i in sorted(way)) for way in fewest)
    return Conflict(members, tuple(sides), _gap(one, figures))


def _implied(one: int, together: frozenset[int], figures: Sequence[Figure]) -> Implied:
    figure = figures[one]
    matrix, asked = build([figures[i] for i in sorted(together - {one})], [figure])
    solver = Solver(matrix)
    low = solver.end(asked.at, most=False).value
    high = solver.end(asked.at, most=True).value
    if math.isfinite(high):
        for factor, slip in _SLIPS:
            far = figure.low > 10 * high if factor > 1 else 10 * figure.high < low
            if far and figure.low / factor <= high and figure.high / factor >= low:
                return Implied(figure, low, high, slip)
    return Implied(figure, low, high)
