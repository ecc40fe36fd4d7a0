"""Work once per distinct text, not once per row.

Belongs here: the one loop of the cleaning. A table of a million rows holds a few
thousand distinct texts; each cleaner reads a text once and the answer is laid
back over the rows, so that time grows with the rows only by array look-ups.
Does not belong here: what a text means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import Unreadable


def per_distinct(
    reader: Callable[..., Sequence[Any]],
    columns: Sequence[pd.Series],
    names: dict[str, str],
) -> pd.DataFrame:
    """Apply ``reader`` to each distinct combination of texts.

    Parameters
    ----------
    reader : callable
        Takes one text a column, returns one value a name; raises `Unreadable` with the reason
        where a careful person could not read it either.
    columns : sequence of Series
        Text columns of one length and index.
    names : dict of str to str
        Name of each value returned, and its pandas type.

    Returns
    -------
    DataFrame
        The index of the columns; one column a name, ``problem`` (why it was not read, ``""`` where
        it was) and ``fault`` (the column that the problem names, if it does). Unread rows hold
        missing values, or ``""`` where the type is text.

    Examples
    --------
    >>> texts = pd.Series(["2", "3", "2"])
    >>> per_distinct(lambda text: (int(text) ** 2,), [texts], {"square": "float64"})["square"].tolist()
    [4.0, 9.0, 4.0]
    """
    codes, firsts = _number(columns)
    answers: list[tuple[Any, ...]] = []
    for texts in zip(*(column.to_numpy(dtype=object)[firsts] for column in columns), strict=True):
        try:
            answers.append((*reader(*texts), "", ""))
        except Unreadable as error:
            answers.append((*[None] * len(names), str(error), error.column))
    distinct = pd.DataFrame(
        {
            name: _typed([answer[place] for answer in answers], kind)
            for place, (name, kind) in enumerate({**names, "problem": "str", "fault": "str"}.items())
        }
    )
    laid = distinct.take(codes)
    laid.index = columns[0].index
    return laid


def _number(columns: Sequence[pd.Series]) -> tuple[np.ndarray, np.ndarray]:
    """Give each distinct combination a number; return each row's number and a first row of each."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        each, values = pd.factorize(column)
        codes, _ = pd.factorize(codes * (len(values) + 1) + each)
    _, firsts = np.unique(codes, return_index=True)
    return codes, firsts


def _typed(values: list[Any], kind: str) -> pd.Series:
    if kind == "str":
        values = ["" if value is None else value for value in values]
    elif kind == "bool":
        values = [bool(value) for value in values]
    return pd.Series(values, dtype=kind)
