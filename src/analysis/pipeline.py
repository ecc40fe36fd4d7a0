"""From raw to processed: every table cleaned, checked, written, and accounted for.

Belongs here: the order of the work, the rejects and the ledger that proves rows in = kept +
rejected. Does not belong here: any rule of the domain (``clean``, ``tables``), what a processed
table must hold (``schemas``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.errors import SchemaErrors

from analysis.batches import Progress, Submits
from analysis.dropped import LAYOUTS, Export, find_exports
from analysis.errors import InputError, nearest
from analysis.exports import Outcome, clean_exports
from analysis.read import agency
from analysis.read.agency import AgencyTable
from analysis.read.corrections import Correction, correct, read_corrections
from analysis.read.readers import reader_of
from analysis.read.tables import RawTable, read_table, verify_checksums
from analysis.schemas import TABLES, schema
from analysis.store import content_hash, publish, write_tables
from analysis.tables import RECIPES
from analysis.tables.work import REJECT_COLUMNS, Work


@dataclass(frozen=True)
class Cleaned:
    """One table after cleaning.

    Attributes
    ----------
    kept : DataFrame
        The processed rows.
    rejects : DataFrame
        One row a problem: ``record_id, file, line, column, value, reason, row`` (the raw row as
        JSON), so that nothing is lost.
    entry : dict
        The table's part of the ledger.
    work : Work
        What was made on the way; holds the rules where they were traced.
    """

    kept: pd.DataFrame
    rejects: pd.DataFrame
    entry: dict[str, Any]
    work: Work


def clean_tables(raw: Path, tables: Iterable[str] = TABLES, trace: bool = False) -> dict[str, Cleaned]:
    r"""Clean the raw tables, and agency files that a YAML file maps onto them, in memory.

    Parameters
    ----------
    raw : Path
        Folder with one CSV a table; ``corrections.yaml`` is read from beside it.
    tables : iterable of str
        Which tables.
    trace : bool
        Keep the rule behind each cell.

    Raises
    ------
    InputError
        The folder or a table is missing, empty, not text or without a required column, or a
        correction no longer fits.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     heading = ",".join(RECIPES["sources"].columns)
    ...     written = Path(folder, "sources.csv").write_text(f"{heading}\ndawn-1,Dawn,,,,news,open\n")
    ...     cleaned = clean_tables(Path(folder), ["sources"])
    >>> cleaned["sources"].kept["publisher"].tolist(), cleaned["sources"].entry["rejected"]
    (['Dawn'], 0)
    """
    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder; name the folder of the raw tables with --raw")
    corrections = read_corrections(raw.parent / "corrections.yaml")
    known = set(read_table(raw / "sources.csv", ["source_id"]).frame["source_id"])
    agencies, _ = read_agencies(raw)
    decimals = {one.frame["file"].iloc[0]: one.form.decimal for one in agencies if len(one.frame)}
    commas = {file: mark for file, mark in decimals.items() if mark == ","}
    return {table: _clean(table, _rows(table, raw, agencies), corrections, known, commas, trace) for table in tables}


def read_agencies(raw: Path) -> tuple[list[AgencyTable], dict[str, str]]:
    r"""Read the agency files below a raw folder.

    Returns
    -------
    list of AgencyTable, dict
        The files that could be read, and one sentence for each that could not.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "agency").mkdir()
    ...     written = Path(folder, "agency", "raids.csv").write_text("Amount\n7,9\n")
    ...     written = Path(folder, "agency", "raids.yaml").write_text("table: seizures\ncolumns: {quantity: Mass}")
    ...     read, refused = read_agencies(Path(folder))
    >>> read, refused["agency/raids.csv"].split(",")[1]
    ([], " line 1: the heading line has no column 'Mass'")
    """
    layouts = {table: RECIPES[table].columns for table in agency.TABLES}
    read, refused = [], {}
    for path in sorted(raw.glob("*/**/*")):
        name = path.relative_to(raw)
        reader = reader_of(path)
        if name.parts[0] in LAYOUTS or reader is None:
            continue
        try:
            read.append(reader.read(path, layouts, name.as_posix()))
        except InputError as error:
            refused[name.as_posix()] = str(error)
    return read, refused


def _rows(table: str, raw: Path, agencies: list[AgencyTable]) -> RawTable:
    """Put the rows of agency files below those of the project's own table."""
    own = read_table(raw / f"{table}.csv", RECIPES[table].columns)
    more = [one for one in agencies if one.table == table]
    if not more:
        return own
    frame = pd.concat([own.frame, *(one.frame for one in more)], ignore_index=True)
    texts = frame.columns.drop("line")
    frame[texts] = frame[texts].fillna("")
    problems = [one.problems for one in more if len(one.problems)]
    return RawTable(frame, pd.concat([own.problems, *problems], ignore_index=True))


