"""Loading processed tables: selection, order, and friendly refusals."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from analysis.pipeline import clean
from analysis.reads import FOLDER_VARIABLE, processed_folder


@pytest.fixture(scope="module")
def processed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "processed"
    clean(root / "data" / "raw", folder)
    return folder


def _raw_rows(root: Path, table: str) -> int:
    with (root / "data" / "raw" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def test_one_line_gives_a_clean_table(processed: Path, root: Path) -> None:
    frame = analysis.load("seizures", processed=processed)
    assert len(frame) == _raw_rows(root, "seizures") > 1000
    assert frame["line"].is_monotonic_increasing


def test_a_country_reads_only_its_part(processed: Path) -> None:
    everything = analysis.load("seizures", processed=processed)
    for asked in ("PAK", "Pakistan", ["PAK"]):
        assert set(analysis.load("seizures", country=asked, processed=processed)["country"]) == {"PAK"}
    both = analysis.load("seizures", country=["PAK", "TJK"], processed=processed)
    assert len(both) == everything["country"].isin(["PAK", "TJK"]).sum()
    assert analysis.load("seizures", country="all", processed=processed).equals(everything)


def test_a_country_without_rows_is_an_empty_table_with_its_columns(processed: Path) -> None:
    frame = analysis.load("seizures", country="FRA", processed=processed)
    assert frame.empty
    assert "drug_group" in frame


def test_a_period_keeps_the_rows_that_meet_it(processed: Path, root: Path) -> None:
    frame = analysis.load("seizures", start="2019", end="2019-06", processed=processed)
    assert not frame.empty
    assert (frame["end"].fillna(frame["start"]) >= pd.Timestamp("2019-01-01")).all()
    assert (frame["start"].fillna(frame["end"]) <= pd.Timestamp("2019-06-30")).all()
    stocks = analysis.load("policing_centers", country="TJK", end="2013-05-01", processed=processed)
    assert 19 in set(stocks["value"])
    assert analysis.load("sources", start="2019", processed=processed).shape[0] == _raw_rows(root, "sources") > 600


def test_a_drug_goes_by_any_listed_spelling(processed: Path) -> None:
    everything = analysis.load("seizures", processed=processed)
    for asked in ("hashish", "charas", "Cannabis resin (hashish)", ["hashish"]):
        assert set(analysis.load("seizures", processed=processed, drug=asked)["drug"]) == {"hashish"}
    both = analysis.load("seizures", processed=processed, drug=["opium", "heroin"])
    assert len(both) == everything["drug"].isin(["opium", "heroin"]).sum()
    assert analysis.load("seizures", processed=processed, drug="all", start="", end="").equals(everything)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"table": "seizure"}, "seizures"),
        ({"table": "seizures", "country": "Pakistn"}, "nearest: Pakistan"),
        ({"table": "seizures", "country": "PKA"}, "nearest: PAK"),
        ({"table": "seizures", "country": "Frnace"}, "nearest: France"),
        ({"table": "seizures", "country": "Central Asia"}, "not a country"),
        ({"table": "seizures", "start": "2019-13"}, "2019-13"),
        ({"table": "seizures", "end": "soon"}, "soon"),
        ({"table": "seizures", "start": "2020", "end": "2019"}, "start 2020 lies after end 2019"),
        ({"table": "seizures", "drug": "herion"}, "nearest: heroin"),
        ({"table": "seizures", "drug": ["opium", "Cannabis resins"]}, "nearest: cannabis resin"),
        ({"table": "trainees", "drug": "opium"}, "not about drugs"),
    ],
)
def test_refusals_are_friendly(processed: Path, arguments: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        analysis.load(processed=processed, **arguments)


def test_no_processed_tables_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="inl-evidence clean"):
        analysis.load("seizures", processed=tmp_path)


def test_a_corrupt_part_says_what_to_do(processed: Path, tmp_path: Path) -> None:
    part = tmp_path / "seizures" / "country=PAK" / "part-0.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"PAR1 no parquet")
    with pytest.raises(InputError, match="run `inl-evidence clean` again"):
        analysis.load("seizures", processed=tmp_path)


def test_where_the_tables_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert processed_folder() == tmp_path / "data" / "processed"
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "elsewhere"))
    assert processed_folder() == tmp_path / "elsewhere"
    assert processed_folder("given") == Path("given")
