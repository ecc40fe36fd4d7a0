"""Read one of the project's own CSV tables: text in, text out, and where each row stands.

Belongs here: bytes to cells, the line a row begins on, rows that have too many or too few cells. Does
not belong here: what a cell means. Nothing is converted, trimmed or dropped: a row is in the frame or
among the problems.

There are two ways through. A well-formed file goes through pyarrow, with the lines counted beside it;
a file with anything odd in it goes through the ``csv`` module, slower, which can say what is odd and where.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from analysis.errors import InputError, nearest
from analysis.read.checksums import record_checksums, verify_checksums

__all__ = ["PROBLEM", "RawTable", "read_table", "record_checksums", "verify_checksums"]

PROBLEM = ("file", "line", "column", "value", "reason")
"""The columns of the problems; the same five name a problem wherever one is reported."""

_Parsed = tuple[list[str], pa.Table, npt.NDArray[np.int64]]
"""The heading, the cells as text, the line of each row."""

_WHERE = ("file", "line")
_COMMA, _QUOTE, _NEWLINE, _RETURN = b',"\n\r'
_BATCH = 1 << 15  # rows held as Python lists at a time
_UNPAIRED = "the quotation marks do not pair up: a cell that opens with one closes with one, and one inside is doubled"


class RawTable(NamedTuple):
    """What a file holds: the rows that can be read, and those that cannot.

    Attributes
    ----------
    frame : DataFrame
        One row a record, every column text (a blank cell is ``""``), then ``file`` (the file's name) and
        ``line`` (int64, the physical line on which the record begins; the first line is 1).
    problems : DataFrame
        One row a record that is not in the frame: ``file, line, column, value, reason``; ``value`` is the
        text as it stands in the file, ``column`` is blank since the whole row is meant.
    """

    frame: pd.DataFrame
    problems: pd.DataFrame


def read_table(path: Path, required: Sequence[str]) -> RawTable:
    r"""Read a CSV table, every cell as text.

    Parameters
    ----------
    path : Path
        A UTF-8 file, with or without a byte-order mark; comma separated, quoted with ``"``; its first
        line that is not blank is the heading. Lines end in LF, CRLF or CR.
    required : sequence of str
        Columns that must be there; others may be there too.

    Returns
    -------
    RawTable
        ``frame`` and ``problems``; blank lines are in neither.

    Raises
    ------
    InputError
        The folder or the file is missing, empty or not text, or the heading lacks a required column, names
        one twice or leaves one without a name.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "seizures.csv")
    >>> _ = path.write_text('record_id,quantity\npk-1,"7,794"\n\npk-2\n')
    >>> table = read_table(path, ["record_id", "quantity"])
    >>> table.frame.to_dict("records")
    [{'record_id': 'pk-1', 'quantity': '7,794', 'file': 'seizures.csv', 'line': 2}]
    >>> table.problems.to_dict("records")[0]["reason"]
    '2 cells are expected and 1 is there: look for a missing or extra comma or quotation mark'
    """
    data = _text_bytes(path)
    parsed = _plain(data)
    problems: list[tuple[int, str, str]] = []
    if parsed is None:
        parsed, problems = _odd(path, data)
    header, table, lines = parsed
    _check_header(path, header, required)
    frame = table.to_pandas()
    frame["file"] = pd.Series(path.name, index=frame.index, dtype="str")
    frame["line"] = lines
    told = [(path.name, line, "", value, reason) for line, value, reason in problems]
    texts = dict.fromkeys(PROBLEM, "str") | {"line": "int64"}
    return RawTable(frame, pd.DataFrame(told, columns=list(PROBLEM)).astype(texts))


def _text_bytes(path: Path) -> bytes:
    """Return the file's bytes without byte-order mark, sure to be UTF-8 and not blank."""
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist: name the folder that holds the raw tables.")
    if path.is_dir():
        raise InputError(f"{path} is a folder where a table in a CSV file is expected.")
    if not path.exists():
        near = nearest(path.name, [other.name for other in path.parent.glob("*.csv")])
        raise InputError(f"There is no file {path.name} in {path.parent}{near}.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    at = data.find(b"\0")
    if at >= 0:
        raise InputError(
            f"{path} is not text: byte {at + 1}, on line {_line_at(data, at)}, is NUL; save the table as CSV in UTF-8."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
        raise InputError(
            f"{path} is not text in UTF-8: byte {at + 1}, on line {_line_at(data, at)}, is 0x{data[at]:02X}; "
            "save the table as CSV in UTF-8."
        ) from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise InputError(f"{path} is empty: a heading line with the names of the columns is expected.")
    return data


def _line_at(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _check_header(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        near = nearest(missing[0], header)
        word = "column" if len(missing) == 1 else "columns"
        raise InputError(f"{path} has no {word} {', '.join(missing)}{near}: correct the heading line.")
    for at, name in enumerate(header):
        if not name.strip():
            raise InputError(f"{path}: column {at + 1} of the heading line has no name: name it or remove it.")
        if name in header[:at]:
            raise InputError(f"{path}: the heading line names the column {name} twice: rename one of them.")
        if name in _WHERE:
            raise InputError(f"{path}: a column cannot be called {name}, which says where a row stands: rename it.")


def _plain(data: bytes) -> _Parsed | None:
    """Read a well-formed file fast, or return None when anything in it is odd."""
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    raw = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(raw == _NEWLINE)
    if raw[-1] != _NEWLINE:
        newlines = np.append(newlines, len(raw))
    quotes = np.flatnonzero(raw == _QUOTE)
    # A newline after an even number of quotation marks ends a record, after an odd number it is in a cell.
    # That holds only where each mark opens, closes or doubles, which is what _well_quoted makes sure of.
    inside = np.searchsorted(quotes, newlines) % 2 == 1
    if len(quotes) % 2 or not _well_quoted(raw, quotes):
        return None
    ends = np.flatnonzero(~inside)
    starts = np.concatenate([[0], newlines[ends[:-1]] + 1])
    first_lines = np.concatenate([[0], ends[:-1] + 1]) + 1
    length = newlines[ends] - starts
    full = ~((length == 0) | ((length == 1) & (raw[np.minimum(starts, len(raw) - 1)] == _RETURN)))
    starts, lines, stops = starts[full], first_lines[full], newlines[ends][full]
    header = next(csv.reader(io.StringIO(data[starts[0] : stops[0]].decode(), newline="")))
    try:
        table = _arrow(data, int(stops[0]) + 1, header, newlines_in_cells=bool(inside.any()))
    except pa.ArrowInvalid:  # too many or too few cells, or a record larger than a block
        return None
    return (header, table, lines[1:]) if table.num_rows == len(lines) - 1 else None


def _well_quoted(raw: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64]) -> bool:
    """Whether each odd mark stands where a cell begins, and each even one where a cell ends (or doubles)."""
    opens, closes = quotes[::2], quotes[1::2]
    before = np.where(opens == 0, _NEWLINE, raw[opens - 1])
    after = np.where(closes == len(raw) - 1, _NEWLINE, raw[np.minimum(closes + 1, len(raw) - 1)])
    return bool(
        np.isin(before, (_COMMA, _NEWLINE, _QUOTE)).all() and np.isin(after, (_COMMA, _NEWLINE, _RETURN, _QUOTE)).all()
    )


def _arrow(data: bytes, begin: int, header: list[str], newlines_in_cells: bool) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in header])
    if begin >= len(data) or len(set(header)) < len(header):
        return schema.empty_table()
    return arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(memoryview(data)[begin:])),
        read_options=arrow_csv.ReadOptions(column_names=header, block_size=1 << 23),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=newlines_in_cells),
        convert_options=arrow_csv.ConvertOptions(column_types=schema, strings_can_be_null=False),
    )