def _clean(
    table: str,
    read: RawTable,
    corrections: list[Correction],
    sources: set[str],
    decimals: dict[str, str],
    trace: bool,
) -> Cleaned:
    recipe = RECIPES[table]
    corrected, used = correct(read.frame, corrections, recipe.id_column)
    work = Work(corrected, read.frame, recipe.id_column, trace, decimals)
    _check_origin(work, sources)
    recipe.clean(work)
    kept, failures = _conform(table, work.kept())
    rejects = pd.concat([read.problems, work.rejects(), failures], ignore_index=True)[REJECT_COLUMNS]
    rejects = rejects.sort_values(["file", "line"], kind="stable", ignore_index=True)
    # A reader may make several rows of one printed line, each with its own id.
    rejected = len(rejects[["file", "line", "record_id"]].drop_duplicates())
    rows_in = len(read.frame) + len(read.problems[["file", "line"]].drop_duplicates())
    if rows_in != len(kept) + rejected:
        raise AssertionError(f"{table}: {rows_in} rows in, {len(kept)} kept, {rejected} rejected: rows were lost")
    by_column = rejects["column"].value_counts(sort=False).sort_index()
    entry = {
        "files": sorted({*read.frame["file"], *read.problems["file"]}),
        "rows_in": rows_in,
        "kept": len(kept),
        "rejected": rejected,
        "rejected_by_column": {str(column): int(count) for column, count in by_column.items()},
        "corrected": [asdict(correction) for correction in used],
        "suspect": int(kept["suspect"].sum()) if "suspect" in kept else 0,
        "content": content_hash(kept),
    }
    return Cleaned(kept, _with_rows(rejects, read.frame, recipe.id_column), entry, work)


def _check_origin(work: Work, sources: set[str]) -> None:
    """Reject rows without an id, with an id used before, or from a source that is not listed."""
    ids, source = work.raw[work.id_column], work.raw["source_id"]
    work.reject(ids.str.strip() == "", work.id_column, f"no {work.id_column}; give the row an id of its own")
    repeated = ids.duplicated() & (ids.str.strip() != "")
    work.reject(repeated, work.id_column, "this id stands on an earlier row too; give the row an id of its own")
    unknown = ~source.isin(sources)
    for name in source[unknown].unique():
        hint = nearest(name, sources)
        said = f"source {name!r} is not listed in sources.csv" if name.strip() else "no source_id"
        work.reject(unknown & (source == name), "source_id", f"{said}; add it there or mend the id{hint}")


