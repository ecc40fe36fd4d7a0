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
import weakref
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from analysis.errors import InputError
from analysis.read.sniff import Form, open_utf8

BLOCK = 6 << 23
"""Bytes; small enough that memory is used again for the next block, large enough that its distinct texts are few."""
LONGEST = 1 << 20
_PIECE = 1 << 18
_MOST_LINES = 200
_LONGEST_GROUP = 1 << 22
_TEXT = pa.dictionary(pa.int32(), pa.string())


class Rooms:
    """Memory that blocks are read into, used again once nothing refers to the last block that lay in it.

    Fresh memory costs the system more than reading the block does.

    Examples
    --------
    >>> rooms = Rooms()
    >>> first = rooms.take(64)
    >>> address = first.address
    >>> del first
    >>> rooms.take(64).address == address
    True
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._spare: list[mmap] = []

    def take(self, size: int) -> pa.Buffer:
        """Return memory of so many bytes that nothing else refers to."""
        room = self._spare.pop() if self._spare else None
        if room is None or len(room) != size:
            room = mmap(-1, size)
        held = memoryview(room)
        weakref.finalize(held, self._spare.append, room).atexit = False
        return pa.py_buffer(held)

    def forget(self) -> None:
        """Give the memory back that is not in use."""
        self._spare.clear()


ROOMS = Rooms()


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
    data: pa.Buffer
    ends: int
    problems: tuple[Problem, ...] = ()
    place: tuple[Path, int] | None = None

    def __reduce__(self) -> tuple[Callable[..., Block], tuple[Any, ...]]:
        """Say how the block is made where it is sent to."""
        if self.place is None:
            return Block, (self.layout, self.first_line, self.data, self.ends, self.problems)
        return _read_again, (self.layout, self.first_line, self.data.size, self.ends, self.problems, self.place)

    @property
    def last_line(self) -> int:
        """The last line, whether or not it has a line end."""
        return self.first_line + self.ends - (bytes(self.data[-1:]) == b"\n")


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
    ...     [(block.first_line, bytes(block.data)) for block in blocks(path, layout)]
    [(2, b'heroin;7\n')]
    """
    line, left, header_due = 1, pa.py_buffer(b""), True
    with _opened(path, layout) as source:
        as_it_is = isinstance(source, pa.OSFile)
        while True:
            read = _read(source, size, path, line)
            ended = read.size < size
            data = pa.py_buffer(bytes(left) + bytes(read)) if left.size else read
            begin = source.tell() - data.size if as_it_is else 0
            start, left = 0, data[:0]
            if header_due:
                start, line, header_due = _after_header(bytes(data[:LONGEST]))
                if header_due and not ended and data.size < LONGEST:
                    left = data
                    continue
                header_due = False
            if data.size == start:
                if ended:
                    return
                continue  # the heading filled the read to the last byte
            problems: tuple[Problem, ...] = ()
            last = _last_end(data)
            if read.size and data.size - last > LONGEST:
                stop = max(start, last)
                begun = bytes(data[stop : stop + LONGEST])
                left = _skip_line(source, size, path, line)
            else:
                stop, begun = data.size if ended else max(start, _cut(data, last, layout)), b""
                left = data[stop:]
            block = data[start:stop]
            ends = _line_ends(block)
            if begun:
                problems = (_too_long(line + ends, begun),)
            elif as_it_is and left.size and stop > start:  # reading again is quicker than putting together
                source.seek(begin + stop)
                left = data[:0]
            if block.size or problems:
                yield Block(layout, line, block, ends, problems, (path, begin + start) if as_it_is else None)
            line += ends + len(problems)


def _opened(path: Path, layout: Layout) -> pa.NativeFile:
    """Open a file as a stream of UTF-8 bytes, without Python between where it can be read as it is."""
    stream = open_utf8(path, layout.form.encoding)
    if isinstance(getattr(stream, "raw", None), io.FileIO):
        stream.close()
        return pa.OSFile(str(path))
    return pa.PythonFile(stream, mode="r")


def _read_again(
    layout: Layout, first_line: int, length: int, ends: int, problems: tuple[Problem, ...], place: tuple[Path, int]
) -> Block:
    with pa.OSFile(str(place[0])) as file:
        file.seek(place[1])
        return Block(layout, first_line, file.read_buffer(length), ends, problems, place)


def _line_ends(data: pa.Buffer) -> int:
    octets = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(octets[at : at + _PIECE] == ord("\n"))) for at in range(0, len(octets), _PIECE))


def _last_end(data: pa.Buffer) -> int:
    """Return where the last line that has an end ends."""
    before = max(0, data.size - 2 * LONGEST)
    found = bytes(data[before:]).rfind(b"\n")
    return before + found + 1 if found >= 0 else bytes(data[:before]).rfind(b"\n") + 1


def _too_long(line: int, text: bytes) -> Problem:
    reason = f"the line is longer than {LONGEST:,} bytes; look for a missing line end or a file pasted into a cell"
    return Problem(line, "", text[:60].decode("utf-8", "replace"), reason)


def _read(source: pa.NativeFile, size: int, path: Path, line: int) -> pa.Buffer:
    room = ROOMS.take(size)
    try:
        return room[: source.readinto(room)]
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


def _skip_line(source: pa.NativeFile, size: int, path: Path, line: int) -> pa.Buffer:
    """Pass over the rest of a line of any length; return what follows it of the last read."""
    while (data := _read(source, size, path, line)).size:
        end = bytes(data).find(b"\n")
        if end >= 0:
            return data[end + 1 :]
    return data


def _cut(data: pa.Buffer, last: int, layout: Layout) -> int:
    """Return where the last whole record (or run of records that belong together) ends; ``last`` ends a line."""
    before = max(0, last - _LONGEST_GROUP - 2 * LONGEST)
    return before + _cut_off(bytes(data[before:last]), layout) if last else 0


def _cut_off(data: bytes, layout: Layout) -> int:
    end = len(data)
    if b'"' in data:
        end = _plain_end(data, end, layout)
    if layout.group is None:
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
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    lines = np.arange(block.first_line, block.last_line + 1, dtype=np.int64)
    if skipped or table.num_rows != len(lines):
        return None
    # encoding columns costs half of what reading them as dictionaries does
    columns = [column.dictionary_encode().combine_chunks() for column in table.columns]
    return pa.table(columns, names=table.column_names), lines, []


def _is_odd(data: pa.Buffer, mark: bytes) -> bool:
    """Whether a block may hold a NUL, a lone CR or a formula; looked at in pieces, which stay near the processor."""
    view, at = memoryview(data), 0
    while at < len(view):
        piece = bytes(view[at : at + _PIECE])
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
