"""The tables of a run for other tools: CSV files and a Frictionless ``datapackage.json``.

Belongs here: what other tools need to read the tables. Does not belong here: what is in them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.report.cells import frame_csv
from analysis.report.lineage import Sources, without_aggregate_only
from analysis.report.markup import safe_link
from analysis.report.publish import carry
from analysis.schemas import TABLES
from analysis.store import load


def write_package(staged: Path, processed: Path, version: str, before: Path | None) -> list[str]:
    """Write ``data/<table>.csv`` for each processed table, and ``datapackage.json``.

    Rows of sources marked ``aggregate only`` are left out. The tables of the reports that are
    already staged are listed too.

    Parameters
    ----------
    staged : Path
        The run.
    processed : Path
        Folder of the processed tables.
    version : str
        Of the processed tables; where the run before has the same, its files are taken over.
    before : Path, optional
        The run before.

    Returns
    -------
    list of str
        One sentence for each table that cannot be read and is left out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> from analysis.store import write_tables
    >>> with TemporaryDirectory() as folder:
    ...     written = write_tables({name: sample(name, {}) for name in TABLES}, Path(folder, "processed"))
    ...     (run := Path(folder, "run")).mkdir()
    ...     warnings = write_package(run, Path(folder, "processed"), "0a1b2c", None)
    ...     warnings, len(json.loads((run / "datapackage.json").read_text())["resources"])
    ([], 7)
    """
    package, warnings = _taken_over(staged, version, before), list[str]()
    if package is None:
        package, warnings = _written(staged, processed, version)
    package["resources"] += [_resource(path, staged) for path in sorted(staged.glob("*/tables/*.csv"))]
    (staged / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return warnings


def _taken_over(staged: Path, version: str, before: Path | None) -> dict[str, Any] | None:
    if not version or before is None:
        return None
    try:
        package: dict[str, Any] = json.loads((before / "datapackage.json").read_text(encoding="utf-8"))
        own = [resource for resource in package["resources"] if resource["path"].startswith("data/")]
        sound = all(_digest((before / resource["path"]).read_bytes()) == resource["hash"] for resource in own)
    except (OSError, ValueError, KeyError):
        return None
    if package.get("version") != version or not sound or {Path(one["path"]).stem for one in own} != set(TABLES):
        return None
    carry(before / "data", staged / "data")
    return {**package, "resources": own}


def _written(staged: Path, processed: Path, version: str) -> tuple[dict[str, Any], list[str]]:
    tables, warnings = {}, []
    for name in TABLES:
        try:
            tables[name] = load(name, processed=processed)
        except InputError as error:
            warnings.append(str(error))
    listed = tables.get("sources", pd.DataFrame({"source_id": pd.Series(dtype="str")}))
    sources = Sources(listed)
    resources = []
    (staged / "data").mkdir()
    # Without the list of sources nobody can say which rows may be shown.
    for name, frame in tables.items() if "sources" in tables else ():
        kept, withheld = (frame, 0) if name == "sources" else without_aggregate_only(frame, sources)
        path = staged / "data" / f"{name}.csv"
        path.write_bytes(frame_csv(kept).encode())
        entry = _resource(path, staged)
        entry["schema"] = {"fields": [_field(kept, column) for column in kept.columns], "missingValues": [""]}
        if withheld:
            entry["description"] = f"{withheld} rows of sources that may be shown in aggregate only are left out."
        resources.append(entry)
    package = {
        "profile": "data-package",
        "name": "inl-evidence",
        "title": "Printed figures on drug seizures, training and community policing, cleaned, with ranges and sources",
        "description": "A text that begins like a formula has an apostrophe before it. INF is an open upper end.",
        "version": version,
        "resources": resources,
        "sources": [_source(row) for row in listed.to_dict("records")],
    }
    return package, warnings


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
        "hash": _digest(data),
    }


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


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
