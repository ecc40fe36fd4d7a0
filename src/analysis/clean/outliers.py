"""Amounts that cannot be right for their drug and unit, and rows that stand twice.

Belongs here: the robust rule for amounts (its numbers and reasons stand in ``vocabulary/event_rules.csv``),
and telling identical rows. Both need all rows of an export, so both work on small summaries of batches that
add up: a histogram of decimal logarithms, and one 64-bit hash a row. Does not belong here: files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis import vocabulary
from analysis.clean.columns import Codes, dictionary, record_ids

_STEP = 0.01
_LOWEST = -12.0
_HIGHEST = 14.0
_BINS = int((_HIGHEST - _LOWEST) / _STEP)
_TOGETHER = 1 << 19
_WEIGHED_FREELY = ("precursors", "not a drug", "other", "all")
Key = tuple[str, str, str]
"""Drug, its group, and the standard unit."""


@cache
def rule(name: str) -> float:
    """Return one number of ``event_rules.csv``.

    Examples
    --------
    >>> rule("most_kg")
    100000.0
    """
    return next(float(row["value"]) for row in vocabulary.rows("event_rules") if row["rule"] == name)


@dataclass(slots=True)
class Survey:
    """What a first look at some rows leaves: how large amounts are, and a hash of each row.

    Attributes
    ----------
    sizes : dict
        Drug, group and unit, to the number of amounts in each hundredth of a decimal logarithm.
    hashes, lines : list of array
        The hash and the line of each row, in the order of the file.
    """

    sizes: dict[Key, dict[int, int]] = field(default_factory=dict)
    hashes: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    lines: list[Codes] = field(default_factory=list)

    def add(self, other: Survey) -> None:
        """Add the next part of the same file."""
        for key, bins in other.sizes.items():
            mine = self.sizes.setdefault(key, {})
            for place, count in bins.items():
                mine[place] = mine.get(place, 0) + count
        self.hashes += other.hashes
        self.lines += other.lines


def measure(keys: list[Key], rows: Codes, value: npt.NDArray[np.float64]) -> dict[Key, dict[int, int]]:
    """Return the histogram of amounts of each key; ``rows`` says which key a row has.

    Examples
    --------
    >>> heroin = ("heroin", "opiates", "kg")
    >>> [sum(bins.values()) for bins in measure([heroin], np.array([0, 0, 0]), np.array([1.0, 2.5, np.nan])).values()]
    [2]
    """
    good = np.isfinite(value) & (value > 0)
    place = ((np.log10(value[good]) - _LOWEST) / _STEP).astype(np.int64).clip(0, _BINS - 1)
    both, counts = np.unique(rows[good] * _BINS + place, return_counts=True)
    sizes: dict[Key, dict[int, int]] = {}
    for one, count in zip(both.tolist(), counts.tolist(), strict=True):
        bins = sizes.setdefault(keys[one // _BINS], {})
        bins[one % _BINS] = bins.get(one % _BINS, 0) + count
    return sizes


def row_hashes(table: pa.Table) -> npt.NDArray[np.uint64]:
    """Return a hash of each row over all its columns: equal rows have equal hashes.

    Two different rows share a hash once in some 10^19 pairs.

    Examples
    --------
    >>> table = pa.table({"drug": pa.array(["heroin", "opium", "heroin"]).dictionary_encode()})
    >>> hashes = row_hashes(table)
    >>> bool(hashes[0] == hashes[2]), bool(hashes[0] == hashes[1])
    (True, False)
    """
    total = np.zeros(table.num_rows, dtype=np.uint64)
    for name in table.column_names:
        codes, texts = dictionary(table, name)
        hashes = pd.util.hash_array(np.asarray(texts, dtype=object), categorize=False)
        total = total * np.uint64(0x9E3779B97F4A7C15) + hashes[codes]
        total ^= total >> np.uint64(29)
    return total


@dataclass(frozen=True, slots=True)
class Limit:
    """Above which amount a seizure of one drug and unit is suspect, and why."""

    most: float
    reason: str


def all_sizes(surveys: Iterable[Survey]) -> dict[Key, dict[int, int]]:
    """Return the histograms of several files together.

    Examples
    --------
    >>> heroin = ("heroin", "opiates", "kg")
    >>> all_sizes([Survey({heroin: {1200: 3}}), Survey({heroin: {1200: 1, 1300: 2}})])[heroin]
    {1200: 4, 1300: 2}
    """
    total = Survey()
    for survey in surveys:
        total.add(Survey(survey.sizes))
    return total.sizes


def limits(sizes: Mapping[Key, Mapping[int, int]]) -> dict[Key, Limit]:
    """Return the limit of each drug and unit from their histograms.

    Examples
    --------
    >>> usual = {round((0.01 * n - _LOWEST) / _STEP): 10 for n in range(-50, 50)}
    >>> lone = {round((5 - _LOWEST) / _STEP): 1}
    >>> round(limits({("heroin", "opiates", "kg"): usual | lone})[("heroin", "opiates", "kg")].most, 2)
    3.16
    """
    pooled: dict[tuple[str, ...], dict[int, int]] = {}
    for (drug, group, unit), bins in sizes.items():
        for name in ((drug, group, unit), (group, unit), (unit,)):
            into = pooled.setdefault(name, {})
            for place, count in bins.items():
                into[place] = into.get(place, 0) + count
    return {key: _limit(key, pooled) for key in sizes}


def _limit(key: Key, pooled: Mapping[tuple[str, ...], Mapping[int, int]]) -> Limit:
    drug, group, unit = key
    found = Limit(np.inf, "")
    if not unit:
        return found
    named = {
        (drug, group, unit): f"{drug} in {unit}",
        (group, unit): f"{group} in {unit}",
        (unit,): f"any drug in {unit}",
    }
    for name, said in named.items():
        bins = pooled[name]
        if sum(bins.values()) >= rule("least_rows"):
            found = _isolated(bins, unit, said)
            break
    if unit == "kg" and group not in _WEIGHED_FREELY and rule("most_kg") < found.most:
        return Limit(rule("most_kg"), f"above {rule('most_kg'):,.0f} kg, which no single seizure of a drug has reached")
    return found


def _isolated(bins: Mapping[int, int], unit: str, said: str) -> Limit:
    """Return the amount below the first wide gap among very large amounts."""
    middle, spread = _middle(bins)
    high = middle + rule("spread") * max(spread, rule("least_spread"))
    places = np.array(sorted(bins))
    wide = np.diff(places) * _STEP > np.log10(rule("gap"))
    after = np.flatnonzero(wide & (_LOWEST + places[1:] * _STEP > high))
    if not len(after):
        return Limit(np.inf, "")
    below = 10 ** (_LOWEST + (places[after[0]] + 1) * _STEP)
    return Limit(
        float(below),
        f"more than {rule('spread'):g} robust standard deviations over the median ({10**middle:.3g} {unit}) of"
        f" {sum(bins.values())} seizures of {said}, and more than {rule('gap'):g} times the next largest"
        f" (about {below:.3g} {unit})",
    )


def _middle(bins: Mapping[int, int]) -> tuple[float, float]:
    """Return the median and the robust standard deviation of a histogram, in decimal logarithms."""
    places = np.array(sorted(bins))
    counts = np.array([bins[place] for place in places])
    centres = _LOWEST + (places + 0.5) * _STEP
    middle = _median(centres, counts)
    away = np.abs(centres - middle)
    order = np.argsort(away, kind="stable")
    return middle, 1.4826 * _median(away[order], counts[order])


def _median(values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> float:
    return float(values[np.searchsorted(np.cumsum(counts), counts.sum() / 2)])


class Repeated(NamedTuple):
    """Lines that repeat an earlier row, ascending, and the record that each repeats."""

    lines: Codes
    of: pa.Array


NOTHING_REPEATED = Repeated(np.array([], dtype=np.int64), pa.array([], pa.string()))


class Repeats:
    """Which rows of some files stand on an earlier line too.

    Takes 12 bytes a row while it is built; keeps only the repeated rows.

    Examples
    --------
    >>> rows = Survey({}, [np.array([7, 9, 7], dtype=np.uint64)], [np.array([2, 3, 4])])
    >>> again = Repeats([("ids-asia", rows)]).among("ids-asia", 2, 4)
    >>> again.lines.tolist(), again.of.to_pylist()
    ([4], ['ids-asia-000002'])
    """

    def __init__(self, surveys: Iterable[tuple[str, Survey]]) -> None:
        """Find the repeated rows of files given in their order, each with its prefix of record ids."""
        self._prefixes: list[str] = []
        batches: list[_Batch] = []
        for number, (prefix, survey) in enumerate(surveys):
            self._prefixes.append(prefix)
            batches += [(number, *batch) for batch in zip(survey.hashes, survey.lines, strict=True)]
        bits = (sum(len(hashes) for _, hashes, _ in batches) // _TOGETHER).bit_length()
        found = [_later(_share(batches, number, bits)) for number in range(1 << bits)]
        owner, line, first_owner, first_line = (np.concatenate(parts) for parts in zip(*found, strict=True))
        self._found: dict[str, tuple[Codes, Codes, Codes]] = {}
        for number, prefix in enumerate(self._prefixes):
            mine = np.flatnonzero(owner == number)
            mine = mine[np.argsort(line[mine])]
            self._found[prefix] = (line[mine], first_owner[mine], first_line[mine])

    def among(self, prefix: str, first: int, last: int) -> Repeated:
        """Return the repeated lines from ``first`` to ``last`` of a file, each with the record it repeats."""
        if prefix not in self._found:
            return NOTHING_REPEATED
        at, owner, line = self._found[prefix]
        begin, end = np.searchsorted(at, [first, last + 1])
        ids, places = [NOTHING_REPEATED.of], [NOTHING_REPEATED.lines]
        for number in np.unique(owner[begin:end]).tolist():
            mine = np.flatnonzero(owner[begin:end] == number)
            ids.append(record_ids(self._prefixes[number], line[begin:end][mine]))
            places.append(mine)
        back = np.argsort(np.concatenate(places), kind="stable")
        return Repeated(at[begin:end], pa.concat_arrays(ids).take(pa.array(back)))


_Batch = tuple[int, npt.NDArray[np.uint64], Codes]
"""The number of a file, and the hashes and lines of some of its rows."""


def _share(batches: list[_Batch], number: int, bits: int) -> tuple[npt.NDArray[np.uint64], Codes, Codes]:
    """Return hash, file and line of the rows whose hash begins with the bits of a number, in their order.

    Equal rows fall into one share, so that only one share is sorted at a time, however many rows there are.
    """
    places = [
        np.flatnonzero(hashes >> np.uint64(64 - bits) == number) if bits else np.arange(len(hashes))
        for _, hashes, _ in batches
    ]
    taken = list(zip(batches, places, strict=True))
    return (
        np.concatenate([np.zeros(0, np.uint64), *(hashes[at] for (_, hashes, _), at in taken)]),
        np.concatenate([np.zeros(0, np.int32), *(np.full(len(at), owner, np.int32) for (owner, _, _), at in taken)]),
        np.concatenate([np.zeros(0, np.uint32), *(lines[at] for (_, _, lines), at in taken)]),
    )


def _later(share: tuple[npt.NDArray[np.uint64], Codes, Codes]) -> tuple[Codes, Codes, Codes, Codes]:
    """Return file and line of the rows that stand earlier too, and file and line of where each stands first."""
    hashes, owner, line = share
    if not len(hashes):
        return owner, line, owner, line
    order = np.argsort(hashes)
    new = np.concatenate([[True], np.diff(hashes[order]) != 0])
    first = np.minimum.reduceat(order, np.flatnonzero(new))[np.cumsum(new) - 1]
    again = order != first
    return owner[order[again]], line[order[again]], owner[first[again]], line[first[again]]
