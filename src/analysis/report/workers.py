"""Where reports are made: each in a process of its own on this machine, or on the workers of a Dask cluster.

Belongs here: handing reports out, trying again, telling how far it is. Does not belong here: one report (``make``),
processes (``own``, ``warm``).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from analysis.parallel import executor
from analysis.report import own, warm
from analysis.report.account import Published
from analysis.report.decide import Decision
from analysis.report.make import Outcome, make_report, take_report
from analysis.report.plan import Job


class Event(NamedTuple):
    """What has just happened in a run.

    ``kind`` is ``begin`` (``total`` reports are to be made), ``start``, ``again`` (the process of a report was
    killed, and it is tried once more), ``made``, ``failed``, ``unchanged``, ``published`` or ``stands`` (nothing
    was to be done). ``seconds`` is how long a report took, or, where it begins, how long it will likely take.
    """

    kind: str
    name: str = ""
    message: str = ""
    seconds: float = 0.0
    total: int = 0


class Places(NamedTuple):
    """Where a run works: its staging folder, the processed tables, and executed notebooks where there are some."""

    staged: Path
    processed: Path
    executed: Path | None


def make_all(
    decisions: list[Decision],
    before: Published,
    places: Places,
    jobs: int | None,
    scheduler: str | None,
    how: tuple[bool, int | None],
    tell: Callable[[Event], None],
) -> list[Outcome]:
    """Make the reports that do not stand, the longest first, so that none is left over at the end.

    Parameters
    ----------
    decisions : list of Decision
        In the order of the plan; so are the outcomes.
    before : Published
        How long each took the last time.
    places : Places
        Where things lie.
    jobs, scheduler
        As in `analysis.report.run.run_reports`.
    how : (bool, int or None)
        Whether a PDF is wanted, and how many seconds a cell may take.
    tell : callable
        Hears of each `Event`.
    """
    todo = [one.job for one in decisions if not one.stands]
    known = [before.seconds(job.name) for job in todo if before.seconds(job.name)]
    likely = {job: before.seconds(job.name) or (sum(known) / len(known) if known else 1.0) for job in todo}
    todo.sort(key=lambda job: -likely[job])
    tell(Event("begin", total=len(todo), seconds=sum(likely.values())))
    done = {one.job.name: Outcome.of(one.job, "unchanged") for one in decisions if one.stands}
    stopping = threading.Event()
    if todo and not scheduler:
        warm.start()  # it loads while the first reports are handed out

    def here(job: Job) -> Outcome:
        tell(Event("start", job.name, seconds=likely[job]))
        if places.executed:
            return own.in_own_process(take_report, places.executed, job, places.staged / job.name, how[0])
        return _here(job, places, how, tell, stopping)

    def submit(cluster: Executor | None, threads: Executor, job: Job) -> Future[Outcome]:
        if cluster:
            return cluster.submit(_there, job, places.staged / job.name, places.processed, *how)
        return threads.submit(here, job)

    workers = max(1, min(jobs or os.cpu_count() or 1, len(todo)))
    address = scheduler if todo and not places.executed else None
    with executor(scheduler=address) as cluster, ThreadPoolExecutor(workers) as threads:
        futures = {submit(cluster, threads, job): job for job in todo}
        try:
            for future in as_completed(futures):
                job = futures[future]
                done[job.name] = outcome = _settled(future, job)
                said = f"cell {outcome.cell}: {outcome.message}" if outcome.cell else outcome.message
                tell(Event(outcome.result, job.name, said, outcome.seconds))
        except BaseException:
            stopping.set()
            for future in futures:
                future.cancel()
            own.end_all()
            raise
    return [done[one.job.name] for one in decisions]


def _settled(future: Future[Outcome], job: Job) -> Outcome:
    try:
        return future.result()
    except Exception as error:
        return Outcome.of(job).failed(f"it could not be made: {error}")


def _there(job: Job, folder: Path, processed: Path, pdf: bool, cell_timeout: int | None) -> Outcome:
    # Not in the worker itself: it stays clean, and what a report leaves behind goes with its process.
    return own.in_own_process(make_report, job, folder, processed, pdf, cell_timeout)


def _here(
    job: Job, places: Places, how: tuple[bool, int | None], tell: Callable[[Event], None], stopping: threading.Event
) -> Outcome:
    folder = places.staged / job.name
    try:
        return own.in_own_process(make_report, job, folder, places.processed, *how)
    except own.ProcessEnded as error:
        if stopping.is_set():
            raise
        tell(Event("again", job.name, str(error)))
        return own.in_own_process(make_report, job, folder, places.processed, *how)
