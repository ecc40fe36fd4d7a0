"""The command line as a person meets it: what is printed, and the exit codes 0, 1 and 2."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", "from analysis.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A project folder with a copy of the raw tables."""
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    shutil.copy(root / "data" / "corrections.yaml", tmp_path / "data" / "corrections.yaml")
    return tmp_path


def _break(copy: Path) -> int:
    """Misspell a drug; return the line on which it stands."""
    path = copy / "data" / "raw" / "seizures.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(place for place, line in enumerate(lines) if line.startswith("pk-0033,"))
    lines[number] = lines[number].replace("opium", "opiun", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number + 1


def test_clean_prints_the_account_and_exits_0(copy: Path) -> None:
    done = run("clean", cwd=copy)
    assert done.returncode == 0, done.stderr
    entry = json.loads((copy / "data" / "processed" / "ledger.json").read_text("utf-8"))["tables"]["seizures"]
    assert entry["kept"] == entry["rows_in"] > 1000
    assert f"{entry['kept']:,}" in done.stdout


def test_clean_rejects_one_row_keeps_the_rest_and_says_so(copy: Path) -> None:
    line = _break(copy)
    done = run("clean", cwd=copy)
    assert done.returncode == 0
    assert "1 row rejected" in done.stdout
    assert "inl-evidence record" in done.stdout
    rejects = pd.read_csv(copy / "data" / "processed" / "rejects.csv")
    assert rejects[["file", "line", "column", "value"]].to_numpy().tolist() == [["seizures.csv", line, "drug", "opiun"]]


def test_check_names_file_line_column_value_and_exits_1(copy: Path) -> None:
    line = _break(copy)
    done = run("check", cwd=copy)
    assert done.returncode == 1
    assert f"data/raw/seizures.csv:{line}: column drug: 'opiun'" in done.stdout
    assert "opium" in done.stdout.split("opiun", 1)[1]
    assert not (copy / "data" / "processed").exists()


def test_check_of_the_real_tables_exits_0(copy: Path) -> None:
    done = run("check", cwd=copy)
    assert (done.returncode, done.stdout) == (0, "no problems found\n")


def test_a_change_that_was_meant_is_recorded(copy: Path) -> None:
    path = copy / "data" / "raw" / "goals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("mentoring", "advice"), encoding="utf-8")
    assert run("check", cwd=copy).returncode == 1
    assert run("record", cwd=copy).returncode == 0
    assert run("check", cwd=copy).returncode == 0


def test_explain_shows_the_raw_line_and_the_rules(copy: Path) -> None:
    done = run("explain", "tj-0262", cwd=copy)
    assert done.returncode == 0
    assert "seizures.csv, line" in done.stdout
    assert "decimal-by-siblings" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("clean", "--raw", "nowhere"), "nowhere"),
        (("check", "--raw", "nowhere"), "nowhere"),
        (("explain", "pk-99999"), "no raw table has the record 'pk-99999'"),
        (("report", "--plan", "nowhere.yaml"), "nowhere.yaml"),
        (("report", "--param", "country"), "name=value"),
    ],
)
def test_an_input_that_stops_the_work_is_one_sentence_and_exit_2(
    copy: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments, cwd=copy)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [(b"", "empty"), (b"\x89PNG\x00\x00\xff\xd8", "text"), (b"record_id,drug\nx,y\n", "source_id")],
)
def test_a_damaged_table_is_one_sentence_and_exit_2(copy: Path, damage: bytes, said: str) -> None:
    (copy / "data" / "raw" / "seizures.csv").write_bytes(damage)
    done = run("clean", cwd=copy)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
