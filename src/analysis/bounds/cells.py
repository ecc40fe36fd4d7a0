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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.bounds.drugs import addends, is_part, parts
from analysis.bounds.figures import Figure

Body = tuple[str, str]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Series:
    """The cells of one drug and disjoint body, in time order, and the column of the first."""

    starts: np.ndarray
    ends: np.ndarray
    first: int

    def between(self, start: int, end: int) -> np.ndarray:
        """Return the columns of the cells inside a span (no cell lies across its ends)."""
        a, b = np.searchsorted(self.starts, (start, end))
        return np.arange(self.first + a, self.first + b)

    def gaps(self, start: int, end: int) -> list[Span]:
        """Return the parts of a span that no cell covers."""
        a, b = np.searchsorted(self.starts, (start, end))
        left = [start, *self.ends[a:b].tolist()]
        right = [*self.starts[a:b].tolist(), end]
        return [(x, y) for x, y in zip(left, right, strict=True) if x < y]


_NOTHING = _Series(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0)
_Cells = dict[tuple[Body, str], _Series]


def _holds(body: Body, atom: Body) -> bool:
    return body[0] in ("all", atom[0]) and body[1] in ("", atom[1])


def _atoms(spans: dict[Body, list[Span]]) -> dict[Body, np.ndarray]:
    """Return the disjoint bodies, and the spans (n, 2) in which some figure tells them apart."""
    atoms = {(("rest" if a == "all" else a), p or "elsewhere"): _union(found) for (a, p), found in spans.items()}
    agencies = [(a, _union(found)) for (a, p), found in spans.items() if a != "all" and not p]
    provinces = [(p, _union(found)) for (a, p), found in spans.items() if a == "all" and p]
    for agency, one in agencies:
        for province, other in provinces:
            both = _both(one, other)
            own = atoms.get((agency, province), np.empty((0, 2), dtype=np.int64))
            if len(both):
                atoms[agency, province] = _union([*map(tuple, own.tolist()), *map(tuple, both.tolist())])
    return dict(sorted(atoms.items()))


