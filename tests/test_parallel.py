"""The same tables from a pool of processes and from a real Dask cluster on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.parallel import executor
from analysis.pipeline import clean
from exports_by_hand import ids_row, write_ids


@pytest.fixture
def raw(root: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(root / "data" / "raw", tmp_path / "raw"))
    rows = [ids_row(amount=str(number), day=f"2014-05-{number:02d}") for number in range(1, 29)]
    write_ids(folder / "unodc_ids" / "one.csv", rows)
    write_ids(folder / "unodc_ids" / "two.csv", rows[:5])
    return folder


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers, each a process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_tables(raw: Path, scheduler: str, tmp_path: Path) -> None:
    here = clean(raw, tmp_path / "here")
    with executor(scheduler=scheduler) as pool:
        there = clean(raw, tmp_path / "there", pool)
    assert there["version"] == here["version"]
    assert there["exports"]["unodc_ids/one.csv"]["kept"] == 28


def test_one_job_needs_no_pool() -> None:
    with executor(jobs=1) as pool:
        assert pool is None


def test_no_scheduler_there_is_one_sentence() -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers"), executor(scheduler="tcp://127.0.0.1:9"):
        pass
