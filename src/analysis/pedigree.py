"""How one cleaned record came about: the raw line, each value, and the rule that made it.

Belongs here: telling the pedigree of a record. Does not belong here: the rules (``clean``).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, nearest
from analysis.pipeline import Cleaned, clean_tables
from analysis.read.tables import read_table
from analysis.tables import RECIPES


def explain(record_id: str, raw: Path) -> pd.DataFrame:
    r"""Say how each cleaned value of one record came about.

    Parameters
    ----------
    record_id : str
        A record of any raw table.
    raw : Path
        Folder of the raw tables.

    Returns
    -------
    DataFrame
        One row a made column: ``column, value, rule``; before them ``file`` with the line and one
        row for each raw column as printed.

    Raises
    ------
    InputError
        No table has the record.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name, recipe in RECIPES.items():
    ...         row = dict.fromkeys(recipe.columns, "") | {recipe.id_column: f"{name}-1", "source_id": "sources-1"}
    ...         row |= {"publisher": "Dawn", "terms": "open"} if name == "sources" else {}
    ...         written = Path(folder, f"{name}.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    ...     explain("sources-1", Path(folder)).iloc[-1].tolist()
    ['terms', 'open', 'as printed']
    """
    ids: set[str] = set()
    for table, recipe in RECIPES.items():
        names = read_table(raw / f"{table}.csv", recipe.columns).frame[recipe.id_column]
        if record_id not in set(names):
            ids |= set(names)
            continue
        cleaned = clean_tables(raw, [table], trace=True)[table]
        return _explained(record_id, cleaned)
    near = nearest(record_id.strip().lower(), ids) or "; the column record_id of each table holds them"
    raise InputError(f"no raw table has the record {record_id!r}{near}")


def _explained(record_id: str, cleaned: Cleaned) -> pd.DataFrame:
    work = cleaned.work
    place = work.raw.index[work.raw[work.id_column] == record_id][0]
    raw = work.raw.loc[place]
    lines = [("file", f"{raw['file']}, line {raw['line']}", "where the record stands")]
    for column in work.raw.columns.drop(["file", "line"]):
        printed, read = work.printed.loc[place, column], raw[column]
        if printed:
            lines.append((f"{column} (raw)", printed, "as printed" if printed == read else f"corrected to {read}"))
    for reject in cleaned.rejects[cleaned.rejects["record_id"] == record_id].itertuples():
        lines.append((str(reject.column), str(reject.value), f"rejected: {reject.reason}"))
    for column, values in work.made.items():
        if not column.endswith("_reported"):
            rule = work.rules[column].loc[place] if column in work.rules else "as printed"
            lines.append((column, _shown(values.loc[place]), rule))
    return pd.DataFrame(lines, columns=["column", "value", "rule"])


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:,.10g}"
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value).replace("NaT", "")
