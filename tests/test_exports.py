"""Bulk exports as a whole: parts by country, an account that adds up, and files that cannot spoil one another."""

from __future__ import annotations

import gzip
import hashlib
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

from analysis.batches import Progress
from analysis.dropped import find_exports
from analysis.exports import Outcome, clean_exports
from analysis.read import blocks, unodc_ids
from analysis.schemas import schema
from exports_by_hand import fmtr_row, fmtr_total, ids_row, write_fmtr, write_ids


def _raw(folder: Path) -> Path:
    seizures = [ids_row(amount=str(n % 7 + 1), country=("Pakistan", "Tajikistan")[n % 2]) for n in range(300)]
    write_ids(folder / "unodc_ids" / "unodc_ids_asia.csv.gz", [*seizures, ids_row(day="2014-02-30")])
    write_ids(folder / "unodc_ids" / "more.csv", [ids_row(amount="1"), ids_row(amount="900000")])
    write_fmtr(folder / "fmtr" / "fmtr_asia.tsv", [fmtr_row(), fmtr_row(quantity=""), fmtr_total("1", "$1,000")])
    (folder / "fmtr" / "README.md").write_text("notes")
    return folder


def _parts(folder: Path) -> dict[str, str]:
    found = sorted(folder.rglob("*.parquet"))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def _read(folder: Path, table: str) -> pd.DataFrame:
    paths = sorted((folder / table).rglob("*.parquet"))
    return pd.concat([pd.read_parquet(path, partitioning=None) for path in paths], ignore_index=True)


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    exports = find_exports(_raw(tmp_path / "raw"))
    assert [(export.file, export.prefix) for export in exports] == [
        ("unodc_ids/more.csv", "ids-more"),
        ("unodc_ids/unodc_ids_asia.csv.gz", "ids-asia"),
        ("fmtr/fmtr_asia.tsv", "fmtr-asia"),
    ]
    told: list[Progress] = []
    outcome = clean_exports(exports, tmp_path / "out", tell=told.append)
    asia = outcome.entries["unodc_ids/unodc_ids_asia.csv.gz"]
    assert (asia["rows_in"], asia["kept"], asia["rejected"]) == (301, 300, 1)
    report = outcome.entries["fmtr/fmtr_asia.tsv"]
    assert [report[name] for name in ("rows_in", "kept", "rejected", "totals")] == [3, 1, 1, 1]
    assert outcome.rejects["record_id"].tolist() == ["ids-asia-000302", "fmtr-asia-000003"]
    assert '"SEIZURE_DATE": "2014-02-30"' in outcome.rejects["row"][0]
    assert outcome.check["verdict"].tolist() == ["match"]
    assert dict(zip(outcome.sources["source_id"], outcome.sources["terms"], strict=True)) == {
        "unodc-ids": "aggregate only",
        "us-fmtr": "open",
    }
    assert {(one.step, one.rows) for one in told if "asia.csv" in one.file} == {("look", 301), ("clean", 301)}


@pytest.mark.parametrize("table", ["seizures", "trainees"])
def test_what_is_written_conforms(tmp_path: Path, table: str) -> None:
    clean_exports(find_exports(_raw(tmp_path / "raw")), tmp_path / "out")
    frame = _read(tmp_path / "out", table)
    schema(table).validate(frame)
    assert frame["record_id"].is_unique
    for path in (tmp_path / "out" / table).rglob("*.parquet"):
        assert set(pd.read_parquet(path, partitioning=None)["country"]) == {path.parent.name.removeprefix("country=")}


def test_flags_reach_over_files(tmp_path: Path) -> None:
    clean_exports(find_exports(_raw(tmp_path / "raw")), tmp_path / "out")
    frame = _read(tmp_path / "out", "seizures").set_index("record_id")
    assert frame["suspect"].sum() == 1
    assert frame.loc["ids-more-000003", "suspect"]
    assert frame.loc["ids-asia-000002", "duplicate_of"] == "ids-more-000002"


