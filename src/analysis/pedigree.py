"""How one cleaned record came about: the raw line, each value, and the rule that made it.

Belongs here: telling the pedigree of a record. Does not belong here: the rules (``clean``).
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from analysis.dropped import LAYOUTS, TABLE, Export, find_exports
from analysis.errors import InputError, nearest
from analysis.exports import clean_exports
from analysis.pipeline import Cleaned, clean_tables, read_agencies
from analysis.read.tables import read_table
from analysis.tables import RECIPES
from analysis.vocabulary import rows

_COLUMNS = ["column", "value", "rule"]


def explain(record_id: str, raw: Path) -> pd.DataFrame:
    r"""Say how each cleaned value of one record came about.

    Parameters
    ----------
    record_id : str
        A record of any raw table, agency file or bulk export.
    raw : Path
        Folder of the raw tables.

    Returns
    -------
    DataFrame
        One row a made column: ``column, value, rule``; before them ``file`` with the line and one
        row for each raw column as printed. Of an export whose source allows sums only, nothing but ``file``.

    Raises
    ------
    InputError
        Nothing has the record, or its export cannot be read.

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
    agencies, _ = read_agencies(raw)
    for table, recipe in RECIPES.items():
        frames = [read_table(raw / f"{table}.csv", recipe.columns).frame]
        frames += [one.frame for one in agencies if one.table == table]
        names = {name for frame in frames for name in frame[recipe.id_column]}
        if record_id in names:
            return _explained(record_id, clean_tables(raw, [table], trace=True)[table])
        ids |= names
    exports = (one for one in find_exports(raw) if re.fullmatch(rf"{re.escape(one.prefix)}-\d{{6,}}", record_id))
    export = next(exports, None)
    if export is not None:
        return _of_export(record_id, export)
    near = nearest(record_id.strip().lower(), ids) or "; the column record_id of each table holds them"
    raise InputError(f"no raw table has the record {record_id!r}{near}")


def _of_export(record_id: str, export: Export) -> pd.DataFrame:
    """Return the line of an export as printed and what became of it; a source that allows sums only keeps its rows."""
    line = int(record_id.rpartition("-")[2])
    printed = _printed(export, line)
    if printed is None:
        raise InputError(f"{export.file} has no row on line {line}; look at the file for the line that is meant")
    lines = [("file", f"{export.file}, line {line}", "where the record stands")]
    terms = {row["source_id"]: row["terms"] for row in rows("unodc_sources")}
    if terms[LAYOUTS[export.layout].SOURCE] != "open":
        rule = "its source allows sums to be printed and no single row; look at the line in the file"
        return pd.DataFrame([(*lines[0][:2], rule)], columns=_COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        every = clean_exports([export], Path(folder)).rejects
        parts = Path(folder, TABLE[export.layout]).glob(f"country=*/{export.prefix}-*.parquet")
        found = [pq.read_table(part, partitioning=None, filters=[("line", "=", line)]).to_pandas() for part in parts]
    kept = [frame for frame in found if len(frame)]
    rejects = every[every["line"] == line]
    lines += [(f"{column} (raw)", value, "as printed") for column, value in printed.items() if value.strip()]
    for reject in rejects.itertuples():
        lines.append((str(reject.column), str(reject.value), f"rejected: {reject.reason}"))
    made_from = {row["column"]: f"from {row['made_from']}" for row in rows("fmtr_columns")}
    for column, value in kept[0].drop(columns=["record_id", "file", "line"]).iloc[0].items() if kept else ():
        rule = made_from.get(str(column), "the same for every line of the export")
        if not str(column).endswith("_reported") and (column in made_from or _shown(value)):
            lines.append((str(column), _shown(value), rule))
    if not kept and rejects.empty:
        lines.append(("kept apart", "a printed total", "it checks the sum of its programme in fmtr_check.csv"))
    return pd.DataFrame(lines, columns=_COLUMNS)


def _printed(export: Export, line: int) -> dict[str, str] | None:
    """Return the cells of a line, none where it could not be read, or None where no row stands there."""
    for batch in LAYOUTS[export.layout].batches(export.path, export.file):
        at = int(np.searchsorted(batch.lines, line))
        if at < len(batch.lines) and batch.lines[at] == line:
            return {name: cells[0] for name, cells in batch.table.slice(at, 1).to_pydict().items()}
        if any(problem.line == line for problem in batch.problems):
            return {}
    return None


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
    return pd.DataFrame(lines, columns=_COLUMNS)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:,.10g}"
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value).replace("NaT", "")