def _conform(table: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a frame by its schema: the rows that conform, and what the others break."""
    try:
        return schema(table).validate(frame, lazy=True), pd.DataFrame(columns=REJECT_COLUMNS)
    except SchemaErrors as error:
        cases = error.failure_cases
    if cases["index"].isna().any():
        raise AssertionError(f"{table}: the recipe does not make what the schema asks for:\n{cases}")
    cases = cases.drop_duplicates(["index", "check"])
    rows = frame.loc[cases["index"].astype("int64")]
    failures = rows[["record_id", "file", "line"]].assign(
        column=cases["column"].fillna("").to_numpy(),
        value=cases["failure_case"].astype("str").to_numpy(),
        reason=cases["check"].astype("str").to_numpy(),
    )
    return frame.drop(index=rows.index.unique()).reset_index(drop=True), failures


def _with_rows(rejects: pd.DataFrame, raw: pd.DataFrame, id_column: str) -> pd.DataFrame:
    """Add the verbatim row to each reject, as JSON."""
    where = list(zip(rejects["file"], rejects["line"], rejects["record_id"], strict=True))
    rows = raw[raw["line"].isin(rejects["line"])]
    texts = rows.drop(columns=["file", "line"]).to_dict("records")
    as_json = [json.dumps(text, ensure_ascii=False) for text in texts]
    known = dict(zip(zip(rows["file"], rows["line"], rows[id_column], strict=True), as_json, strict=True))
    whole = [known.get(place, value) for place, value in zip(where, rejects["value"], strict=True)]
    return rejects.assign(row=pd.Series(whole, index=rejects.index, dtype="str"))


def clean(
    raw: Path,
    processed: Path,
    executor: Submits | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> dict[str, Any]:
    """Clean the raw tables and the bulk exports into ``processed`` and return the ledger.

    Writes the processed tables, ``rejects.csv``, ``fmtr_check.csv`` (the training report against its
    printed subtotals) and ``ledger.json``, all at once or not at all: the folder is put in place by
    renaming. A folder that holds anything else is refused.

    Parameters
    ----------
    raw, processed : Path
        From where, and to where.
    executor : optional
        Cleans batches of exports elsewhere; see `analysis.exports.clean_exports`.
    tell : callable
        Hears of progress in the exports.

    Raises
    ------
    InputError
        As `clean_tables`; or ``processed`` is not a folder of processed tables.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (raw := Path(folder, "raw")).mkdir()
    ...     written = [(raw / f"{name}.csv").write_text(",".join(recipe.columns)) for name, recipe in RECIPES.items()]
    ...     ledger = clean(raw, Path(folder, "processed"))
    ...     sorted(path.name for path in Path(folder, "processed").iterdir() if path.is_file())
    ['ledger.json', 'rejects.csv']
    >>> ledger["tables"]["seizures"]["rows_in"], len(ledger["version"])
    (0, 12)
    """
    if processed.exists() and any(processed.iterdir()) and not (processed / "ledger.json").exists():
        raise InputError(f"{processed} holds other files and no ledger.json; name an empty folder with --processed")
    cleaned = clean_tables(raw)
    staged = processed.with_name(f".{processed.name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    exports = find_exports(raw)
    outcome = clean_exports(exports, staged, executor, tell)
    tables = {name: table.kept for name, table in cleaned.items()}
    tables["sources"] = _with_export_sources(tables["sources"], outcome)
    parts = write_tables(tables, staged)
    for path in sorted(staged.glob("*/country=*/*.parquet")):
        name = path.relative_to(staged).as_posix()
        parts.setdefault(name, hashlib.sha256(path.read_bytes()).hexdigest()[:16])
    rejects = pd.concat([*(table.rejects for table in cleaned.values()), outcome.rejects], ignore_index=True)
    rejects.to_csv(staged / "rejects.csv", index=False)
    if len(outcome.check):
        outcome.check.to_csv(staged / "fmtr_check.csv", index=False)
    ledger = {
        "tables": {name: table.entry for name, table in cleaned.items()},
        "exports": {
            export.file: {**outcome.entries[export.file], "content": _content(parts, export)} for export in exports
        },
        "left_out": {**read_agencies(raw)[1], **outcome.errors},
        "parts": parts,
        "warnings": verify_checksums(raw),
    }
    counted = json.dumps([ledger["tables"], ledger["exports"]], sort_keys=True)
    ledger["version"] = hashlib.sha256(counted.encode()).hexdigest()[:12]
    text = json.dumps(ledger, indent=1, ensure_ascii=False, sort_keys=True)
    (staged / "ledger.json").write_text(text + "\n", encoding="utf-8")
    publish(staged, processed)
    return ledger


def check(raw: Path) -> tuple[pd.DataFrame, list[str]]:
    """Validate everything below a raw folder without writing into the project.

    Returns
    -------
    DataFrame, list of str
        The rejects, one row a problem, and one sentence for each file that cannot be read at all or
        is not the recorded one.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = [Path(folder, f"{n}.csv").write_text(",".join(recipe.columns)) for n, recipe in RECIPES.items()]
    ...     rejects, sentences = check(Path(folder))
    >>> len(rejects), sentences[0].split(",")[0].replace(folder, "raw")
    (0, 'SHA256SUMS: there is no such file in raw')
    """
    cleaned = clean_tables(raw)
    with tempfile.TemporaryDirectory() as folder:
        outcome = clean_exports(find_exports(raw), Path(folder))
    rejects = pd.concat([*(table.rejects for table in cleaned.values()), outcome.rejects], ignore_index=True)
    left_out = {**read_agencies(raw)[1], **outcome.errors}
    return rejects, [*left_out.values(), *verify_checksums(raw)]


def _with_export_sources(sources: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    new = outcome.sources[~outcome.sources["source_id"].isin(sources["source_id"])] if len(outcome.sources) else None
    if new is None or new.empty:
        return sources
    files = {LAYOUTS[entry["layout"]].SOURCE: file for file, entry in outcome.entries.items() if "error" not in entry}
    origin = {"record_id": new["source_id"], "file": new["source_id"].map(files), "line": 1}
    return pd.concat([sources, new.assign(**origin)[sources.columns]], ignore_index=True)


def _content(parts: dict[str, str], export: Export) -> str:
    """Return a hash of all that came out of one export."""
    own = {name: one for name, one in parts.items() if Path(name).stem.startswith(f"{export.prefix}-")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]
