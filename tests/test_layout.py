"""The tree holds what the layout says, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FOLDERS = {".ci", "data", "deploy", "docs", "notebooks", "reports", "src", "tests"}
FILES = {
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "environment.yml",
    "pyproject.toml",
    "requirements.lock",
}


@pytest.fixture(scope="module")
def kept(root: Path) -> list[Path]:
    """The files that git keeps, or would keep with the next commit."""
    if not (root / ".git").exists():
        pytest.skip("this copy is no git work tree, so it cannot be told what git keeps")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (root / name).exists()]


def test_folders(kept: list[Path]) -> None:
    found = {path.parts[0] for path in kept if len(path.parts) > 1}
    assert found == FOLDERS


def test_files(kept: list[Path]) -> None:
    assert {path.name for path in kept if len(path.parts) == 1} == FILES


def test_only_the_plan_of_the_reports_is_kept(kept: list[Path]) -> None:
    assert [path.as_posix() for path in kept if path.parts[0] == "reports"] == ["reports/plan.yaml"]


def test_no_processed_data_is_kept(kept: list[Path]) -> None:
    assert not [path for path in kept if path.parts[:2] == ("data", "processed")]


def test_the_package_lies_in_src(kept: list[Path]) -> None:
    assert {path.parts[1] for path in kept if path.parts[0] == "src"} == {"analysis"}
