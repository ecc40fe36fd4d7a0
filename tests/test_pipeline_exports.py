"""Bulk exports and agency files dropped below the raw folder end in the same processed tables."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from analysis.parallel import executor
from analysis.pedigree import explain
from analysis.pipeline import check, clean, read_agencies
from exports_by_hand import fmtr_row, fmtr_total, ids_row, write_fmtr, write_ids


@pytest.fixture
def dropped(root: Path, tmp_path: Path) -> Path:
    """A raw folder with one export of each layout and an agency file."""
    raw = Path(shutil.copytree(root / "data" / "raw", tmp_path / "raw"))
    for folder in ("unodc_ids", "fmtr", "agency"):
        (raw / folder).mkdir()
    write_ids(raw / "unodc_ids" / "ids.csv", [ids_row(), ids_row(), ids_row(drug="Opium", amount="12.5")])
    write_fmtr(raw / "fmtr" / "fmtr.tsv", [fmtr_row(), fmtr_total("1", "$1,000")])
    (raw / "agency" / "anf.csv").write_text(
        "Nr;Drug;Amount;Unit\n1;charas;12,500;kg\n2;heroin;1 250,4;kg\n3;mystery;1;kg\n", encoding="cp1251"
    )
    (raw / "agency" / "anf.yaml").write_text(
        "table: seizures\ncolumns: {record_id: Nr, drug: Drug, quantity: Amount, unit: Unit}\n"
        "constants: {country: Tajikistan, source_id: dawn-24617, scope: operation, agency: DCA}\ndecimal: ','\n",
        encoding="utf-8",
    )
    return raw


def test_exports_and_agency_files_are_in_the_tables(dropped: Path, tmp_path: Path) -> None:
    ledger = clean(dropped, tmp_path / "processed")
    entry = ledger["exports"]["unodc_ids/ids.csv"]
    assert (entry["rows_in"], entry["kept"], entry["rejected"]) == (3, 3, 0)
    seizures = analysis.load("seizures", processed=tmp_path / "processed")
    events = seizures[seizures["scope"] == "event"]
    assert len(events) == 3
    mine = seizures[seizures["file"] == "agency/anf.csv"].set_index("drug")
    assert mine["value"].to_dict() == {"hashish": 12.5, "heroin": 1250.4}
    assert mine.loc["hashish", "line"] == 2
    trainees = analysis.load("trainees", processed=tmp_path / "processed")
    assert "us-fmtr" in set(trainees["source_id"])
    sources = analysis.load("sources", processed=tmp_path / "processed").set_index("source_id")
    assert sources.loc["unodc-ids", "terms"] == "aggregate only"
    rejects = pd.read_csv(tmp_path / "processed" / "rejects.csv")
    assert rejects[["file", "line", "column", "value"]].to_numpy().tolist() == [
        ["agency/anf.csv", 4, "drug", "mystery"]
    ]
    assert json.loads(rejects["row"][0])["drug"] == "mystery"
    assert (tmp_path / "processed" / "fmtr_check.csv").exists()


def test_a_broken_export_is_left_out_with_a_sentence(dropped: Path, tmp_path: Path) -> None:
    (dropped / "unodc_ids" / "bad.csv").write_bytes(b"\x00\x01\x02")
    (dropped / "agency" / "anf.yaml").write_text("table: seizurez\n", encoding="utf-8")
    ledger = clean(dropped, tmp_path / "processed")
    assert set(ledger["left_out"]) == {"unodc_ids/bad.csv", "agency/anf.csv"}
    assert all("\n" not in sentence for sentence in ledger["left_out"].values())
    assert ledger["exports"]["unodc_ids/ids.csv"]["kept"] == 3
    _, sentences = check(dropped)
    assert [sentence for sentence in sentences if "bad.csv" in sentence]


def test_a_pool_of_processes_gives_the_same_tables(dropped: Path, tmp_path: Path) -> None:
    one = clean(dropped, tmp_path / "one")
    with executor(jobs=2) as pool:
        two = clean(dropped, tmp_path / "two", pool)
    assert one["version"] == two["version"]


def _told(record_id: str, raw: Path) -> dict[str, tuple[str, str]]:
    told = explain(record_id, raw)
    assert told["column"].is_unique
    return {row.column: (row.value, row.rule) for row in told.itertuples()}


def test_a_line_of_an_export_is_explained(dropped: Path) -> None:
    told = _told("fmtr-000002", dropped)
    assert told["file"][0] == "fmtr/fmtr.tsv, line 2"
    assert told["training:total_cost (raw)"] == ("$1,000", "as printed")
    assert told["cost_usd"] == ("1,000", "from training:total_cost")
    assert told["unit"] == ("people", "the same for every line of the export")
    assert "line" not in told
    total = _told("fmtr-000003", dropped)
    assert total["kept apart"][0] == "a printed total"
    assert "value" not in total


def test_a_rejected_line_of_an_export_is_explained(dropped: Path) -> None:
    write_fmtr(dropped / "fmtr" / "odd.tsv", [fmtr_row(), fmtr_row(quantity="some")])
    told = _told("fmtr-odd-000003", dropped)
    assert told["training:quantity (raw)"] == ("some", "as printed")
    assert told["training:quantity"][0] == "some"
    assert told["training:quantity"][1].startswith("rejected: 'some' is not a number of people")
    assert "value" not in told


def test_a_line_that_could_not_be_read_is_explained(dropped: Path) -> None:
    path = write_fmtr(dropped / "fmtr" / "torn.tsv", [fmtr_row(), fmtr_row()])
    path.write_bytes(path.read_bytes().rstrip(b"\n") + b"\tone cell too many\n")
    told = _told("fmtr-torn-000003", dropped)
    assert "cells are expected" in told[""][1]
    assert not any(column.endswith("(raw)") for column in told)


def test_a_row_of_which_only_sums_may_be_printed_is_not_shown(dropped: Path) -> None:
    told = _told("ids-000002", dropped)
    assert list(told) == ["file"]
    assert told["file"][0] == "unodc_ids/ids.csv, line 2"
    assert "look at the line in the file" in told["file"][1]


def test_a_row_of_an_agency_file_is_explained(dropped: Path) -> None:
    record = next(one for one in read_agencies(dropped)[0][0].frame["record_id"])
    told = _told(record, dropped)
    assert told["file"][0] == "agency/anf.csv, line 2"
    assert told["drug"][0] == "hashish"


@pytest.mark.parametrize(
    ("record_id", "said"),
    [
        ("ids-000099", "unodc_ids/ids.csv has no row on line 99"),
        ("fmtr-000099", "fmtr/fmtr.tsv has no row on line 99"),
        ("fmtr-cut-000002", "cut.tsv.gz, line 1: the compressed"),
    ],
)
def test_what_cannot_be_explained_is_said(dropped: Path, record_id: str, said: str) -> None:
    whole = write_fmtr(dropped / "fmtr" / "cut.tsv", [fmtr_row()])
    whole.with_suffix(".tsv.gz").write_bytes(gzip.compress(whole.read_bytes())[:-12])
    whole.unlink()
    with pytest.raises(InputError, match=said):
        explain(record_id, dropped)
