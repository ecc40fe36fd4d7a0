"""Who may do what with the code and the data, and how both are cited, is said, complete and current."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import analysis

# What the Citation File Format 1.2.0 asks for.
NEEDED = {"cff-version", "message", "title", "authors"}
OF_A_REFERENCE = {"type", "title", "authors"}
TYPES = {"data", "report", "software"}


@pytest.fixture(scope="module")
def citation(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def rights(root: Path) -> str:
    return (root / "data" / "LICENSE.md").read_text(encoding="utf-8")


def test_the_citation_is_whole(citation: dict[str, Any]) -> None:
    assert citation.keys() >= NEEDED
    assert citation["cff-version"] == "1.2.0"
    assert all(author.get("name") for author in citation["authors"])
    for one in citation["references"]:
        assert one.keys() >= OF_A_REFERENCE, one
        assert one["type"] in TYPES, one


def test_the_citation_names_this_version_and_licence(citation: dict[str, Any], project: dict[str, Any]) -> None:
    assert citation["version"] == project["version"] == analysis.__version__
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]


def test_the_code_has_the_licence_that_is_named(root: Path, project: dict[str, Any]) -> None:
    assert (root / "LICENSE").read_text(encoding="utf-8").startswith(f"{project['license']} License\n")


def test_every_file_that_the_rights_name_is_there(root: Path, rights: str) -> None:
    named = re.findall(r"`((?:data|vocabulary|measures|charts|src)/[\w./*]+)`", rights)
    named = [name for name in named if name not in ("data/raw/unodc_ids", "data/raw/fmtr")]
    assert len(named) > 5
    for name in named:
        inside = name if name.startswith(("data/", "src/")) else f"src/analysis/{name}"
        assert list(root.glob(inside)), name


def test_what_asks_for_attribution_is_named_everywhere(root: Path, rights: str, citation: dict[str, Any]) -> None:
    assert "CC BY 4.0" in rights
    assert any("GeoNames" in one["title"] and one["license"] == "CC-BY-4.0" for one in citation["references"])
    readme = (root / "README.md").read_text(encoding="utf-8")
    for name in ("GeoNames", "CC BY 4.0", "Natural Earth"):
        assert name in readme
        assert name in rights


def test_the_raw_tables_say_the_same_of_their_rights(raw: Path, rights: str) -> None:
    said = (raw / "README.md").read_text(encoding="utf-8")
    assert "(CC0)" in said
    assert "CC0 1.0" in rights
