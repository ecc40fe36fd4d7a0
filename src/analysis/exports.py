"""Bulk exports: files dropped below ``data/raw`` to Parquet parts, streamed, and in parallel where asked.

Belongs here: which files there are, the order of the work, where parts are written, and the account of rows. Does not
belong here: what an export holds (``read``), what its cells mean (``clean``), publishing (``pipeline``).

The unit of work is a batch: a block of a text file, or some rows of a workbook. One process reads; workers parse, clean
and write the parts of a batch; at most a few batches are under way at once, so that memory does not grow with a file.
Single seizures are looked at twice, first for the usual size of amounts and for identical rows, which need all files.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import vocabulary
from analysis.clean import events, outliers, reconcile, trainings
from analysis.clean.columns import compact, dictionary
from analysis.errors import InputError
from analysis.read import fmtr, unodc_ids
from analysis.read.blocks import Block, RawBatch, parse

LAYOUTS: dict[str, ModuleType] = {unodc_ids.FOLDER: unodc_ids, fmtr.FOLDER: fmtr}
TABLE = {unodc_ids.FOLDER: "seizures", fmtr.FOLDER: "trainees"}
REJECT_COLUMNS = ["record_id", "file", "line", "column", "value", "reason", "row"]
_SUFFIX = re.compile(r"(\.(csv|tsv|txt|xlsx|xls|ods|gz))+$", re.IGNORECASE)
_PLAIN = {unodc_ids.FOLDER: "ids", fmtr.FOLDER: "fmtr"}
_UNDER_WAY = 3
_HELD_ROWS = 1_000_000
T = TypeVar("T")


class Submits(Protocol):
    """What ``concurrent.futures`` executors and a Dask client have in common."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:
        """Start a call and return its future."""


@dataclass(frozen=True, slots=True)
class Export:
    """One dropped file: where it is, its name in the tables, its layout, and the start of its record ids."""

    path: Path
    file: str
    layout: str
    prefix: str


class Progress(NamedTuple):
    """What has just been done: a file, the step (``look`` or ``clean``), and the rows of it so far."""

    file: str
    step: str
    rows: int


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


def find_exports(raw: Path) -> list[Export]:
    """Return the files below the folders of the bulk layouts, in order; notes and hidden files are passed over."""
    found: list[Export] = []
    for layout in LAYOUTS:
        taken: set[str] = set()
        for path in sorted((raw / layout).glob("**/*")):
            if (
                not path.is_file()
                or path.name.startswith((".", "~"))
                or path.suffix.lower() in {".md", ".yaml", ".yml"}
            ):
                continue
            prefix = _prefix(layout, path)
            number = 2
            while prefix in taken:
                prefix = f"{_prefix(layout, path)}-{number}"
                number += 1
            taken.add(prefix)
            found.append(Export(path, path.relative_to(raw).as_posix(), layout, prefix))
    return found


