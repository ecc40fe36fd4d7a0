"""The sources table: every page and report that a figure was taken from."""

from __future__ import annotations

from analysis.tables.work import Recipe, Work

COLUMNS = ("source_id", "publisher", "title", "url", "published", "kind", "terms")


def clean(work: Work) -> None:
    """Carry the columns over as they stand: sources are names and addresses, not figures.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"source_id": "dawn-1", "publisher": "Dawn ", "file": "a.csv", "line": 2}
    >>> raw = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row])
    >>> clean(work := Work(raw, raw, "source_id"))
    >>> work.kept()[["record_id", "publisher"]].values.tolist()
    [['dawn-1', 'Dawn']]
    """
    work.carry(*COLUMNS[1:])


RECIPE = Recipe(COLUMNS, clean, id_column="source_id")
