"""The tables of a run for other tools: CSV files and a Frictionless ``datapackage.json``.

Belongs here: what other tools need to read the tables. Does not belong here: what is in them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.cells import frame_csv
from analysis.report.lineage import Sources, without_aggregate_only
from analysis.report.markup import safe_link


def write_package(tables: dict[str, pd.DataFrame], staged: Path, version: str) -> None:
    """Write ``data/<table>.csv`` for each processed table, and ``datapackage.json``.

    Rows of sources marked ``aggregate only`` are left out. The tables of the reports that are
    already staged are listed too.

    Parameters
    ----------
    tables : dict of DataFrame
        The processed tables by name; ``sources`` says which sources may be shown.
    staged : Path
        The run.
    version : str
        Of the processed data.
    """
    listed = tables.get("sources", pd.DataFrame({"source_id": pd.Series(dtype="str")}))
    sources = Sources(listed)
    resources = []
    (staged / "data").mkdir()
    for name, frame in tables.items():
        kept, withheld = (frame, 0) if name == "sources" else without_aggregate_only(frame, sources)
        data = frame_csv(kept).encode()
        path = staged / "data" / f"{name}.csv"
        path.write_bytes(data)
        entry = _resource(path, staged)
        entry["schema"] = {"fields": [_field(kept, column) for column in kept.columns], "missingValues": [""]}
        if withheld:
            entry["description"] = f"{withheld} rows of sources that may be shown in aggregate only are left out."
        resources.append(entry)
    resources += [_resource(path, staged) for path in sorted(staged.glob("*/tables/*.csv"))]
    package = {
        "profile": "data-package",
        "name": "inl-evidence",
        "title": "Printed figures on drug seizures, training and community policing, cleaned, with ranges and sources",
        "description": "A text that begins like a formula has an apostrophe before it. INF is an open upper end.",
        "version": version,
        "resources": resources,
        "sources": [_source(row) for row in listed.to_dict("records")],
    }
    (staged / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _resource(path: Path, staged: Path) -> dict[str, Any]:
    data = path.read_bytes()
    relative = path.relative_to(staged)
    name = "-".join(part for part in (*relative.parts[:-1], relative.stem) if part not in ("data", "tables")).lower()
    return {
        "name": name,
        "path": relative.as_posix(),
        "profile": "tabular-data-resource" if relative.parts[0] == "data" else "data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _field(frame: pd.DataFrame, column: str) -> dict[str, str]:
    values = frame[column]
    if pd.api.types.is_bool_dtype(values):
        return {"name": column, "type": "boolean"}
    if pd.api.types.is_integer_dtype(values):
        return {"name": column, "type": "integer"}
    if pd.api.types.is_numeric_dtype(values):
        return {"name": column, "type": "number"}
    if pd.api.types.is_datetime64_any_dtype(values):
        days = bool((values.dropna() == values.dropna().dt.normalize()).all())
        return {"name": column, "type": "date" if days else "datetime"}
    return {"name": column, "type": "string"}


def _source(row: dict[Any, Any]) -> dict[str, str]:
    url = safe_link(str(row.get("url") or ""))
    title = str(row.get("title") or row["source_id"])
    return {"title": title, "path": url} if url else {"title": title}
