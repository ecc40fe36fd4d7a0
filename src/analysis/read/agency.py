"""Tables of any agency: the columns of one of the project's own tables under other names.

Export: a CSV, TSV, XLSX or ODS file in any folder below ``data/raw`` other than those of the bulk layouts, with a
small YAML file of the same name beside it (``seizures_2020.xlsx`` and ``seizures_2020.yaml``). Its page of origin and
its terms stand in the row of ``sources.csv`` that the YAML names.

The YAML says::

    table: seizures              # seizures, trainees or policing_centers
    columns:                     # column of the table: heading in the file
      quantity: Amount
      drug: Substance
    constants:                   # the same in every row
      country: Pakistan
      source_id: anf-2020
    encoding: cp1251             # these three only where the detection is wrong
    delimiter: ";"
    decimal: ","

A column that is neither mapped nor constant is taken from the file where its heading has the same name, else it is
blank. Belongs here: the heading, the YAML, and cells as text. Does not belong here: what a cell means (``tables``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml

from analysis.errors import InputError, nearest
from analysis.read.blocks import Layout, blocks
from analysis.read.layouts import canonical, heading, is_workbook
from analysis.read.parse import RawBatch, parse
from analysis.read.sheets import sheet_batches
from analysis.read.sniff import DELIMITERS, ENCODINGS, Form, detect_decimal, first_line, sample

TABLES = ("seizures", "trainees", "policing_centers")
AMOUNTS = ("quantity", "cases", "arrests", "count", "cost_usd")
PROBLEM = ("file", "line", "column", "value", "reason")
_SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".gz"}
_KEYS = ("table", "columns", "constants", "encoding", "delimiter", "decimal")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the YAML beside a file says; ``None`` where it leaves a thing to be detected."""

    table: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None


class AgencyTable(NamedTuple):
    """A file under the names of the project's own table.

    Attributes
    ----------
    table : str
        Which table it belongs to.
    frame : DataFrame
        Text columns of that table, then ``file`` and ``line``; a blank cell is ``""``.
    problems : DataFrame
        ``file, line, column, value, reason``, one row a row that cannot be read.
    form : Form
        How the file is written, detected or stated: to be reported.
    """

    table: str
    frame: pd.DataFrame
    problems: pd.DataFrame
    form: Form


def description(path: Path) -> Path | None:
    """Return the YAML file beside a table, or None where there is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "raids.yaml").write_text("table: seizures")
    ...     description(Path(folder, "raids.csv")).name
    'raids.yaml'
    """
    stems = [path.name, path.stem, Path(path.stem).stem]
    names = [f"{stem}{ending}" for stem in stems for ending in (".yaml", ".yml")]
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def recognise(path: Path) -> bool:
    """Whether a file is a table with a YAML file beside it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table, described = Path(folder, "raids.csv"), Path(folder, "raids.yaml")
    ...     written = table.write_text("Drug;Amount"), recognise(table), described.write_text("table: seizures")
    ...     written[1], recognise(table)
    (False, True)
    """
    return path.is_file() and path.suffix.lower() in _SUFFIXES and description(path) is not None


