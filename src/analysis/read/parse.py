"""Blocks of a text export made into columns of text: the rows, their lines, and what could not be read.

Belongs here: from bytes to cells. Does not belong here: cutting a file into blocks (``blocks``), which columns an
export has (the layouts), what a cell means.

A regular block goes through pyarrow, its lines counted beside it; a block with anything odd in it (a row
of too many cells, a NUL, a byte that is not UTF-8, a quoted line break) is read record by record, which
is slower and can say what is odd and where.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from analysis.read.blocks import LONGEST, PIECE, Block, Layout, Problem, too_long
from analysis.read.sniff import Form

_MOST_LINES = 200
_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(slots=True)
class RawBatch:
    """Rows of text.

    Attributes
    ----------
    file : str
        The raw file.
    table : pyarrow.Table
        One dictionary-encoded text column a wanted column; a blank cell is ``""``.
    lines : array of int64
        The line on which each row begins; the first line of a file is 1.
    problems : list of Problem
        The rows that are not in the table.
    """

    file: str
    table: pa.Table
    lines: npt.NDArray[np.int64]
    problems: list[Problem] = field(default_factory=list)


def rows_of(unit: Block | RawBatch) -> RawBatch:
    r"""Return the rows of a part of a file; those of a workbook are rows already.

    Examples
    --------
    >>> layout = Layout("raids.csv", ("Drug", "Amount"), Form("utf-8", ";"), ("Amount",))
    >>> batch = rows_of(Block(layout, 2, pa.py_buffer(b"heroin;7\n"), ends=1))
    >>> batch.table["Amount"].to_pylist(), rows_of(batch) is batch
    (['7'], True)
    """
    return parse(unit) if isinstance(unit, Block) else unit


def parse(block: Block) -> RawBatch:
    r"""Return the rows of a block.

    Examples
    --------
    >>> layout = Layout("raids.csv", ("Drug", "Amount"), Form("utf-8", ";"), ("Amount",))
    >>> batch = parse(Block(layout, 2, pa.py_buffer(b"heroin;7\ncharas\nopium;9\n"), ends=3))
    >>> batch.table["Amount"].to_pylist(), batch.lines.tolist(), batch.problems[0].line
    (['7', '9'], [2, 4], 3)
    """
    fast = _fast(block)
    table, lines, problems = fast if fast is not None else _slow(block)
    return RawBatch(block.layout.file, table, lines, [*block.problems, *problems])


def _fast(block: Block) -> tuple[pa.Table, npt.NDArray[np.int64], list[Problem]] | None:
    data, layout = block.data, block.layout
    if not data.size or _is_odd(data, layout.form.delimiter.encode()):
        return None
    skipped: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        skipped.append(1)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            # whoever parses a block is one of several already
            read_options=arrow_csv.ReadOptions(column_names=list(layout.header), block_size=1 << 20, use_threads=False),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.form.delimiter, invalid_row_handler=skip),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in layout.wanted},
                include_columns=list(layout.wanted),
                strings_can_be_null=False,
                check_utf8=False,  # each distinct text is checked below, not each cell
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    lines = np.arange(block.first_line, block.last_line + 1, dtype=np.int64)
    if skipped or table.num_rows != len(lines):
        return None
    # encoding columns costs half of what reading them as dictionaries does
    columns = [column.dictionary_encode().combine_chunks() for column in table.columns]
    try:
        for column in columns:
            column.dictionary.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return pa.table(columns, names=table.column_names), lines, []


def _is_odd(data: pa.Buffer, mark: bytes) -> bool:
    """Whether a block may hold a NUL, a lone CR or a formula; looked at in pieces, which stay near the processor."""
    view, at = memoryview(data), 0
    while at < len(view):
        piece = bytes(view[at : at + PIECE])
        piece = piece[: piece.rfind(b"\n") + 1] or piece
        if b"\0" in piece or (b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n")):
            return True
        if _has_formula(piece, mark):
            return True
        at += len(piece)
    return False


def _has_formula(data: bytes, mark: bytes) -> bool:
    """Whether a cell begins with an equals sign, in quotes or not."""
    at = data.find(b"=")
    while at >= 0:
        before = data[max(0, at - 2) : at].removesuffix(b'"')
        if not before or before.endswith((mark, b"\n")):
            return True
        at = data.find(b"=", at + 1)
    return False


def _slow(block: Block) -> tuple[pa.Table, npt.NDArray[np.int64], list[Problem]]:
    layout, rows, lines, problems = block.layout, [], [], []
    for line, cells, wrong in _records(block):
        if wrong is None and len(cells) != len(layout.header):
            more = "look for an unquoted delimiter" if len(cells) > len(layout.header) else "look for a line cut in two"
            wrong = Problem(
                line, "", layout.form.delimiter.join(cells)[:200],
                f"{len(layout.header)} cells are expected and {len(cells)} are there; {more}",
            )  # fmt: skip
        if wrong is None:
            formula = next((n for n, cell in enumerate(cells) if cell.startswith("=")), None)
            if formula is not None:
                name = layout.header[formula]
                wrong = Problem(line, name, cells[formula][:200], "the cell holds a formula; put its value there")
        if wrong:
            problems.append(wrong)
        else:
            rows.append(cells)
            lines.append(line)
    return _table(layout, rows), np.asarray(lines, dtype=np.int64), problems


def _table(layout: Layout, rows: list[list[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(layout.header)
    at = {name: place for place, name in enumerate(layout.header)}
    arrays = [pa.array(columns[at[name]], pa.string()).dictionary_encode() for name in layout.wanted]
    return pa.table([array.cast(_TEXT) for array in arrays], names=list(layout.wanted))


def from_rows(layout: Layout, rows: list[list[str]], lines: list[int], problems: list[Problem]) -> RawBatch:
    r"""Return rows of text that did not come from a text file, as `parse` does.

    Parameters
    ----------
    layout : Layout
        Of the file.
    rows : list of list of str
        One cell a column of the heading.
    lines : list of int
        The line of each row.
    problems : list of Problem
        The rows that cannot be read.

    Examples
    --------
    >>> layout = Layout("raids.xlsx", ("Drug", "Amount"), Form("utf-8", "\t"), ("Amount",))
    >>> from_rows(layout, [["heroin", "7"]], [2], []).table.to_pydict()
    {'Amount': ['7']}
    """
    return RawBatch(layout.file, _table(layout, rows), np.asarray(lines, dtype=np.int64), problems)


def _records(block: Block) -> Iterator[tuple[int, list[str], Problem | None]]:
    raw = bytes(block.data).split(b"\n")
    if raw and not raw[-1]:
        raw.pop()
    place = 0
    while place < len(raw):
        line, text = block.first_line + place, raw[place].rstrip(b"\r")
        place += 1
        if not text.strip():
            continue
        wrong = _unreadable(line, text, block.layout.form)
        if wrong:
            yield line, [], wrong
            continue
        cells = _cells(text.decode(), block.layout.form.delimiter)
        taken = 0
        if cells is None:
            cells, taken = _over_lines(raw, place - 1, block.layout)
        if cells is None:
            reason = "a quotation mark opens a cell and nothing closes it; remove it or close it"
            yield line, [], Problem(line, "", text.decode()[:200], reason)
            continue
        place += taken
        yield line, cells, None


def _unreadable(line: int, text: bytes, form: Form) -> Problem | None:
    if len(text) > LONGEST:
        return too_long(line, text)
    if b"\0" in text:
        shown = text[:200].replace(b"\0", b"\xef\xbf\xbd").decode("utf-8", "replace")
        return Problem(
            line, "", shown, f"byte {text.index(0) + 1} of the line is NUL, which no text holds; export it again"
        )
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = (
            f"byte {error.start + 1} of the line (0x{text[error.start]:02X}) is not text in the encoding of the file,"
            f" {form.encoding}; save the whole file in one encoding"
        )
        return Problem(line, "", text[:200].decode("utf-8", "replace"), reason)
    return None


def _cells(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of one record, or None where a quoted cell is still open at its end."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
        return next(csv.reader([text], delimiter=delimiter))


def _over_lines(raw: list[bytes], first: int, layout: Layout) -> tuple[list[str] | None, int]:
    """Try to read a record that runs over lines; it must end with the right number of cells."""
    for last in range(first + 1, min(len(raw), first + _MOST_LINES)):
        text = b"\n".join(raw[first : last + 1]).rstrip(b"\r")
        if len(text) > LONGEST:
            break
        try:
            cells = _cells(text.decode("utf-8"), layout.form.delimiter)
        except UnicodeDecodeError:
            break
        if cells is not None:
            return (cells, last - first) if len(cells) == len(layout.header) else (None, 0)
    return None, 0
