"""Where a figure comes from: the rows behind it, with source, file, line and the words as printed.

Belongs here: turning processed rows into an account that can be shown, and keeping the rows of
sources that may only be shown in aggregate out of it. Does not belong here: how the account looks
(``templates``), which rows are behind a figure (the notebook says).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from analysis import store
from analysis.errors import InputError
from analysis.report.cells import csv_text
from analysis.report.wording import is_narrow, settle, span, words

AGGREGATE_ONLY = "aggregate only"
COLUMNS = ("record_id", "source_id", "file", "line", "printed", "cleaned", "note")
_REPORTED = "_reported"

# A frame of processed rows, their record ids, or None.
Rows: TypeAlias = Any


class Sources:
    """The list of sources, by id.

    Parameters
    ----------
    frame : DataFrame
        Columns ``source_id, publisher, title, url, published, terms``; all but the id may be absent.

    Examples
    --------
    >>> sources = Sources(pd.DataFrame({"source_id": ["dawn-1"], "publisher": ["Dawn"], "terms": ["aggregate only"]}))
    >>> sources.describe("dawn-1")["publisher"], sources.aggregate_only("dawn-1"), sources.describe("x")["title"]
    ('Dawn', True, 'x')
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        names = [name for name in ("publisher", "title", "url", "published", "terms") if name in frame]
        self._by_id = {
            str(row["source_id"]): {name: str(row[name]) for name in names}
            for row in frame.astype(object).where(frame.notna(), "").to_dict("records")
        }

    def describe(self, source_id: str) -> dict[str, str]:
        """Return what is known of a source; its id stands for a title that is not known."""
        blank = dict.fromkeys(("publisher", "title", "url", "published", "terms"), "")
        known = self._by_id.get(source_id, {})
        return {**blank, **known, "source_id": source_id, "title": known.get("title") or source_id}

    def aggregate_only(self, source_id: str) -> bool:
        """Say whether the terms of a source forbid showing its rows."""
        return self.describe(source_id)["terms"].strip().casefold() == AGGREGATE_ONLY


def load_sources() -> pd.DataFrame:
    """Return the processed table of sources of this run, or the raw one where nothing is processed yet.

    Examples
    --------
    >>> import os
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> from analysis.reads import FOLDER_VARIABLE
    >>> from analysis.samples import sample
    >>> with TemporaryDirectory() as folder, patch.dict(os.environ, {FOLDER_VARIABLE: folder}):
    ...     written = store.write_tables({"sources": sample("sources", {"source_id": "dawn-1"})}, Path(folder))
    ...     load_sources()["source_id"].tolist()
    ['dawn-1']
    """
    try:
        return store.load("sources")
    except InputError:
        for folder in (Path.cwd(), *Path.cwd().parents):
            if (folder / "data" / "raw" / "sources.csv").is_file():
                return pd.read_csv(folder / "data" / "raw" / "sources.csv", dtype="str", keep_default_na=False)
        raise


def account(rows: Rows, sources: Sources, find: Callable[[Iterable[str]], pd.DataFrame] = store.find) -> dict[str, Any]:
    """Return the account of the rows behind a figure.

    Parameters
    ----------
    rows : DataFrame or iterable of record ids or None
        Processed rows, one a record; repeated records count once.
    sources : Sources
        The list of sources.
    find : callable
        Looks record ids up.

    Returns
    -------
    dict
        ``count`` of records; ``sources``: one entry a source in order of appearance with its
        description, its number of ``records`` and its ``files``; ``records``: lists in the order of
        `COLUMNS`, without the records of sources marked ``aggregate only``.

    Raises
    ------
    InputError
        Rows without the columns ``record_id, source_id, file, line``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> printed = {"quantity_reported": "6", "unit_reported": "metric tons"}
    >>> row = sample("seizures", printed | {"value": 6000, "unit": "kg"})
    >>> account(row, Sources(sample("sources", {"source_id": "source"})))["records"]
    [['row-1', 'source', '1.csv', 2, 'quantity: 6 · unit: metric tons', '6,000 kg', '']]
    """
    if rows is None:
        return {"count": 0, "sources": [], "records": []}
    if not isinstance(rows, pd.DataFrame):
        rows = list(rows)
        rows = find(rows) if rows else pd.DataFrame(columns=list(COLUMNS[:4]))
    missing = [name for name in COLUMNS[:4] if name not in rows]
    if missing:
        raise InputError(f"rows= needs the columns of a processed table; missing: {', '.join(missing)}")
    described: dict[str, dict[str, Any]] = {}
    records = []
    seen: set[str] = set()
    for row in rows.to_dict("records"):
        if row["record_id"] in seen:
            continue
        seen.add(row["record_id"])
        source = str(row["source_id"])
        if source not in described:
            described[source] = {**sources.describe(source), "records": 0, "files": []}
        entry = described[source]
        entry["records"] += 1
        if row["file"] not in entry["files"]:
            entry["files"].append(str(row["file"]))
        if not sources.aggregate_only(source):
            records.append(
                [
                    str(row["record_id"]),
                    source,
                    str(row["file"]),
                    int(row["line"]),
                    printed(row),
                    cleaned(row),
                    str(row.get("note") or ""),
                ]
            )
    return {"count": len(seen), "sources": list(described.values()), "records": records}


