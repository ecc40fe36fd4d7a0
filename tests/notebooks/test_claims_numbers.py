"""The pages on claims and on bounds: their numbers a second time, and that they run on what there is and on nothing."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from stored import MIME, cells, facts, items, table


def raw_rows(raw: Path, name: str) -> dict[str, dict[str, str]]:
    with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def test_the_verdicts_are_counted_from_the_table_of_claims(root: Path, raw: Path) -> None:
    shown = table(root, "claims", "Claims about the region and their verdicts")
    found = facts(root, "claims")
    assert [next(iter(row.values())) for row in shown] == list(raw_rows(raw, "claims"))
    for verdict in ("corroborated", "consistent", "contradicted", "not checkable"):
        assert found[verdict.replace(" ", "_")]["value"] == sum(verdict in row.values() for row in shown)
    assert found["tested"]["value"] == len(shown)


def test_every_claim_has_a_sentence_to_quote(root: Path, raw: Path) -> None:
    told: dict[str, str] = {}
    for item in items(root, "claims"):
        if "a sentence to quote" in item.get("caption", ""):
            for row in csv.DictReader(item["csv"].splitlines()):
                told |= {row[next(iter(row))]: next(value for key, value in row.items() if "entence" in key)}
    assert sorted(told) == sorted(raw_rows(raw, "claims")) and all(text.endswith(".") for text in told.values())


def test_the_lesson_is_the_figures_of_the_raw_table(root: Path, raw: Path) -> None:
    rows = raw_rows(raw, "seizures")
    july, year, sindh = (float(rows[r]["quantity"].replace(",", "")) for r in ("pk-0272", "gs-0031", "pk-0318"))
    answer = facts(root, "bounds")["answer"]
    assert answer["low"] == pytest.approx(july - 0.5)
    assert answer["high"] == pytest.approx(year + 0.5 - sindh + 0.0005)


@pytest.mark.parametrize("notebook", ["claims", "bounds"])
def test_cells_are_short_and_pictures_can_be_heard(root: Path, notebook: str) -> None:
    assert all(len("".join(cell["source"]).splitlines()) <= 32 for cell in cells(root, notebook))
    pictures = [item for item in items(root, notebook) if item["kind"] == "figure"]
    assert pictures and all(len(item["alt"]) > 40 and item["csv"] for item in pictures)


@pytest.mark.parametrize(
    ("notebook", "country", "empty"),
    [("claims", "FRA", 9), ("bounds", "FRA", 7), ("bounds", "TJK", 2), ("claims", "TJK", 0)],
)
def test_it_runs_with_other_parameters(
    root: Path, processed: Path, monkeypatch: pytest.MonkeyPatch, notebook: str, country: str, empty: int
) -> None:
    monkeypatch.setenv("INL_EVIDENCE_PROCESSED", str(processed))
    shell = InteractiveShell.instance()
    shell.display_pub = publisher = CapturingDisplayPublisher()
    names: dict[str, Any] = {}
    try:
        for cell in cells(root, notebook):
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names["country"] = country
        shown = [output["data"][MIME] for output in publisher.outputs if MIME in output["data"]]
    finally:
        InteractiveShell.clear_instance()
    said = [item["text"] for item in shown if item["kind"] == "nothing"]
    assert len(said) >= empty and all(len(text) > 20 for text in said)
    assert not any(item["kind"] == "figure" and not item["csv"] for item in shown)
