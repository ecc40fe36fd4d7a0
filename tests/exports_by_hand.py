"""Small exports written by hand in the layouts of the bulk readers; every row is invented."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

from analysis.read import fmtr, unodc_ids

IDS_HEAD = ";".join(unodc_ids.COLUMNS)
FMTR_HEAD = ["training:id:admin", *fmtr.COLUMNS]


def ids_row(
    country: str = "Pakistan",
    division: str = "",
    place: str = "Lahore",
    day: str = "2014-05-06",
    drug: str = "Heroin",
    amount: str = "2.5",
    unit: str = "Kilogram",
    hidden: str = "",
) -> str:
    """Return one row of the seizures export."""
    cells = ["Asia", "South", country, division, place, day, drug, amount, unit, hidden]
    return ";".join([*cells, *[""] * 6])


def write_ids(path: Path, rows: Sequence[str], end: str = "\n") -> Path:
    """Write a seizures export."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = end.join([IDS_HEAD, *rows, ""]).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def fmtr_row(
    title: str = "RADIO COURSE",
    unit: str = "Signal Unit",
    start: str = "1/5/2015",
    end: str = "1/9/2015",
    location: str = "Fort Example",
    quantity: str = "1",
    cost: str = "$1,000",
    provider: str = "",
    country: str = "Pakistan",
    programme: str = "IMET-1 - Fiscal Year 2015 Department of State Training",
    years: str = "2015-2016",
    report: str = "2015_2016_Invented_fmtrpt_dedup.xml",
) -> dict[str, str]:
    """Return one line of the training report."""
    cells = [country, programme, title, provider, unit, start, end, location, quantity, cost, years, report]
    return dict(zip(fmtr.COLUMNS, [*cells, ""], strict=True))


def fmtr_total(quantity: str, cost: str, **place: str) -> dict[str, str]:
    """Return a printed programme total."""
    blank = {"unit": "", "start": "", "end": "", "location": ""}
    return fmtr_row("Fiscal Year 2015 Program Totals", quantity=quantity, cost=cost, **blank, **place)


def fmtr_rest(**cells: str) -> dict[str, str]:
    """Return a line with nothing on it but what is given."""
    blank = dict.fromkeys(("title", "unit", "start", "end", "location", "quantity", "cost"), "")
    return fmtr_row(**{**blank, **cells})


def write_fmtr(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    """Write a training report; rows of a report are numbered."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(FMTR_HEAD)]
    for number, row in enumerate(rows, 1):
        cells = [row[name] for name in fmtr.COLUMNS[:-1]]
        lines.append("\t".join([f"id-{number}", *cells, str(number)]))
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path
