"""Large text exports, block by block: the rows of each block, their lines, and what could not be read.

Belongs here: cutting a stream into blocks of whole records, and turning a block into columns of text.
Does not belong here: which columns an export has (the layouts), what a cell means. Memory is bounded by
the block, whatever the size of the file, of a line or of a cell.

A regular block goes through pyarrow, its lines counted beside it; a block with anything odd in it (a row
of too many cells, a NUL, a byte that is not UTF-8, a quoted line break) is read record by record, which
is slower and can say what is odd and where.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from analysis.errors import InputError
from analysis.read.sniff import Form, open_utf8

BLOCK = 6 << 23
"""Bytes; small enough that memory is used again for the next block, large enough that its distinct texts are few."""
LONGEST = 1 << 20
_MOST_LINES = 200
_LONGEST_GROUP = 1 << 22
_TEXT = pa.dictionary(pa.int32(), pa.string())


class Problem(NamedTuple):
    """A row that is not among the rows: where, what stands there, and why."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What is needed to read one file: its name, heading, form, and the columns wanted.

    ``group`` is the place of a column (counted from the end, as -2) whose runs of equal cells
    should not be cut by a block, where they are not too long.
    """

    file: str
    header: tuple[str, ...]
    form: Form
    wanted: tuple[str, ...]
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines of a file, as UTF-8; ``ends`` is the number of line ends among them.

    Sent to another process, a block whose bytes stand in the file as they are (``place``: the file, and where in it)
    goes without them, and is read there.
    """

    layout: Layout
    first_line: int
    data: bytes
    ends: int
    problems: tuple[Problem, ...] = ()
    place: tuple[Path, int] | None = None

    def __reduce__(self) -> tuple[Callable[..., Block], tuple[Any, ...]]:
        """Say how the block is made where it is sent to."""
        if self.place is None:
            return Block, (self.layout, self.first_line, self.data, self.ends, self.problems)
        return _read_again, (self.layout, self.first_line, len(self.data), self.ends, self.problems, self.place)

    @property
    def last_line(self) -> int:
        """The last line, whether or not it has a line end."""
        return self.first_line + self.ends - self.data.endswith(b"\n")


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


def blocks(path: Path, layout: Layout, size: int = BLOCK) -> Iterator[Block]:
    r"""Cut a file into blocks of whole records, without the heading line.

    Raises
    ------
    InputError
        The file is compressed and cut short or damaged.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_text("Drug;Amount\nheroin;7\n")
    ...     layout = Layout("raids.csv", ("Drug", "Amount"), Form("utf-8", ";"), ("Drug", "Amount"))
    ...     [(block.first_line, block.data) for block in blocks(path, layout)]
    [(2, b'heroin;7\n')]
    """
    line, start, left, header_due = 1, 0, b"", True
    with open_utf8(path, layout.form.encoding) as stream:
        as_it_is = isinstance(getattr(stream, "raw", None), io.FileIO)
        while True:
            data = _read(stream, size, path, line)
            ended = len(data) < size
            left += data
            if header_due:
                start, line, header_due = _after_header(left)
                if header_due and not ended and len(left) < LONGEST:
                    continue
                header_due = False
            if len(left) == start:
                if ended:
                    return
                continue  # the heading filled the read to the last byte
            problems: tuple[Problem, ...] = ()
            place = (path, stream.tell() - len(left) + start) if as_it_is else None
            last = left.rfind(b"\n") + 1
            if data and len(left) - last > LONGEST:
                block, line_begun = left[start:last], left[last:]
                problems = (_too_long(line + block.count(b"\n"), line_begun),)
                left = _skip_line(stream, size, path, line)
            else:
                cut = len(left) if ended else max(start, _cut(left, layout))
                block, left = left[start:cut], left[cut:]
            start = 0
            ends = block.count(b"\n")
            if block or problems:
                yield Block(layout, line, block, ends, problems, place)
            line += ends + len(problems)


def _read_again(
    layout: Layout, first_line: int, length: int, ends: int, problems: tuple[Problem, ...], place: tuple[Path, int]
) -> Block:
    with place[0].open("rb") as file:
        file.seek(place[1])
        return Block(layout, first_line, file.read(length), ends, problems, place)


def _too_long(line: int, text: bytes) -> Problem:
    reason = f"the line is longer than {LONGEST:,} bytes; look for a missing line end or a file pasted into a cell"
    return Problem(line, "", text[:60].decode("utf-8", "replace"), reason)


