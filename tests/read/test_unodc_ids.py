"""The reader of single seizures: nothing lost, each row with its line, each oddity with one sentence."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.read import blocks, unodc_ids
from analysis.read.parse import RawBatch, parse
from exports_by_hand import IDS_HEAD, ids_row, write_ids
from workbooks_by_hand import write_ods, write_xlsx


def _read(path: Path) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    rows, problems = [], []
    for batch in unodc_ids.batches(path):
        places = batch.table["PLACE"].to_pylist()
        rows += list(zip(batch.lines.tolist(), places, strict=True))
        problems += [(problem.line, problem.reason) for problem in batch.problems]
    return rows, problems


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_come_with_their_lines(tmp_path: Path, name: str, end: str) -> None:
    path = write_ids(tmp_path / name, [ids_row(place=f"Town {n}") for n in range(5)], end)
    assert unodc_ids.recognise(path)
    assert _read(path) == ([(n + 2, f"Town {n}") for n in range(5)], [])


def test_another_table_is_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert not unodc_ids.recognise(path)
    with pytest.raises(InputError, match=r"a\.csv, line 1: the heading line has no column COUNTRY"):
        list(unodc_ids.batches(path))


def test_heading_in_another_case_and_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\ufeffDrug name,Amount,drug_unit,Country,Seizure date\nOpium,1,Gram,India,2014-01-02\n")
    (batch,) = unodc_ids.batches(path)
    assert batch.table.to_pylist() == [
        {"DRUG_NAME": "Opium", "AMOUNT": "1", "DRUG_UNIT": "Gram", "COUNTRY": "India", "SEIZURE_DATE": "2014-01-02"}
    ]


ODD = {
    "too many cells": (ids_row() + ";more", "16 cells are expected and 17 are there"),
    "too few cells": ("Asia;South", "16 cells are expected and 2 are there"),
    "NUL": (ids_row(place="La\0hore"), "is NUL"),
    "formula": (ids_row(place='=HYPERLINK("x")'), "the cell holds a formula"),
    "open quote": (ids_row().replace("Lahore", '"Lahore'), "a quotation mark opens a cell"),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", [0, 1, 3])
def test_an_odd_row_is_a_problem_with_its_line(tmp_path: Path, odd: str, where: int) -> None:
    row, said = ODD[odd]
    rows = [ids_row(place=f"Town {n}") for n in range(3)]
    path = write_ids(tmp_path / "a.csv", [*rows[:where], row, *rows[where:]])
    kept, problems = _read(path)
    assert [place for _, place in kept] == ["Town 0", "Town 1", "Town 2"]
    assert [line for line, _ in problems] == [where + 2]
    assert said in problems[0][1]


def test_mixed_encodings_cost_only_their_rows(tmp_path: Path) -> None:
    good, bad = ids_row(place="Душанбе").encode(), ids_row(place="Душанбе").encode("cp1251")
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join([IDS_HEAD.encode(), *[good] * 20, bad, good]))
    rows, problems = _read(path)
    assert len(rows) == 21
    assert [line for line, _ in problems] == [22]
    assert "0xC4" in problems[0][1]


def test_a_cell_over_lines_and_blank_lines(tmp_path: Path) -> None:
    path = write_ids(tmp_path / "a.csv", [ids_row(), "", ids_row(place='"Quetta\nCity"'), ids_row(place='"a ""b"""')])
    assert _read(path) == ([(2, "Lahore"), (4, "Quetta\nCity"), (6, 'a "b"')], [])


def test_a_cut_gzip_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    whole = gzip.compress("\n".join([IDS_HEAD, *[ids_row(place=f"Town {n * n}") for n in range(40_000)]]).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"a\.csv\.gz: the compressed file is cut short .* after line \d+"):
        list(unodc_ids.batches(path))


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_web_page_in_disguise(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("<!DOCTYPE html><html><body>Please log in</body></html>")
    with pytest.raises(InputError, match=f"{name}, line 1: this is a web page, not a table"):
        unodc_ids.recognise(path)


def test_a_workbook_holds_the_same_rows(tmp_path: Path) -> None:
    lines = [
        ids_row(place="Dera <Ismail> & Khan", amount="0.125"),
        ids_row(drug="Opium", amount="12", division="Sindh"),
    ]
    cells = [line.split(";") for line in (IDS_HEAD, *lines)]
    paths = [
        write_ids(tmp_path / "a.csv", lines),
        write_xlsx(tmp_path / "a.xlsx", cells),
        write_ods(tmp_path / "a.ods", cells),
    ]
    assert all(unodc_ids.recognise(path) for path in paths)
    text, *workbooks = (
        [(batch.table.to_pylist(), batch.lines.tolist()) for batch in unodc_ids.batches(path)] for path in paths
    )
    assert [row["AMOUNT"] for row in text[0][0]] == ["0.125", "12"]
    assert workbooks == [text, text]


def test_an_endless_line_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(f"{IDS_HEAD}\n{ids_row()}\n".encode())
        for _ in range(48):
            out.write(b"x" * (1 << 20))
        out.write(f"\n{ids_row(place='Quetta')}\n".encode())
    rows, problems = _read(path)
    assert rows == [(2, "Lahore"), (4, "Quetta")]
    assert [line for line, _ in problems] == [3]
    assert "longer than" in problems[0][1]
    largest = max(len(unit.data) for unit in unodc_ids.units(path) if not isinstance(unit, RawBatch))
    assert largest <= blocks.BLOCK


_CELL = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(_CELL.map(lambda cell: ids_row(place=cell)), _CELL), max_size=12), st.integers(40, 400))
def test_every_line_is_a_row_or_a_problem_whatever_the_blocks(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], size: int
) -> None:
    path = write_ids(tmp_path_factory.mktemp("ids") / "a.csv", rows)
    described = unodc_ids.layout(path)
    seen: list[int] = []
    for block in blocks.blocks(path, described, size):
        batch = parse(block)
        seen += [*batch.lines.tolist(), *(problem.line for problem in batch.problems)]
    text = path.read_text(encoding="utf-8").split("\n")[1:]
    full = {number for number, line in enumerate(text, 2) if line.strip(" \t\r\v\f")}
    over_lines = '"' in "".join(rows)
    assert len(seen) == len(set(seen))
    assert set(seen) == full or (over_lines and set(seen) <= full)
