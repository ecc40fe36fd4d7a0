"""How a value stands in a cell: of a table on the page, of a CSV file.

Belongs here: numbers, dates and missing values as text; CSV that a spreadsheet reads as text where
it is text. Does not belong here: which table is shown (``page``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.report.markup import visible
from analysis.report.wording import amount

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_COMMA = ("year", "line")
MISSING = "–"


def neutral(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("heroin"), neutral(" -2")
    ("'=1+1", 'heroin', "' -2")
    """
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return CSV: UTF-8, comma, one header line, text cells neutral, numbers untouched.

    Examples
    --------
    >>> print(csv_text(["drug", "low"], [["=heroin", 5.0], ["opium", float("inf")]]), end="")
    drug,low
    '=heroin,5
    opium,INF
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([neutral(visible(str(column))) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue()


def frame_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV; an index with a name comes first.

    Examples
    --------
    >>> print(frame_csv(pd.DataFrame({"drug": ["opium"], "low": [900.0]})), end="")
    drug,low
    opium,900
    """
    frame = flat(frame)
    return csv_text(frame.columns, frame.itertuples(index=False, name=None))


def _csv_cell(value: Any) -> Any:
    if _missing(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isinf(number):
            return "INF" if number > 0 else "-INF"
        return int(number) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, (dt.date, dt.datetime, pd.Period)):
        return _date(value)
    return neutral(visible(str(value)))


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its index as columns and one header line; plain row numbers are dropped.

    Examples
    --------
    >>> flat(pd.DataFrame({"opium": [900.0]}, index=pd.Index([2019], name="year"))).columns.tolist()
    ['year', 'opium']
    """
    numbers = frame.index.name is None and frame.index.nlevels == 1 and pd.api.types.is_integer_dtype(frame.index)
    if not numbers:
        names = [name if name is not None else "" for name in frame.index.names]
        frame = frame.reset_index(names=names if len(names) > 1 else names[0], allow_duplicates=True)
    frame = frame.copy(deep=False)
    frame.columns = pd.Index(
        [" · ".join(str(x) for x in c if x != "") if isinstance(c, tuple) else str(c) for c in frame.columns],
        dtype=object,
    )
    return frame


def label(column: str) -> str:
    """Return a column name as a heading.

    Examples
    --------
    >>> label("cost_usd"), label("Drug")
    ('Cost USD', 'Drug')
    """
    text = column.replace("_", " ").strip()
    text = " ".join(word.upper() if word in ("usd", "id", "url") else word for word in text.split(" "))
    return text[:1].upper() + text[1:]


def shown(value: Any, column: str = "") -> str:
    """Return a value as it stands in a table on the page.

    Examples
    --------
    >>> shown(12345.0), shown(2019, "year"), shown(float("nan")), shown(True)
    ('12,345', '2019', '–', 'yes')
    """
    if _missing(value):
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, float, np.integer, np.floating)):
        if any(word in column.lower() for word in _NO_COMMA) and float(value).is_integer():
            return str(int(value))
        return amount(float(value))
    if isinstance(value, (dt.date, dt.datetime, pd.Period)):
        return _date(value)
    return visible(str(value))


def is_number(column: pd.Series) -> bool:
    """Say whether a column holds numbers (or only numbers and blanks), so that it is set to the right.

    Examples
    --------
    >>> is_number(pd.Series([1.5, 2.0])), is_number(pd.Series(["1.5", "two"]))
    (True, False)
    """
    if pd.api.types.is_bool_dtype(column):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return True
    given = [value for value in column if not _missing(value) and value != ""]
    return bool(given) and all(
        isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in given
    )


def _missing(value: Any) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, (float, np.floating)) and math.isnan(value))
    )


def _date(value: Any) -> str:
    if isinstance(value, pd.Period):
        return str(value)
    if isinstance(value, dt.datetime) and (value.hour or value.minute or value.second or value.microsecond):
        return value.isoformat(sep=" ")
    return value.strftime("%Y-%m-%d") if not isinstance(value, dt.datetime) else value.date().isoformat()
