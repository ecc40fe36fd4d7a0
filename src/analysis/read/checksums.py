"""Say whether the raw tables are the ones that were recorded.

Belongs here: reading, comparing and renewing ``SHA256SUMS``. Does not belong here: stopping. A row that
an analyst adds is no crime, so a difference is said (``clean`` warns, ``check`` fails) and the work goes on.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

RECORD = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def verify_checksums(raw: Path) -> list[str]:
    """Compare the raw tables with their recorded checksums.

    Parameters
    ----------
    raw : Path
        The folder of the raw tables, with ``SHA256SUMS`` in it (the form that ``sha256sum`` writes and reads).

    Returns
    -------
    list of str
        One sentence for each table that is changed, missing or not recorded, in the order of the names;
        empty when all is as recorded.

    Examples
    --------
    >>> verify_checksums(Path("no/such/folder"))
    ['SHA256SUMS: there is no such file in no/such/folder, so changes of the raw tables go unseen.']
    """
    record = raw / RECORD
    if not record.is_file():
        return [f"{RECORD}: there is no such file in {raw}, so changes of the raw tables go unseen."]
    said: list[str] = []
    recorded: dict[str, str] = {}
    for number, line in enumerate(record.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            recorded[match[2]] = match[1]
        elif line.strip():
            said.append(f"{RECORD}, line {number}: {line.strip()!r} is not a checksum, two spaces and a file name.")
    present = {path.name for path in raw.glob("*.csv")}
    for name in sorted(recorded.keys() | present):
        if name not in recorded:
            said.append(
                f"{name}: the table is not recorded in {RECORD}; run `inl-evidence record` if it belongs there."
            )
        elif not (raw / name).is_file():
            said.append(f"{name}: the table is recorded in {RECORD} but is not in {raw}.")
        elif _sha256(raw / name) != recorded[name]:
            said.append(f"{name}: the table is not the recorded one; if that is meant, run `inl-evidence record`.")
    return said


def record_checksums(raw: Path) -> Path:
    r"""Write ``SHA256SUMS`` for the tables as they now stand, and return its path.

    Parameters
    ----------
    raw : Path
        The folder of the raw tables; every ``*.csv`` in it is recorded.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "goals.csv")
    ...     written = table.write_text("goal_id\n"), record_checksums(Path(folder)), table.write_text("goal\n")
    ...     verify_checksums(Path(folder))
    ['goals.csv: the table is not the recorded one; if that is meant, run `inl-evidence record`.']
    """
    lines = [f"{_sha256(path)}  {path.name}\n" for path in sorted(raw.glob("*.csv"))]
    record = raw / RECORD
    record.write_text("".join(lines), encoding="utf-8", newline="\n")
    return record


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
