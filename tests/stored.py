"""What the notebooks show, as stored: the items of their pages, key figures and tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MIME = "application/vnd.inl-evidence+json"


def cells(root: Path, notebook: str) -> list[dict[str, Any]]:
    """Return the code cells of a stored notebook."""
    made = json.loads((root / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return [cell for cell in made["cells"] if cell["cell_type"] == "code"]


def items(root: Path, notebook: str) -> Iterator[dict[str, Any]]:
    """Yield what a stored notebook shows, in order."""
    for cell in cells(root, notebook):
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                yield output["data"][MIME]


def facts(root: Path, notebook: str) -> dict[str, dict[str, Any]]:
    """Return the key figures of a stored notebook by key, on cards or in prose; the first of each key."""
    shown = [item for item in items(root, notebook) if item["kind"] in ("facts", "prose")]
    return {fact["key"]: fact for item in reversed(shown) for fact in reversed(item["facts"])}


def table(root: Path, notebook: str, caption: str) -> list[dict[str, str]]:
    """Return the rows of the table whose caption begins so."""
    found = next(item for item in items(root, notebook) if item.get("caption", "").startswith(caption))
    return list(csv.DictReader(found["csv"].splitlines()))
