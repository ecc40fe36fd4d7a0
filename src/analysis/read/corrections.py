"""The corrections file: known errors of sources, put right outside the raw tables.

Belongs here: reading ``corrections.yaml`` and laying it over raw text. Each entry names a record
and column, the raw text it expects, the text to read instead, why, and who says so. A raw row that
no longer holds the expected text stops the work: the correction must then be looked at again.
Does not belong here: deciding what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import yaml

from analysis.errors import InputError


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the corrections file; every field is text and required."""

    record: str
    column: str
    expect: str
    value: str
    reason: str
    provider: str


def read_corrections(path: Path) -> list[Correction]:
    """Return the entries of a corrections file, or none where there is no file.

    Raises
    ------
    InputError
        The file is not a list of entries with exactly the fields of `Correction`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "corrections.yaml")
    ...     said = "{record: a, column: unit, expect: tonnes, value: kg, reason: slip, provider: dawn-1}"
    ...     written = path.write_text(f"- {said}")
    ...     read_corrections(path)[0].value
    'kg'
    """
    if not path.exists():
        return []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML ({str(error).splitlines()[0]}); mend the file") from error
    wanted = {field.name for field in fields(Correction)}
    if not isinstance(entries, list):
        raise InputError(f"{path}: expected a list of corrections, each with {', '.join(sorted(wanted))}")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or set(entry) != wanted or not all(isinstance(v, str) for v in entry.values()):
            raise InputError(
                f"{path}: correction {number} must have the text fields {', '.join(sorted(wanted))} and no others;"
                " put quotes around numbers and dates"
            )
    return [Correction(**entry) for entry in entries]


def correct(raw: pd.DataFrame, corrections: list[Correction], id_column: str) -> tuple[pd.DataFrame, list[Correction]]:
    """Lay the corrections over one raw table.

    Parameters
    ----------
    raw : DataFrame
        Text columns; not changed.
    corrections : list of Correction
        Those of other tables are passed over.
    id_column : str
        The column that names the record.

    Returns
    -------
    DataFrame, list of Correction
        The corrected copy, and the corrections that were used.

    Raises
    ------
    InputError
        A column does not exist, or the raw text is not what the correction expects.

    Examples
    --------
    >>> slip = Correction("a", "unit", "tonnes", "kg", reason="a slip", provider="dawn-1")
    >>> corrected, used = correct(pd.DataFrame({"record_id": ["a"], "unit": ["tonnes"]}), [slip], "record_id")
    >>> corrected["unit"].tolist(), len(used)
    (['kg'], 1)
    """
    used: list[Correction] = []
    corrected = raw
    for correction in corrections:
        rows = raw.index[raw[id_column] == correction.record]
        if rows.empty:
            continue
        if correction.column not in raw:
            raise InputError(f"correction of {correction.record}: its table has no column {correction.column!r}")
        found = raw.loc[rows[0], correction.column]
        if found != correction.expect:
            raise InputError(
                f"correction of {correction.record}, column {correction.column}: expected the raw text"
                f" {correction.expect!r} but found {found!r}; check the source and renew or remove the correction"
            )
        if not used:
            corrected = raw.copy()
        corrected.loc[rows[0], correction.column] = correction.value
        used.append(correction)
    return corrected, used
