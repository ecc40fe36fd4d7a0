"""Dictionary-encoded columns: each distinct text is cleaned once, then laid back over the rows.

Belongs here: array look-ups over the distinct texts of Arrow columns, for exports of any length. Does not
belong here: what a text means (the cleaners), files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
_EPOCH = date(1970, 1, 1).toordinal()
_NO_DAY = -(10**6)
_DAY = 86_400_000_000
_SHORT = 64
_READING = Lock()
"""Held while texts are read: a second thread would only take turns with the first, and read the same texts again."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an export.

    Attributes
    ----------
    table : pyarrow.Table
        Dictionary-encoded columns of text, as read.
    lines : array of int64
        The line of each row.
    file, prefix : str
        The raw file, and the first part of the record ids of its rows.
    """

    table: pa.Table
    lines: Codes
    file: str
    prefix: str

    def origin(self, source: str) -> dict[str, pa.Array]:
        """Return the columns that say where each row comes from."""
        return {
            "record_id": record_ids(self.prefix, self.lines),
            "source_id": constant(source, len(self.lines)),
            "file": constant(self.file, len(self.lines)),
            "line": pa.array(self.lines, pa.int64()),
        }

    def rejects(self, found: Iterable[tuple[int, str, str, str]]) -> pd.DataFrame:
        """Return rejected cells, given as row, column, value and reason, in the order of the lines."""
        ordered = sorted(found, key=lambda one: one[0])
        lines = self.lines[[one[0] for one in ordered]] if ordered else self.lines[:0]
        texts = pd.DataFrame([one[1:] for one in ordered], columns=["column", "value", "reason"], dtype="str")
        ids = pd.Series(record_ids(self.prefix, lines).to_pylist(), dtype="str")
        return pd.concat([pd.DataFrame({"record_id": ids, "file": self.file, "line": lines}), texts], axis=1)


class Laid(NamedTuple):
    """The answers for the distinct texts, and the answer each row takes."""

    answers: list[Any]
    rows: Codes


def dictionary(table: pa.Table, name: str) -> tuple[Codes, list[str]]:
    """Return a column as codes and its distinct texts.

    Examples
    --------
    >>> table = pa.table({"drug": pa.array(["heroin", "opium", "heroin"]).dictionary_encode()})
    >>> codes, texts = dictionary(table, "drug")
    >>> codes.tolist(), texts
    ([0, 1, 0], ['heroin', 'opium'])
    """
    column = as_read(table, name)
    return column.indices.to_numpy().astype(np.int64), column.dictionary.to_pylist()


def lay(read: Callable[..., Any], *columns: tuple[Codes, list[Any]]) -> Laid:
    """Apply ``read`` to each distinct combination of texts, or of earlier answers, that occurs.

    Examples
    --------
    >>> lay(str.upper, (np.array([1, 0, 1]), ["a", "b"]))
    Laid(answers=['A', 'B'], rows=array([1, 0, 1]))
    """
    if len(columns) == 1:
        codes, texts = columns[0]
        with _READING:
            return Laid([read(text) for text in texts], codes)
    combined = np.zeros(len(columns[0][0]), dtype=np.int64)
    for codes, texts in columns:
        combined = combined * (len(texts) + 1) + codes
    rows, keys = pd.factorize(combined)
    parts: list[list[Any]] = []
    rest = keys
    for _, texts in reversed(columns):
        rest, part = np.divmod(rest, len(texts) + 1)
        parts.append([texts[place] for place in part])
    with _READING:
        return Laid([read(*texts) for texts in zip(*reversed(parts), strict=True)], rows.astype(np.int64))


def distinct(answers: Sequence[str], rows: Codes) -> tuple[Codes, list[str]]:
    """Return the answer of each row as a code, and the distinct answers.

    Examples
    --------
    >>> distinct(["kg", "L", "kg"], np.array([2, 1, 0]))
    (array([0, 1, 0]), ['kg', 'L'])
    """
    each = pa.array(answers, pa.string()).dictionary_encode()
    return each.indices.to_numpy().astype(np.int64)[rows] if len(answers) else rows, each.dictionary.to_pylist()


def text(answers: Sequence[str], rows: Codes) -> pa.DictionaryArray:
    """Return a text column: the answer of each row, kept as a dictionary.

    Examples
    --------
    >>> text(["kg", "L"], np.array([1, 0, 1])).to_pylist()
    ['L', 'kg', 'L']
    """
    return encoded(*distinct(answers, rows))


def encoded(codes: Codes, values: Sequence[str]) -> pa.DictionaryArray:
    """Return a dictionary column from codes and texts.

    Examples
    --------
    >>> encoded(np.array([1, 0]), ["kg", "L"]).to_pylist()
    ['L', 'kg']
    """
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values, pa.string()))


def constant(value: str, length: int) -> pa.DictionaryArray:
    """Return a text column that holds one text throughout.

    Examples
    --------
    >>> constant("kg", 2).to_pylist()
    ['kg', 'kg']
    """
    return encoded(np.zeros(length, dtype=np.int64), [value])


def numbers(answers: Sequence[float], rows: Codes) -> npt.NDArray[np.float64]:
    """Return the number of each row.

    Examples
    --------
    >>> numbers([7.5, 2.0], np.array([1, 0, 1])).tolist()
    [2.0, 7.5, 2.0]
    """
    return np.asarray(answers, dtype=np.float64)[rows]


def days(answers: Sequence[date | None], rows: Codes) -> pa.Array:
    """Return the day of each row as a timestamp in microseconds, missing where the answer is None.

    Examples
    --------
    >>> days([date(2014, 5, 6), None], np.array([1, 0])).to_pylist()
    [None, datetime.datetime(2014, 5, 6, 0, 0)]
    """
    each = np.array([_NO_DAY if day is None else day.toordinal() - _EPOCH for day in answers] or [0], dtype=np.int64)
    of_rows = each[rows]
    return pa.array(of_rows * _DAY, pa.int64(), mask=of_rows == _NO_DAY).cast(pa.timestamp("us"))


def as_read(table: pa.Table, name: str) -> pa.Array:
    """Return a column as it was read.

    Examples
    --------
    >>> table = pa.table({"drug": pa.array(["heroin", "opium", "heroin"]).dictionary_encode()})
    >>> as_read(table, "drug").dictionary.to_pylist()
    ['heroin', 'opium']
    """
    return _whole(table[name])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    # putting one chunk together would copy it
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def record_ids(prefix: str, lines: Codes) -> pa.Array:
    """Return the ids of rows: the prefix and the line, which stay the same as long as the file does.

    Examples
    --------
    >>> record_ids("ids-asia", np.array([12])).to_pylist()
    ['ids-asia-000012']
    """
    padded = pc.ascii_lpad(pa.array(lines).cast(pa.string()), width=6, padding="0")
    return pc.binary_replace_slice(padded, start=0, stop=0, replacement=f"{prefix}-")


def compact(table: pa.Table) -> pa.Table:
    """Return the table with long dictionaries cut to the texts that occur; short ones are not worth it.

    Examples
    --------
    >>> table = pa.table({"place": encoded(np.array([90, 7, 90]), [f"Village {n}" for n in range(100)])})
    >>> compact(table)["place"].chunk(0).dictionary.to_pylist()
    ['Village 7', 'Village 90']
    """
    return pa.table([_compact(_whole(column)) for column in table.columns], schema=table.schema)


def _compact(column: pa.Array) -> pa.Array:
    if not pa.types.is_dictionary(column.type) or len(column.dictionary) <= _SHORT:
        return column
    codes = column.indices.to_numpy()
    used = np.zeros(len(column.dictionary), dtype=bool)
    used[codes] = True
    places = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return pa.DictionaryArray.from_arrays(pa.array(places[codes]), column.dictionary.filter(pa.array(used)))
