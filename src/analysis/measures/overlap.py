"""Which figures of people can count the same people, and the most that can be added all the same.

Belongs here: reading rows of the trainees table as figures, merging the same figure printed twice, saying when two
figures cannot overlap, and the greatest sum of figures that cannot. Does not belong here: by what the reader wants
them sorted (``people``), charts.

Each figure alone is a lower bound; figures that cannot count the same people may be added. So the best lower bound is
the greatest sum over a set of figures of which no two can overlap: a running total or the courses inside its span,
whichever says more, never both.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.bounds import simplex
from analysis.bounds.sums import Sums
from analysis.clean.text import fold
from analysis.vocabulary import rows

# A figure of these sectors can hold people of any sector.
_ANY_SECTOR = ("mixed", "other", "investigation")
# Two courses whose sizes differ by more than this share are two courses, even where a date is missing.
_SAME_SIZE = 0.2


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of people trained; days are days since 1970, infinite where not printed.

    ``known`` is the day by which the number had been reached; ``total`` marks a running total, ``part`` a figure that
    stands inside another one. ``persons`` is the most that one course in it holds: what remains if the same people came
    to all of them; None where the figure is a single one.
    """

    records: tuple[str, ...]
    sources: frozenset[str]
    countries: frozenset[str]
    admin1: str
    sector: str
    sex: str
    providers: frozenset[str]
    total: bool
    part: bool
    start: float
    end: float
    known: float
    low: float
    high: float
    persons: float | None = None


@dataclass(frozen=True, slots=True)
class Least:
    """A lower bound: the sum, and the records of the figures that it adds."""

    low: float
    records: tuple[str, ...]


