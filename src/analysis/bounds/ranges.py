"""The questions: the least and the most that a country's figures allow for a sum.

Belongs here: targets, ranges, and a country laid out once for many questions. Does not belong
here: claims and charts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.bounds.cells import build
from analysis.bounds.choices import Cluster
from analysis.bounds.conflicts import LARGE, Conflict, Settled, report, settle
from analysis.bounds.drugs import is_part
from analysis.bounds.figures import Figure, Observations, days
from analysis.bounds.solve import Disagreement, End, Solver

_MOST_COMBINATIONS = 32
_YEAR = 366


@dataclass(frozen=True, slots=True)
class Target:
    """A sum asked for: a drug, a span of days (both ends inside), an agency, a province.

    Examples
    --------
    >>> Target("opium", "2019-01-01", "2019-10-31", "anf").figure.end
    18201
    """

    drug: str
    start: str
    end: str
    agency: str = "all"
    admin1: str = ""

    @property
    def figure(self) -> Figure:
        """The sum as a figure that says nothing."""
        span = days(self.start), days(self.end) + 1
        return Figure(("",), self.agency, self.admin1, self.drug, *span, 0.0, math.inf)


@dataclass(frozen=True, slots=True)
class Side:
    """The range if some figures (their records) are wrong."""

    low: float
    high: float
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """What the figures allow for a target.

    Attributes
    ----------
    low, high : float
        In ``unit``; ``high`` is infinite where nothing limits it. Over the hull of all sides.
    low_by, high_by : tuple of str
        Records of the figures that hold each end.
    printed : tuple of Figure
        Figures that print exactly this sum: the only points that may be shown.
    sides : tuple of Side
        Where equally many figures stand on each side: the range under each; else empty.
    conflicts : tuple of Conflict
        Conflicts among figures of this drug (or its wholes and parts) that meet the span.
    """

    target: Target
    unit: str
    low: float
    high: float
    low_by: tuple[str, ...] = ()
    high_by: tuple[str, ...] = ()
    printed: tuple[Figure, ...] = ()
    sides: tuple[Side, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def pinned_by(self) -> tuple[str, ...]:
        """Records that hold either end."""
        return tuple(sorted({*self.low_by, *self.high_by}))

    @property
    def informative(self) -> bool:
        """Whether either end says anything."""
        return self.low > 0 or math.isfinite(self.high)


class _Layout:
    """Some figures and targets laid out together."""

    def __init__(self, near: Sequence[int], figures: Sequence[Figure], targets: Sequence[Target]) -> None:
        self._near = np.array(near, dtype=np.int64)
        matrix, asked = build([figures[i] for i in near], [target.figure for target in targets])
        self._whole, self._binding, self._idle = Solver(matrix), Solver(matrix.binding()), matrix.idle()
        spans = zip(asked.starts[:-1], asked.starts[1:], strict=True)
        self._columns = {t: asked.at[a:b] for t, (a, b) in zip(targets, spans, strict=True)}

    def ends(self, target: Target, out: frozenset[int]) -> tuple[End, End]:
        """Return both ends; figures are named by their positions among all."""
        columns = self._columns[target]
        gone = frozenset(np.flatnonzero(np.isin(self._near, list(out))).tolist())
        least = self._whole if self._idle[columns].any() else self._binding
        found = least.end(columns, False, gone), self._binding.end(columns, True, gone)
        low, high = (replace(end, held_by=tuple(self._near[list(end.held_by)].tolist())) for end in found)
        return low, high

    def agrees(self, end: End, figures: frozenset[int]) -> bool:
        """Say whether the solution that reaches an end already agrees with some more figures."""
        return end.agrees(np.flatnonzero(np.isin(self._near, list(figures))).tolist())


class Problem:
    """One country's figures, laid out once, asked many times.

    Beyond 2,000 figures a target is asked of the figures that lie wholly within a year of it: its
    range can then be wider than all figures together would allow, never narrower.

    Parameters
    ----------
    observed : Observations
    targets : iterable of Target
        What will be asked; another target is laid out when it is first asked for.

    Examples
    --------
    >>> july = Figure(("r1",), "all", "", "opium", days("2019-01-01"), days("2019-08-01"), 400.0, 500.0)
    >>> year = Figure(("r2",), "all", "", "opium", days("2019-01-01"), days("2020-01-01"), 900.0, 1100.0)
    >>> found = Problem(Observations((july, year))).range(Target("opium", "2019-08-01", "2019-12-31"))
    >>> found.low, found.high, found.pinned_by
    (400.0, 700.0, ('r1', 'r2'))
    """

    def __init__(self, observed: Observations, targets: Iterable[Target] = ()) -> None:
        """Remember the figures; conflicts are sought and time is cut at the first question."""
        self.observed = observed
        self._targets = tuple(dict.fromkeys(targets))
        self._layouts: dict[Target, _Layout] = {}
        self._found: dict[Target, Range] = {}

    @cached_property
    def _settled(self) -> Settled:
        return settle(self.observed.figures)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts of the country; empty where every figure can be true."""
        return report(self._settled, self.observed.figures)

    @cached_property
    def wrong(self) -> tuple[str, ...]:
        """Records of the fewest figures that would have to be wrong, where the count decides."""
        return _records(self._decided, self.observed.figures)

    @cached_property
    def _decided(self) -> frozenset[int]:
        return frozenset(i for cluster in self._settled.clusters if len(cluster.sides) == 1 for i in cluster.sides[0])

    @cached_property
    def _kept(self) -> tuple[int, ...]:
        """Positions of the figures a range may rest on: not flagged, not decidedly wrong."""
        figures = self._settled.figures
        return tuple(i for i, figure in enumerate(figures) if not figure.suspect and i not in self._decided)

    @cached_property
    def _believed(self) -> tuple[Figure, ...]:
        return tuple(self._settled.figures[i] for i in self._kept)

    @cached_property
    def _printed(self) -> dict[tuple[str, str, str, int, int], tuple[Figure, ...]]:
        """Figures that print exactly a sum, by that sum."""
        found: dict[tuple[str, str, str, int, int], tuple[Figure, ...]] = {}
        for figure in self.observed.figures:
            if figure.whole:
                found[_sum(figure)] = (*found.get(_sum(figure), ()), figure)
        return found

    @cached_property
    def _ties(self) -> tuple[Cluster, ...]:
        """Undecided conflicts, by positions among the believed."""
        place = {i: new for new, i in enumerate(self._kept)}

        def placed(some: frozenset[int]) -> frozenset[int]:
            return frozenset(place[i] for i in some if i in place)

        tied = [cluster for cluster in self._settled.clusters if len(cluster.sides) > 1]
        return tuple(Cluster(tuple(map(placed, c.sets)), tuple(map(placed, c.sides))) for c in tied)

    def _lay_out(self, targets: tuple[Target, ...]) -> None:
        """Lay out targets; in a very large country, each span with the figures near it only."""
        large = len(self._believed) > LARGE
        spans = dict.fromkeys((t.figure.start, t.figure.end) if large else (0, 0) for t in targets)
        for start, end in spans:
            own = [t for t in targets if not large or (t.figure.start, t.figure.end) == (start, end)]
            near = [
                i
                for i, f in enumerate(self._believed)
                if not large or (start - _YEAR <= f.start and f.end <= end + _YEAR)
            ]
            layout = _Layout(near, self._believed, own)
            self._layouts |= dict.fromkeys(own, layout)

    def range(self, target: Target) -> Range:
        """Return what the figures allow for one target."""
        if target not in self._layouts:
            self._lay_out(tuple(t for t in dict.fromkeys((*self._targets, target)) if t not in self._layouts))
        if target not in self._found:
            self._found[target] = self._range(target)
        return self._found[target]

    def _range(self, target: Target) -> Range:
        asked, figures = target.figure, self._believed
        sides = self._sides(target)
        low = min((side[0] for side in sides), key=lambda end: end.value)
        high = max((side[1] for side in sides), key=lambda end: end.value)
        differ = len({(side[0].value, side[1].value) for side in sides}) > 1
        return Range(
            target,
            self.observed.unit,
            low.value,
            high.value,
            _records(low.held_by, figures),
            _records(high.held_by, figures),
            self._printed.get(_sum(asked), ()),
            tuple(Side(a.value, b.value, _records(out, figures)) for a, b, out in sides) if differ else (),
            tuple(c for c in self.conflicts if any(_bears(m.figure, asked) for m in c.members)),
        )

    def _sides(self, target: Target) -> list[tuple[End, End, frozenset[int]]]:
        """Return the ends under every combination of sides that matters for the target.

        Ties that do not move an end, and those beyond the number that can be combined, are left
        open on all sides: that can only widen the range, never hide a side.
        """
        asked = target.figure
        every: frozenset[int] = frozenset().union(*(tie.open for tie in self._ties))
        widest = self._ends(target, every)
        moving: list[tuple[Cluster, list[tuple[End, End, frozenset[int]]]]] = []
        for tie in self._ties:
            if not any(_bears(self._believed[i], asked) for i in tie.open):
                continue
            if all(self._layouts[target].agrees(end, tie.open - side) for end in widest for side in tie.sides):
                continue
            under = [(*self._ends(target, (every - tie.open) | side), side) for side in tie.sides]
            if any((a.value, b.value) != (widest[0].value, widest[1].value) for a, b, _ in under):
                moving.append((tie, under))
        while math.prod(len(tie.sides) for tie, _ in moving) > _MOST_COMBINATIONS:
            moving.pop()
        if not moving:
            return [(*widest, frozenset())]
        if len(moving) == 1:
            return moving[0][1]
        left = every.difference(*(tie.open for tie, _ in moving))
        found = []
        for chosen in itertools.product(*(tie.sides for tie, _ in moving)):
            wrong = frozenset().union(*chosen)
            try:
                found.append((*self._ends(target, left | wrong), wrong))
            except Disagreement:
                continue  # these sides exclude each other
        return found or [(*widest, frozenset())]

    def _ends(self, target: Target, out: frozenset[int]) -> tuple[End, End]:
        return self._layouts[target].ends(target, out)

    def table(self, targets: Iterable[Target]) -> pd.DataFrame:
        """Return one row a target.

        Parameters
        ----------
        targets : iterable of Target

        Returns
        -------
        DataFrame
            ``drug``, ``agency``, ``admin1``, ``start``, ``end``, ``low``, ``high``, ``unit``,
            ``printed`` (numbers), ``low_by``, ``high_by``, ``conflicts`` (records, each set joined
            by ``;``), ``sides``.
        """
        wanted = tuple(dict.fromkeys(targets))
        self._lay_out(tuple(target for target in wanted if target not in self._layouts))
        rows = []
        for target in wanted:
            found = self.range(target)
            rows.append(
                {
                    "drug": target.drug,
                    "agency": target.agency,
                    "admin1": target.admin1,
                    "start": pd.Timestamp(target.start),
                    "end": pd.Timestamp(target.end),
                    "low": found.low,
                    "high": found.high,
                    "unit": found.unit,
                    "printed": tuple(sorted({value for figure in found.printed for value in figure.values})),
                    "low_by": ";".join(found.low_by),
                    "high_by": ";".join(found.high_by),
                    "conflicts": tuple(";".join(conflict.records) for conflict in found.conflicts),
                    "sides": found.sides,
                }
            )
        return pd.DataFrame(rows)


