"""Print the results of a benchmark and keep them in ``reports/bench.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

KEPT = Path(__file__).resolve().parents[2] / "reports" / "bench.json"


def show(title: str, results: list[dict[str, Any]]) -> None:
    """Print results as a table; all have the keys of the first."""
    table = Table(title=title)
    for name in results[0]:
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in result.values()))
    Console(width=140).print(table)


def keep(part: str, results: list[dict[str, Any]]) -> None:
    """Put the results of one benchmark in the place of its last ones."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[part] = results
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
