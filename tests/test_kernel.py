"""The kernel named for the project: the package carries it, and the stored notebooks name it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from analysis.report.refresh import KERNEL

NAME = "inl-evidence"


def test_the_package_installs_the_kernel(root: Path) -> None:
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    data = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    (folder,) = (source for source, target in data.items() if target == f"share/jupyter/kernels/{NAME}")
    kernel = json.loads((root / folder / "kernel.json").read_text(encoding="utf-8"))
    # Jupyter puts the python of its own environment in the place of this word.
    assert kernel["argv"] == ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    assert (kernel["display_name"], kernel["language"]) == (NAME, "python")


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_every_notebook_names_the_kernel(path: Path) -> None:
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"] == KERNEL
    assert KERNEL["name"] == NAME


def test_the_lab_asks_nothing_and_fetches_nothing(root: Path) -> None:
    settings = json.loads((root / "src/analysis/jupyter/lab/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
