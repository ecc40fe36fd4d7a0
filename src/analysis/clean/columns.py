"""Dictionary-encoded columns: each distinct text is cleaned once, then laid back over the rows.

Belongs here: array look-ups over the distinct texts of Arrow columns, for exports of any length. Does not
belong here: what a text means (the cleaners), files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
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


class Laid(NamedTuple):
    """The answers for the distinct texts, and the answer each row takes."""

    answers: list[Any]
    rows: Codes


def dictionary(table: pa.Table, name: str) -> tuple[Codes, list[str]]:
    """Return a column as codes and its distinct texts."""
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    return column.indices.to_numpy(zero_copy_only=False).astype(np.int64), column.dictionary.to_pylist()


def lay(read: Callable[..., Any], *columns: tuple[Codes, list[str]]) -> Laid:
    """Apply ``read`` to each distinct combination of texts that occurs.

    Examples
    --------
    >>> lay(str.upper, (np.array([1, 0, 1]), ["a", "b"]))
    Laid(answers=['A', 'B'], rows=array([1, 0, 1]))
    """
    if len(columns) == 1:
        codes, texts = columns[0]
        return Laid([read(text) for text in texts], codes)
    combined = np.zeros(len(columns[0][0]), dtype=np.int64)
    for codes, texts in columns:
        combined = combined * (len(texts) + 1) + codes
    rows, keys = pd.factorize(combined)
    parts: list[list[str]] = []
    rest = keys
    for _, texts in reversed(columns):
        rest, part = np.divmod(rest, len(texts) + 1)
        parts.append([texts[place] for place in part])
    return Laid([read(*texts) for texts in zip(*reversed(parts), strict=True)], rows.astype(np.int64))


def text(answers: Sequence[str], rows: Codes) -> pa.DictionaryArray:
    """Return a text column: the answer of each row, kept as a dictionary."""
    codes, values = pd.factorize(np.asarray(answers, dtype=object))
    return encoded(codes[rows] if len(codes) else rows, list(values))


def encoded(codes: Codes, values: Sequence[str]) -> pa.DictionaryArray:
    """Return a dictionary column from codes and texts."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values, pa.string()))


def constant(value: str, length: int) -> pa.DictionaryArray:
    """Return a text column that holds one text throughout."""
    return encoded(np.zeros(length, dtype=np.int64), [value])


def numbers(answers: Sequence[float], rows: Codes) -> npt.NDArray[np.float64]:
    """Return the number of each row."""
    return np.asarray(answers, dtype=np.float64)[rows]


def days(answers: Sequence[date | None], rows: Codes) -> pa.Array:
    """Return the day of each row as a timestamp in microseconds, missing where the answer is None."""
    each = np.array([_NO_DAY if day is None else day.toordinal() - _EPOCH for day in answers] or [0], dtype=np.int64)
    of_rows = each[rows]
    return pa.array(of_rows * _DAY, pa.int64(), mask=of_rows == _NO_DAY).cast(pa.timestamp("us"))


def printed(table: pa.Table, name: str) -> pa.Array:
    """Return a column as it was read."""
    return table[name].combine_chunks()


def record_ids(prefix: str, lines: Codes) -> pa.Array:
    """Return the ids of rows: the prefix and the line, which stay the same as long as the file does.

    Examples
    --------
    >>> record_ids("ids-asia", np.array([12])).to_pylist()
    ['ids-asia-000012']
    """
    padded = pc.utf8_lpad(pa.array(lines).cast(pa.string()), width=6, padding="0")
    return pc.binary_join_element_wise(pa.scalar(prefix), padded, "-")


def compact(table: pa.Table) -> pa.Table:
    """Return the table with dictionaries that hold only the texts that occur.

    Examples
    --------
    >>> table = pa.table({"unit": encoded(np.array([2, 0, 2]), ["kg", "L", "item"])})
    >>> compact(table)["unit"].chunk(0).dictionary.to_pylist()
    ['kg', 'item']
    """
    columns = []
    for column in table.columns:
        whole = column.combine_chunks()
        if pa.types.is_dictionary(column.type) and not isinstance(whole, pa.ChunkedArray) and len(whole.dictionary) > 1:
            codes = whole.indices.to_numpy(zero_copy_only=False)
            used = np.zeros(len(whole.dictionary), dtype=bool)
            used[codes] = True
            if not used.all():
                places = np.cumsum(used, dtype=np.int32) - 1
                texts = whole.dictionary.take(pa.array(np.flatnonzero(used)))
                whole = pa.DictionaryArray.from_arrays(pa.array(places[codes], pa.int32()), texts)
        columns.append(whole)
    return pa.table(columns, names=table.column_names)
