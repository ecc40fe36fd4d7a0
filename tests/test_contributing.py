"""CONTRIBUTING.md does what it says: its diffs and commands are taken from the page and carried out on a copy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

# What a copy needs to be worked on.
PARTS = ("data/raw", "data/corrections.yaml", "src", "tests", "notebooks", "reports/plan.yaml", "pyproject.toml")
NOISE = shutil.ignore_patterns("__pycache__", ".*", "processed")
# Carries out steps in one process, as a terminal would one by one: starting Python anew takes longer than the work.
DRIVER = """
import contextlib, io, json, shlex, subprocess, sys
from analysis.cli import main

done = []
for language, text in json.load(sys.stdin):
    for step in [text] if language == "python" else text.splitlines():
        said, code = io.StringIO(), 0
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if language == "python":
                exec(compile(step, "a block of the page", "exec"), {"__name__": "__main__"})
            elif step.startswith("inl-evidence "):
                sys.argv = shlex.split(step)
                try:
                    main()
                except SystemExit as end:
                    code = end.code or 0
            else:
                ran = subprocess.run([sys.executable, "-m", *shlex.split(step)], capture_output=True, text=True)
                said.write(ran.stdout + ran.stderr)
                code = ran.returncode
        done.append([step, code, said.getvalue()])
print("\\n" + json.dumps(done))
"""


class Block(NamedTuple):
    """A fenced block of the page."""

    language: str
    text: str


def _sections(root: Path) -> dict[str, list[Block]]:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    fenced = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return {
        heading: [Block(*found) for found in fenced.findall(body)]
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    }


SECTIONS = _sections(Path(__file__).resolve().parents[1])
ON_A_COPY = [heading for heading in SECTIONS if heading not in ("Set up", "Before you send it")]
LONG = ("A notebook and its line in the plan",)


def _environment(copy: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "INL_EVIDENCE"))}
    return own | {
        "PYTHONPATH": str(copy / "src"),
        "COLUMNS": "160",
        "GIT_CEILING_DIRECTORIES": str(copy.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def _apply(copy: Path, diff: str, *options: str) -> None:
    command = ["git", "apply", *options, "-"]
    done = subprocess.run(
        command, cwd=copy, env=_environment(copy), input=diff, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"the diff no longer fits the tree: {done.stderr}\n{diff}"


def _carry_out(copy: Path, steps: list[Block]) -> list[str]:
    """Carry out commands and Python; return the lines that were said, in plain words."""
    command = [sys.executable, "-c", DRIVER]
    done = subprocess.run(
        command,
        cwd=copy,
        env=_environment(copy),
        input=json.dumps(steps),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    for step, code, said in told:
        assert code == 0, f"{step}\n{said}"
    return [re.sub(r"[│\s]+", " ", line).strip() for _, _, said in told for line in said.splitlines()]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A copy of the project that can be worked on."""
    made = tmp_path / "copy"
    for part in PARTS:
        (made / part).parent.mkdir(parents=True, exist_ok=True)
        if (root / part).is_dir():
            shutil.copytree(root / part, made / part, ignore=NOISE)
        else:
            shutil.copy(root / part, made / part)
    return made


def test_the_page_has_every_path() -> None:
    assert list(SECTIONS) == [
        "Set up",
        "A source and its rows",
        "A spelling",
        "A correction",
        "A claim",
        "A drug",
        "An export that a YAML file can describe",
        "An export that takes a reader",
        "A notebook and its line in the plan",
        "Before you send it",
    ]


@pytest.mark.parametrize("heading", ON_A_COPY)
def test_a_section_shows_a_change_a_command_and_what_is_seen(heading: str) -> None:
    assert {"diff", "sh", "text"} <= {block.language for block in SECTIONS[heading]} <= {"diff", "sh", "text", "python"}


def test_what_one_sets_up_and_sends_with_is_in_the_makefile(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    said = "\n".join(block.text for heading in ("Set up", "Before you send it") for block in SECTIONS[heading])
    targets = re.findall(r"^make (\S+)$", said, flags=re.MULTILINE)
    assert targets == ["hooks", "test"]
    for target in (*targets, "notebooks", "lab"):
        assert re.search(rf"^{target}:.*## ", makefile, flags=re.MULTILINE), target


def test_each_diff_can_be_taken_back(copy: Path) -> None:
    for heading in ON_A_COPY:
        for block in SECTIONS[heading]:
            if block.language == "diff":
                _apply(copy, block.text)
                _apply(copy, block.text, "-R")


def test_the_diffs_still_fit_when_others_have_added_lines(copy: Path) -> None:
    """A contribution goes to the end of a table, or to its place in the order; neither may break this page."""
    for path in [*(copy / "data" / "raw").glob("*.csv"), *(copy / "src" / "analysis" / "vocabulary").rglob("*.csv")]:
        head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([head, lines[0], *lines, lines[-1]]), encoding="utf-8", newline="")
    for heading in ON_A_COPY:
        _apply(copy, "".join(block.text for block in SECTIONS[heading] if block.language == "diff"), "--check")