def _read(stream: IO[bytes], size: int, path: Path, line: int) -> bytes:
    try:
        return stream.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path.name}: the compressed file is cut short or damaged soon after line {line}; download it again"
        ) from error


def _after_header(data: bytes) -> tuple[int, int, bool]:
    """Return where the first row begins and on which line, and whether the heading is not whole yet."""
    start = 0
    line = 1
    while True:
        end = data.find(b"\n", start)
        if end < 0:
            return len(data), line, True
        blank = not data[start:end].strip(b"\xef\xbb\xbf \r")
        start, line = end + 1, line + 1
        if not blank:
            return start, line, False


def _skip_line(stream: IO[bytes], size: int, path: Path, line: int) -> bytes:
    """Pass over the rest of a line of any length; return what follows it of the last read."""
    while data := _read(stream, size, path, line):
        end = data.find(b"\n")
        if end >= 0:
            return data[end + 1 :]
    return b""


def _cut(data: bytes, layout: Layout) -> int:
    """Return where the last whole record (or run of records that belong together) ends."""
    end = data.rfind(b"\n") + 1
    if end and b'"' in data:
        end = _plain_end(data, end, layout)
    if not end or layout.group is None:
        return end
    mark = layout.form.delimiter.encode()
    start, group = end, None
    while end - start < _LONGEST_GROUP:
        before = data.rfind(b"\n", 0, start - 1) + 1
        cells = data[before : start - 1].rsplit(mark, -layout.group)
        found = cells[layout.group] if len(cells) >= -layout.group else b""
        if group is not None and found != group:
            return start
        if not before:
            return end
        start, group = before, found
    return end


def _plain_end(data: bytes, end: int, layout: Layout) -> int:
    """Return the end of the last line that is a record by itself: a quoted cell may run over lines."""
    mark, stop, lowest = layout.form.delimiter.encode(), end, max(0, end - LONGEST)
    while stop > lowest:
        start = data.rfind(b"\n", 0, stop - 1) + 1
        line = data[start:stop]
        if line.count(b'"') % 2 == 0 and line.count(mark) >= len(layout.header) - 1:
            return stop
        stop = start
    return end


def rows_of(unit: Block | RawBatch) -> RawBatch:
    r"""Return the rows of a part of a file; those of a workbook are rows already.

    Examples
    --------
    >>> layout = Layout("raids.csv", ("Drug", "Amount"), Form("utf-8", ";"), ("Amount",))
    >>> batch = rows_of(Block(layout, 2, b"heroin;7\n", ends=1))
    >>> batch.table["Amount"].to_pylist(), rows_of(batch) is batch
    (['7'], True)
    """
    return parse(unit) if isinstance(unit, Block) else unit


def parse(block: Block) -> RawBatch:
    r"""Return the rows of a block.

    Examples
    --------
    >>> layout = Layout("raids.csv", ("Drug", "Amount"), Form("utf-8", ";"), ("Amount",))
    >>> batch = parse(Block(layout, 2, b"heroin;7\ncharas\nopium;9\n", ends=3))
    >>> batch.table["Amount"].to_pylist(), batch.lines.tolist(), batch.problems[0].line
    (['7', '9'], [2, 4], 3)
    """
    fast = _fast(block)
    table, lines, problems = fast if fast is not None else _slow(block)
    return RawBatch(block.layout.file, table, lines, [*block.problems, *problems])


def _fast(block: Block) -> tuple[pa.Table, npt.NDArray[np.int64], list[Problem]] | None:
    data, layout = block.data, block.layout
    mark = layout.form.delimiter.encode()
    if not data or b"\0" in data or _has_formula(data, mark):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    skipped: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        skipped.append(1)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=list(layout.header), block_size=1 << 20),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.form.delimiter, invalid_row_handler=skip),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in layout.wanted},
                include_columns=list(layout.wanted),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    lines = np.arange(block.first_line, block.last_line + 1, dtype=np.int64)
    if skipped or table.num_rows != len(lines):
        return None
    # encoding whole columns costs half of what reading them as dictionaries does
    columns = [column.combine_chunks().dictionary_encode() for column in table.columns]
    return pa.table(columns, names=table.column_names), lines, []


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
    raw = block.data.split(b"\n")
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
        return _too_long(line, text)
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
