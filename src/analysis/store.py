"""The processed tables on disk: Parquet, one folder a table, one part a country.

Belongs here: writing them whole or not at all, ``load``. Does not belong here: where they lie (``reads``), what the
columns mean (``schemas``), how they are made (``pipeline``).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pycountry

from analysis.clean.periods import read_span
from analysis.clean.places import read_countries
from analysis.clean.terms import read_drug
from analysis.errors import InputError, Unreadable, nearest
from analysis.reads import files_of, note, parts_of, processed_folder, read_so_far, table_folder
from analysis.schemas import TABLES
from analysis.vocabulary import rows

_NO_COUNTRY = "none"
_RECORDS = ("seizures", "trainees", "policing_centers", "context", "claims")


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> dict[str, str]:
    """Write tables below ``folder``, one Parquet part a country; the same frames give the same bytes.

    Returns
    -------
    dict
        The `content_hash` of each part by its path below ``folder``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> with TemporaryDirectory() as folder:
    ...     list(write_tables({"seizures": sample("seizures", {"country": "PAK"}, {"country": ""})}, Path(folder)))
    ['seizures/country=none/part-0.parquet', 'seizures/country=PAK/part-0.parquet']
    """
    written = {}
    for name, frame in tables.items():
        if "country" in frame:
            groups = {
                f"country={country or _NO_COUNTRY}": part for country, part in frame.groupby("country", sort=True)
            }
        else:
            groups = {"": frame}
        for place, part in groups.items():
            path = folder / name / place / "part-0.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pandas(part, preserve_index=False), path, compression="zstd")
            written[path.relative_to(folder).as_posix()] = content_hash(part)
    return written


def content_hash(frame: pd.DataFrame) -> str:
    """Return a short hash of a frame's content, the same on every machine.

    Examples
    --------
    >>> content_hash(pd.DataFrame({"a": [1, 2]})) == content_hash(pd.DataFrame({"a": [2, 1]}))
    False
    """
    values = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(",".join(frame.columns).encode() + values.tobytes()).hexdigest()[:16]


def publish(staged: Path, target: Path) -> None:
    """Put a finished folder in the place of another by renaming; the old one goes last.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     (staged := Path(folder, "staged")).mkdir()
    ...     publish(staged, Path(folder, "processed"))
    ...     [path.name for path in Path(folder).iterdir()]
    ['processed']
    """
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def load(
    table: str,
    country: str | Iterable[str] | None = None,
    start: str | None = None,
    end: str | None = None,
    processed: str | Path | None = None,
    *,
    drug: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Load one clean table.

    Parameters
    ----------
    table : str
        ``seizures``, ``trainees``, ``policing_centers``, ``context``, ``claims``, ``goals`` or
        ``sources``.
    country : str or list of str, optional
        ISO 3166-1 alpha-3 codes or names; only their parts are read. None or ``"all"``: every row.
    start, end : str, optional
        Keep rows whose printed period meets this span (``"2019"``, ``"2019-05"``,
        ``"2019-05-13"``). Rows without any printed date are then left out. Blank: no limit.
    processed : path, optional
        Folder of the processed tables; see `processed_folder`.
    drug : str or list of str, optional
        Only for ``seizures``: a drug by its key, its name or any listed spelling. A figure for
        several drugs together, such as ``heroin_morphine``, is a drug of its own.

    Returns
    -------
    DataFrame
        Columns as `analysis.schemas.schema` lists them, in the order of the raw files. Missing text
        is ``""``, a missing number NaN, a missing date NaT.

    Raises
    ------
    InputError
        An unknown table, country, drug or date, or no processed tables there; the message names
        the nearest that is known.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> rows = sample("seizures", {"country": "PAK", "drug": "opium", "value": 5, "start": "2019-03-01"})
    >>> with TemporaryDirectory() as folder:
    ...     parts = write_tables({"seizures": rows}, Path(folder))
    ...     load("seizures", "Pakistan", start="2019", processed=folder, drug="opium")["value"].tolist()
    [5.0]
    >>> load("seizures", drug="herion")
    Traceback (most recent call last):
    analysis.errors.InputError: drug 'herion' is not known; nearest: heroin, ephedrine; ...
    """
    if table not in TABLES:
        raise InputError(f"there is no table {table!r}; the tables are {', '.join(TABLES)}{nearest(table, TABLES)}")
    keys, first, last = _drugs(table, drug), _day(start, "start"), _day(end, "end")
    if first is not None and last is not None and first > last:
        raise InputError(f"start {start} lies after end {end}; exchange the two")
    folder = table_folder(table, processed_folder(processed))
    codes = _countries(country, folder)
    note((table, codes))
    paths = parts_of(folder, codes)
    if not paths:
        template = next(folder.rglob("*.parquet"), None)
        if template is None:
            raise InputError(f"{folder} holds no Parquet file; run `inl-evidence clean` again")
        return _read(template).iloc[:0].reset_index(drop=True)
    frame = pd.concat([_read(path) for path in paths], ignore_index=True)
    # A part of an export lacks the columns that only printed rows have, and the other way round.
    texts = [name for name in frame.columns if frame[name].dtype == "str"]
    frame[texts] = frame[texts].fillna("")
    frame = frame.sort_values(["file", "line"], kind="stable", ignore_index=True)
    frame = _within(frame, first, last)
    return frame if keys is None else frame[frame["drug"].isin(keys)].reset_index(drop=True)


