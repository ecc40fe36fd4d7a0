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
    Rows,
    as_read,
    constant,
    days,
    dictionary,
    distinct,
    encoded,
    lay,
    numbers,
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
    table : pyarrow.Table
        Every row, with the processed columns; text columns are dictionaries.
    rows : array of int64
        Which rows of the table are kept.
    rejects : DataFrame
        ``record_id, file, line, column, value, reason``, one row a problem.
    """

    table: pa.Table
    rows: Codes
    rejects: pd.DataFrame

    @property
    def kept(self) -> pa.Table:
        """The rows that are kept."""
        return self.table.take(pa.array(self.rows))


class _Read(NamedTuple):
    drug: Laid
    amount: Laid


def _read(table: pa.Table) -> _Read:
    drug = lay(read_drug_and_group, dictionary(table, "DRUG_NAME"))
    return _Read(drug, lay(read_event_amount, dictionary(table, "AMOUNT"), dictionary(table, "DRUG_UNIT")))


def survey(rows: Rows) -> Survey:
    """Take a first look at some rows: how large amounts are a drug and unit, and a hash of each row.

    Examples
    --------
    >>> row = {"DRUG_NAME": ["Heroin"], "AMOUNT": ["2.5"], "DRUG_UNIT": ["Kilogram"]}
    >>> table = pa.table({name: pa.array(cells).dictionary_encode() for name, cells in row.items()})
    >>> list(survey(Rows(table, np.array([2]), "asia.csv", "ids-asia")).sizes)
    [('heroin', 'opiates', 'kg')]
    """
    drug, amount = _read(rows.table)
    keys = _keys(drug, amount)
    value = numbers([answer.value for answer in amount.answers], amount.rows)
    return Survey(measure(keys.answers, keys.rows, value), [row_hashes(rows.table)], [rows.lines.astype(np.uint32)])


def _keys(drug: Laid, amount: Laid) -> Laid:
    """Return the drugs and units that occur together, and which a row has."""
    unit = distinct([answer.unit for answer in amount.answers], amount.rows)
    return lay(lambda drug, unit: (*drug, unit), (drug.rows, drug.answers), unit)


def clean_events(rows: Rows, limits: Mapping[Key, Limit], repeats: Repeated = NOTHING_REPEATED) -> Cleaned:
    """Make rows of the seizures table of a batch of the export.

    Parameters
    ----------
    rows : Rows
        As the export prints them.
    limits : mapping
        Above which amount a seizure is suspect (`outliers.limits`).
    repeats : Repeated
        Lines that repeat an earlier row, with the record they repeat (`outliers.Repeats`).

    Returns
    -------
    Cleaned
        Amounts in kg, L, ha or items; ``scope`` is ``event``. Rejected: a country, date or amount that
        nobody can read.

    Examples
    --------
    >>> row = {"COUNTRY": "Pakistan", "SEIZURE_DATE": "2014-05-06", "DRUG_NAME": "Heroin", "AMOUNT": "2500"}
    >>> row |= {"DRUG_UNIT": "Gram"}
    >>> table = pa.table({name: pa.array([cell]).dictionary_encode() for name, cell in row.items()})
    >>> cleaned = clean_events(Rows(table, np.array([2]), "asia.csv", "ids-asia"), {})
    >>> cleaned.kept.select(["record_id", "country", "drug", "value", "unit"]).to_pylist()
    [{'record_id': 'ids-asia-000002', 'country': 'PAK', 'drug': 'heroin', 'value': 2.5, 'unit': 'kg'}]
    """
    table, length = rows.table, rows.table.num_rows
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
    problems = {
        "COUNTRY": Laid([answer[1] for answer in country.answers], country.rows),
        "SEIZURE_DATE": Laid([answer[1] for answer in day.answers], day.rows),
        "AMOUNT": Laid([answer.problem for answer in amount.answers], amount.rows),
    }
    wrong = [one for column, reasons in problems.items() for one in _wrong(column, reasons, raw[column])]
    value, low, high = (numbers([answer[at] for answer in amount.answers], amount.rows) for at in range(3))
    start = days([answer[0] for answer in day.answers], day.rows)
    reason = _suspect(drug, amount, value, limits)
    processed = pa.table(
        {
            **rows.origin(SOURCE),
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
            "duplicate_of": _repeated(rows.lines, repeats),
            "country_reported": as_read(table, "COUNTRY"),
            "province_reported": _encoded(raw["ADMINISTRATIVE_DIVISION"]),
            "period_start_reported": as_read(table, "SEIZURE_DATE"),
            "drug_reported": as_read(table, "DRUG_NAME"),
            "quantity_reported": as_read(table, "AMOUNT"),
            "unit_reported": as_read(table, "DRUG_UNIT"),
        }
    )
    good = np.ones(length, dtype=bool)
    good[[one[0] for one in wrong]] = False
    return Cleaned(processed, np.flatnonzero(good), rows.rejects(wrong))


def _encoded(column: tuple[Codes, Sequence[str]]) -> pa.DictionaryArray:
    return encoded(column[0], column[1] or [""])


def _suspect(drug: Laid, amount: Laid, value: npt.NDArray[np.float64], limits: Mapping[Key, Limit]) -> Laid:
    """Return the reasons, the first of them blank, and which a row has."""
    keys = _keys(drug, amount)
    none = Limit(inf, "")
    found = [limits.get(key, none) for key in keys.answers]
    over = value > numbers([limit.most for limit in found], keys.rows)
    return Laid(["", *(limit.reason for limit in found)], np.where(over, keys.rows + 1, 0))


def _repeated(lines: Codes, repeats: Repeated) -> pa.Array:
    which = np.zeros(len(lines), dtype=np.int64)
    which[np.searchsorted(lines, repeats.lines)] = np.arange(1, len(repeats.lines) + 1)
    return pa.concat_arrays([pa.array([""], pa.string()), repeats.of]).take(pa.array(which))


def _wrong(column: str, reasons: Laid, raw: tuple[Codes, list[str]]) -> list[tuple[int, str, str, str]]:
    """Return row, column, value and reason of the cells that nobody can read."""
    hit = np.flatnonzero(numbers([bool(reason) for reason in reasons.answers], reasons.rows))
    codes, texts = raw
    return [(at, column, texts[codes[at]], reasons.answers[reasons.rows[at]]) for at in hit.tolist()]
