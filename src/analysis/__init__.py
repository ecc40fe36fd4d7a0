"""Printed figures as intervals with a pedigree: load, explain, and what follows from them.

Belongs here: the short list of what an analyst calls. Everything else is a room of its own.

Importing the package loads no table and no plotting library.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.store import load

__all__ = ["explain", "load"]
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
        ``column, value, rule``: the raw line as printed, then each cleaned value and the rule or
        spelling that made it.
    """
    from analysis.pedigree import explain as explained
    from analysis.store import processed_folder

    return explained(record_id, Path(raw) if raw is not None else processed_folder().parent / "raw")
