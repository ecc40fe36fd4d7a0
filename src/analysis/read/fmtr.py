"""The Foreign Military Training Report as a table: one row a line of training as printed.

Export: the tables of the "Foreign Military Training and DoD Engagement Activities of Interest" reports of the
US Departments of State and Defense to the Congress, 1999 to 2021, put into one table of text.
Page of origin: the report pages of state.gov and 2009-2017.state.gov (bureau of political-military affairs);
the table form is the one published by the Security Force Monitor (columns ``training:*``).
Terms of use: a work of the United States government, in the public domain; the table form is free to use with
the name of its publisher.
Layout: tab separated, minimal quoting, UTF-8, also compressed with gzip.

Columns used: training:country, training:program (programme family and fiscal year), training:course_title,
training:delivery_unit (who taught), training:recipient_unit (who learned), training:start_date_raw,
training:end_date_raw (month/day/year), training:location, training:quantity, training:total_cost (US dollars),
report:fiscal_years, report:source_file, report:source_row.

Belongs here: recognising the export and giving its rows as text; blocks end where a report ends. Does not belong
here: subtotals, wrapped lines, slipped columns (``clean.trainings``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analysis.read.blocks import Block, Layout, RawBatch, blocks, parse
from analysis.read.layouts import describe, is_workbook, matches
from analysis.read.sheets import sheet_batches

FOLDER = "fmtr"
SOURCE = "us-fmtr"
COLUMNS = (
    "training:country", "training:program", "training:course_title", "training:delivery_unit",
    "training:recipient_unit", "training:start_date_raw", "training:end_date_raw", "training:location",
    "training:quantity", "training:total_cost", "report:fiscal_years", "report:source_file", "report:source_row",
)  # fmt: skip
_GROUP = "report:source_file"


def recognise(path: Path) -> bool:
    """Whether a file is this export, by its heading line.

    Raises
    ------
    InputError
        The file cannot be opened, or is a web page in disguise.
    """
    return matches(path, COLUMNS)


def layout(path: Path, file: str = "") -> Layout:
    """Return how one file is laid out.

    Raises
    ------
    InputError
        A needed column is missing.
    """
    return describe(path, file or path.name, COLUMNS, wanted=COLUMNS, group=_GROUP)


def units(path: Path, file: str = "") -> Iterator[Block | RawBatch]:
    """Yield the parts of a file that can be worked on apart: blocks of text, or rows of a workbook."""
    described = layout(path, file)
    yield from sheet_batches(path, described) if is_workbook(path) else blocks(path, described)


def batches(path: Path, file: str = "") -> Iterator[RawBatch]:
    """Yield the rows of a file as text, batch by batch."""
    for unit in units(path, file):
        yield parse(unit) if isinstance(unit, Block) else unit
