"""Time cut at every boundary, and the sums of all figures as one sparse matrix.

Belongs here: which unknown amounts there are, and which of them each figure adds up. Does not
belong here: solving (``solve``), choosing what to believe (``conflicts``).

An unknown is the amount of one drug, seized by one body, in one cell of time; it is never
negative. Bodies are disjoint: each named agency (by named province, and elsewhere) and the rest;
"all" is their sum, so that a named agency can never exceed the nation. The time of a drug and body
is cut only where a figure about them, or about a whole that holds the drug, begins or ends, and
only where such a figure reaches: finer unknowns would change no answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.bounds.drugs import addends, is_part, parts
from analysis.bounds.figures import Figure
from analysis.bounds.sums import Sums, stacked

Body = tuple[str, str]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Series:
    """The cells of one drug and disjoint body, in time order, and the column of the first."""

    starts: list[int]
    ends: list[int]
    first: int

    def between(self, start: int, end: int) -> range:
        """Return the columns of the cells inside a span (no cell lies across its ends)."""
        return range(self.first + bisect_left(self.starts, start), self.first + bisect_left(self.starts, end))

    def gaps(self, start: int, end: int) -> list[Span]:
        """Return the parts of a span that no cell covers."""
        a, b = bisect_left(self.starts, start), bisect_left(self.starts, end)
        edges = zip([start, *self.ends[a:b]], [*self.starts[a:b], end], strict=True)
        return [(x, y) for x, y in edges if x < y]


_NOTHING = _Series([], [], 0)
_Cells = dict[tuple[Body, str], _Series]


def _holds(body: Body, atom: Body) -> bool:
    return body[0] in ("all", atom[0]) and body[1] in ("", atom[1])


def _atoms(spans: dict[Body, set[Span]]) -> dict[Body, list[Span]]:
    """Return the disjoint bodies, and the spans in which some figure tells them apart."""
    atoms = {(("rest" if a == "all" else a), p or "elsewhere"): _union(found) for (a, p), found in spans.items()}
    agencies = [(a, _union(found)) for (a, p), found in spans.items() if a != "all" and not p]
    provinces = [(p, _union(found)) for (a, p), found in spans.items() if a == "all" and p]
    for agency, one in agencies:
        for province, other in provinces:
            both = _both(one, other)
            if both:
                atoms[agency, province] = _union([*atoms.get((agency, province), ()), *both])
    return dict(sorted(atoms.items()))


def _union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that meet or overlap."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _both(one: list[Span], other: list[Span]) -> list[Span]:
    """Return what lies in both of two unions of spans."""
    return [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]


def _lay_out(figures: Sequence[Figure]) -> tuple[_Cells, dict[Body, list[Body]], int]:
    """Cut the time of every drug and disjoint body; say which disjoint bodies each body is, and count the cells."""
    spans: dict[Body, set[Span]] = {}
    about: dict[Body, dict[str, set[Span]]] = {}
    for figure in figures:
        body, span = (figure.agency, figure.admin1), (figure.start, figure.end)
        spans.setdefault(body, set()).add(span)
        for drug in addends(figure.drug):
            about.setdefault(body, {}).setdefault(drug, set()).add(span)
    atoms = _atoms(spans)
    members = {body: [atom for atom in atoms if _holds(body, atom)] for body in spans}
    cells: _Cells = {}
    column = 0
    for atom, exists in atoms.items():
        told: dict[str, set[Span]] = {}
        for body, drugs in about.items():
            if _holds(body, atom):
                for drug, found in drugs.items():
                    told.setdefault(drug, set()).update(found)
        for drug in sorted(told):
            cutting = [exists, *(told[other] for other in told if other == drug or is_part(drug, other))]
            cuts = sorted({edge for some in cutting for span in some for edge in span})
            reach = [(bisect_left(cuts, a), bisect_left(cuts, b)) for a, b in _both(_union(told[drug]), exists)]
            starts = [cut for a, b in reach for cut in cuts[a:b]]
            if starts:
                cells[atom, drug] = _Series(starts, [cut for a, b in reach for cut in cuts[a + 1 : b + 1]], column)
                column += len(starts)
    return cells, members, column


@dataclass(frozen=True)
class Matrix:
    """All figures as rows over the unknowns, and the rows by which a whole holds its parts.

    Attributes
    ----------
    rows : Sums, (n_figures, n_unknowns)
        The unknowns that a figure adds up.
    relations : Sums, (n_relations, n_unknowns)
        Parts minus whole: never above zero.
    limited : bool array, (n_unknowns,)
        Whether some figure limits the unknown from above.

    Examples
    --------
    >>> from analysis.bounds.figures import Figure, days
    >>> year = Figure(("r1",), "all", "", "opium", days("2019-01-01"), days("2020-01-01"), 900.0, 1100.0)
    >>> matrix, _ = build([year])
    >>> matrix.low.tolist(), matrix.high.tolist(), matrix.limited.tolist()
    ([900.0], [1100.0], [True])
    """

    figures: tuple[Figure, ...]
    rows: Sums
    relations: Sums
    limited: np.ndarray

    @cached_property
    def component(self) -> np.ndarray:
        """A number for each unknown, (n_unknowns,): those of different numbers have nothing to do with each other."""
        return stacked(self.rows, self.relations).linked()

    @cached_property
    def _wholes(self) -> np.ndarray:
        """The whole of each relation."""
        return self.relations.at[self.relations.times < 0]

    def binding(self) -> Matrix:
        """Return the matrix without relations whose whole nothing limits: they forbid nothing.

        They matter only for the least of such a whole, and without them far less hangs together.
        """
        limited = self.limited[self._wholes]
        return self if limited.all() else Matrix(self.figures, self.rows, self.relations.take(limited), self.limited)

    def idle(self) -> np.ndarray:
        """Mark the wholes that nothing limits, (n_unknowns,)."""
        idle = np.zeros(len(self.limited), dtype=bool)
        idle[self._wholes] = ~self.limited[self._wholes]
        return idle

    @cached_property
    def low(self) -> np.ndarray:
        """Least amounts, (n_figures,)."""
        return np.array([figure.low for figure in self.figures], dtype=float)

    @cached_property
    def high(self) -> np.ndarray:
        """Most amounts, (n_figures,); infinite where nothing limits."""
        return np.array([figure.high for figure in self.figures], dtype=float)


def build(figures: Sequence[Figure], asked: Sequence[Figure] = ()) -> tuple[Matrix, Sums]:
    """Cut time and lay out the matrix.

    Parameters
    ----------
    figures : sequence of Figure
    asked : sequence of Figure
        Sums that will be asked for; they cut time and need unknowns, but say nothing.

    Returns
    -------
    matrix : Matrix
    asked : Sums, (n_asked, n_unknowns)
        The unknowns that a sum asked for adds up.

    Examples
    --------
    >>> from analysis.bounds.figures import Figure, days
    >>> year = Figure(("r1",), "all", "", "opium", days("2019-01-01"), days("2020-01-01"), 900.0, 1100.0)
    >>> half = Figure(("r2",), "all", "", "opium", days("2019-01-01"), days("2019-07-01"), 400.0, 500.0)
    >>> matrix, _ = build([year, half])  # two cells of time: the first half year and the second
    >>> matrix.rows.at.tolist(), matrix.rows.starts.tolist()
    ([0, 1, 0], [0, 2, 3])
    """
    cells, members, n = _lay_out((*figures, *asked))

    def added(figure: Figure) -> list[range]:
        of = [(atom, drug) for atom in members[figure.agency, figure.admin1] for drug in addends(figure.drug)]
        return [cells.get(one, _NOTHING).between(figure.start, figure.end) for one in of]

    rows, relations = Sums.spans(map(added, figures), n), _relations(cells, n)
    return Matrix(tuple(figures), rows, relations, _limited(figures, rows, relations)), Sums.spans(map(added, asked), n)


def _relations(cells: _Cells, n: int) -> Sums:
    """Return a row for each cell of a whole: the parts inside it, minus itself."""
    inside: list[list[int]] = []
    wholes: list[int] = []
    for (atom, whole), series in cells.items():
        if not parts(whole):
            continue
        for i, span in enumerate(zip(series.starts, series.ends, strict=True)):
            found = [column for some in _inside(cells, atom, whole, *span) for column in some]
            if found:
                inside.append(found)
                wholes.append(series.first + i)
    made = Sums.of(([*found, whole] for found, whole in zip(inside, wholes, strict=True)), n)
    made.times[made.starts[1:] - 1] = -1.0
    return made


def _inside(cells: _Cells, atom: Body, whole: str, start: int, end: int) -> list[range]:
    """Return the columns that stand inside a whole in a span; nothing is counted twice.

    Where no figure tells of a part, its own parts take its place.
    """
    found: list[range] = []
    for part in parts(whole):
        series = cells.get((atom, part), _NOTHING)
        found.append(series.between(start, end))
        if parts(part):
            for gap in series.gaps(start, end):
                found += _inside(cells, atom, part, *gap)
    return found


def _limited(figures: Sequence[Figure], rows: Sums, relations: Sums) -> np.ndarray:
    """Mark the unknowns below some finite most amount, directly or as parts of a whole that is."""
    limited = np.zeros(rows.width, dtype=bool)
    limited[rows.take(np.array([np.isfinite(figure.high) for figure in figures], dtype=bool)).at] = True
    wholes = relations.at[relations.starts[1:] - 1]
    while True:
        more = limited.copy()
        more[relations.take(limited[wholes]).at] = True  # the whole is limited already
        if (more == limited).all():
            return limited
        limited = more
