"""Small tables by hand: a few rows with every column that a processed table has.

Belongs here: what lets a function of the package be tried without any data, as the examples of the
docstrings do. Does not belong here: real figures, which `analysis.load` reads.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from analysis.errors import InputError, nearest
from analysis.tables import RECIPES
from analysis.tables.work import Work

_BLANK = {"str": "", "bool": False, "float64": float("nan"), "datetime64[us]": pd.NaT, "int64": 0}


def sample(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return a small table made by hand, with every column of a processed table.

    Parameters
    ----------
    table : str
        One of `analysis.schemas.TABLES`.
    *rows : dict
        What each row says. What it does not say is blank or missing; ``low`` and ``high`` are
        ``value`` and ``bound`` is ``exact`` unless said; ``record_id`` is ``row-1``, ``row-2``, ...

    Returns
    -------
    DataFrame
        In the types that `analysis.load` returns.

    Raises
    ------
    InputError
        There is no such table.

    Examples
    --------
    >>> table = sample("seizures", {"country": "PAK", "drug": "heroin", "value": 5, "start": "2019-01-01"})
    >>> table[["record_id", "drug", "low", "bound"]].values.tolist()
    [['row-1', 'heroin', 5.0, 'exact']]
    """
    if table not in RECIPES:
        raise InputError(f"there is no table {table!r}; the tables are {', '.join(RECIPES)}{nearest(table, RECIPES)}")
    columns = _columns(table)
    filled = [_filled(row, number, columns) for number, row in enumerate(rows, 1)]
    names = dict.fromkeys([*columns, *(name for row in rows for name in row)])
    return pd.DataFrame(filled, columns=list(names)).astype(columns)


@cache
def _columns(table: str) -> dict[str, str]:
    """Return the columns that cleaning makes of a table, with their types: it is run over no rows."""
    recipe = RECIPES[table]
    raw = pd.DataFrame({name: pd.Series(dtype="str") for name in (*recipe.columns, "file", "line")})
    work = Work(raw, raw, recipe.id_column)
    recipe.clean(work)
    return {str(name): str(kind) for name, kind in work.frame().dtypes.items()}


def _filled(row: dict[str, Any], number: int, columns: dict[str, str]) -> dict[str, Any]:
    blank = {name: _BLANK[kind] for name, kind in columns.items()}
    blank |= {"record_id": f"row-{number}", "source_id": "source", "file": f"{number}.csv", "line": number + 1}
    if "low" in columns and row.get("value") is not None:
        blank |= {"low": row["value"], "high": row["value"], "bound": "exact"}
    return {**blank, **row}