def _prefix(layout: str, path: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", _SUFFIX.sub("", path.name).lower()).strip("-")
    name = re.sub(rf"^(unodc-)?{_PLAIN[layout]}-?", "", stem)
    return f"{_PLAIN[layout]}-{name}" if name else _PLAIN[layout]


def clean_exports(
    exports: Iterable[Export],
    folder: Path,
    executor: Submits | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
    under_way: int = _UNDER_WAY,
) -> Outcome:
    """Clean exports into Parquet parts below ``folder/<table>/country=<ISO3>``.

    Parameters
    ----------
    exports : iterable of Export
        As `find_exports` gives them.
    folder : Path
        The staged folder of processed tables; workers write there, so that they must see it.
    executor : optional
        Anything with ``submit``: a process pool, or a Dask client. None works in this process.
    tell : callable
        Called after each batch.
    under_way : int
        Batches submitted and not yet taken back, at most.

    Returns
    -------
    Outcome
        A file that cannot be read leaves nothing behind but its sentence; the others are not touched by it. The
        parts, their rows and the account are the same whatever the executor.
    """
    every = list(exports)
    outcome, checks, rejects = Outcome(), [], []
    seizures = [one for one in every if one.layout == unodc_ids.FOLDER]
    held = _Held() if executor is None else None
    surveys = _survey_all(seizures, outcome, executor, tell, under_way, held)
    sizes = outliers.Survey()
    for _, survey in surveys:
        sizes.add(outliers.Survey(survey.sizes))
    limits, repeats = outliers.limits(sizes.sizes), outliers.Repeats(surveys)
    del surveys
    for export in every:
        if export.file in outcome.entries:
            continue
        tasks = ((unit, export, str(folder), limits, _repeated(unit, export, repeats)) for unit in _units(export, held))
        try:
            parts = []
            for part in _in_order(_clean_batch, tasks, executor, under_way):
                parts.append(part)
                tell(Progress(export.file, "clean", sum(done.rows for done in parts)))
            outcome.entries[export.file] = _account(export, parts)
        except InputError as error:
            _take_back(export, folder)
            outcome.entries[export.file] = _left_out(export, error)
            continue
        rejects += [part.rejects for part in parts if len(part.rejects)]
        checks += [part.sums for part in parts if part.sums is not None]
    if rejects:
        outcome.rejects = pd.concat(rejects, ignore_index=True)[REJECT_COLUMNS]
    outcome.check = reconcile.check(checks)
    used = {LAYOUTS[entry["layout"]].SOURCE for entry in outcome.entries.values() if "error" not in entry}
    rows = [row for row in vocabulary.rows("unodc_sources") if row["source_id"] in used]
    outcome.sources = pd.DataFrame(rows, columns=list(vocabulary.rows("unodc_sources")[0]))
    return outcome


def _left_out(export: Export, error: InputError) -> dict[str, Any]:
    return {"table": TABLE[export.layout], "layout": export.layout, "error": str(error)}


@dataclass(slots=True)
class _Held:
    """Batches of the first look that need not be read again; their number is bounded."""

    batches: dict[str, list[RawBatch]] = field(default_factory=dict)
    rows: int = 0

    def hold(self, export: Export, batch: RawBatch) -> None:
        self.rows += batch.table.num_rows
        if self.rows <= _HELD_ROWS:
            self.batches.setdefault(export.file, []).append(batch)
        else:
            self.batches.pop(export.file, None)


def _units(export: Export, held: _Held | None = None) -> Iterator[Block | RawBatch]:
    known = held.batches.pop(export.file, None) if held else None
    yield from LAYOUTS[export.layout].units(export.path, export.file) if known is None else known


def _survey_all(
    exports: list[Export],
    outcome: Outcome,
    executor: Submits | None,
    tell: Callable[[Progress], None],
    under_way: int,
    held: _Held | None,
) -> list[tuple[str, outliers.Survey]]:
    surveys = []
    for export in exports:
        survey = outliers.Survey()

        def tasks(export: Export = export) -> Iterator[tuple[Block | RawBatch]]:
            for unit in _units(export):
                batch = _rows(unit) if held else unit
                if held and isinstance(batch, RawBatch):
                    held.hold(export, batch)
                yield (batch,)

        try:
            for part in _in_order(_survey_batch, tasks(), executor, under_way):
                survey.add(part)
                tell(Progress(export.file, "look", sum(map(len, survey.lines))))
        except InputError as error:
            outcome.entries[export.file] = _left_out(export, error)
            continue
        surveys.append((export.prefix, survey))
    return surveys


def _in_order(
    fn: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Submits | None, most: int
) -> Iterator[T]:
    """Yield the results of calls in the order of the tasks, with few of them under way."""
    if executor is None:
        for task in tasks:
            yield fn(*task)
        return
    waiting: deque[Any] = deque()
    try:
        for task in tasks:
            waiting.append(executor.submit(fn, *task))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
            if not future.cancelled():
                future.exception()


def _rows(unit: Block | RawBatch) -> RawBatch:
    return parse(unit) if isinstance(unit, Block) else unit


def _repeated(unit: Block | RawBatch, export: Export, repeats: outliers.Repeats) -> outliers.Repeated:
    if export.layout != unodc_ids.FOLDER:
        return outliers.NOTHING_REPEATED
    if isinstance(unit, Block):
        last = unit.first_line + unit.data.count(b"\n") - unit.data.endswith(b"\n")
        return repeats.among(export.prefix, unit.first_line, last)
    if not len(unit.lines):
        return outliers.NOTHING_REPEATED
    return repeats.among(export.prefix, int(unit.lines[0]), int(unit.lines[-1]))


def _survey_batch(unit: Block | RawBatch) -> outliers.Survey:
    batch = _rows(unit)
    return events.survey(batch.table, batch.lines)


def _clean_batch(
    unit: Block | RawBatch,
    export: Export,
    folder: str,
    limits: dict[outliers.Key, outliers.Limit],
    repeats: outliers.Repeated,
) -> Part:
    batch = _rows(unit)
    apart, sums = 0, None
    if export.layout == unodc_ids.FOLDER:
        kept, rejects = events.clean_events(batch.table, batch.lines, export.file, export.prefix, limits, repeats)
    else:
        kept, rejects, apart, sums = trainings.clean_trainings(batch.table, batch.lines, export.file, export.prefix)
    first = int(batch.lines[0]) if len(batch.lines) else 0
    _write(kept, Path(folder) / TABLE[export.layout], f"{export.prefix}-{first:09d}")
    rows = batch.table.num_rows + len(batch.problems)
    lost = rows - kept.num_rows - apart - rejects["line"].nunique() - len(batch.problems)
    if lost:
        raise AssertionError(f"{export.file}: {lost} rows of the batch from line {first} were lost")
    return Part(
        rows,
        kept.num_rows,
        apart,
        _true(kept, "suspect"),
        _filled(kept, "duplicate_of"),
        pd.concat([_problems(batch, export), _with_row(rejects, batch)], ignore_index=True),
        sums,
    )


def _true(kept: pa.Table, name: str) -> int:
    return int(np.count_nonzero(kept[name].to_numpy())) if name in kept.column_names else 0


def _filled(kept: pa.Table, name: str) -> int:
    return int(pc.sum(pc.not_equal(kept[name], "")).as_py() or 0) if name in kept.column_names else 0


def _problems(batch: RawBatch, export: Export) -> pd.DataFrame:
    rows = [
        (f"{export.prefix}-{line:06d}", export.file, line, column, value, reason, value)
        for line, column, value, reason in batch.problems
    ]
    return pd.DataFrame(rows, columns=REJECT_COLUMNS)


def _with_row(rejects: pd.DataFrame, batch: RawBatch) -> pd.DataFrame:
    """Add the row as read to each reject, as JSON."""
    places = np.searchsorted(batch.lines, rejects["line"].to_numpy())
    rows = [json.dumps(batch.table.slice(int(at), 1).to_pylist()[0], ensure_ascii=False) for at in places]
    return rejects.assign(row=pd.Series(rows, index=rejects.index, dtype="str"))


def _write(kept: pa.Table, folder: Path, name: str) -> None:
    """Write one part a country."""
    if not kept.num_rows:
        return
    codes, countries = dictionary(kept, "country")
    order = np.argsort(codes, kind="stable")
    ordered = kept.take(pa.array(order))
    found, starts = np.unique(codes[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    texts = [column.name for column in kept.schema if pa.types.is_dictionary(column.type)]

    def write(code: int, start: int, end: int) -> None:
        part = folder / f"country={countries[code] or 'none'}"
        part.mkdir(parents=True, exist_ok=True)
        rows = compact(ordered.slice(start, end - start))
        # without the Arrow schema, dictionaries are read back as plain text
        pq.write_table(
            rows,
            part / f"{name}.parquet",
            compression="lz4",
            use_dictionary=texts,
            write_statistics=False,
            store_schema=False,
        )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, found.tolist(), starts.tolist(), ends))


def _take_back(export: Export, folder: Path) -> None:
    """Remove the parts of a file that turned out to be unreadable further down."""
    for path in (folder / TABLE[export.layout]).glob(f"country=*/{export.prefix}-*.parquet"):
        if re.fullmatch(rf"{re.escape(export.prefix)}-\d{{9}}", path.stem):
            path.unlink()


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
