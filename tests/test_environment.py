"""pyproject.toml is the truth; the conda environment and the lock follow it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

# What conda-forge calls otherwise; matplotlib-base is matplotlib without a window system.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}


def split(requirement: str) -> tuple[str, str]:
    """Return the comparing name and the version bounds of one requirement."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+?)\s*((?:[<>=!~].*)?)", requirement)
    assert match, f"{requirement!r} is more than a name and bounds"
    return re.sub(r"[-_.]+", "-", match[1]).lower(), match[2].replace(" ", "")


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wanted(pyproject: dict) -> dict[str, str]:
    """Every package that pyproject asks for, with the extras: name to bounds."""
    project = pyproject["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return dict(split(one) for one in [*project["dependencies"], *extras])


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    return (root / "requirements.lock").read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))


def test_conda_asks_for_the_same(root: Path, pyproject: dict, wanted: dict[str, str]) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    through_pip = next(part["pip"] for part in environment["dependencies"] if isinstance(part, dict))
    assert through_pip[-1] == "-e ."
    conda = [part for part in environment["dependencies"] if isinstance(part, str) and part != "pip"]
    found = dict(split(part) for part in [*conda, *through_pip[:-1]])
    assert found.pop("python") == pyproject["project"]["requires-python"]
    assert found == {CONDA_NAMES.get(name, name): bounds for name, bounds in wanted.items()}
    assert environment["name"] == pyproject["project"]["name"]


def test_the_lock_holds_everything(pyproject: dict, wanted: dict[str, str], lock: str) -> None:
    build = [split(one)[0] for one in pyproject["build-system"]["requires"]]
    assert {*wanted, *build} - set(pins(lock)) == set()


def test_the_locked_versions_keep_the_bounds(wanted: dict[str, str], lock: str) -> None:
    def numbers(version: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", version)]

    for name, bounds in wanted.items():
        assert bounds.startswith(">="), f"{name}: this test understands only lower bounds, not {bounds}"
        assert numbers(pins(lock)[name]) >= numbers(bounds), name


def test_every_pin_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_host_and_no_path(lock: str) -> None:
    # Whatever is not a pin, its condition or its hashes could name a place.
    pin = re.compile(r"[a-z0-9-]+==[0-9A-Za-z.+!]+( ; [A-Za-z_0-9 '.*<>=!()]+)? \\")
    hashed = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lock.splitlines() if not (pin.fullmatch(line) or hashed.fullmatch(line))] == []


def test_the_build_backend_is_locked_as_a_group_too(pyproject: dict) -> None:
    assert pyproject["dependency-groups"]["build"] == pyproject["build-system"]["requires"]