def _odd(path: Path, data: bytes) -> tuple[_Parsed, list[tuple[int, str, str]]]:
    """Read any file record by record, and tell the problems: line, text, reason."""
    texts = io.StringIO(data.decode(), newline="").readlines()
    header: list[str] | None = None
    rows: list[list[str]] = []
    parts: list[list[pa.Array]] = []
    lines: list[int] = []
    problems: list[tuple[int, str, str]] = []
    for begin, end, cells in _records(texts):
        if header is None:
            if cells is None:
                raise InputError(f"{path}, line {begin + 1}: the heading line cannot be read: {_UNPAIRED}.")
            header = cells
        elif cells is not None and len(cells) == len(header):
            rows.append(cells)
            lines.append(begin + 1)
            if len(rows) == _BATCH:
                parts.append(_arrays(rows))
                rows = []
        else:
            reason = _UNPAIRED if cells is None else _cell_count(len(header), len(cells))
            problems.append((begin + 1, "".join(texts[begin:end]).rstrip("\r\n"), reason))
    if rows:
        parts.append(_arrays(rows))
    columns = [pa.chunked_array(list(chunks), pa.string()) for chunks in zip(*parts, strict=True)]
    empty = [pa.chunked_array([], pa.string()) for _ in header or []]
    return (header or [], pa.table(columns or empty, names=header or []), np.array(lines, dtype=np.int64)), problems


def _arrays(rows: list[list[str]]) -> list[pa.Array]:
    return [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]


def _records(lines: list[str]) -> Iterator[tuple[int, int, list[str] | None]]:
    """Yield each record that is not blank: its first line (from 0), the line after it, its cells or None.

    A quotation mark that is never closed would swallow the rows below it. So a record that cannot be read, or
    that runs over several lines and has the wrong number of cells, gives up its first line only, and the
    reading goes on with the next line.
    """
    width = 0
    begin = 0
    while begin < len(lines):
        start = begin
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), strict=True)
        try:
            for cells in reader:
                end = start + reader.line_num
                width = width or len(cells)
                if end - begin > 1 and len(cells) != width:
                    break
                if cells:
                    yield begin, end, cells
                begin = end
            else:
                return
        except csv.Error:
            pass
        yield begin, begin + 1, None
        begin += 1


def _cell_count(expected: int, found: int) -> str:
    cells = "1 cell is" if expected == 1 else f"{expected} cells are"
    there = "1 is" if found == 1 else f"{found} are"
    return f"{cells} expected and {there} there: look for a missing or extra comma or quotation mark"
