"""From raw to processed: the ledger's equation, rejects, corrections, and inputs that stop the work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.errors import InputError
from analysis.pedigree import explain
from analysis.pipeline import clean, clean_tables
from analysis.schemas import TABLES, schema
from analysis.store import content_hash
from analysis.tables import RECIPES

Break = Callable[[str, str, str, str], Path]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A copy of the raw folder, free to be broken."""
    return Path(shutil.copytree(root / "data" / "raw", tmp_path / "raw"))


@pytest.fixture
def broken(copy: Path) -> Break:
    """Set one cell of the copied raw tables."""

    def set_cell(table: str, record: str, column: str, value: str) -> Path:
        path = copy / f"{table}.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        frame.loc[frame[RECIPES[table].id_column] == record, column] = value
        frame.to_csv(path, index=False)
        return copy

    return set_cell


@pytest.fixture(scope="module")
def whole(root: Path) -> dict[str, pd.DataFrame]:
    return {name: cleaned.kept for name, cleaned in clean_tables(root / "data" / "raw").items()}


def test_nothing_is_lost(root: Path, tmp_path: Path) -> None:
    ledger = clean(root / "data" / "raw", tmp_path / "processed")
    rejects = pd.read_csv(tmp_path / "processed" / "rejects.csv")
    assert set(ledger["tables"]) == set(TABLES)
    for name, entry in ledger["tables"].items():
        raw = pd.read_csv(root / "data" / "raw" / f"{name}.csv", dtype="str")
        assert entry["rows_in"] == len(raw) == entry["kept"] + entry["rejected"]
        kept = sum(len(pd.read_parquet(path)) for path in (tmp_path / "processed" / name).rglob("*.parquet"))
        assert kept == entry["kept"]
        assert entry["rejected"] <= 0.02 * len(raw)
    assert len(rejects) >= sum(entry["rejected"] for entry in ledger["tables"].values())


def test_the_verbatim_text_stays(root: Path, whole: dict[str, pd.DataFrame]) -> None:
    raw = pd.read_csv(root / "data" / "raw" / "seizures.csv", dtype="str", keep_default_na=False).set_index("record_id")
    kept = whole["seizures"].set_index("record_id")
    for column in ("quantity", "unit", "qualifier", "drug", "agency", "period_text"):
        assert kept[f"{column}_reported"].equals(raw.loc[kept.index, column].rename(f"{column}_reported"))


def test_every_table_keeps_its_schema(whole: dict[str, pd.DataFrame]) -> None:
    for name, frame in whole.items():
        schema(name).validate(frame)
        assert frame["record_id"].is_unique


def test_the_first_ten_months_of_2019(whole: dict[str, pd.DataFrame]) -> None:
    rows = whole["seizures"].query("source_id == 'state-inl-pk-summary'").set_index("drug")
    assert rows["value"].to_dict() == {"heroin_morphine": 6000, "opium": 7900, "cocaine": 3.26, "hashish": 61400}
    assert (rows["low"]["opium"], rows["high"]["opium"]) == (7850, 7950)
    assert set(rows["start"]) == {pd.Timestamp("2019-01-01")}
    assert set(rows["end"]) == {pd.Timestamp("2019-10-31")}
    assert set(rows["agency"]) == {"anf"}


