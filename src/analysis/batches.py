"""Batches of bulk exports on their way: read by one thread, worked on by others, taken back in order.

Belongs here: how many are under way, which are held between two looks, who hears of it. Does not belong here: what is
done with a batch (``exports``), how a file is read (``read``).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from analysis.dropped import LAYOUTS, Export
from analysis.errors import InputError
from analysis.read.blocks import Block
from analysis.read.parse import RawBatch

_HELD_ROWS = 500_000


class Submits(Protocol):
    """What ``concurrent.futures`` executors and a Dask client have in common."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:
        """Start a call and return its future."""


class Progress(NamedTuple):
    """What has just been done: a file, the step (``look`` or ``clean``), and the rows of it so far."""

    file: str
    step: str
    rows: int


Calls = tuple[Export, str, Callable[..., Any], Iterable[tuple[Any, ...]]]
"""A file, the name of the step, what is done with each of its batches (its answer has ``rows``), and with what."""


@dataclass(slots=True)
class Held:
    """Batches of the first look that need not be read again; their number is bounded."""

    batches: dict[str, list[RawBatch]] = field(default_factory=dict)
    rows: int = 0

    def hold(self, export: Export, batch: RawBatch) -> None:
        """Keep a batch of a file, or none of the file once there are too many rows."""
        self.rows += batch.table.num_rows
        if self.rows <= _HELD_ROWS:
            self.batches.setdefault(export.file, []).append(batch)
        else:
            self.batches.pop(export.file, None)


@dataclass(slots=True)
class Work:
    """Who works, how many batches are under way at most, and who hears of it."""

    pool: Submits
    tell: Callable[[Progress], None]
    under_way: int
    held: Held | None = None

    def units(self, export: Export) -> Iterator[Block | RawBatch]:
        """Yield the batches of a file: those held, else read from it."""
        known = self.held.batches.pop(export.file, None) if self.held else None
        yield from LAYOUTS[export.layout].units(export.path, export.file) if known is None else known

    def each(self, tasks: Iterable[Calls]) -> Iterator[tuple[Export, Any]]:
        """Yield what is made of the batches of files, in order; a file that cannot be read on ends in its error."""
        rows: Counter[tuple[str, str]] = Counter()
        for export, step, done in self._in_order(tasks):
            if not isinstance(done, InputError):
                rows[export.file, step] += done.rows
                self.tell(Progress(export.file, step, rows[export.file, step]))
            yield export, done

    def _in_order(self, tasks: Iterable[Calls]) -> Iterator[tuple[Export, str, Any]]:
        waiting: deque[tuple[Export, str, Any]] = deque()
        try:
            for export, step, fn, calls in tasks:
                try:
                    for arguments in calls:
                        waiting.append((export, step, self.pool.submit(fn, *arguments)))
                        if len(waiting) >= self.under_way:
                            yield _taken(*waiting.popleft())
                except InputError as error:
                    waiting.append((export, step, error))
            while waiting:
                yield _taken(*waiting.popleft())
        finally:
            for _, _, future in waiting:
                if not isinstance(future, InputError) and not future.cancel():
                    future.exception()


def _taken(export: Export, step: str, future: Any) -> tuple[Export, str, Any]:
    if isinstance(future, InputError):
        return export, step, future
    try:
        return export, step, future.result()
    except InputError as error:
        return export, step, error
