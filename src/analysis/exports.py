"""Bulk exports: files dropped below ``data/raw`` to Parquet parts, streamed, and in parallel where asked.

Belongs here: the order of the work, where parts are written, and the account of rows. Does not belong here: which
files there are (``dropped``), how batches travel (``batches``), what an export holds (``read``), what its cells mean
(``clean``), publishing (``pipeline``).

The unit of work is a batch: a block of a text file, or some rows of a workbook. One thread reads; workers parse, clean
and write the parts of a batch: two threads, as most of that is done outside Python, or those of an executor. At most
a few batches are under way at once, so that memory does not grow with a file. Single seizures are looked at twice,
first for the usual size of amounts and for identical rows, which need all files.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import vocabulary
from analysis.batches import Calls, Held, Progress, Submits, Work
from analysis.clean import events, outliers, reconcile, trainings
from analysis.clean.columns import Codes, Rows
from analysis.dropped import LAYOUTS, TABLE, Export
from analysis.errors import InputError
from analysis.parts import take_back, write_parts
from analysis.read import unodc_ids
from analysis.read.blocks import ROOMS, Block
from analysis.read.parse import RawBatch, rows_of

REJECT_COLUMNS = ["record_id", "file", "line", "column", "value", "reason", "row"]
_THREADS = 2
_UNDER_WAY = 3


class Look(NamedTuple):
    """What a first look at a batch leaves; the batch itself where it is to be held."""

    rows: int
    survey: outliers.Survey
    batch: RawBatch | None


class Part(NamedTuple):
    """What became of one batch."""

    rows: int
    kept: int
    apart: int
    suspect: int
    repeated: int
    rejects: pd.DataFrame
    sums: pd.DataFrame | None


@dataclass(slots=True)
class Outcome:
    """What became of all exports.

    Attributes
    ----------
    entries : dict
        By file: ``table, layout, rows_in, kept, rejected, totals`` (lines kept apart), ``suspect, repeated``; or
        ``error`` with the sentence why the file was left out.
    rejects : DataFrame
        `REJECT_COLUMNS`.
    check : DataFrame
        ``fmtr_check.csv``: `reconcile.CHECK_COLUMNS`.
    sources : DataFrame
        The rows that the exports add to the sources table.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=REJECT_COLUMNS))
    check: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=reconcile.CHECK_COLUMNS))
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def errors(self) -> dict[str, str]:
        """The files that were left out, each with one sentence."""
        return {file: entry["error"] for file, entry in self.entries.items() if "error" in entry}


def clean_exports(
    exports: Iterable[Export],
    folder: Path,
    executor: Submits | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
    under_way: int = _UNDER_WAY,
) -> Outcome:
    r"""Clean exports into Parquet parts below ``folder/<table>/country=<ISO3>``.

    Parameters
    ----------
    exports : iterable of Export
        As `analysis.dropped.find_exports` gives them.
    folder : Path
        The staged folder of processed tables; workers write there, so that they must see it.
    executor : optional
        Anything with ``submit``: a process pool, or a Dask client. None works in two threads of this process.
    tell : callable
        Called after each batch.
    under_way : int
        Batches submitted and not yet taken back, at most.

    Returns
    -------
    Outcome
        A file that cannot be read leaves nothing behind but its sentence; the others are not touched by it. The
        parts, their rows and the account are the same whatever the executor.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.dropped import find_exports
    >>> with TemporaryDirectory() as folder:
    ...     (export := Path(folder, "unodc_ids", "asia.csv")).parent.mkdir()
    ...     written = export.write_text(
    ...         "COUNTRY;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT\nPakistan;2014-05-06;Heroin;2.5;Kilogram\n"
    ...     )
    ...     outcome = clean_exports(find_exports(Path(folder)), Path(folder, "processed"))
    >>> outcome.entries["unodc_ids/asia.csv"]["kept"]
    1
    """
    with _memory_kept():
        if executor is not None:
            return _clean_all(list(exports), folder, Work(executor, tell, under_way))
        with ThreadPoolExecutor(_THREADS) as pool:
            return _clean_all(list(exports), folder, Work(pool, tell, under_way, Held()))