def bounds(observed: Observations, target: Target) -> Range:
    """Return what the figures allow for one target; for many, make one `Problem`.

    Examples
    --------
    >>> july = Figure(("r1",), "anf", "", "opium", days("2019-01-01"), days("2019-07-11"), 5360.5, 5361.5)
    >>> year = Figure(("r2",), "all", "", "opium", days("2019-01-01"), days("2020-01-01"), 29578.5, 29579.5)
    >>> found = bounds(Observations((july, year)), Target("opium", "2019-01-01", "2019-10-31", "anf"))
    >>> found.low, found.high, found.low_by, found.high_by
    (5360.5, 29579.5, ('r1',), ('r2',))
    """
    return Problem(observed, [target]).range(target)


def _records(positions: Iterable[int], figures: Sequence[Figure]) -> tuple[str, ...]:
    return tuple(sorted({record for i in positions for record in figures[i].records}))


def _sum(figure: Figure) -> tuple[str, str, str, int, int]:
    """Return what a figure is the amount of."""
    return figure.agency, figure.admin1, figure.drug, figure.start, figure.end


def _bears(figure: Figure, asked: Figure) -> bool:
    """Say whether a figure is of the same or a nested drug and body and meets the span asked for."""
    drugs = figure.drug == asked.drug or is_part(figure.drug, asked.drug) or is_part(asked.drug, figure.drug)
    agencies = "all" in (figure.agency, asked.agency) or figure.agency == asked.agency
    places = "" in (figure.admin1, asked.admin1) or figure.admin1 == asked.admin1
    return drugs and agencies and places and figure.start < asked.end and asked.start < figure.end
