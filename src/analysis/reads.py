"""Where the processed tables lie, and what this process has read of them: what a report follows from.

Belongs here: folders, parts, and the account of reads. Does not belong here: reading and writing (``store``), what
follows from a change (``report.decide``).
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TypeAlias

from analysis.errors import InputError, nearest
from analysis.schemas import TABLES

FOLDER_VARIABLE = "INL_EVIDENCE_PROCESSED"
READS_VARIABLE = "INL_EVIDENCE_READS"

# A table and the countries asked for (None: all), or a file beside the tables and None.
Read: TypeAlias = tuple[str, tuple[str, ...] | None]
read_so_far: dict[Read, None] = {}


def processed_folder(given: str | Path | None = None) -> Path:
    """Return the folder of the processed tables.

    The folder given, else the one named by the environment variable ``INL_EVIDENCE_PROCESSED``,
    else ``data/processed`` of the nearest parent of the working folder that has ``data/raw``.

    Examples
    --------
    >>> processed_folder("elsewhere/processed").name
    'processed'
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


def table_folder(table: str, processed: Path) -> Path:
    """Return the folder of a processed table; raise `InputError` where there is no such table or none yet.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "seizures").mkdir()
    ...     table_folder("seizures", Path(folder)).name
    'seizures'
    """
    if table not in TABLES:
        raise InputError(f"there is no table {table!r}; the tables are {', '.join(TABLES)}{nearest(table, TABLES)}")
    if not (processed / table).is_dir():
        raise InputError(f"{processed / table} does not exist; run `inl-evidence clean` first, or name another folder")
    return processed / table


def beside(name: str, processed: str | Path | None = None) -> Path:
    """Return the path of a file beside the tables, such as ``ledger.json``, and note that it is read.

    Examples
    --------
    >>> beside("ledger.json", "elsewhere/processed").name
    'ledger.json'
    """
    note((name, None))
    return processed_folder(processed) / name


def note(read: Read) -> None:
    """Note that this process reads something; a file named by ``INL_EVIDENCE_READS`` is told too.

    Examples
    --------
    >>> note(("sources", None))
    >>> ("sources", None) in read_so_far
    True
    >>> read_so_far.clear()
    """
    if read in read_so_far:
        return
    read_so_far[read] = None
    told = os.environ.get(READS_VARIABLE)
    if told:
        with Path(told).open("a", encoding="utf-8") as file:
            file.write(json.dumps(read) + "\n")


def reads(told: Path) -> list[Read]:
    r"""Return what a kernel has read, from the file that the variable ``INL_EVIDENCE_READS`` named to it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "reads").write_text('["seizures", ["PAK"]]\n["sources", null]\n')
    ...     reads(Path(folder, "reads"))
    [('seizures', ('PAK',)), ('sources', None)]
    """
    if not told.is_file():
        return []
    lines = (json.loads(line) for line in told.read_text(encoding="utf-8").splitlines())
    return [(name, None if codes is None else tuple(codes)) for name, codes in lines]


def files_of(read: Read, processed: Path) -> list[Path]:
    """Return the files that a read takes its rows from, as they lie there now.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> from analysis.store import write_tables
    >>> with TemporaryDirectory() as folder:
    ...     written = write_tables({"seizures": sample("seizures", {"country": "PAK"})}, Path(folder))
    ...     [path.parent.name for path in files_of(("seizures", ("PAK", "TJK")), Path(folder))]
    ['country=PAK']
    """
    name, codes = read
    if name in TABLES:
        return parts_of(processed / name, codes)
    return [processed / name] if (processed / name).is_file() else []


def data_version() -> str:
    """Return a hash of the content of all that this process has read so far, twelve hexadecimal digits.

    The content of each part is what the ledger says of it, so that the version is the same on every machine; ``""``
    where nothing was read or there is no ledger.

    Examples
    --------
    >>> import os
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> with TemporaryDirectory() as folder, patch.dict(os.environ, {FOLDER_VARIABLE: folder}):
    ...     data_version()  # no ledger there
    ''
    """
    folder = processed_folder()
    try:
        parts = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["parts"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    names = {path.relative_to(folder).as_posix() for read in read_so_far for path in files_of(read, folder)}
    content = sorted((name, parts[name]) for name in names if name in parts)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12] if content else ""


def parts_of(folder: Path, countries: tuple[str, ...] | None) -> list[Path]:
    """Return the parts of a table's folder that hold some countries, None for all.

    Examples
    --------
    >>> parts_of(Path("nowhere"), ("PAK",))
    []
    """
    if countries is None or not any(folder.glob("country=*")):
        return sorted(folder.rglob("*.parquet"))
    return sorted(path for code in countries for path in (folder / f"country={code}").glob("*.parquet"))