@cache
def providers(text: str) -> frozenset[str]:
    """Return the keys of ``providers.csv`` that a printed list of providers names.

    Examples
    --------
    >>> sorted(providers("INL (sponsor); OSCE Office in Tajikistan"))
    ['inl', 'osce']
    """
    found = set()
    for part in text.split(";"):
        said = fold(part)
        for row in rows("providers"):
            if any(re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", said) for word in row["words"].split(";")):
                found.add(row["key"])
    return frozenset(found)


def figures(trainees: pd.DataFrame) -> list[Figure]:
    """Return the figures of people trained, the same figure printed twice only once.

    Parameters
    ----------
    trainees : DataFrame
        Rows of the trainees table. Targets, capacities, people enrolled, other counts and percentages are left out.
        The lines of a training report, thousands of them, are seats in courses that the report itself adds up: those
        of one year, sector and provider are one figure.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "TJK", "sector": "police", "sex": "all", "counted_as": "trained"}
    >>> course |= {"unit": "people", "value": 20}
    >>> echo = course | {"source_id": "other", "start": "2019-05-13", "end": "2019-05-17"}
    >>> found = figures(sample("trainees", course | {"start": "2019-05-13", "end": "2019-05-17"}, echo))
    >>> [(figure.records, figure.low) for figure in found]
    [(('row-1', 'row-2'), 20)]
    """
    kept = trainees[trainees["counted_as"].eq("trained") & trainees["unit"].eq("people") & (trainees["high"] > 0)]
    lines = kept["report"].fillna("") != "" if "report" in kept else pd.Series(False, index=kept.index)
    made = [_figure(row) for row in kept[~lines].to_dict("records")]
    # Rows that agree in all of this are tried against each other; equal figures elsewhere are not echoes.
    groups: dict[tuple[object, ...], list[Figure]] = {}
    for figure in made:
        size = figure.low if figure.low > 0 else figure.high
        groups.setdefault((figure.total, figure.sex, figure.countries, size), []).append(figure)
    return [*(figure for group in groups.values() for figure in _merged(group)), *_years(kept[lines])]


def _years(lines: pd.DataFrame) -> list[Figure]:
    """Add up the lines of training reports by source, country, place, sector, sex, provider and fiscal year."""
    if lines.empty:
        return []
    hands = lines["provider"].map(lambda text: ";".join(sorted(providers(text))))
    by = ["source_id", "countries", "country", "admin1", "sector", "sex", "subset", "fiscal_year"]
    return [
        Figure(
            tuple(group["record_id"]),
            frozenset([source]),
            frozenset((countries or country).split(";")) - {""},
            admin1,
            sector,
            sex,
            frozenset(said.split(";")) - {""},
            False,
            bool(subset),
            -math.inf if (start := _day(group["start"].min())) is None else start,
            math.inf if (end := _day(group["end"].max())) is None else end,
            math.inf if end is None else end,
            float(group["low"].sum()),
            float(group["high"].sum()),
            float(group["low"].max()),
        )
        for (source, countries, country, admin1, sector, sex, subset, _, said), group in lines.groupby(
            [*by, hands.rename("hands")], sort=True, dropna=False
        )
    ]


def _figure(row: dict[str, object]) -> Figure:
    total = bool(row["cumulative"])
    start, end = _day(row["start"]), _day(row["end"])
    known = math.inf if end is None else end
    if not total:  # a course of which one day is printed lies about that day
        start, end = (end if start is None else start), (start if end is None else end)
    return Figure(
        (str(row["record_id"]),),
        frozenset([str(row["source_id"])]),
        frozenset(str(row["countries"] or row["country"]).split(";")) - {""},
        str(row["admin1"]),
        str(row["sector"]),
        str(row["sex"]),
        providers(str(row["provider"])),
        total,
        bool(row["subset"]),
        -math.inf if start is None else start,
        math.inf if end is None else end,
        known if total or end is None else end,
        math.ceil(float(row["low"]) - 1e-9),  # type: ignore[arg-type]
        float(row["high"]),  # type: ignore[arg-type]
    )


def _day(moment: object) -> float | None:
    return None if pd.isna(moment) else float(pd.Timestamp(moment).value // 86_400_000_000_000)


def _merged(group: list[Figure]) -> list[Figure]:
    """Join echoes: the same number of the same people by other sources; the widest span that any of them gives."""
    out: list[Figure] = []
    if len({figure.sources for figure in group}) == 1:
        return group  # nobody echoes itself
    for figure in group:
        for i, other in enumerate(out):
            if figure.sources & other.sources:
                continue
            alike = _same_group(figure, other) and _same_hands(figure, other)
            if alike and (figure.total or _meet(figure, other)):
                out[i] = _join(other, figure)
                break
        else:
            out.append(figure)
    return out


def _join(one: Figure, two: Figure) -> Figure:
    return Figure(
        (*one.records, *two.records),
        one.sources | two.sources,
        one.countries,
        one.admin1 or two.admin1,
        one.sector if one.sector not in _ANY_SECTOR else two.sector,
        one.sex,
        one.providers | two.providers,
        one.total,
        one.part or two.part,
        min(one.start, two.start),
        max(one.end, two.end),
        min(one.known, two.known),
        one.low,
        one.high,
    )


def _meet(one: Figure, two: Figure) -> bool:
    return one.start <= two.end and two.start <= one.end


@cache
def _payers() -> frozenset[str]:
    return frozenset(row["key"] for row in rows("providers") if row["funds"])


def _open(figure: Figure) -> bool:
    """Say whether anybody may have given the training: no provider printed, or one who pays others to train."""
    return not figure.providers or bool(figure.providers & _payers())


def _same_group(one: Figure, two: Figure) -> bool:
    """Say whether two figures can be of the same people."""
    if one.countries and two.countries and not one.countries & two.countries:
        return False
    if one.admin1 and two.admin1 and one.admin1 != two.admin1:
        return False
    if one.sector != two.sector and one.sector not in _ANY_SECTOR and two.sector not in _ANY_SECTOR:
        return False
    return {one.sex, two.sex} != {"women", "men"}


def _same_hands(one: Figure, two: Figure) -> bool:
    """Say whether the same provider can have trained both."""
    return _open(one) or _open(two) or bool(one.providers & two.providers)


def apart(one: Figure, two: Figure, persons: bool = False) -> bool:
    """Say whether two figures cannot count the same people in the same training.

    Parameters
    ----------
    one, two : Figure
    persons : bool
        Ask for different persons instead: then other dates and other providers do not set two figures apart, because
        somebody may have come twice.

    Notes
    -----
    Apart are figures of other countries, provinces, sectors (both named) or sexes, and parts of one source beside
    each other. Where it is places in courses that are counted, so are: other dates, other providers (both named,
    neither one who pays others to train), and two single courses that one source prints side by side or that are of
    clearly different size.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "TJK", "sex": "all", "counted_as": "trained", "unit": "people", "value": 20}
    >>> sectors = ({"sector": "police"}, {"sector": "judiciary"}, {"sector": "mixed", "value": 22, "source_id": "b"})
    >>> police, judges, mixed = figures(sample("trainees", *(course | one for one in sectors)))
    >>> apart(police, judges), apart(police, mixed)
    (True, False)
    """
    if not _same_group(one, two):
        return True
    together = bool(one.sources & two.sources)
    if together and (one.part or two.part):
        return one.part and two.part and one.sex == two.sex
    if persons:
        return False
    if not _meet(one, two) or not _same_hands(one, two):
        return True
    if one.total or two.total or one.part or two.part:
        return False
    return together or abs(one.low - two.low) > _SAME_SIZE * max(one.low, two.low)


def _clashes(items: Sequence[Figure], persons: bool) -> npt.NDArray[np.bool_]:
    """Return for each pair of figures whether they are not `apart`, (n, n) bool."""
    found = np.zeros((len(items), len(items)), dtype=bool)
    for (i, one), (j, two) in itertools.combinations(enumerate(items), 2):
        found[i, j] = found[j, i] = not apart(one, two, persons)
    return found


def least(found: Sequence[Figure], persons: bool = False) -> Least:
    """Return the greatest sum of figures of which no two can overlap, as a lower bound.

    Parameters
    ----------
    found : sequence of Figure
    persons : bool
        As in `apart`.

    Examples
    --------
    >>> def course(name, start, low, total=False, end=None):
    ...     who = frozenset(["TJK"]), "", "police", "all", frozenset(["osce"])
    ...     last = start if end is None else end
    ...     return Figure((name,), frozenset([name]), *who, total, False, start, last, last, low, low)
    >>> courses = [course("a", 10, 20), course("b", 40, 25), course("sum", 0, 30, total=True, end=50)]
    >>> least(courses).low, least(courses).records, least(courses, persons=True).low
    (45, ('a', 'b'), 30)
    """
    items = [figure for figure in found if figure.low > 0]
    if not items:
        return Least(0.0, ())
    size = len(items)
    cliques = _cliques(_clashes(items, persons))
    weights = np.array([_weight(figure, persons) for figure in items])
    chosen = np.ones(size, dtype=bool)
    if cliques:
        # The small extra weight settles ties in favour of the earlier row, so that the same rows are named each time.
        cost = np.arange(size) * 1e-6 - weights
        chosen = simplex.least(cost, Sums.of(cliques, size), np.ones(len(cliques)), yes_or_no=True).amounts > 0.5
    kept = [figure for figure, taken in zip(items, chosen, strict=True) if taken]
    lowest = sum(_weight(figure, persons) for figure in kept)
    return Least(lowest, tuple(r for figure in kept for r in figure.records))


def _weight(figure: Figure, persons: bool) -> float:
    return figure.persons if persons and figure.persons is not None else figure.low


def _cliques(clash: np.ndarray) -> list[list[int]]:
    """Cover all clashes with groups of which each member clashes with each other: far stronger than pairs."""
    left = np.triu(clash, 1)
    found = []
    for i, j in np.argwhere(left):
        if not left[i, j]:
            continue
        clique = [int(i), int(j)]
        open_to = clash[i] & clash[j]
        while open_to.any():
            k = int(open_to.argmax())
            clique.append(k)
            open_to = open_to & clash[k]
        left[np.ix_(clique, clique)] = False
        found.append(clique)
    return found
