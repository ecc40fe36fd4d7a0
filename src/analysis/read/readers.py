"""The readers of small exports, in the order in which they are asked.

A small export is a file in a folder below ``data/raw``. Its reader puts it under the columns of one of the project's
own tables, as text, and the rows then go the way of all rows. Most files need no reader of their own, only a YAML file
beside them (``agency``). Belongs here: the list. Does not belong here: how a file is read (one module a reader), and
bulk exports, which are streamed (``exports``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.read import agency
from analysis.read.agency import AgencyTable


class Reader(NamedTuple):
    """One way of reading small exports.

    Attributes
    ----------
    recognise : callable
        Whether a file is for this reader. It is asked of every file, so that it should look at names only.
    read : callable
        Reads a file, given the columns of each table and the name by which rows are traced; raises `InputError` with
        one sentence where it cannot.
    """

    recognise: Callable[[Path], bool]
    read: Callable[[Path, Mapping[str, Sequence[str]], str], AgencyTable]


READERS = (
    Reader(agency.recognise, agency.read_agency),
)  # fmt: skip


def reader_of(path: Path) -> Reader | None:
    """Return the first reader that a file is for, or None.

    Examples
    --------
    >>> print(reader_of(Path("data/raw/seizures.csv")))
    None
    """
    return next((reader for reader in READERS if reader.recognise(path)), None)