@pytest.mark.parametrize(
    "heading", [pytest.param(heading, marks=pytest.mark.slow if heading in LONG else ()) for heading in ON_A_COPY]
)
def test_a_section_does_what_it_says(copy: Path, heading: str) -> None:
    blocks = SECTIONS[heading]
    for block in blocks:
        if block.language == "diff":
            _apply(copy, block.text)
    said = _carry_out(copy, [block for block in blocks if block.language in ("sh", "python")])
    at = 0
    for line in [line for block in blocks if block.language == "text" for line in block.text.splitlines()]:
        found = next((place for place, one in enumerate(said[at:], at) if line in one), None)
        assert found is not None, f"{line!r} is not said after what is said before it:\n" + "\n".join(said[at:])
        at = found
    EFFECTS[heading](copy)


def _ledger(copy: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((copy / "data" / "processed" / "ledger.json").read_text(encoding="utf-8"))
    return made


def _processed(copy: Path, table: str) -> pd.DataFrame:
    """Return a clean table of Tajikistan by record; clean the copy where the section did not."""
    if not (copy / "data" / "processed").exists():
        _carry_out(copy, [Block("sh", "inl-evidence clean")])
    return pd.read_parquet(copy / "data" / "processed" / table / "country=TJK").set_index("record_id")


def _add_seizure(copy: Path, row: str) -> pd.Series:
    """Add a row in the new words to the raw table, and return it as cleaned."""
    with (copy / "data" / "raw" / "seizures.csv").open("a", encoding="utf-8") as table:
        table.write(f"ex-1,zeit-2002-48,Tajikistan,{row}\n")
    return _processed(copy, "seizures").loc["ex-1"]


def _rows_are_read(copy: Path) -> None:
    rows = _processed(copy, "seizures").loc[["ex-0001", "ex-0002"]]
    assert rows[["drug", "low", "high", "agency"]].to_numpy().tolist() == [
        ["heroin", 12.5, float("inf"), "dca"],
        ["opium", pytest.approx(3.35), pytest.approx(3.45), "dca"],
    ]
    assert rows["block"].nunique() == 1
    assert not rows["suspect"].any()


def _spellings_are_read(copy: Path) -> None:
    read = _add_seizure(copy, ",Pendschikent,DCA in Dushanbe,operation,2002,,,Haxix,20,Ampullen,,,,")
    columns = ["drug", "agency", "unit", "district", "value"]
    assert read[columns].tolist() == ["hashish", "dca", "item", "Panjakent", 20.0]


def _correction_is_used(copy: Path) -> None:
    row = _processed(copy, "seizures").loc["tj-0463"]
    assert row[["value", "unit", "unit_reported"]].tolist() == [2000.0, "kg", "Kilograms"]
    assert "tj-0463" in [used["record"] for used in _ledger(copy)["tables"]["seizures"]["corrected"]]


def _claim_is_there(copy: Path) -> None:
    claim = _processed(copy, "claims").loc["c99"]
    assert claim[["low", "high", "unit"]].tolist() == [109.5, 110.5, "kg"]


def _drug_is_read(copy: Path) -> None:
    read = _add_seizure(copy, ",,,operation,2002,,,medetomidin,2,kg,,,,")
    assert read[["drug", "drug_group"]].tolist() == ["medetomidine", "sedatives"]


def _export_is_accounted_for(copy: Path) -> None:
    ledger = _ledger(copy)
    entry = ledger["tables"]["seizures"]
    (file,) = [name for name in entry["files"] if "/" in name]
    own = (copy / "data" / "raw" / "seizures.csv").read_text(encoding="utf-8").count("\n") - 1
    found = int(_processed(copy, "seizures")["file"].eq(file).sum())
    assert {"agency/customs_2024.csv": 2, "customs_posts/2024-03.csv": 3}[file] == found
    assert entry["rows_in"] == own + found == entry["kept"] + entry["rejected"]
    assert ledger["left_out"] == {}


def _reports_are_made(copy: Path) -> None:
    assert "Who printed the figures: Pakistan" in (copy / "reports" / "index.html").read_text(encoding="utf-8")
    folders = sorted((copy / "reports" / "latest").glob("publishers-*"))
    assert [folder.name.lower() for folder in folders] == ["publishers-pak", "publishers-tjk"]
    for folder in folders:
        assert "Printed figures by publisher" in (folder / "report.html").read_text(encoding="utf-8")
        (figure,) = json.loads((folder / "facts.json").read_text(encoding="utf-8"))["figures"]
        assert "figures" in figure["alt"]


EFFECTS = {
    "A source and its rows": _rows_are_read,
    "A spelling": _spellings_are_read,
    "A correction": _correction_is_used,
    "A claim": _claim_is_there,
    "A drug": _drug_is_read,
    "An export that a YAML file can describe": _export_is_accounted_for,
    "An export that takes a reader": _export_is_accounted_for,
    "A notebook and its line in the plan": _reports_are_made,
}
