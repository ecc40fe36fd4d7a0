"""The processed tables on disk: Parquet, one folder a table, one part a country.

Belongs here: where processed tables lie, writing them whole or not at all, and ``load``. Does not
belong here: what the columns mean (``schemas``), how they are made (``pipeline``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.clean.periods import read_span
from analysis.clean.places import read_countries
from analysis.errors import InputError, Unreadable, nearest
from analysis.schemas import TABLES

FOLDER_VARIABLE = "INL_EVIDENCE_PROCESSED"
_NO_COUNTRY = "none"


def processed_folder(given: str | Path | None = None) -> Path:
    """Return the folder of the processed tables.

    The folder given, else the one named by the environment variable ``INL_EVIDENCE_PROCESSED``,
    else ``data/processed`` of the nearest parent of the working folder that has ``data/raw``.
    """
    if given is not None:
        return Path(given)
    if os.environ.get(FOLDER_VARIABLE):
        return Path(os.environ[FOLDER_VARIABLE])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw").is_dir():
            return folder / "data" / "processed"
    return here / "data" / "processed"


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables below ``folder``, one Parquet part a country; the same frames give the same bytes."""
    for name, frame in tables.items():
        if "country" not in frame:
            _write(frame, folder / name / "part-0.parquet")
            continue
        for country, part in frame.groupby("country", sort=True):
            _write(part, folder / name / f"country={country or _NO_COUNTRY}" / "part-0.parquet")


def _write(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, compression="zstd")


def publish(staged: Path, target: Path) -> None:
    """Put a finished folder in the place of another by renaming; the old one goes last."""
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
        ``"2019-05-13"``). Rows without any printed date are then left out.
    processed : path, optional
        Folder of the processed tables; see `processed_folder`.

    Returns
    -------
    DataFrame
        Columns as `analysis.schemas.schema` lists them, in the order of the raw files. Missing text
        is ``""``, a missing number NaN, a missing date NaT.

    Raises
    ------
    InputError
        An unknown table, country or date, or no processed tables there.
    """
    if table not in TABLES:
        raise InputError(f"there is no table {table!r}; the tables are {', '.join(TABLES)}{nearest(table, TABLES)}")
    folder = processed_folder(processed) / table
    if not folder.is_dir():
        raise InputError(f"{folder} does not exist; run `inl-evidence clean` first, or name the processed folder")
    paths = _parts(folder, country)
    if not paths:
        template = next(folder.rglob("*.parquet"), None)
        if template is None:
            raise InputError(f"{folder} holds no Parquet file; run `inl-evidence clean` again")
        return _read(template).iloc[:0].reset_index(drop=True)
    frame = pd.concat([_read(path) for path in paths], ignore_index=True)
    frame = frame.sort_values(["file", "line"], kind="stable", ignore_index=True)
    return _within(frame, start, end)


def _parts(folder: Path, country: str | Iterable[str] | None) -> list[Path]:
    countries = _countries(country)
    if countries is None or not any(folder.glob("country=*")):
        return sorted(folder.rglob("*.parquet"))
    return sorted(path for code in countries for path in (folder / f"country={code}").glob("*.parquet"))


def _countries(country: str | Iterable[str] | None) -> list[str] | None:
    if country is None or country == "all":
        return None
    codes: list[str] = []
    for name in [country] if isinstance(country, str) else country:
        try:
            found = read_countries(name).codes
        except Unreadable as error:
            raise InputError(str(error)) from None
        if not found:
            raise InputError(f"{name!r} is not a country; name it by ISO 3166-1 code, such as PAK or TJK")
        codes += found
    return sorted(set(codes))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} cannot be read ({str(error).splitlines()[0]}); run `inl-evidence clean` again"
        ) from error


def _within(frame: pd.DataFrame, start: str | None, end: str | None) -> pd.DataFrame:
    if start is None and end is None:
        return frame
    names = ("as_of_start", "as_of_end") if "as_of_start" in frame else ("start", "end")
    if names[0] not in frame:
        return frame
    first, last = frame[names[0]].fillna(frame[names[1]]), frame[names[1]].fillna(frame[names[0]])
    keep = first.notna()
    if start is not None:
        keep &= last >= pd.Timestamp(_day(start, "start"))
    if end is not None:
        keep &= first <= pd.Timestamp(_day(end, "end"))
    return frame[keep].reset_index(drop=True)


def _day(text: str, side: str) -> pd.Timestamp:
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