def _union(spans: Iterable[Span]) -> np.ndarray:
    """Join spans that meet or overlap."""
    joined: list[list[int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return np.array(joined, dtype=np.int64).reshape(-1, 2)


def _both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return what lies in both of two unions of spans."""
    found = [(max(a, c), min(b, d)) for a, b in one.tolist() for c, d in other.tolist() if max(a, c) < min(b, d)]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _lay_out(figures: Sequence[Figure]) -> tuple[_Cells, dict[Body, list[Body]]]:
    """Cut the time of every drug and disjoint body; say which disjoint bodies each body is."""
    spans: dict[Body, list[Span]] = {}
    about: dict[Body, dict[str, list[Span]]] = {}
    for figure in figures:
        body, span = (figure.agency, figure.admin1), (figure.start, figure.end)
        spans.setdefault(body, []).append(span)
        for drug in addends(figure.drug):
            about.setdefault(body, {}).setdefault(drug, []).append(span)
    atoms = _atoms(spans)
    members = {body: [atom for atom in atoms if _holds(body, atom)] for body in spans}
    cells: _Cells = {}
    column = 0
    for atom, exists in atoms.items():
        told: dict[str, list[Span]] = {}
        for body, drugs in about.items():
            if _holds(body, atom):
                for drug, found in drugs.items():
                    told.setdefault(drug, []).extend(found)
        reach = {drug: _union(found) for drug, found in told.items()}
        for drug in sorted(told):
            cutting = [span for other in told if other == drug or is_part(drug, other) for span in told[other]]
            cuts = np.unique(np.concatenate([np.array(cutting, dtype=np.int64).ravel(), exists.ravel()]))
            inside = _covered(cuts, reach[drug]) & _covered(cuts, exists)
            series = _Series(cuts[:-1][inside], cuts[1:][inside], column)
            column += len(series.starts)
            if len(series.starts):
                cells[atom, drug] = series
    return cells, members


def _covered(cuts: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Mark the cells between neighbouring cuts that disjoint spans, which begin and end at cuts, cover."""
    change = np.zeros(len(cuts), dtype=np.int64)
    np.add.at(change, np.searchsorted(cuts, spans[:, 0]), 1)
    np.add.at(change, np.searchsorted(cuts, spans[:, 1]), -1)
    covered: np.ndarray = np.cumsum(change)[:-1] > 0
    return covered


@dataclass(frozen=True, slots=True)
class Matrix:
    """All figures as rows over the unknowns, and the rows by which a whole holds its parts.

    Attributes
    ----------
    rows : csr_array, (n_figures, n_unknowns)
        1 where a figure adds up an unknown.
    relations : csr_array, (n_relations, n_unknowns)
        Parts minus whole: never above zero.
    component : int array, (n_unknowns,)
        Unknowns of different components have nothing to do with each other.
    limited : bool array, (n_unknowns,)
        Whether some figure limits the unknown from above.
    """

    figures: tuple[Figure, ...]
    rows: sparse.csr_array
    relations: sparse.csr_array
    component: np.ndarray
    limited: np.ndarray

    def binding(self) -> Matrix:
        """Return the matrix without relations whose whole nothing limits: they forbid nothing.

        They matter only for the least of such a whole, and without them far less hangs together.
        """
        wholes = self.relations.indices[self.relations.data < 0]  # one a relation, in order
        relations = self.relations[np.flatnonzero(self.limited[wholes])]
        component = _components(self.rows, relations, len(self.limited))
        return Matrix(self.figures, self.rows, relations, component, self.limited)

    def idle(self) -> np.ndarray:
        """Mark the wholes that nothing limits, (n_unknowns,)."""
        wholes = self.relations.indices[self.relations.data < 0]
        idle = np.zeros(len(self.limited), dtype=bool)
        idle[wholes] = ~self.limited[wholes]
        return idle

    @property
    def low(self) -> np.ndarray:
        """Least amounts, (n_figures,)."""
        return np.array([figure.low for figure in self.figures], dtype=float)

    @property
    def high(self) -> np.ndarray:
        """Most amounts, (n_figures,); infinite where nothing limits."""
        return np.array([figure.high for figure in self.figures], dtype=float)


def build(figures: Sequence[Figure], asked: Sequence[Figure] = ()) -> tuple[Matrix, sparse.csr_array]:
    """Cut time and lay out the matrix.

    Parameters
    ----------
    figures : sequence of Figure
    asked : sequence of Figure
        Sums that will be asked for; they cut time and need unknowns, but say nothing.

    Returns
    -------
    matrix : Matrix
    asked : csr_array, (n_asked, n_unknowns)
        1 where a sum asked for adds up an unknown.
    """
    everything = (*figures, *asked)
    cells, members = _lay_out(everything)
    n = max((series.first + len(series.starts) for series in cells.values()), default=0)
    columns = []
    for figure in everything:
        of = [(atom, drug) for atom in members[figure.agency, figure.admin1] for drug in addends(figure.drug)]
        found = [cells.get(one, _NOTHING).between(figure.start, figure.end) for one in of]
        columns.append(np.sort(np.concatenate(found)))
    rows = _ones(columns[: len(figures)], n)
    relations = _relations(cells, n)
    matrix = Matrix(
        tuple(figures), rows, relations, _components(rows, relations, n), _limited(figures, rows, relations, n)
    )
    return matrix, _ones(columns[len(figures) :], n)


def _ones(columns: Sequence[np.ndarray], n: int) -> sparse.csr_array:
    starts = np.concatenate([[0], np.cumsum([len(c) for c in columns])]).astype(np.int64)
    at = np.concatenate(columns) if columns else np.empty(0, dtype=np.int64)
    return sparse.csr_array((np.ones(len(at)), at, starts), shape=(len(columns), n))


def _relations(cells: _Cells, n: int) -> sparse.csr_array:
    """Return a row for each cell of a whole: the parts inside it, minus itself."""
    at: list[int] = []
    values: list[float] = []
    starts = [0]
    for (atom, whole), series in cells.items():
        if not parts(whole):
            continue
        for i, (start, end) in enumerate(zip(series.starts.tolist(), series.ends.tolist(), strict=True)):
            inside = _inside(cells, atom, whole, start, end)
            if inside:
                at += [series.first + i, *inside]
                values += [-1.0, *[1.0] * len(inside)]
                starts.append(len(at))
    return sparse.csr_array((values, np.array(at, dtype=np.int64), starts), shape=(len(starts) - 1, n))


def _inside(cells: _Cells, atom: Body, whole: str, start: int, end: int) -> list[int]:
    """Return the columns that stand inside a whole in a span; nothing is counted twice.

    Where no figure tells of a part, its own parts take its place.
    """
    found: list[int] = []
    for part in parts(whole):
        series = cells.get((atom, part), _NOTHING)
        found += series.between(start, end).tolist()
        if parts(part):
            for gap in series.gaps(start, end):
                found += _inside(cells, atom, part, *gap)
    return found


def _components(rows: sparse.csr_array, relations: sparse.csr_array, n: int) -> np.ndarray:
    """Return a number for each unknown: the same where they share a row, directly or through others."""
    every = sparse.vstack([rows, relations], format="csr")
    m = every.shape[0]
    graph = (
        sparse.block_array([[None, abs(every)], [sparse.csr_array((n, m)), None]], format="csr") if m and n else None
    )
    if graph is None:
        return np.arange(n)
    found: np.ndarray = connected_components(graph, directed=False)[1]
    return found[m:]


def _limited(figures: Sequence[Figure], rows: sparse.csr_array, relations: sparse.csr_array, n: int) -> np.ndarray:
    """Mark the unknowns below some finite most amount, directly or as parts of a whole that is."""
    finite = np.array([np.isfinite(figure.high) for figure in figures], dtype=float)
    limited = (rows.T @ finite) > 0 if len(figures) else np.zeros(n, dtype=bool)
    wholes = (relations < 0).astype(float)
    parts = (relations > 0).astype(float)
    while True:
        more = limited | ((parts.T @ (wholes @ limited.astype(float))) > 0)
        if (more == limited).all():
            return np.asarray(limited)
        limited = more
