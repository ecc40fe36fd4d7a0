"""What the tests of the notebooks share: clean tables, and running a notebook in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from analysis.pipeline import clean
from stored import MIME, cells


@pytest.fixture(scope="session")
def processed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean tables of the real raw ones."""
    folder = tmp_path_factory.mktemp("data") / "processed"
    clean(root / "data" / "raw", folder)
    return folder


@pytest.fixture
def run(root: Path, processed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Run a notebook's cells in this process, with parameters; return what it shows."""
    monkeypatch.setenv("INL_EVIDENCE_PROCESSED", str(processed))
    shell = InteractiveShell.instance()
    shell.display_pub = publisher = CapturingDisplayPublisher()

    def runs(name: str, **parameters: str) -> list[dict[str, Any]]:
        names: dict[str, Any] = {}
        for cell in cells(root, name):
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                assert set(parameters) <= set(names)
                names.update(parameters)
        return [output["data"][MIME] for output in publisher.outputs if MIME in output["data"]]

    yield runs
    InteractiveShell.clear_instance()
