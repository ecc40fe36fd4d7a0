"""How far the work is: a bar in a terminal, one plain line an event elsewhere, JSON lines for machines.

Belongs here: how progress looks. Does not belong here: what happens (``exports``, ``report.run``).
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from analysis.batches import Progress as Batch
    from analysis.report.decide import Decision
    from analysis.report.run import Event

_SHOWN = 3


@contextmanager
def cleaning() -> Iterator[Callable[[Batch], None]]:
    """Yield what hears of each cleaned batch: rows by file.

    Examples
    --------
    >>> from analysis.batches import Progress as Batch
    >>> with cleaning() as tell:
    ...     tell(Batch("asia.csv", "clean", 120_000))
    asia.csv: clean: 120,000 rows
    """
    console = Console()
    if not console.is_terminal:
        yield lambda done: typer.echo(f"{done.file}: {done.step}: {done.rows:,} rows")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,} rows"))
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, int] = {}

        def tell(done: Batch) -> None:
            name = f"{done.file}: {done.step}"
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.update(tasks[name], completed=done.rows)  # type: ignore[arg-type]

        yield tell


@contextmanager
def reporting(json_log: bool = False) -> Iterator[Callable[[Event], None]]:
    """Yield what hears of each event of a run.

    Parameters
    ----------
    json_log : bool
        One JSON object a line: ``time, event`` and what is known of ``name, message, seconds, total``.

    Examples
    --------
    >>> from analysis.report.run import Event
    >>> with reporting() as tell:
    ...     tell(Event("made", "claims", seconds=3.21))
    claims: made (3.2 s)
    """
    console = Console()
    if json_log:
        yield _json_line
    elif console.is_terminal:
        with _bar(console) as tell:
            yield tell
    else:
        yield _plain_line


def sentence(event: Event) -> str:
    """Return an event in words, ``""`` where there is nothing to say.

    Examples
    --------
    >>> from analysis.report.run import Event
    >>> sentence(Event("made", "claims", seconds=3.21))
    'claims: made (3.2 s)'
    """
    name, message = event.name, event.message
    return {
        "begin": f"{event.total} {'report' if event.total == 1 else 'reports'} to make",
        "start": f"{name}: started",
        "again": f"{name}: {message}; it is tried once more",
        "made": f"{name}: made ({event.seconds:.1f} s)",
        "failed": f"{name}: failed in {message}" if message.startswith("cell ") else f"{name}: failed: {message}",
        "unchanged": f"{name}: unchanged, not made again",
        "published": f"published as run {name}",
        "stands": "nothing has changed since the published run",
    }[event.kind]


def planned(decision: Decision, json_log: bool = False) -> str:
    """Return one line of a dry run: a report and why it would be made.

    Parameters
    ----------
    decision : Decision
        On one report.
    json_log : bool
        A JSON object with ``name, notebook, parameters, why``: what something else needs that is to execute it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from analysis.report.decide import Decision
    >>> from analysis.report.plan import Job
    >>> planned(Decision(Job("seizures-PAK", Path("seizures.ipynb"), {}), "the package has changed"))
    'seizures-PAK: would be made: the package has changed'
    """
    job, why = decision.job, decision.why
    if not json_log:
        return f"{job.name}: would be made: {why}" if why else f"{job.name}: unchanged"
    told = {"name": job.name, "notebook": str(job.notebook.resolve()), "parameters": job.parameters, "why": why}
    return json.dumps(told, ensure_ascii=False)


def _plain_line(event: Event) -> None:
    if event.kind != "start":
        typer.echo(sentence(event))


def _json_line(event: Event) -> None:
    said = {name: value for name, value in event._asdict().items() if value and name != "kind"}
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    typer.echo(json.dumps({"time": now, "event": event.kind, **said}, ensure_ascii=False))


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Event], None]]:
    """Draw one bar for the run; a report is as long on it as it took the last time, so that the time left is fair."""
    columns = (BarColumn(), TextColumn("{task.fields[done]}"), TimeRemainingColumn(), TextColumn("{task.description}"))
    lock, running, lengths = threading.Lock(), dict[str, None](), dict[str, float]()
    done = total = 0
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=None, done="")

        def tell(event: Event) -> None:
            nonlocal done, total
            with lock:
                if event.kind == "begin":
                    total = event.total
                    bars.update(task, total=event.seconds, visible=total > 0)
                elif event.kind == "start":
                    running[event.name], lengths[event.name] = None, event.seconds
                elif event.kind in ("made", "failed"):
                    done += 1
                    running.pop(event.name, None)
                    bars.advance(task, lengths.get(event.name, (bars.tasks[0].total or 0) / max(total, 1)))
                if event.kind in ("failed", "again", "stands"):
                    console.print(
                        sentence(event), markup=False, highlight=False, style="red" if event.kind == "failed" else None
                    )
                names = list(running)
                more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
                bars.update(task, description=", ".join(names[:_SHOWN]) + more, done=f"{done} of {total}")

        yield tell
