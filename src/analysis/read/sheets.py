"""Workbooks (XLSX, XLS, ODS): the rows of the first sheet as text, with their row numbers as lines.

Belongs here: cells to text as a person sees them, row by row. Does not belong here: which columns an
export has (the layouts), what a cell means. Formulas are not worked out: their rows become problems.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from analysis.errors import InputError
from analysis.read.blocks import LONGEST, Layout, Problem
from analysis.read.parse import RawBatch, from_rows

LARGEST = 1 << 30
ROWS = 50_000
_FORMULA = re.compile(rb"<c [^>]*?r=\"([A-Z]+)(\d+)\"[^>]*>\s*<f|<c r=\"([A-Z]+)(\d+)\"[^>]*>\s*<f")


def first_rows(path: Path, most: int = 20) -> list[list[str]]:
    """Return the first rows of the first sheet, blank rows included."""
    rows: list[list[str]] = []
    for row in _sheet(path).iter_rows():
        rows.append([cell_text(cell) for cell in row])
        if len(rows) == most:
            break
    return rows


def sheet_batches(path: Path, layout: Layout) -> Iterator[RawBatch]:
    """Yield the rows of the first sheet below its heading, some tens of thousands at a time.

    Raises
    ------
    InputError
        Not a workbook, too large to open, or without rows.
    """
    formulas = _formulas(path)
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    heading = False
    sheet = _sheet(path)
    top = sheet.start[0] if sheet.start else 0
    for line, row in enumerate(sheet.iter_rows(), top + 1):
        cells = [cell_text(cell) for cell in row]
        if not any(cells) and line not in formulas:
            continue
        if not heading:
            heading = True
            continue
        problem = _problem(line, cells, formulas, layout)
        if problem:
            problems.append(problem)
        else:
            rows.append([*cells, *[""] * (len(layout.header) - len(cells))])
            lines.append(line)
        if len(lines) + len(problems) == ROWS:
            yield from_rows(layout, rows, lines, problems)
            rows, lines, problems = [], [], []
    if lines or problems:
        yield from_rows(layout, rows, lines, problems)


def _problem(line: int, cells: list[str], formulas: dict[int, str], layout: Layout) -> Problem | None:
    if line in formulas:
        place = _column(formulas[line])
        name = layout.header[place] if place < len(layout.header) else formulas[line]
        value = cells[place] if place < len(cells) else ""
        return Problem(line, name, value[:200], "the cell holds a formula; put its value there")
    extra = [cell for cell in cells[len(layout.header) :] if cell]
    if extra:
        reason = (
            f"{len(layout.header)} cells are expected and {len(cells)} are there; name the column or clear the cells"
        )
        return Problem(line, "", extra[0][:200], reason)
    for name, cell in zip(layout.header, cells, strict=False):
        if cell.startswith("="):
            return Problem(line, name, cell[:200], "the cell holds a formula; put its value there")
        if len(cell) > LONGEST:
            return Problem(line, name, cell[:60], f"the cell is longer than {LONGEST:,} characters; clear it")
    return None


def cell_text(cell: Any) -> str:
    """Return a cell as text.

    Examples
    --------
    >>> cell_text(2.0), cell_text(0.15), cell_text(dt.datetime(2015, 3, 1)), cell_text(True)
    ('2', '0.15', '2015-03-01', 'TRUE')
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


def _sheet(path: Path) -> CalamineSheet:
    _check_size(path)
    try:
        if path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
            return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise InputError(f"{path.name}: the workbook cannot be opened ({error}); download it again") from error


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > LARGEST:
        raise InputError(
            f"{path.name}: the workbook would take {size / 2**30:.1f} GB once unpacked, more than the"
            f" {LARGEST // 2**30} GB allowed; look for a cell that holds a whole file, or save it as CSV"
        )


def _formulas(path: Path) -> dict[int, str]:
    """Return the rows of an XLSX's first sheet that hold a formula, each with the column's letters."""
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[int, str] = {}
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
        if not names:
            return {}
        with archive.open(names[0]) as member:
            kept = b""
            while data := member.read(1 << 20):
                kept += data
                for match in _FORMULA.finditer(kept):
                    found.setdefault(int(match[2] or match[4]), (match[1] or match[3]).decode())
                kept = kept[-4096:]
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
