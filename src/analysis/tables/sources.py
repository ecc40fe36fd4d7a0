"""The sources table: every page and report that a figure was taken from."""

from __future__ import annotations

from analysis.tables.work import Recipe, Work

COLUMNS = ("source_id", "publisher", "title", "url", "published", "kind", "terms")


def clean(work: Work) -> None:
    """Carry the columns over as they stand: sources are names and addresses, not figures."""
    work.carry(*COLUMNS[1:])


RECIPE = Recipe(COLUMNS, clean, id_column="source_id")
