"""What every test may use: where the project lies, and how long hypothesis may look."""

from __future__ import annotations

import os
from pathlib import Path

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
