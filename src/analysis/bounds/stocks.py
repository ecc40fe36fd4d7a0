"""Counts that only grow: teams, centers, posts.

Belongs here: what dated counts together imply for another day, and when a count can have been a
given number. Does not belong here: choosing which counts are of one kind. The caller passes counts
on one basis: posts built with one donor and all posts are two bases, and never meet here.

Nothing that was counted is taken away again, so the count of a day is at least every earlier one
and at most every later one. A partial date is the span that it allows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.bounds.choices import Cluster, groups_of, ways_out
from analysis.bounds.figures import day, days

_MOST_COMBINATIONS = 64


@dataclass(frozen=True, slots=True)
class Count:
    """On some day from ``start`` to ``end`` (both inside, days since 1970) there were low to high."""

    records: tuple[str, ...]
    start: int
    end: int
    low: float
    high: float
    votes: int = 1
    suspect: bool = False

    def describe(self) -> str:
        """Return the count in words.

        Examples
        --------
        >>> Count(("r1",), 17807, 17807, 27, 27).describe()
        '27 on 2018-10-03'
        """
        top = "or more" if math.isinf(self.high) else f"to {self.high:g}"
        number = f"{self.low:g}" if self.low == self.high else f"{self.low:g} {top}"
        when = f"on {day(self.start)}" if self.start == self.end else f"between {day(self.start)} and {day(self.end)}"
        return f"{number} {when}"


@dataclass(frozen=True, slots=True)
class StockConflict:
    """Two counts that cannot both be true, and the equally likely ways out (first records)."""

    members: tuple[Count, Count]
    sides: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StockRange:
    """What the counts allow for one day; over the hull of ``sides`` where conflicts are undecided."""

    low: float
    high: float
    low_by: tuple[str, ...] = ()
    high_by: tuple[str, ...] = ()
    sides: tuple[tuple[float, float, tuple[str, ...]], ...] = ()
    conflicts: tuple[StockConflict, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """The days on which a stock can have been a number; None where nothing limits that end.

    ``never`` is true where the counts exclude the number on every day; ``after`` and ``before``
    are the records that set the ends.
    """

    first: pd.Timestamp | None
    last: pd.Timestamp | None
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    conflicts: tuple[StockConflict, ...] = field(default=())

    @property
    def never(self) -> bool:
        """Whether no day is left."""
        return self.first is not None and self.last is not None and self.first > self.last


def counts(table: pd.DataFrame, publishers: Mapping[str, str] | None = None) -> tuple[Count, ...]:
    """Read stock rows of the processed ``policing_centers`` table, all on one basis.

    Rows without a date or a number are passed over; equal counts of equal dates become one, with
    a vote for each publisher (without the mapping: each source).

    Parameters
    ----------
    table : DataFrame
        Columns ``record_id, source_id, as_of_start, as_of_end, low, high``.
    publishers : mapping of source_id to publisher, optional
        Two pages of one publisher that print the same count once.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"value": 27, "as_of_start": "2018-10-03", "as_of_end": "2018-10-03"}
    >>> [count] = counts(sample("policing_centers", {**teams, "source_id": "a"}, {**teams, "source_id": "b"}))
    >>> count.describe(), count.records, count.votes
    ('27 on 2018-10-03', ('row-1', 'row-2'), 2)
    """
    same: dict[tuple[int, int, float, float], list[tuple[str, str]]] = {}
    usable = table[table["as_of_start"].notna() & table["as_of_end"].notna() & table["low"].notna()]
    for row in usable.to_dict("records"):
        place = (days(row["as_of_start"]), days(row["as_of_end"]), float(row["low"]), float(row["high"]))
        publisher = (publishers or {}).get(row["source_id"], row["source_id"])
        same.setdefault(place, []).append((row["record_id"], publisher))
    found = []
    for place, prints in sorted(same.items()):
        records = tuple(sorted(record for record, _ in prints))
        found.append(Count(records, *place, votes=len({publisher for _, publisher in prints})))
    return tuple(found)


def stock_bounds(observed: Sequence[Count], when: str | pd.Timestamp) -> StockRange:
    """Return the least and most that the counts allow on a day.

    Examples
    --------
    >>> teams = [Count(("a",), 17807, 17807, 27, 27), Count(("b",), 18030, 18030, 32, 32)]
    >>> stock_bounds(teams, "2019-01-01").low, stock_bounds(teams, "2019-01-01").high
    (27, 32)
    """
    at = days(when)
    clusters, conflicts = _conflicts(observed)
    sides = []
    for wrong in _choices(clusters):
        believed = [count for i, count in enumerate(observed) if i not in wrong and not count.suspect]
        earlier = [count for count in believed if count.end <= at]
        later = [count for count in believed if count.start >= at]
        low = max((count.low for count in earlier), default=0)
        high = min((count.high for count in later), default=math.inf)
        low_by = _records(count for count in earlier if count.low == low and low > 0)
        high_by = _records(count for count in later if count.high == high and math.isfinite(high))
        sides.append((low, high, low_by, high_by, _records(observed[i] for i in wrong)))
    lowest, highest = min(sides, key=lambda s: s[0]), max(sides, key=lambda s: s[1])
    differ = len({side[:2] for side in sides}) > 1
    each = tuple((low, high, wrong) for low, high, _, _, wrong in sides) if differ else ()
    return StockRange(lowest[0], highest[1], lowest[2], highest[3], each, conflicts)


def when_can_be(observed: Sequence[Count], value: float) -> When:
    """Return the span of days on which the stock can have been exactly a number.

    Examples
    --------
    >>> teams = [Count(("a",), 17807, 17807, 27, 27), Count(("b",), 18030, 18030, 32, 32)]
    >>> span = when_can_be(teams, 32)
    >>> str(span.first.date()), span.last, span.after
    ('2018-10-04', None, ('a',))
    """
    clusters, conflicts = _conflicts(observed)
    undecided = frozenset(i for cluster in clusters for i in cluster.open)
    believed = [count for i, count in enumerate(observed) if i not in undecided and not count.suspect]
    below = [count for count in believed if count.high < value]
    above = [count for count in believed if count.low > value]
    first = max((count.start for count in below), default=None)
    last = min((count.end for count in above), default=None)
    return When(
        None if first is None else pd.Timestamp(day(first + 1)),
        None if last is None else pd.Timestamp(day(last - 1)),
        _records(count for count in below if count.start == first),
        _records(count for count in above if count.end == last),
        conflicts,
    )


def _conflicts(observed: Sequence[Count]) -> tuple[tuple[Cluster, ...], tuple[StockConflict, ...]]:
    """Find pairs of which the earlier is the larger, and the fewest counts that would be wrong."""
    pairs = [
        frozenset((i, j))
        for i, one in enumerate(observed)
        for j, other in enumerate(observed)
        if i != j and one.end <= other.start and one.low > other.high
    ]
    clusters = tuple(ways_out(group, observed) for group in groups_of(list(dict.fromkeys(pairs))))
    conflicts = []
    for cluster in clusters:
        for pair in cluster.sets:
            first, second = sorted(pair, key=lambda i: (observed[i].start, i))
            ways = sorted({tuple(observed[i].records[0] for i in sorted(side & pair)) for side in cluster.sides})
            conflicts.append(StockConflict((observed[first], observed[second]), tuple(ways)))
    return clusters, tuple(conflicts)


def _choices(clusters: Sequence[Cluster]) -> list[frozenset[int]]:
    """Return every combination of sides; where they are too many, one that believes no side."""
    if math.prod(len(cluster.sides) for cluster in clusters) > _MOST_COMBINATIONS:
        return [frozenset(i for cluster in clusters for i in cluster.open)]
    return [frozenset().union(*chosen) for chosen in itertools.product(*(cluster.sides for cluster in clusters))]


def _records(some: object) -> tuple[str, ...]:
    return tuple(sorted({record for count in some for record in count.records}))  # type: ignore[attr-defined]
