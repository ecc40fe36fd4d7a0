"""What every test may use: where the project lies, and how long hypothesis may look."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The machines that run the tests are shared and slow at times: a deadline would fail for no fault of the code.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def raw(root: Path) -> Path:
    """The folder of the raw tables."""
    return root / "data" / "raw"


@pytest.fixture(scope="session")
def shared_real(root: Path) -> Path:
    """The folder of large real exports that may stand beside the project; where it is not, the test is skipped."""
    folder = root.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip(f"the large real exports are not here: there is no folder {folder}")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser without a window; where there is none, the test is skipped."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
