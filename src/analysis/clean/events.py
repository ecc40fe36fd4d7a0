"""Single seizures of a bulk export, made into rows of the seizures table.

Belongs here: what the columns of the Individual Drug Seizures export mean. Each distinct text is read once a
batch and its answer laid over the rows. Does not belong here: files, what other layouts mean. Single texts are read in
``event_texts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, nan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis.clean.columns import (
    Codes,
    Laid,
    constant,
    days,
    dictionary,
    encoded,
    lay,
    numbers,
    printed,
    record_ids,
    text,
)
from analysis.clean.event_texts import (
    read_day,
    read_drug_and_group,
    read_event_agency,
    read_event_amount,
    read_event_place,
    read_export_country,
)
from analysis.clean.outliers import NOTHING_REPEATED, Key, Limit, Repeated, Survey, measure, row_hashes

SOURCE = "unodc-ids"


class Cleaned(NamedTuple):
    """Rows kept, and rows rejected with their reasons.

    Attributes
    ----------
    kept : pyarrow.Table
        Processed columns; text columns are dictionaries.
    rejects : DataFrame
        ``record_id, file, line, column, value, reason``, one row a problem.
    """

    kept: pa.Table
    rejects: pd.DataFrame


class _Read(NamedTuple):
    drug: Laid
    amount: Laid


def _read(table: pa.Table) -> _Read:
    drug = lay(read_drug_and_group, dictionary(table, "DRUG_NAME"))
    return _Read(drug, lay(read_event_amount, dictionary(table, "AMOUNT"), dictionary(table, "DRUG_UNIT")))


def survey(table: pa.Table, lines: Codes) -> Survey:
    """Take a first look at some rows: how large amounts are a drug and unit, and a hash of each row."""
    drug, amount = _read(table)
    keys, rows, _ = _keys(drug, amount)
    value = numbers([answer.value for answer in amount.answers], amount.rows)
    return Survey(measure(keys, rows, value), [row_hashes(table)], [np.asarray(lines)])


def _keys(drug: Laid, amount: Laid) -> tuple[list[Key], Codes, Codes]:
    """Give each drug and unit that occur together a number."""
    units, unit_of = np.unique([answer.unit for answer in amount.answers] or [""], return_inverse=True)
    unit = unit_of[amount.rows] if len(amount.answers) else amount.rows
    rows, combined = pd.factorize(drug.rows * len(units) + unit)
    keys = [(*drug.answers[one // len(units)], str(units[one % len(units)])) for one in combined.tolist()]
    return keys, rows.astype(np.int64), unit.astype(np.int64)


def clean_events(
    table: pa.Table,
    lines: Codes,
    file: str,
    prefix: str,
    limits: Mapping[Key, Limit],
    repeats: Repeated = NOTHING_REPEATED,
) -> Cleaned:
    """Make rows of the seizures table of a batch of the export.

    Parameters
    ----------
    table : pyarrow.Table
        Text columns of the export.
    lines : array of int64
        The line of each row.
    file, prefix : str
        The raw file, and the first part of the record ids of its rows.
    limits : mapping
        Above which amount a seizure is suspect (`outliers.limits`).
    repeats : Repeated
        Lines that repeat an earlier row, with the record they repeat (`outliers.Repeats`).

    Returns
    -------
    Cleaned
        Amounts in kg, L, ha or items; ``scope`` is ``event``. Rejected: a country, date or amount that
        nobody can read.
    """
    length = table.num_rows
    drug, amount = _read(table)
    raw = {name: dictionary(table, name) for name in ("COUNTRY", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT", "DRUG_UNIT")}
    blank = (np.zeros(length, dtype=np.int64), [""])
    for name in ("ADMINISTRATIVE_DIVISION", "PLACE"):
        raw[name] = dictionary(table, name) if name in table.column_names else blank
    country = lay(read_export_country, raw["COUNTRY"])
    day = lay(read_day, raw["SEIZURE_DATE"])
    place = lay(read_event_place, raw["COUNTRY"], raw["ADMINISTRATIVE_DIVISION"], raw["PLACE"])
    agency = lay(
        lambda name, where: read_event_agency(read_export_country(name)[0], where), raw["COUNTRY"], raw["PLACE"]
    )
    ids = record_ids(prefix, lines)
    problems = (
        ("COUNTRY", [answer[1] for answer in country.answers], country.rows),
        ("SEIZURE_DATE", [answer[1] for answer in day.answers], day.rows),
        ("AMOUNT", [answer.problem for answer in amount.answers], amount.rows),
    )
    rejects, bad = _rejects(problems, raw, ids, lines, file)
    value, low, high = (numbers([answer[at] for answer in amount.answers], amount.rows) for at in range(3))
    start = days([answer[0] for answer in day.answers], day.rows)
    reason = _suspect(drug, amount, value, limits)
    repeated = _repeated(lines, repeats)
    kept = pa.table(
        {
            "record_id": ids,
            "source_id": constant(SOURCE, length),
            "file": constant(file, length),
            "line": pa.array(lines, pa.int64()),
            "country": text([answer[0] for answer in country.answers], country.rows),
            "admin1": text([answer[0] for answer in place.answers], place.rows),
            "district": text([answer[1] for answer in place.answers], place.rows),
            "place": _encoded(raw["PLACE"]),
            "agency": text(agency.answers, agency.rows),
            "scope": constant("event", length),
            "drug": text([answer[0] for answer in drug.answers], drug.rows),
            "drug_group": text([answer[1] for answer in drug.answers], drug.rows),
            "start": start,
            "end": start,
            "value": pa.array(value),
            "low": pa.array(low),
            "high": pa.array(high),
            "bound": constant("exact", length),
            "unit": text([answer.unit for answer in amount.answers], amount.rows),
            "cases": pa.array(np.full(length, nan)),
            "arrests": pa.array(np.full(length, nan)),
            "block": constant("", length),
            "counted_as": constant("seized", length),
            "suspect": pa.array(reason.rows != 0),
            "suspect_reason": text(*reason),
            "note": text([answer.note for answer in amount.answers], amount.rows),
            "duplicate_of": repeated,
            "country_reported": printed(table, "COUNTRY"),
            "province_reported": _encoded(raw["ADMINISTRATIVE_DIVISION"]),
            "period_start_reported": printed(table, "SEIZURE_DATE"),
            "drug_reported": printed(table, "DRUG_NAME"),
            "quantity_reported": printed(table, "AMOUNT"),
            "unit_reported": printed(table, "DRUG_UNIT"),
        }
    )
    return Cleaned(kept.filter(pa.array(~bad)) if bad.any() else kept, rejects)


def _encoded(column: tuple[Codes, Sequence[str]]) -> pa.DictionaryArray:
    return encoded(column[0], column[1] or [""])


def _suspect(drug: Laid, amount: Laid, value: npt.NDArray[np.float64], limits: Mapping[Key, Limit]) -> Laid:
    """Return the reasons, the first of them blank, and which a row has."""
    keys, rows, _ = _keys(drug, amount)
    none = Limit(inf, "")
    found = [limits.get(key, none) for key in keys]
    most = np.array([limit.most for limit in found] or [inf])
    over = value > (most[rows] if len(rows) else most[:0])
    return Laid(["", *(limit.reason for limit in found)], np.where(over, rows + 1, 0))


def _repeated(lines: Codes, repeats: Repeated) -> pa.Array:
    found = np.full(len(lines), "", dtype=object)
    found[np.searchsorted(lines, repeats.lines)] = repeats.of
    return pa.array(found, pa.string())


def _rejects(
    problems: Sequence[tuple[str, list[str], Codes]],
    raw: Mapping[str, tuple[Codes, list[str]]],
    ids: pa.Array,
    lines: Codes,
    file: str,
) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    bad = np.zeros(len(lines), dtype=bool)
    out: list[tuple[str, str, int, str, str, str]] = []
    for column, reasons, rows in problems:
        wrong = np.array([bool(reason) for reason in reasons] or [False])
        hit = np.flatnonzero(wrong[rows]) if len(rows) else np.array([], dtype=np.int64)
        bad[hit] = True
        codes, texts = raw[column]
        out += [
            (ids[at].as_py(), file, int(lines[at]), column, texts[codes[at]], reasons[rows[at]]) for at in hit.tolist()
        ]
    out.sort(key=lambda row: row[2])
    frame = pd.DataFrame(out, columns=["record_id", "file", "line", "column", "value", "reason"])
    return frame.astype({name: "str" for name in frame.columns if name != "line"} | {"line": "int64"}), bad
