"""The notebooks about people, centers and the brief run on nothing and on other countries, and say so in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = ("trainees", "policing_centers", "country_brief")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_empty_selection_is_said_in_words(run: Any, name: str) -> None:
    shown = run(name, country="FRA", start="1900", end="1901")
    kinds = [item["kind"] for item in shown]
    assert "figure" not in kinds and "table" not in kinds and "facts" not in kinds
    assert kinds.count("nothing") >= 4
    said = [item["text"] for item in shown if item["kind"] == "nothing"]
    assert all((text.endswith(".") and "nan" not in text and "France" in text) or "selection" in text for text in said)


@pytest.mark.parametrize(
    ("name", "country"), [("trainees", "AFG"), ("policing_centers", "KGZ"), ("country_brief", "TJK")]
)
def test_it_runs_for_other_countries(run: Any, name: str, country: str) -> None:
    shown = run(name, country=country)
    figures = [item for item in shown if item["kind"] == "figure"]
    assert figures and all(item["alt"] and item["csv"] for item in figures)


def test_a_period_keeps_what_it_meets(run: Any) -> None:
    shown = run("policing_centers", country="TJK", start="2019-01-01", end="2019-12-31")
    facts = [fact for item in shown if item["kind"] == "facts" for fact in item["facts"]]
    assert {fact["value"] for fact in facts if fact["key"].startswith("count_")} >= {32.0, 49.0}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_committed_outputs_hold_no_machine(root: Path, name: str) -> None:
    text = (root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    made = json.loads(text)
    assert set(made["metadata"]) == {"inl_evidence", "kernelspec", "language_info"}
    assert "papermill" not in json.dumps([cell["metadata"] for cell in made["cells"]])
    assert "/home/" not in text and "/tmp/" not in text
    assert all(cell.get("execution_count") for cell in made["cells"] if cell["cell_type"] == "code")
