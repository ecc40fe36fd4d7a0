"""Tables of agencies: columns mapped by a YAML file, encodings and marks detected or stated."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.read import agency
from analysis.read.sniff import detect_encoding
from workbooks_by_hand import write_xlsx

TABLES = {"seizures": ("record_id", "source_id", "country", "drug", "quantity", "unit", "note")}
YAML = (
    'table: seizures\ncolumns: {quantity: Amount, drug: "Вещество"}\nconstants: {country: Tajikistan, source_id: dca}\n'
)
ROWS = [["Вещество", "Amount", "unit"], ["героин", "1,5", "кг"], ["опий", "12,25", "кг"]]


def _table(folder: Path, encoding: str = "utf-8", delimiter: str = ";", yaml: str = YAML) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(ROWS)
    path = folder / "dca_2020.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    path.with_suffix(".yaml").write_text(yaml, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_encoding_delimiter_and_decimal_are_detected(tmp_path: Path, encoding: str, delimiter: str) -> None:
    read = agency.read_agency(_table(tmp_path, encoding, delimiter), TABLES)
    assert read.form.delimiter == delimiter
    assert read.form.decimal == ","
    assert read.form.encoding == encoding
    assert "detected" in str(read.form)
    assert read.frame.to_dict("records")[0] == {
        "record_id": "dca-2020-000002", "source_id": "dca", "country": "Tajikistan", "drug": "героин",
        "quantity": "1,5", "unit": "кг", "note": "", "file": "dca_2020.csv", "line": 2,
    }  # fmt: skip
    assert len(read.frame) == 2


def test_western_text_is_cp1252() -> None:
    assert detect_encoding("pays,quantité\nCôte d’Ivoire,2".encode("cp1252")) == "cp1252"


def test_what_is_stated_wins(tmp_path: Path) -> None:
    path = _table(tmp_path, "cp1251", yaml=YAML + 'encoding: cp1251\ndelimiter: ";"\ndecimal: "."\n')
    form = agency.read_agency(path, TABLES).form
    assert (form.encoding, form.delimiter, form.decimal, form.how) == ("cp1251", ";", ".", "stated")


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("table: seizure\n", "table 'seizure' is unknown.*nearest: seizures"),
        ("table: seizures\ncolumns: {quantty: Amount}\n", "column 'quantty' is unknown.*nearest: quantity"),
        ("table: seizures\ncolumns: {quantity: Amout}\n", "no column 'Amout'.*nearest: Amount"),
        ("table: seizures\nconstants: {country: no}\n", "put quotes around"),
        ("table: seizures\nencoding: latin\n", "encoding 'latin' is unknown"),
        ("table: seizures\ncolumns: {unit: unit}\nconstants: {unit: kg}\n", "under columns and under constants"),
        ("[1", "not readable as YAML"),
        ("- a\n", "expected the keys"),
    ],
)
def test_a_wrong_description_says_what_to_do(tmp_path: Path, yaml: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        agency.read_agency(_table(tmp_path, yaml=yaml), TABLES)


def test_without_a_description(tmp_path: Path) -> None:
    path = _table(tmp_path)
    assert agency.recognise(path)
    path.with_suffix(".yaml").unlink()
    assert not agency.recognise(path)
    with pytest.raises(InputError, match=r"write dca_2020\.yaml beside it"):
        agency.read_agency(path, TABLES)


def test_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "dca.xlsx", [*ROWS, ["мак", "=1+2", "кг"]], formula="=1+2")
    path.with_suffix(".yaml").write_text(YAML, encoding="utf-8")
    read = agency.read_agency(path, TABLES)
    assert read.frame["drug"].tolist() == ["героин", "опий"]
    assert read.frame["line"].tolist() == [2, 3]
    (problem,) = read.problems.to_dict("records")
    assert (problem["line"], problem["column"]) == (4, "Amount")
    assert "formula" in problem["reason"]


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "dca.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:400])
    path.with_suffix(".yaml").write_text(YAML, encoding="utf-8")
    with pytest.raises(InputError, match=r"dca\.xlsx: the workbook cannot be opened"):
        agency.read_agency(path, TABLES)


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding(data: bytes) -> None:
    data.decode(detect_encoding(data), errors="replace")


def test_a_workbook_under_the_name_of_a_text(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "dca.csv", ROWS)
    path.with_suffix(".yaml").write_text(YAML, encoding="utf-8")
    assert agency.read_agency(path, TABLES).frame["quantity"].tolist() == ["1,5", "12,25"]


@pytest.mark.parametrize("name", ["dca.xlsx", "dca.ods"])
def test_a_text_under_the_name_of_a_workbook(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("a,b\n1,2\n")
    path.with_suffix(".yaml").write_text(YAML, encoding="utf-8")
    with pytest.raises(InputError, match=f"{name}, line 1: the name says workbook but the file is not one"):
        agency.read_agency(path, TABLES)
