"""The Foreign Military Training Report, made into rows of the trainees table.

Belongs here: what the columns of the report mean, which lines are trainings, which are printed totals and which are
the rest of a wrapped line. Most lines are regular and are cleaned as columns; the odd ones go one by one through
``slips``. Does not belong here: files, how a slipped line is mended (``slips``), the check of totals (``reconcile``).

Every line ends in one of three places: a training is kept, a printed total is kept apart (it is the check, not a
training), anything else is rejected with its reason. Identical lines stay: through 2010-11 one line is one student.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis.clean import reconcile
from analysis.clean.columns import Codes, Rows, as_read, constant, days, dictionary, distinct, lay, text
from analysis.clean.event_texts import read_export_country
from analysis.clean.slips import Line, is_rest, join, mend, take
from analysis.clean.training_texts import (
    dollars,
    is_day,
    people,
    read_days,
    read_family,
    read_fiscal_year,
    tidy,
    unit_sectors,
)
from analysis.errors import Unreadable

SOURCE = "us-fmtr"
_COLUMNS = {
    "title": "training:course_title", "provider": "training:delivery_unit", "unit": "training:recipient_unit",
    "start": "training:start_date_raw", "end": "training:end_date_raw", "location": "training:location",
    "quantity": "training:quantity", "cost": "training:total_cost",
}  # fmt: skip
_TOTAL = re.compile(r"(?:Fiscal Year|FY) \d{4} Program Totals", re.IGNORECASE)
_PROVED = "the cost was lost in print: other lines of the course prove it and the printed total agrees"
_PROPOSED = "proposed when the report was printed; the next report prints what was given"


class Cleaned(NamedTuple):
    """Trainings kept, lines rejected, lines kept apart, and the sums of their programmes.

    Attributes
    ----------
    table : pyarrow.Table
        Every line, with the processed columns of the trainees table, and ``course, cost_usd, programme_family,
        fiscal_year, report``.
    rows : array of int64
        Which lines of the table are kept.
    rejects : DataFrame
        ``record_id, file, line, column, value, reason``.
    apart : int
        Lines that are printed totals.
    sums : DataFrame
        One row a programme of the batch, for `reconcile.check`.
    """

    table: pa.Table
    rows: Codes
    rejects: pd.DataFrame
    apart: int
    sums: pd.DataFrame

    @property
    def kept(self) -> pa.Table:
        """The lines that are kept."""
        return self.table.take(pa.array(self.rows))


class _Batch:
    """The columns of one batch as codes and tidy texts, to which odd lines add theirs."""

    def __init__(self, table: pa.Table) -> None:
        self.length = table.num_rows
        self._table = table
        self.raw = {name: dictionary(table, column) for name, column in _COLUMNS.items()}
        self.codes = {name: codes.copy() for name, (codes, _) in self.raw.items()}
        self.texts = {name: [tidy(one) for one in texts] for name, (_, texts) in self.raw.items()}
        self._added: dict[tuple[str, str], int] = {}

    def as_read(self, name: str) -> pa.Array:
        return as_read(self._table, _COLUMNS[name])

    def each(self, name: str, read: Callable[[str], float]) -> npt.NDArray[np.float64]:
        answers = np.fromiter(map(read, self.texts[name]), np.float64, len(self.texts[name]))
        return answers[self.codes[name]]

    def lines(self, at: Codes) -> list[Line]:
        cells = [[self.texts[name][code] for code in self.codes[name][at].tolist()] for name in _COLUMNS]
        return [Line(*line) for line in zip(*cells, strict=True)]

    def line(self, at: int) -> Line:
        return self.lines(np.array([at]))[0]

    def put(self, at: int, old: Line, line: Line) -> None:
        for name, before, new in zip(_COLUMNS, old, line, strict=True):
            if new != before:
                if (name, new) not in self._added:
                    self._added[name, new] = len(self.texts[name])
                    self.texts[name].append(new)
                self.codes[name][at] = self._added[name, new]

    def column(self, name: str, at: Codes | slice = slice(None)) -> tuple[Codes, list[str]]:
        return self.codes[name][at], self.texts[name]


def clean_trainings(rows: Rows) -> Cleaned:
    """Make rows of the trainees table of a batch of the report.

    Parameters
    ----------
    rows : Rows
        As the report prints them.

    Returns
    -------
    Cleaned
        People as counts, costs in US dollars; kept, rejected and kept apart add up to the rows given.

    Examples
    --------
    >>> from analysis.read.fmtr import COLUMNS
    >>> row = dict.fromkeys(COLUMNS, "") | {"training:country": "Pakistan", "training:program": "IMET-1 - FY 2015"}
    >>> row |= {"training:course_title": "RADIO COURSE", "training:quantity": "2", "training:total_cost": "$1,000"}
    >>> table = pa.table({name: pa.array([cell]).dictionary_encode() for name, cell in row.items()})
    >>> cleaned = clean_trainings(Rows(table, np.array([2]), "report.tsv", "fmtr"))
    >>> cleaned.kept.select(["country", "value", "cost_usd", "fiscal_year"]).to_pylist()
    [{'country': 'PAK', 'value': 2.0, 'cost_usd': 1000.0, 'fiscal_year': 2015}]
    """
    table, lines = rows.table, rows.lines
    batch = _Batch(table)
    total = _totals(batch)
    reasons = _settle(batch, table, lines, total)
    place = {name: dictionary(table, column) for name, column in _PLACE.items()}
    country = lay(read_export_country, place["country"])
    _strangers(country.answers, country.rows, reasons)
    keep = ~total
    keep[list(reasons)] = False
    heading = lay(lambda *cells: cells, place["report"], place["country"], place["programme"], place["years"])
    fiscal = [read_fiscal_year(tidy(cells[2]), cells[3]) for cells in heading.answers]
    programmes = pd.DataFrame(
        [
            (cells[0].removesuffix("_dedup.xml"), read_export_country(cells[1])[0] or cells[1], tidy(cells[2]), year)
            for cells, year in zip(heading.answers, fiscal, strict=True)
        ],
        columns=[*reconcile.KEYS, "fiscal_year"],
    )
    quantity, cost = batch.each("quantity", people), batch.each("cost", dollars)
    filled = _fill(batch, programmes, heading.rows, keep, total, quantity, cost)
    sums = reconcile.sums(
        programmes,
        heading.rows[keep],
        {"quantity": quantity[keep], "cost": cost[keep], "filled": filled[keep].astype(np.float64)},
        pd.DataFrame(
            {"of": heading.rows[total], "line": lines[total], "quantity": quantity[total], "cost": cost[total]}
        ),
        rows.file,
    )
    kept = _kept(batch, programmes, heading.rows, [cells[3] for cells in heading.answers], quantity, cost, filled)
    country_reported = as_read(table, "training:country")
    whole = pa.table({**rows.origin(SOURCE), "country_reported": country_reported, **kept})
    rejects = rows.rejects((at, *reason) for at, reason in reasons.items())
    return Cleaned(whole, np.flatnonzero(keep), rejects, int(total.sum()), sums)


_PLACE = {
    "report": "report:source_file", "country": "training:country", "programme": "training:program",
    "years": "report:fiscal_years",
}  # fmt: skip


def _blank(batch: _Batch, *names: str) -> npt.NDArray[np.bool_]:
    blank = np.ones(batch.length, dtype=bool)
    for name in names:
        blank &= batch.each(name, len) == 0
    return blank


def _totals(batch: _Batch) -> npt.NDArray[np.bool_]:
    """Return which lines are printed totals: by their title, or in 2007-08 by having a quantity and no names."""
    titled = batch.each("title", lambda one: bool(_TOTAL.fullmatch(one))) != 0
    bare = _blank(batch, "title", "provider", "unit", "start", "end", "location")
    total: npt.NDArray[np.bool_] = titled | (bare & ~np.isnan(batch.each("quantity", people)))
    return total


def _settle(
    batch: _Batch, table: pa.Table, lines: Codes, total: npt.NDArray[np.bool_]
) -> dict[int, tuple[str, str, str]]:
    """Mend the odd lines in place; return column, value and reason of those that cannot be."""
    cost = batch.each("cost", dollars)
    dated = (batch.each("start", is_day) != 0) & (batch.each("end", is_day) != 0)
    regular = np.isfinite(cost) & ~np.isnan(batch.each("quantity", people)) & (dated | _blank(batch, "start", "end"))
    codes, texts = dictionary(table, "report:source_row")
    row_number = (
        np.array([int(one) if one.strip().isdecimal() else -9 for one in texts] or [-9])[codes] if len(codes) else codes
    )
    report = dictionary(table, "report:source_file")[0]
    runs_on = _runs_on(batch, report)
    reasons: dict[int, tuple[str, str, str]] = {}
    last: int | None = None
    odd = np.flatnonzero(~regular & ~total)
    for at, line in zip(odd.tolist(), batch.lines(odd), strict=True):
        follows = at > 0 and report[at] == report[at - 1] and row_number[at] == row_number[at - 1] + 1
        above = at - 1 if follows and at - 1 not in reasons else last if follows else None
        last = None
        if line.is_blank():
            reasons[at] = ("", "", "the line is blank")
        elif line.is_wrapped() or is_rest(line):
            last = _join(batch, at, above, line, above is not None and bool(runs_on[above]), total)
            if last is None:
                value = line.title or line.unit
                reasons[at] = (
                    "training:course_title",
                    value,
                    "part of a wrapped line; nothing proves which training it belongs to",
                )
            else:
                where = int(lines[last])
                reasons[at] = (
                    "training:course_title",
                    line.title or line.unit,
                    f"part of a wrapped line; joined to the training on line {where}",
                )
                if is_rest(line):
                    reasons.pop(last, None)
        else:
            try:
                batch.put(at, line, mend(line))
            except Unreadable as error:
                reasons[at] = ("training:quantity", line.quantity, str(error))
    return reasons


def _runs_on(batch: _Batch, report: Codes) -> npt.NDArray[np.bool_]:
    """Return which titles end in a space in a report where titles do not: they go on below."""
    codes, texts = batch.raw["title"]
    spaced = np.array([one.endswith(" ") for one in texts] or [False])[codes] if len(codes) else np.zeros(0, dtype=bool)
    share = np.bincount(report, spaced) / np.maximum(np.bincount(report), 1) if len(codes) else np.zeros(1)
    return spaced & (share[report] < 0.5)


def _join(
    batch: _Batch, at: int, above: int | None, line: Line, wraps: bool, total: npt.NDArray[np.bool_]
) -> int | None:
    """Join the rest of a wrapped line to the line above where that is proved; return which line that is."""
    if above is None or total[above]:
        return None
    upper = batch.line(above)
    if is_rest(line) and not (upper.start or upper.end or upper.cost):
        batch.put(above, upper, mend(take(upper, line)))
    elif line.is_wrapped() and not (upper.start or upper.end or upper.cost) and upper.quantity:
        names = " ".join(filter(None, [line.title, line.unit]))
        batch.put(above, upper, join(upper, Line("", "", names, "", "", "", "", "")))
    elif line.is_wrapped() and wraps and upper.quantity and not line.provider:
        batch.put(above, upper, join(upper, line))
    else:
        return None
    return above


def _strangers(answers: list[tuple[str, str]], rows: Codes, reasons: dict[int, tuple[str, str, str]]) -> None:
    wrong = np.array([bool(problem) for _, problem in answers] or [False])
    for at in np.flatnonzero(wrong[rows]).tolist() if len(rows) else []:
        reasons.setdefault(at, ("training:country", "", answers[rows[at]][1]))


def _fill(
    batch: _Batch,
    programmes: pd.DataFrame,
    of: Codes,
    keep: npt.NDArray[np.bool_],
    total: npt.NDArray[np.bool_],
    quantity: npt.NDArray[np.float64],
    cost: npt.NDArray[np.float64],
) -> npt.NDArray[np.bool_]:
    """Fill the costs that other places prove, in place; return which."""
    filled = np.zeros(batch.length, dtype=bool)
    report = pd.factorize(programmes["report"])[0].astype(np.int64)
    lost = keep & np.isnan(cost)
    if not lost.any() or not total.any():
        return filled
    reports = np.intersect1d(report[of[lost]], report[of[total]])
    rows = np.flatnonzero(np.isin(report[of], reports) & keep)
    held = lay(
        lambda title, start, end: f"{title}|{end or start}",
        *(batch.column(name, rows) for name in ("title", "start", "end")),
    )
    courses, _ = distinct(held.answers, held.rows)
    under = np.full(len(programmes), np.nan)
    under[of[total]] = cost[total]
    course = courses * len(report) + report[of[rows]]
    found = reconcile.lost_costs(of[rows], course, quantity[rows], cost[rows], programmes["country"].tolist(), under)
    for at, proved in found.items():
        cost[rows[at]], filled[rows[at]] = proved, True
    return filled


def _kept(
    batch: _Batch,
    programmes: pd.DataFrame,
    of: Codes,
    years: list[str],
    quantity: npt.NDArray[np.float64],
    cost: npt.NDArray[np.float64],
    filled: npt.NDArray[np.bool_],
) -> dict[str, pa.Array]:
    length = batch.length
    fiscal = programmes["fiscal_year"].to_numpy(dtype=np.int64)
    names = programmes["programme"].tolist()
    proposed = [str(years[n])[5:] == str(fiscal[n]) and years[n][:4] != str(fiscal[n]) for n in range(len(names))]
    year_codes, each_year = pd.factorize(fiscal)
    years_of = (year_codes.astype(np.int64)[of] if length else of, each_year.tolist())
    spans = lay(read_days, batch.column("start"), batch.column("end"), years_of)
    sector = lay(
        lambda by_unit, by_programme: by_unit or by_programme or "other",
        distinct(unit_sectors(batch.texts["unit"]), batch.codes["unit"]),
        distinct([read_family(name)[1] for name in names], of),
    )
    said = lay(
        lambda *notes: "; ".join(filter(None, notes)),
        distinct([span[2] for span in spans.answers], spans.rows),
        (filled.astype(np.int64), ["", _PROVED]),
        (np.array(proposed, dtype=np.int64)[of] if length else of, ["", _PROPOSED]),
    )
    countries = programmes["country"].tolist()
    count = pa.array(quantity)
    flags = pa.array(np.zeros(length, dtype=bool))
    return {
        "country": text(countries, of),
        "countries": text(countries, of),
        "admin1": constant("", length),
        "institution": text(batch.texts["unit"], batch.codes["unit"]),
        "sector": text(sector.answers, sector.rows),
        "sex": constant("all", length),
        "counted_as": text(["target" if one else "trained" for one in proposed], of),
        "cumulative": flags,
        "subset": flags,
        "start": days([span[0] for span in spans.answers], spans.rows),
        "end": days([span[1] for span in spans.answers], spans.rows),
        "value": count,
        "low": count,
        "high": count,
        "bound": constant("exact", length),
        "unit": constant("people", length),
        "programme": text(names, of),
        "provider": text(batch.texts["provider"], batch.codes["provider"]),
        "venue": text(batch.texts["location"], batch.codes["location"]),
        "note": text(*said),
        "course": text(batch.texts["title"], batch.codes["title"]),
        "cost_usd": pa.array(cost),
        "programme_family": text([read_family(name)[0] for name in names], of),
        "fiscal_year": pa.array(fiscal[of] if length else of, pa.int64()),
        "report": text(programmes["report"].tolist(), of),
        "institution_reported": batch.as_read("unit"),
        "count_reported": batch.as_read("quantity"),
        "period_start_reported": batch.as_read("start"),
        "period_end_reported": batch.as_read("end"),
        "cost_usd_reported": batch.as_read("cost"),
        "course_reported": batch.as_read("title"),
    }