def find(record_ids: Iterable[str]) -> pd.DataFrame:
    """Look records up by their ids: first in what this process has read, then in all tables.

    Returns
    -------
    DataFrame
        One row a record, by table and in the order of the raw files; columns of all tables that hold one.

    Raises
    ------
    InputError
        No processed table holds one of them.

    Examples
    --------
    >>> import os
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> from analysis.samples import sample
    >>> from analysis.reads import FOLDER_VARIABLE
    >>> with TemporaryDirectory() as folder, patch.dict(os.environ, {FOLDER_VARIABLE: folder}):
    ...     written = write_tables({"seizures": sample("seizures", {"record_id": "pk-0001"})}, Path(folder))
    ...     find(["pk-0001"])[["record_id", "line"]].values.tolist()
    [['pk-0001', 2]]
    """
    left, found = set(record_ids), dict[str, list[pd.DataFrame]]()
    for reads in (read_so_far, dict.fromkeys((table, None) for table in _RECORDS)):
        for read in sorted((read for read in reads if read[0] in _RECORDS), key=lambda read: _RECORDS.index(read[0])):
            if left:
                note(read)
                for path in files_of(read, processed_folder()):
                    part = _held(path, path.stat().st_mtime_ns)
                    frame = part[part["record_id"].isin(left)]
                    found.setdefault(read[0], []).append(frame)
                    left -= set(frame["record_id"])
    if left:
        raise InputError(f"no processed table holds the record {min(left)!r}; pass the rows themselves as rows=")
    tables = [
        pd.concat(found[table]).sort_values(["file", "line"], kind="stable") for table in _RECORDS if table in found
    ]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _countries(country: str | Iterable[str] | None, folder: Path) -> tuple[str, ...] | None:
    if country is None or country == "all":
        return None
    codes: list[str] = []
    for name in [country] if isinstance(country, str) else country:
        try:
            found = read_countries(name).codes
        except Unreadable:
            # The countries that the table holds come first: whoever writes PKA hardly means North Korea.
            held = {path.name.removeprefix("country=") for path in folder.glob("country=*")}
            known = [(each.alpha_3, getattr(each, "common_name", each.name)) for each in pycountry.countries]
            near = nearest(name, [word for words in known if words[0] in held for word in words])
            near = near or nearest(name, [word for words in known for word in words])
            raise InputError(f"country {name!r} is not known{near}; write a name or an ISO code, such as PAK") from None
        if not found:
            raise InputError(f"{name!r} is not a country; name it by ISO 3166-1 code, such as PAK or TJK")
        codes += found
    return tuple(sorted(set(codes)))


@lru_cache(maxsize=64)
def _held(path: Path, changed: int) -> pd.DataFrame:
    """Return a part for looking records up in: a page asks for some hundred, one after the other."""
    return _read(path)


def _read(path: Path) -> pd.DataFrame:
    try:
        return pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} cannot be read ({str(error).splitlines()[0]}); run `inl-evidence clean` again"
        ) from error


def _drugs(table: str, drug: str | Iterable[str] | None) -> list[str] | None:
    if drug is None or drug == "all":
        return None
    if table != "seizures":
        raise InputError(f"the table {table} is not about drugs; leave drug= out, or load seizures")
    keys = []
    for name in [drug] if isinstance(drug, str) else drug:
        try:
            keys.append(read_drug(name).key)
        except Unreadable:
            known = dict.fromkeys(row[column].lower() for row in rows("drugs") for column in ("key", "label"))
            near = nearest(name.lower(), known)
            raise InputError(f"drug {name!r} is not known{near}; write one as in the column drug, or a name") from None
    return keys


def _within(frame: pd.DataFrame, start: pd.Timestamp | None, end: pd.Timestamp | None) -> pd.DataFrame:
    if start is None and end is None:
        return frame
    names = ("as_of_start", "as_of_end") if "as_of_start" in frame else ("start", "end")
    if names[0] not in frame:
        return frame
    first, last = frame[names[0]].fillna(frame[names[1]]), frame[names[1]].fillna(frame[names[0]])
    keep = first.notna()
    if start is not None:
        keep &= last >= start
    if end is not None:
        keep &= first <= end
    return frame[keep].reset_index(drop=True)


def _day(text: str | None, side: str) -> pd.Timestamp | None:
    if text is None or text == "":
        return None
    try:
        span = read_span(str(text))
    except Unreadable as error:
        raise InputError(f"{side}: {error}") from None
    day = span.start if side == "start" else span.end
    if day is None:
        raise InputError(
            f"{side}: {text!r} is not a date; write a year, a month or a day, such as 2019, 2019-05 or 2019-05-13"
        )
    return pd.Timestamp(day)
