"""What the bulk layouts share: the heading line of a dropped file, and whether it is the one expected.

Belongs here: heading lines. Does not belong here: which columns an export has (one module a layout), rows
(``blocks``, ``sheets``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError, nearest
from analysis.read.blocks import Block, Layout, blocks
from analysis.read.parse import RawBatch, rows_of
from analysis.read.sheets import first_rows, sheet_batches
from analysis.read.sniff import Form, detect_delimiter, detect_encoding, first_line, is_sheet, sample


def is_workbook(path: Path) -> bool:
    r"""Whether the file is a workbook rather than text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_text("drug;amount\n")
    ...     is_workbook(path)
    False
    """
    return is_sheet(path, sample(path))


def heading(path: Path) -> tuple[list[str], Form]:
    r"""Return the heading cells of a file as printed, and how the file is written.

    Raises
    ------
    InputError
        The file is missing, empty, damaged, or a web page in disguise.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_bytes("вещество;масса\n".encode("cp1251"))
    ...     cells, form = heading(path)
    >>> cells, form.encoding, form.delimiter
    (['вещество', 'масса'], 'cp1251', ';')
    """
    head = sample(path)
    if is_sheet(path, head):
        cells = next((row for row in first_rows(path) if any(row)), [])
        while cells and not cells[-1]:
            cells.pop()
        return cells, Form("utf-8", "\t")
    encoding = detect_encoding(head)
    try:
        line = first_line(head, encoding)
    except InputError as error:
        raise InputError(f"{path.name}, {error}") from None
    delimiter = detect_delimiter(line)
    return next(csv.reader([line], delimiter=delimiter), []), Form(encoding, delimiter)


def canonical(cell: str, known: Sequence[str]) -> str:
    """Return a heading cell in the spelling of ``known``, whatever its case, spaces and underscores.

    Examples
    --------
    >>> canonical(" Seizure date", ["SEIZURE_DATE"])
    'SEIZURE_DATE'
    """
    bare = re.sub(r"[\s_]+", "_", cell.strip().strip("\ufeff")).casefold()
    return next((name for name in known if name.casefold() == bare), cell.strip())


def matches(path: Path, needed: Sequence[str]) -> bool:
    r"""Whether the heading line of a file has all the columns needed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_text("Drug;Seizure date\n")
    ...     matches(path, ["SEIZURE_DATE"]), matches(path, ["AMOUNT"])
    (True, False)
    """
    cells, _ = heading(path)
    return set(needed) <= {canonical(cell, needed) for cell in cells}


@dataclass(frozen=True, slots=True)
class Bulk:
    """How the files of one bulk export are told and read.

    Attributes
    ----------
    needed : tuple of str
        Columns without which it is not this export.
    wanted : tuple of str, optional
        Columns to read; every one where None.
    group : str, optional
        A column whose runs of equal cells belong together.
    """

    needed: tuple[str, ...]
    wanted: tuple[str, ...] | None = None
    group: str | None = None

    def recognise(self, path: Path) -> bool:
        """Whether a file is this export, by its heading line; `InputError` where it cannot be opened."""
        return matches(path, self.needed)

    def layout(self, path: Path, file: str = "") -> Layout:
        """Return how one file is laid out; `InputError` where a needed column is missing."""
        return describe(path, file or path.name, self.needed, self.wanted, self.group)

    def units(self, path: Path, file: str = "") -> Iterator[Block | RawBatch]:
        """Yield the parts of a file that can be worked on apart: blocks of text, or rows of a workbook."""
        layout = self.layout(path, file)
        yield from sheet_batches(path, layout) if is_workbook(path) else blocks(path, layout)

    def batches(self, path: Path, file: str = "") -> Iterator[RawBatch]:
        """Return the rows of a file as text, batch by batch."""
        return map(rows_of, self.units(path, file))


def describe(
    path: Path, file: str, needed: Sequence[str], wanted: Sequence[str] | None, group: str | None = None
) -> Layout:
    r"""Return the layout of a file that must have the columns needed.

    Parameters
    ----------
    path, file : Path, str
        The file, and the name by which its rows are traced.
    needed : sequence of str
        Columns without which it is not this export.
    wanted : sequence of str, optional
        Columns to read; every one where None.
    group : str, optional
        A column whose runs of equal cells belong together.

    Raises
    ------
    InputError
        A needed column is missing, or a column stands twice.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_text("Drug;Seizure date\n")
    ...     describe(path, path.name, ["SEIZURE_DATE"], None).header
    ('Drug', 'SEIZURE_DATE')
    """
    cells, form = heading(path)
    header = [canonical(cell, needed) for cell in cells]
    missing = [name for name in needed if name not in header]
    if missing:
        hint = nearest(missing[0], header)
        raise InputError(
            f"{file}, line 1: the heading line has no column {', '.join(missing)}{hint};"
            " download the export again, or describe its columns in a YAML file beside it"
        )
    twice = next((name for at, name in enumerate(header) if name in header[:at]), None)
    if twice is not None:
        raise InputError(f"{file}, line 1: the heading line names the column {twice!r} twice; rename one of them")
    at = header.index(group) - len(header) if group else None
    return Layout(file, tuple(header), form, tuple(wanted or header), at)