@pytest.mark.parametrize(
    ("table", "record", "column", "value", "said"),
    [
        ("seizures", "pk-0033", "drug", "hroin", "heroin"),
        ("seizures", "pk-0033", "period_start", "2019-13-01", "2019-13-01"),
        ("seizures", "pk-0033", "quantity", "plenty of", "not a number"),
        ("seizures", "pk-0033", "source_id", "", "source"),
        ("seizures", "pk-0033", "source_id", "dawn-2461", "dawn-24617"),
        ("seizures", "pk-0033", "unit", "parsecs", "unit"),
        ("seizures", "pk-0033", "period_start", "2008-12-31", "after"),
        ("trainees", "tr-0009", "count", "fourty-ish", "not a number"),
        ("policing_centers", "pc-0001", "kind", "CPTT", "cppt"),
        ("policing_centers", "pc-0001", "as_of", "2019-02-30", "2019-02-30"),
        ("context", "cx-0001", "country", "Afganistann", "afghanistan"),
    ],
)
def test_a_broken_cell_costs_exactly_its_row(
    broken: Break, whole: dict[str, pd.DataFrame], table: str, record: str, column: str, value: str, said: str
) -> None:
    cleaned = clean_tables(broken(table, record, column, value), [table])[table]
    assert set(cleaned.rejects["record_id"]) == {record}
    assert set(cleaned.kept["record_id"]) == set(whole[table]["record_id"]) - {record}
    reject = cleaned.rejects.iloc[0]
    assert (reject["file"], reject["column"], reject["value"]) == (f"{table}.csv", column, value)
    assert said in reject["reason"]
    assert json.loads(reject["row"])[column] == value
    lines = (broken(table, record, column, value) / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    assert lines[reject["line"] - 1].startswith(record)


def test_a_ragged_row_is_a_reject(copy: Path) -> None:
    with (copy / "goals.csv").open("a", encoding="utf-8") as file:
        file.write("g99,state-inl-pk-summary,Pakistan,too few\n")
    cleaned = clean_tables(copy, ["goals"])["goals"]
    assert cleaned.entry["rejected"] == 1
    assert cleaned.entry["rows_in"] == cleaned.entry["kept"] + 1
    assert "g99" in cleaned.rejects["row"].iloc[0]


def test_an_id_used_twice_is_a_reject(copy: Path) -> None:
    lines = (copy / "goals.csv").read_text(encoding="utf-8").splitlines()
    (copy / "goals.csv").write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    rejects = clean_tables(copy, ["goals"])["goals"].rejects
    assert rejects[["line", "column"]].to_numpy().tolist() == [[len(lines) + 1, "goal_id"]]


def test_a_correction_is_laid_over_the_raw_text(copy: Path) -> None:
    entry = {
        "record": "pk-0033",
        "column": "quantity",
        "expect": "15,362",
        "value": "15,400",
        "reason": "r",
        "provider": "p",
    }
    (copy.parent / "corrections.yaml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    cleaned = clean_tables(copy, ["seizures"])["seizures"]
    row = cleaned.kept.set_index("record_id").loc["pk-0033"]
    assert (row["value"], row["quantity_reported"]) == (15400, "15,362")
    assert cleaned.entry["corrected"] == [entry]
    explained = explain("pk-0033", copy).set_index("column")["rule"]
    assert explained["quantity (raw)"] == "corrected to 15,400"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expect": "1"}, "expected the raw text '1' but found '15,362'"),
        ({"column": "qty"}, "no column 'qty'"),
        ({"why": "x"}, "fields"),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_work(copy: Path, change: dict[str, str], said: str) -> None:
    entry = {
        "record": "pk-0033",
        "column": "quantity",
        "expect": "15,362",
        "value": "1",
        "reason": "r",
        "provider": "p",
    }
    (copy.parent / "corrections.yaml").write_text(yaml.safe_dump([{**entry, **change}]), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        clean_tables(copy, ["seizures"])


def test_explain_names_the_rule_of_every_value(root: Path) -> None:
    told = explain("inl-0004", root / "data" / "raw").set_index("column")
    assert told.loc["file", "value"] == "seizures.csv, line " + str(_line_of(root, "seizures", "inl-0004"))
    assert told.loc["value", "value"] == "61,400"
    assert "metric tons" in told.loc["value", "rule"]
    assert (told["rule"] != "").all()


def test_explain_proposes_the_nearest_record(root: Path) -> None:
    with pytest.raises(InputError, match="inl-0004"):
        explain("inl-00044", root / "data" / "raw")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda raw: shutil.rmtree(raw), "not a folder"),
        (lambda raw: (raw / "seizures.csv").unlink(), "seizures.csv"),
        (lambda raw: (raw / "seizures.csv").write_bytes(b""), "empty"),
        (lambda raw: (raw / "seizures.csv").write_bytes(b"\x00\x01\xff\xfe" * 50), "text"),
        (lambda raw: (raw / "seizures.csv").write_text("record_id,source_id\na,b\n"), "column"),
    ],
)
def test_an_input_that_stops_the_work_is_one_sentence(copy: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(copy)
    with pytest.raises(InputError, match=said) as stop:
        clean_tables(copy)
    assert "\n" not in str(stop.value)


def test_a_folder_with_other_files_is_not_overwritten(root: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        clean(root / "data" / "raw", tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_the_same_raw_tables_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        clean(root / "data" / "raw", tmp_path / name)
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()}
        for n in ("one", "two")
    )
    assert one == two


def test_content_hash_sees_every_change() -> None:
    frame = pd.DataFrame({"a": ["x", "y"], "b": [1.0, float("nan")]})
    assert content_hash(frame) == content_hash(frame.copy())
    assert content_hash(frame) != content_hash(frame.rename(columns={"a": "c"}))
    assert content_hash(frame) != content_hash(frame.assign(b=[1.0, 0.0]))


def _line_of(root: Path, table: str, record: str) -> int:
    lines = (root / "data" / "raw" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{record},"))
