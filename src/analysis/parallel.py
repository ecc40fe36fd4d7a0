"""Where work is done: in this process, in a pool of processes, or on a Dask cluster.

Belongs here: opening and closing an executor; both kinds offer ``concurrent.futures``. Does not belong
here: the work.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from analysis.errors import InputError


@contextmanager
def executor(jobs: int = 1, scheduler: str | None = None) -> Iterator[Executor | None]:
    """Open an executor; None means: in this process.

    Parameters
    ----------
    jobs : int
        Processes of a pool; 1 needs none.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``; goes before ``jobs``. Its workers
        must have this package and see the same folders.

    Raises
    ------
    InputError
        The extra ``cluster`` is not installed, or no scheduler answers.

    Examples
    --------
    >>> with executor(jobs=1) as pool:
    ...     print(pool)
    None
    """
    if scheduler:
        with _cluster(scheduler) as client:
            yield client
    elif jobs > 1:
        with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
    else:
        yield None


@contextmanager
def _cluster(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: install the extra, pip install 'inl-evidence[cluster]'") from error
    try:
        client = Client(scheduler, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"no Dask scheduler answers at {scheduler}; start one with `dask scheduler`") from error
    with client, client.get_executor() as pool:  # type: ignore[no-untyped-call]
        yield pool