def without_aggregate_only(frame: pd.DataFrame, sources: Sources) -> tuple[pd.DataFrame, int]:
    """Take the rows of sources marked ``aggregate only`` out of a table that shows single rows.

    Examples
    --------
    >>> sources = Sources(pd.DataFrame({"source_id": ["a", "b"], "terms": ["open", "aggregate only"]}))
    >>> kept, withheld = without_aggregate_only(pd.DataFrame({"source_id": ["a", "b"]}), sources)
    >>> kept["source_id"].tolist(), withheld
    (['a'], 1)
    """
    if "source_id" not in frame:
        return frame, 0
    keep = ~frame["source_id"].map(lambda source: sources.aggregate_only(str(source))).astype(bool)
    return frame[keep], int((~keep).sum())


def account_csv(lineage: dict[str, Any]) -> str:
    """Return the whole account as CSV: one line a record, one a source whose rows may not be shown.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> rows = account(sample("seizures", {"value": 6}), Sources(sample("sources", {"source_id": "source"})))
    >>> account_csv(rows).splitlines()[0]
    'record_id,source_id,source_title,source_url,file,line,printed,cleaned,note'
    """
    known = {source["source_id"]: source for source in lineage["sources"]}
    header = (*COLUMNS[:2], "source_title", "source_url", *COLUMNS[2:])
    lines = []
    for record in lineage["records"]:
        source = known[record[1]]
        lines.append((*record[:2], source["title"], source["url"], *record[2:]))
    for source in lineage["sources"]:
        if source["terms"].strip().casefold() == AGGREGATE_ONLY:
            said = f"{source['records']} records; this source may be shown in aggregate only"
            lines.append(
                ("", source["source_id"], source["title"], source["url"], "; ".join(source["files"]), "", said, "", "")
            )
    return csv_text(header, lines)


def printed(row: dict[Any, Any]) -> str:
    """Join the words as printed.

    Examples
    --------
    >>> printed({"quantity_reported": "6", "unit_reported": "metric tons"})
    'quantity: 6 · unit: metric tons'
    """
    parts = []
    for name, value in row.items():
        if (str(name).endswith(_REPORTED) or name == "statement") and isinstance(value, str) and value.strip():
            parts.append(f"{str(name).removesuffix(_REPORTED).replace('_', ' ')}: {value}")
    return " · ".join(parts)


def cleaned(row: dict[Any, Any]) -> str:
    """Say what a row was read as, with its range where that says more.

    Parameters
    ----------
    row : dict
        A processed row; ``""`` comes back where it holds no figure.

    Examples
    --------
    >>> cleaned({"value": 6000.0, "low": 5500.0, "high": 6500.0, "bound": "exact", "unit": "kg"})
    '6 t (5.5 to 6.5 t)'
    """
    printed, least, most = (row.get(name) for name in ("value", "low", "high"))
    if all(x is None or pd.isna(x) for x in (printed, least, most)):
        return ""
    unit = str(row.get("unit") or "")
    try:
        value, low, high, bound = settle(printed, least, most, str(row.get("bound") or "exact"))
    except InputError:
        return f"{printed} {unit}".strip()
    said = words(value, low, high, bound, unit)
    allowed = span(low, high, unit, value)
    nothing_more = allowed == said or is_narrow(low, high) or (bound == "at_most" and low == 0)
    return said if nothing_more else f"{said} ({allowed})"