def test_an_export_of_which_nothing_is_kept(tmp_path: Path) -> None:
    write_ids(tmp_path / "raw" / "unodc_ids" / "a.csv", [ids_row(amount="much"), ids_row(amount="little")])
    write_fmtr(tmp_path / "raw" / "fmtr" / "b.tsv", [fmtr_total("1", "$1,000")])
    outcome = clean_exports(find_exports(tmp_path / "raw"), tmp_path / "out")
    assert not outcome.errors
    assert [(entry["kept"], entry["rejected"], entry["totals"]) for entry in outcome.entries.values()] == [
        (0, 2, 0),
        (0, 0, 1),
    ]
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_nothing_repeats_a_row_of_a_file_that_is_left_out(tmp_path: Path) -> None:
    same = [ids_row(place=f"Town {n}") for n in range(3)]
    broken = write_ids(tmp_path / "raw" / "unodc_ids" / "a.csv.gz", same)
    broken.write_bytes(broken.read_bytes()[:-12])
    write_ids(tmp_path / "raw" / "unodc_ids" / "b.csv", same)
    outcome = clean_exports(find_exports(tmp_path / "raw"), tmp_path / "out")
    assert list(outcome.errors) == ["unodc_ids/a.csv.gz"]
    assert _read(tmp_path / "out", "seizures")["duplicate_of"].tolist() == [""] * 3


def test_the_same_parts_whoever_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = find_exports(_raw(tmp_path / "raw"))
    outcomes: list[Outcome] = [clean_exports(exports, tmp_path / "one")]
    with ThreadPoolExecutor(3) as pool:
        outcomes.append(clean_exports(exports, tmp_path / "two", pool))
    assert _parts(tmp_path / "one") == _parts(tmp_path / "two")
    assert outcomes[0].entries == outcomes[1].entries
    pd.testing.assert_frame_equal(outcomes[0].rejects, outcomes[1].rejects)


@pytest.mark.slow
def test_the_same_parts_in_other_processes(tmp_path: Path) -> None:
    exports = find_exports(_raw(tmp_path / "raw"))
    clean_exports(exports, tmp_path / "one")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        clean_exports(exports, tmp_path / "two", pool)
    assert _parts(tmp_path / "one") == _parts(tmp_path / "two")


def test_small_blocks_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = find_exports(_raw(tmp_path / "raw"))
    clean_exports(exports, tmp_path / "one")
    real = blocks.blocks
    monkeypatch.setattr("analysis.read.layouts.blocks", lambda path, layout: real(path, layout, 2000))
    clean_exports(exports, tmp_path / "two")
    assert len(_parts(tmp_path / "two")) > len(_parts(tmp_path / "one"))
    one, two = (
        _read(tmp_path / name, "seizures").sort_values("record_id", ignore_index=True) for name in ("one", "two")
    )
    pd.testing.assert_frame_equal(one, two)


def test_a_broken_file_costs_only_itself(tmp_path: Path) -> None:
    raw = _raw(tmp_path / "raw")
    whole = write_ids(tmp_path / "long.csv.gz", [ids_row(place=str(n * n)) for n in range(9000)]).read_bytes()
    (raw / "unodc_ids" / "cut.csv.gz").write_bytes(whole[:-2000])
    (raw / "fmtr" / "page.tsv").write_text("<html>")
    (raw / "fmtr" / "other.tsv").write_text("a\tb\n")
    outcome = clean_exports(find_exports(raw), tmp_path / "out")
    assert set(outcome.errors) == {"unodc_ids/cut.csv.gz", "fmtr/page.tsv", "fmtr/other.tsv"}
    for file, said in outcome.errors.items():
        assert file.split("/")[1] in said
        assert "line" in said
        assert "\n" not in said
    assert outcome.entries["unodc_ids/unodc_ids_asia.csv.gz"]["kept"] == 300
    assert not any("cut" in name or "page" in name for name in _parts(tmp_path / "out"))


def test_a_block_that_stands_in_the_file_is_sent_without_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    write_ids(path, [ids_row(place=f"Town {number}") for number in range(500)])
    plain = list(unodc_ids.units(path, path.name))
    assert [pickle.loads(pickle.dumps(block)) for block in plain] == plain
    assert len(pickle.dumps(plain[0])) < 5_000 < len(plain[0].data)
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    sent = [pickle.loads(pickle.dumps(block)) for block in unodc_ids.units(packed, path.name)]
    assert [block.data for block in sent] == [block.data for block in plain]
