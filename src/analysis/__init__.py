"""Printed figures as intervals with a pedigree: what an analyst calls.

- `load`: one clean table, by country, span of time and drug.
- `show`: rows of a table in words, with ranges, units and links to the sources.
- `explain`: how each value of one record came about, from the printed line on.

These are all; charts in the house style are in ``analysis.charts``, the parts of a page in ``analysis.report.page``.

Belongs here: the short list of what an analyst calls. Everything else is a room of its own. Importing the package loads
no table and no plotting library.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.report.lab import show
from analysis.store import load

__all__ = ["explain", "load", "show"]
__version__ = "0.1.0"


def explain(record_id: str, raw: str | Path | None = None) -> pd.DataFrame:
    """Say how each cleaned value of one record came about.

    Parameters
    ----------
    record_id : str
        A record of any table, as in its column ``record_id``.
    raw : path, optional
        Folder of the raw tables; ``data/raw`` of the project unless said.

    Returns
    -------
    DataFrame
        ``column, value, rule``: the file and the line, the raw line as printed, then each cleaned
        value and the rule or spelling that made it. A notebook shows it as a small table.

    Raises
    ------
    InputError
        No raw table has the record; the message names the nearest ones.

    Examples
    --------
    >>> explain("inl-00044")
    Traceback (most recent call last):
    analysis.errors.InputError: no raw table has the record 'inl-00044'; nearest: inl-0004, ...
    """
    from analysis.pedigree import explain as explained
    from analysis.reads import processed_folder
    from analysis.report.lab import pedigree

    return pedigree(explained(record_id, Path(raw) if raw is not None else processed_folder().parent / "raw"))
