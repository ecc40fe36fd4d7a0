"""Large text exports cut into blocks of whole records, whatever the size of the file, of a line or of a cell.

Belongs here: reading a stream piece by piece, where a block may end, on which line it begins. Does not belong here:
what the rows of a block are (``parse``), which columns an export has (the layouts). Memory is bounded by the block.
"""

from __future__ import annotations

import gzip
import io
import weakref
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from analysis.errors import InputError
from analysis.read.sniff import Form, open_utf8

BLOCK = 6 << 23
"""Bytes; small enough that memory is used again for the next block, large enough that its distinct texts are few."""
LONGEST = 1 << 20
PIECE = 1 << 18
_LONGEST_GROUP = 1 << 22


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
                problems = (too_long(line + ends, begun),)
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
    return sum(int(np.count_nonzero(octets[at : at + PIECE] == ord("\n"))) for at in range(0, len(octets), PIECE))


def _last_end(data: pa.Buffer) -> int:
    """Return where the last line that has an end ends."""
    before = max(0, data.size - 2 * LONGEST)
    found = bytes(data[before:]).rfind(b"\n")
    return before + found + 1 if found >= 0 else bytes(data[:before]).rfind(b"\n") + 1


def too_long(line: int, text: bytes) -> Problem:
    """Return the problem of a line that is longer than any record can be.

    Examples
    --------
    >>> too_long(7, b"x" * 2_000_000).reason.split(";")[0]
    'the line is longer than 1,048,576 bytes'
    """
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