@contextmanager
def _memory_kept() -> Iterator[None]:
    """Let Arrow use the memory of one batch for the next, and the collector rest: a batch holds no cycles.

    Without it, a quarter of the time goes into asking the system for the same memory again and again.
    """
    before = pa.default_memory_pool()
    with suppress(NotImplementedError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
        ROOMS.forget()
        pa.set_memory_pool(before)


def _clean_all(every: list[Export], folder: Path, work: Work) -> Outcome:
    errors: dict[str, InputError] = {}
    parts: dict[str, list[Part]] = {export.file: [] for export in every}
    surveys = {export.file: outliers.Survey() for export in every if _is_seizures(export)}

    @cache
    def usual() -> tuple[dict[outliers.Key, outliers.Limit], outliers.Repeats]:
        """Return what single seizures are held against, once all have been looked at."""
        good = {one.prefix: surveys.pop(one.file) for one in every if _is_seizures(one) and one.file not in errors}
        return outliers.limits(outliers.all_sizes(good.values())), outliers.Repeats(good.items())

    def look(export: Export) -> Calls:
        return export, "look", _look, ((unit, export, work.held is not None) for unit in work.units(export))

    def clean(export: Export) -> Calls:
        limits, repeats = usual() if _is_seizures(export) else ({}, None)
        units = ((unit, _repeated(unit, export, repeats)) for unit in work.units(export))
        return export, "clean", _clean_batch, ((unit, export, str(folder), limits, again) for unit, again in units)

    looks = (look(one) for one in every if _is_seizures(one))
    cleans = (clean(one) for one in _in_turn(every) if one.file not in errors)
    for export, done in chain(work.each(looks), work.each(cleans)):
        if isinstance(done, InputError):
            errors.setdefault(export.file, done)
        elif isinstance(done, Look):
            surveys[export.file].add(done.survey)
            if work.held and done.batch:
                work.held.hold(export, done.batch)
        else:
            parts[export.file].append(done)
    outcome = Outcome()
    for export in every:
        if export.file in errors:
            take_back(folder / TABLE[export.layout], export.prefix)
            parts.pop(export.file, None)
            outcome.entries[export.file] = _left_out(export, errors[export.file])
        else:
            outcome.entries[export.file] = _account(export, parts[export.file])
    whole = [part for of_file in parts.values() for part in of_file]
    rejects = [part.rejects for part in whole if len(part.rejects)]
    if rejects:
        outcome.rejects = pd.concat(rejects, ignore_index=True)[REJECT_COLUMNS]
    outcome.check = reconcile.check([part.sums for part in whole if part.sums is not None])
    used = {LAYOUTS[export.layout].SOURCE for export in every if export.file in parts}
    rows = [row for row in vocabulary.rows("unodc_sources") if row["source_id"] in used]
    outcome.sources = pd.DataFrame(rows, columns=list(vocabulary.rows("unodc_sources")[0]))
    return outcome


def _in_turn(every: Iterable[Export]) -> list[Export]:
    """Let the layouts take turns, larger files first: while texts of one are read, another is parsed or written."""
    turns: Counter[str] = Counter()

    def turn(export: Export) -> tuple[int, int]:
        turns[export.layout] += 1
        return turns[export.layout], -export.path.stat().st_size

    return sorted(every, key=turn)


def _is_seizures(export: Export) -> bool:
    return export.layout == unodc_ids.FOLDER


def _left_out(export: Export, error: InputError) -> dict[str, Any]:
    return {"table": TABLE[export.layout], "layout": export.layout, "error": str(error)}


def _look(unit: Block | RawBatch, export: Export, hold: bool) -> Look:
    batch = rows_of(unit)
    survey = events.survey(Rows(batch.table, batch.lines, export.file, export.prefix))
    return Look(len(batch.lines), survey, batch if hold else None)


def _repeated(unit: Block | RawBatch, export: Export, repeats: outliers.Repeats | None) -> outliers.Repeated:
    if repeats is None:
        return outliers.NOTHING_REPEATED
    if isinstance(unit, Block):
        return repeats.among(export.prefix, unit.first_line, unit.last_line)
    if not len(unit.lines):
        return outliers.NOTHING_REPEATED
    return repeats.among(export.prefix, int(unit.lines[0]), int(unit.lines[-1]))


def _clean_batch(
    unit: Block | RawBatch,
    export: Export,
    folder: str,
    limits: dict[outliers.Key, outliers.Limit],
    repeats: outliers.Repeated,
) -> Part:
    batch = rows_of(unit)
    apart, sums = 0, None
    rows = Rows(batch.table, batch.lines, export.file, export.prefix)
    if _is_seizures(export):
        table, kept, rejects = events.clean_events(rows, limits, repeats)
    else:
        table, kept, rejects, apart, sums = trainings.clean_trainings(rows)
    first = int(batch.lines[0]) if len(batch.lines) else 0
    write_parts(table, kept, Path(folder) / TABLE[export.layout], export.prefix, first)
    given = batch.table.num_rows + len(batch.problems)
    lost = given - len(kept) - apart - rejects["line"].nunique() - len(batch.problems)
    if lost:
        raise AssertionError(f"{export.file}: {lost} rows of the batch from line {first} were lost")
    return Part(
        given,
        len(kept),
        apart,
        _marked(table, kept, "suspect"),
        _marked(table, kept, "duplicate_of"),
        pd.concat([_problems(batch, export), _with_row(rejects, batch)], ignore_index=True),
        sums,
    )


def _marked(table: pa.Table, rows: Codes, name: str) -> int:
    """Return how many of the rows hold something in a column that not every layout has."""
    if name not in table.column_names:
        return 0
    column = table[name]
    marked = column if pa.types.is_boolean(column.type) else pc.not_equal(column, "")
    return int(np.count_nonzero(marked.to_numpy()[rows]))


def _problems(batch: RawBatch, export: Export) -> pd.DataFrame:
    rows = [
        (f"{export.prefix}-{line:06d}", export.file, line, column, value, reason, value)
        for line, column, value, reason in batch.problems
    ]
    return pd.DataFrame(rows, columns=REJECT_COLUMNS)


def _with_row(rejects: pd.DataFrame, batch: RawBatch) -> pd.DataFrame:
    """Add the row as read to each reject, as JSON."""
    places = np.searchsorted(batch.lines, rejects["line"].to_numpy())
    rows = [json.dumps(row, ensure_ascii=False) for row in batch.table.take(pa.array(places)).to_pylist()]
    return rejects.assign(row=pd.Series(rows, index=rejects.index, dtype="str"))


def _account(export: Export, parts: list[Part]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "table": TABLE[export.layout],
        "layout": export.layout,
        "rows_in": sum(part.rows for part in parts),
        "kept": sum(part.kept for part in parts),
        "rejected": sum(int(part.rejects["line"].nunique()) for part in parts),
        "totals": sum(part.apart for part in parts),
        "suspect": sum(part.suspect for part in parts),
        "repeated": sum(part.repeated for part in parts),
    }
    if entry["rows_in"] != entry["kept"] + entry["rejected"] + entry["totals"]:
        raise AssertionError(f"{export.file}: rows in are not rows kept, rejected and kept apart: {entry}")
    return entry
