from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.read.checksums import record_checksums, verify_checksums


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("x\n1\n")
    (tmp_path / "b.csv").write_text("y\n2\n")
    record_checksums(tmp_path)
    return tmp_path


def test_the_raw_tables_are_the_recorded_ones(raw: Path) -> None:
    assert verify_checksums(raw) == []


def test_recorded_is_verified(tables: Path) -> None:
    assert verify_checksums(tables) == []


def test_a_changed_byte_is_said(tables: Path) -> None:
    (tables / "a.csv").write_text("x\n2\n")
    said = "a.csv: the table is not the recorded one; if that is meant, run `inl-evidence record`."
    assert verify_checksums(tables) == [said]


def test_missing_and_unknown_tables_are_said(tables: Path) -> None:
    (tables / "a.csv").rename(tables / "c.csv")
    first, second = verify_checksums(tables)
    assert first.startswith("a.csv: the table is recorded in SHA256SUMS but is not in")
    assert second.startswith("c.csv: the table is not recorded in SHA256SUMS")


def test_a_broken_record_names_its_line(tables: Path) -> None:
    with (tables / "SHA256SUMS").open("a") as file:
        file.write("nonsense\n")
    assert verify_checksums(tables) == ["SHA256SUMS, line 3: 'nonsense' is not a checksum, two spaces and a file name."]


def test_recording_again_settles_it(tables: Path) -> None:
    (tables / "b.csv").write_text("y\n3\n")
    record_checksums(tables)
    assert verify_checksums(tables) == []


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the command sha256sum is not here")
def test_the_record_is_one_that_sha256sum_reads(tables: Path) -> None:
    assert subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tables, capture_output=True).returncode == 0
