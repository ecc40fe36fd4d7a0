"""A small project for tests of runs: three notebooks, a plan, a few rows."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.schemas import TABLES
from analysis.store import write_tables

GOOD = (
    'country = "PAK"  # one of: PAK, TJK\nscale = 1',
    "from matplotlib.figure import Figure\nfrom analysis import load\nfrom analysis.report.page import Page",
    'rows = load("seizures", country=country)\npage = Page(f"Seizures, {country}", "seizures", {"country": country})',
    'page.fact("total", "Seized", rows.value.sum() * scale, unit="kg", rows=rows)\npage.facts()',
    "figure = Figure(figsize=(4, 2))\nfigure.subplots().bar(rows.drug, rows.value)",
    'page.figure(figure, "Bars", "Two bars.", rows=rows)',
    'page.table(rows[["drug", "value"]], "Rows", rows=rows)',
)
BROKEN = (
    "x = 1",
    'from analysis.report.page import Page\npage = Page("Broken")',
    'raise ValueError("<b>no such drug</b>")',
)
EMPTY = ("x = 1",)


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook whose first code cell is its parameters cell."""
    made = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(cells)]
    made[0].metadata["tags"] = ["parameters"]
    made.insert(0, new_markdown_cell("# Title", id="title"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


def small_project(root: Path) -> Path:
    """Write notebooks, a plan and processed tables below ``root``; each report takes about a second."""
    for name in ("notebooks", "reports"):
        (root / name).mkdir(parents=True)
    for name, cells in (("good", GOOD), ("broken", BROKEN), ("empty", EMPTY)):
        write_notebook(root / "notebooks" / f"{name}.ipynb", cells)
    plan = (
        "reports:\n- {notebook: good, parameters: {country: [PAK, TJK]}}\n- {notebook: broken}\n- {notebook: empty}\n"
    )
    (root / "reports" / "plan.yaml").write_text(plan)
    (root / "reports" / "good.yaml").write_text(plan.split("- {notebook: broken}")[0])
    seizures = pd.DataFrame(
        {
            "record_id": ["a", "b", "c"],
            "source_id": ["s", "s", "s"],
            "file": ["seizures.csv"] * 3,
            "line": [2, 3, 4],
            "country": ["PAK", "PAK", "TJK"],
            "drug": ["opium", "=hashish", "opium"],
            "quantity_reported": ["5", "6", "7"],
            "value": [5.0, 6.0, 7.0],
            "low": [4.5, 5.5, 6.5],
            "high": [5.5, 6.5, 7.5],
            "bound": ["exact"] * 3,
            "unit": ["kg"] * 3,
        }
    )
    source = {"source_id": ["s"], "title": ["S"], "url": ["https://example.org"], "file": ["sources.csv"], "line": [2]}
    write_processed(root / "processed", {name: pd.DataFrame(source) for name in TABLES} | {"seizures": seizures})
    return root


def write_processed(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write processed tables and a ledger that knows their content."""
    parts = write_tables(tables, folder)
    version = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
    counts = {"rows_in": 3, "kept": 3, "rejected": 0, "suspect": 0, "corrected": []}
    (folder / "ledger.json").write_text(
        json.dumps({"version": version, "parts": parts, "tables": {"seizures": counts}})
    )


def differences(one: Path | str, other: Path | str) -> list[str]:
    """Return the files that differ between two folders, which must hold the same names."""
    compared = filecmp.dircmp(one, other)
    assert not compared.left_only + compared.right_only
    _, differ, failed = filecmp.cmpfiles(one, other, compared.common_files, shallow=False)
    found = [f"{one}/{name}" for name in differ + failed]
    for name in compared.common_dirs:
        found += differences(Path(one) / name, Path(other) / name)
    return found


def noted(*arguments: Any) -> Any:
    """Make a report as ever, but let its process first write down its number; a forked process can import this."""
    from analysis.report.make import make_report

    Path(os.environ["INL_TEST_PID"]).write_text(str(os.getpid()))
    return make_report(*arguments)
