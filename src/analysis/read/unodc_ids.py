"""The Individual Drug Seizures export of UNODC: one row a single seizure.

Export: "Individual Drug Seizures" (IDS) of the Data Portal of the United Nations Office on Drugs and Crime.
Page of origin: the drug seizures section of dataunodc.un.org, button "download".
Terms of use: free for statistics, never to be printed seizure by seizure. Its source therefore stands in
``vocabulary/unodc_sources.csv`` as `aggregate only`, and no report prints a row of it.
Layout: CSV with ``;`` in UTF-8 (also compressed with gzip), or the same columns in a workbook.

Columns: REGION, SUBREGION, COUNTRY, ADMINISTRATIVE_DIVISION, PLACE (free text, several languages), SEIZURE_DATE
(year-month-day), DRUG_NAME (closed list), AMOUNT (decimal point), DRUG_UNIT (closed list), HIDING_PLACE,
INSTALLATION, TRANSPORT, PRODUCING_COUNTRY, DEPARTURE_COUNTRY, DESTINATION_COUNTRY, ROUTING.

Belongs here: recognising the export and giving its rows as text. Does not belong here: what they mean
(``clean.events``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analysis.read.blocks import Block, Layout, RawBatch, blocks, parse
from analysis.read.layouts import describe, is_workbook, matches
from analysis.read.sheets import sheet_batches

FOLDER = "unodc_ids"
SOURCE = "unodc-ids"
NEEDED = ("COUNTRY", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT", "DRUG_UNIT")
COLUMNS = (
    "REGION", "SUBREGION", "COUNTRY", "ADMINISTRATIVE_DIVISION", "PLACE", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT",
    "DRUG_UNIT", "HIDING_PLACE", "INSTALLATION", "TRANSPORT", "PRODUCING_COUNTRY", "DEPARTURE_COUNTRY",
    "DESTINATION_COUNTRY", "ROUTING",
)  # fmt: skip


def recognise(path: Path) -> bool:
    """Whether a file is this export, by its heading line.

    Raises
    ------
    InputError
        The file cannot be opened, or is a web page in disguise.
    """
    return matches(path, NEEDED)


def layout(path: Path, file: str = "") -> Layout:
    """Return how one file is laid out; every column of it is wanted, to tell identical rows.

    Raises
    ------
    InputError
        A needed column is missing.
    """
    return describe(path, file or path.name, NEEDED, wanted=None)


def units(path: Path, file: str = "") -> Iterator[Block | RawBatch]:
    """Yield the parts of a file that can be worked on apart: blocks of text, or rows of a workbook."""
    described = layout(path, file)
    yield from sheet_batches(path, described) if is_workbook(path) else blocks(path, described)


def batches(path: Path, file: str = "") -> Iterator[RawBatch]:
    """Yield the rows of a file as text, batch by batch."""
    for unit in units(path, file):
        yield parse(unit) if isinstance(unit, Block) else unit
