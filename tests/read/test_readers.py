"""The readers of small exports: who is asked first, and that rows of one line are counted apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from analysis.pipeline import clean
from analysis.read import agency, readers
from analysis.read.agency import PROBLEM, AgencyTable
from analysis.read.sniff import Form

DRUGS = ("heroin", "opium", "hashish")


def _read_wide(path: Path, tables: Mapping[str, Sequence[str]], file: str) -> AgencyTable:
    """Read a table with one column a drug: one line makes three rows."""
    same = {"source_id": "zeit-2002-48", "country": "Tajikistan", "scope": "operation", "unit": "kg"}
    rows = []
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for drug, amount in zip(DRUGS, text.split(";"), strict=True):
            own = {"record_id": f"w-{line}-{drug}", "drug": drug, "quantity": amount, "file": file, "line": line}
            rows.append(dict.fromkeys(tables["seizures"], "") | same | own)
    return AgencyTable("seizures", pd.DataFrame(rows), pd.DataFrame(columns=list(PROBLEM)), Form("utf-8", ";"))


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of files in the folder `wide`."""
    known = readers.Reader(lambda path: path.parent.name == "wide", _read_wide)
    monkeypatch.setattr(readers, "READERS", (*readers.READERS, known))


def test_a_file_with_a_yaml_beside_it_is_read_by_it(tmp_path: Path, wide: None) -> None:
    path = tmp_path / "wide" / "2024.csv"
    path.parent.mkdir()
    path.write_text("1;2;3\n", encoding="utf-8")
    found = readers.reader_of(path)
    assert found is not None
    assert found.read is _read_wide
    path.with_suffix(".yaml").write_text("table: seizures\n", encoding="utf-8")
    described = readers.reader_of(path)
    assert described is not None
    assert described.read is agency.read_agency


def test_rows_of_one_line_are_rejected_one_by_one(raw: Path, tmp_path: Path, wide: None) -> None:
    copy = Path(shutil.copytree(raw, tmp_path / "raw"))
    (copy / "wide").mkdir()
    (copy / "wide" / "2024.csv").write_text("1;2;3\n4;much;more\n", encoding="utf-8")
    entry = clean(copy, tmp_path / "processed")["tables"]["seizures"]
    assert entry["rows_in"] == entry["kept"] + entry["rejected"]
    assert entry["rejected"] == 2
    rejects = pd.read_csv(tmp_path / "processed" / "rejects.csv")
    assert rejects[["file", "line", "value"]].to_numpy().tolist() == [
        ["wide/2024.csv", 2, "much"],
        ["wide/2024.csv", 2, "more"],
    ]
    assert [json.loads(row)["drug"] for row in rejects["row"]] == ["opium", "hashish"]