def read_mapping(path: Path, tables: Mapping[str, Sequence[str]]) -> Mapped:
    r"""Read the YAML beside a file.

    Parameters
    ----------
    path : Path
        The YAML file.
    tables : mapping of str to sequence of str
        The columns of each table that a file can be.

    Raises
    ------
    InputError
        Not YAML, an unknown key, table, column or encoding, or no table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     beside = Path(folder, "raids.yaml")
    ...     written = beside.write_text("table: seizures\ncolumns: {quantity: Amount}")
    ...     read_mapping(beside, {"seizures": ["quantity", "drug"]}).columns
    {'quantity': 'Amount'}
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: not readable as YAML ({str(error).splitlines()[0]}); mend the file") from error
    if not isinstance(said, dict):
        raise InputError(f"{path.name}: expected the keys {', '.join(_KEYS)}; write at least table and columns")
    _known(path, "key", said, _KEYS)
    table = str(said.get("table", ""))
    if table not in tables:
        hint = nearest(str(table), tables)
        raise InputError(f"{path.name}: table {table!r} is unknown; write one of {', '.join(tables)}{hint}")
    columns, constants = (_texts(path, name, said.get(name)) for name in ("columns", "constants"))
    _known(path, "column", [*columns, *constants], tables[table])
    both = sorted(set(columns) & set(constants))
    if both:
        raise InputError(f"{path.name}: {both[0]} stands under columns and under constants; remove one of them")
    encoding, delimiter, decimal = (said.get(name) for name in ("encoding", "delimiter", "decimal"))
    for name, value, allowed in (
        ("encoding", encoding, ENCODINGS),
        ("delimiter", delimiter, DELIMITERS),
        ("decimal", decimal, ",."),
    ):
        if value is not None and value not in allowed:
            shown = ", ".join(map(repr, allowed))
            raise InputError(f"{path.name}: {name} {value!r} is unknown; write one of {shown}, or leave it out")
    return Mapped(table, columns, constants, encoding, delimiter, decimal)


def _known(path: Path, what: str, names: Any, allowed: Sequence[str]) -> None:
    for name in names:
        if name not in allowed:
            hint = nearest(str(name), allowed)
            raise InputError(f"{path.name}: the {what} {name!r} is unknown; write one of {', '.join(allowed)}{hint}")


def _texts(path: Path, name: str, said: Any) -> dict[str, str]:
    said = {} if said is None else said
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise InputError(f"{path.name}: {name} must be names and texts; put quotes around numbers, dates, yes and no")
    return said


def read_agency(path: Path, tables: Mapping[str, Sequence[str]], file: str = "") -> AgencyTable:
    r"""Read a described file under the names of the project's own table.

    Parameters
    ----------
    path : Path
        The table; its YAML stands beside it.
    tables : mapping of str to sequence of str
        The columns of each table that a file can be, such as those of the recipes.
    file : str
        The name by which rows are traced; the file's own unless given.

    Raises
    ------
    InputError
        No YAML, a YAML that does not fit, or a file that cannot be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "raids.csv")
    ...     written = table.write_text("Nr;Amount\n1;7,9\n2;8,4\n")
    ...     written = table.with_suffix(".yaml").write_text("table: seizures\ncolumns: {quantity: Amount}")
    ...     read = read_agency(table, {"seizures": ["record_id", "quantity"]})
    >>> read.frame["quantity"].tolist(), read.frame["line"].tolist(), read.form.decimal
    (['7,9', '8,4'], [2, 3], ',')
    """
    beside = description(path)
    if beside is None:
        raise InputError(f"{path.name}: no YAML file describes its columns; write {path.stem}.yaml beside it")
    mapped = read_mapping(beside, tables)
    layout, names = _layout(path, file or path.name, mapped, tables[mapped.table], beside.name)
    read = list(batches(path, layout))
    columns = tables[mapped.table]
    frames = [_frame(batch, columns, names, mapped, _prefix(path)) for batch in read]
    frame = pd.concat(frames, ignore_index=True) if frames else _frame(_empty(layout), columns, names, mapped, "")
    problems = pd.DataFrame(
        [(batch.file, *problem) for batch in read for problem in batch.problems], columns=list(PROBLEM)
    ).astype({"line": "int64"})
    decimal = mapped.decimal or detect_decimal(
        [text for name in AMOUNTS if name in frame for text in frame[name].head(2000)]
    )
    return AgencyTable(mapped.table, frame, problems, replace(layout.form, decimal=decimal))


def batches(path: Path, layout: Layout) -> Iterator[RawBatch]:
    r"""Yield the rows of a file as text under its own headings, batch by batch.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "raids.csv")
    ...     written = table.write_text("Drug;Amount\ncharas;7,9\n")
    ...     header, form = heading(table)
    ...     read = list(batches(table, Layout(table.name, tuple(header), form, ("Amount",))))
    >>> read[0].table["Amount"].to_pylist(), read[0].lines.tolist()
    (['7,9'], [2])
    """
    if is_workbook(path):
        yield from sheet_batches(path, layout)
    else:
        yield from map(parse, blocks(path, layout))


def _layout(
    path: Path, file: str, mapped: Mapped, columns: Sequence[str], beside: str
) -> tuple[Layout, dict[str, str]]:
    cells, form = heading(path)
    if mapped.encoding or mapped.delimiter:
        stated = Form(mapped.encoding or form.encoding, mapped.delimiter or form.delimiter, how="stated")
        cells = next(csv.reader([first_line(sample(path), stated.encoding)], delimiter=stated.delimiter), [])
        form = stated
    header = [cell.strip().strip("\ufeff") for cell in cells]
    names: dict[str, str] = {}
    for column, printed in mapped.columns.items():
        found = canonical(printed, header)
        if found not in header:
            hint = nearest(printed, header)
            raise InputError(
                f"{file}, line 1: the heading line has no column {printed!r}, which {beside} maps to {column}{hint};"
                f" the headings are {', '.join(header)}"
            )
        names[column] = found
    for column in columns:
        found = canonical(column, header)
        if column not in names and column not in mapped.constants and found in header and found not in names.values():
            names[column] = found
    twice = next((name for at, name in enumerate(header) if name and name in header[:at]), None)
    if twice is not None:
        raise InputError(f"{file}, line 1: the heading line names the column {twice!r} twice; rename one of them")
    unique = tuple(name or f"column {at}" for at, name in enumerate(header, 1))
    return Layout(file, unique, form, tuple(dict.fromkeys(names.values()))), names


def _frame(
    batch: RawBatch, columns: Sequence[str], names: Mapping[str, str], mapped: Mapped, prefix: str
) -> pd.DataFrame:
    length = batch.table.num_rows
    out: dict[str, pd.Series] = {}
    for column in columns:
        if column in names:
            out[column] = batch.table[names[column]].cast(pa.string()).to_pandas().astype("str")
        elif column == "record_id":
            out[column] = pd.Series([f"{prefix}-{line:06d}" for line in batch.lines.tolist()], dtype="str")
        else:
            out[column] = pd.Series([mapped.constants.get(column, "")] * length, dtype="str")
    out["file"] = pd.Series([batch.file] * length, dtype="str")
    out["line"] = pd.Series(batch.lines, dtype="int64")
    return pd.DataFrame(out)


def _empty(layout: Layout) -> RawBatch:
    columns = {name: pa.array([], pa.string()) for name in layout.wanted}
    return RawBatch(layout.file, pa.table(columns), np.array([], dtype=np.int64))


def _prefix(path: Path) -> str:
    stem = path.name.split(".")[0].lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in stem).split())
