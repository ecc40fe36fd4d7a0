"""How a table looks while one works in JupyterLab: rows in words, and the pedigree of one record.

What is shown here is for whoever works in the notebook; it is not part of the page. What belongs on the page goes
through `analysis.report.page.Page`.

Belongs here: choosing and wording columns, one screen of rows at a time. Does not belong here: how values become words
(``wording``, ``measures.tables``), the page (``page``), HTML (``templates``).
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.report import cells, lineage
from analysis.report.markup import block, plain
from analysis.report.page import SHOWN

# What a processed row is about, in the order to show; the figure, its period and its source are added to these.
_ABOUT = (
    *("country", "where", "drug", "agency", "kind", "status", "sector", "sex", "counted_as"),
    *("institution", "indicator", "measure", "statement", "goal", "terms"),
)
_FIGURE = ["value", "low", "high", "bound", "unit"]
_PRINTED = ("qualifier", "quantity", "count", "as_reported", "value", "unit")
_SPANS = (("start", "end"), ("as_of_start", "as_of_end"))
_RAW = " (raw)"
# Said of nearly every row, so that a whole table of it needs no column.
_USUAL = {"counted_as": {"seized", "trained"}}


class Shown(pd.DataFrame):  # type: ignore[misc]
    """A frame that shows itself as a readable table; whatever is computed from it is a plain frame.

    Examples
    --------
    >>> type(Shown({"drug": ["opium"]}).head()).__name__
    'DataFrame'
    """

    html: str = ""

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, str]]:
        text = self.to_string(index=False, max_colwidth=60) if len(self) else "The table has no rows."
        return {"text/plain": plain(text), "text/html": self.html}, dict(SHOWN)


def show(frame: pd.DataFrame, first: int = 1, rows: int = 20) -> Shown:
    """Show rows of a table in words: names for keys, ranges with their units, links to the sources.

    Parameters
    ----------
    frame : DataFrame
        What `analysis.load` returned, filtered or sorted as you like, or any other table.
    first : int
        The first row to show, counted from 1; the line under the table says how many there are.
    rows : int
        How many rows to show.

    Returns
    -------
    DataFrame
        The rows as shown, all columns in words. Rows of sources whose terms allow totals only are
        left out and counted.

    Raises
    ------
    InputError
        ``first`` lies beyond the last row.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> seized = {"drug": "opium", "value": 6000, "low": 5500, "high": 6500, "unit": "kg", "start": "2019-05-13"}
    >>> show(sample("seizures", seized))[["drug", "read as", "period"]].iloc[0].tolist()
    ['Opium', '6 t (5.5 to 6.5 t)', 'since 13 May 2019']
    """
    sources = lineage.Sources(lineage.load_sources()) if "source_id" in frame else None
    kept, withheld = lineage.without_aggregate_only(frame, sources) if sources else (frame, 0)
    if not 1 <= first <= max(len(kept), 1):
        raise InputError(f"first is {first}, and the table has {len(kept)} rows; write a number from 1 to {len(kept)}")
    part = kept.iloc[first - 1 : first - 1 + max(rows, 1)]
    several = "country" in kept and kept["country"].nunique() > 1
    words = cells.flat(_in_words(part, several) if "record_id" in part else part)
    item: dict[str, Any] = {
        "columns": [
            {"label": cells.label(str(name)), "numeric": cells.is_number(words.iloc[:, place])}
            for place, name in enumerate(words.columns)
        ],
        "rows": [
            [cells.shown(value, str(name)) for name, value in zip(words.columns, row, strict=True)]
            for row in words.itertuples(index=False, name=None)
        ],
        "sources": [sources.describe(str(one)) for one in part["source_id"]] if sources else [],
        "first": first,
        "last": first - 1 + len(part),
        "total": len(kept),
        "withheld": withheld,
    }
    if sources:
        words = words.assign(source=[source["title"] for source in item["sources"]])
    return _made(words, "rows_in_words", item)


def pedigree(explained: pd.DataFrame) -> Shown:
    """Show how one record came about: where it stands, what is printed, what was made of it and by which rule.

    Parameters
    ----------
    explained : DataFrame
        As `analysis.pedigree.explain` returns it.

    Returns
    -------
    DataFrame
        The same rows; a notebook shows them without what is blank, and each rule once.

    Examples
    --------
    >>> lines = [("file", "seizures.csv, line 5", ""), ("drug (raw)", "charas", ""), ("drug", "hashish", "spelling")]
    >>> "<b>seizures.csv, line 5</b>" in pedigree(pd.DataFrame(lines, columns=["column", "value", "rule"])).html
    True
    """
    lines = [(str(name), str(value), str(rule)) for name, value, rule in explained.itertuples(index=False, name=None)]
    (_, where, _), *rest = lines
    printed = [(name.removesuffix(_RAW), value, rule) for name, value, rule in rest if name.endswith(_RAW)]
    made = [line for line in rest if not line[0].endswith(_RAW) and line[1]]
    try:
        sources = lineage.Sources(lineage.load_sources())
    except InputError:
        sources = lineage.Sources(pd.DataFrame({"source_id": []}))
    known = {name: value for name, value, _ in printed}
    item = {
        "where": where,
        "source": sources.describe(known["source_id"]) if known.get("source_id") else None,
        "printed": [line for line in printed if line[0] != "source_id"],
        # A rule that made several values is said once, beside all of them.
        "made": [(rule, [line[:2] for line in mine]) for rule, mine in groupby(made, key=lambda line: line[2])],
    }
    return _made(explained, "pedigree", item)


def _made(frame: pd.DataFrame, name: str, item: dict[str, Any]) -> Shown:
    made = Shown(frame)
    made.html = block(name, plain(item))
    return made


def _in_words(part: pd.DataFrame, several: bool) -> pd.DataFrame:
    """Return the columns that say what a processed row is about, in words; blank ones are left out."""
    from analysis.measures import tables
    from analysis.measures.names import province_name
    from analysis.vocabulary import label

    made = part.to_dict("records")
    if "admin1" in part:
        part = part.assign(admin1=[province_name(code) for code in part["admin1"]])
    where = [name for name in ("place", "district", "admin1") if name in part]
    part = part.assign(where=[_joined(row) for row in part[where].itertuples(index=False, name=None)])
    words = tables.readable(part[["record_id", *(name for name in _ABOUT if name in part)]])
    for name, vocabulary in (("kind", "kinds"), ("sector", "sectors")):
        if name in words:
            words[name] = [label(vocabulary, key) for key in words[name]]
    if set(_FIGURE) <= set(part):
        words["as printed"] = [_as_printed(row) for row in made]
        words["read as"] = [lineage.cleaned(row) + (", doubted" if row.get("suspect") else "") for row in made]
    for start, end in _SPANS:
        if {start, end} <= set(part):
            words["period"] = [_period(row[start], row[end]) for row in made]
    same = [] if several else ["country"]
    same += [name for name, usual in _USUAL.items() if name in words and set(words[name]) <= usual]
    said = [name for name in words if name not in same and (name == "record_id" or not words[name].eq("").all())]
    for name in {"counted_as", "status"} & set(said):
        words[name] = words[name].str.replace("_", " ")
    return words[said].rename(columns={"record_id": "record"}).reset_index(drop=True)


def _joined(names: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def _as_printed(row: dict[Any, Any]) -> str:
    parts = (str(row.get(f"{name}_reported", "")).strip() for name in _PRINTED)
    return " ".join(part for part in parts if part and part != "nan")


def _period(start: Any, end: Any) -> str:
    from analysis.measures import tables
    from analysis.measures.names import day

    if pd.notna(start) and pd.notna(end):
        return tables.span(start, end)
    side = "since " if pd.notna(start) else "until " if pd.notna(end) else ""
    return f"{side}{day(start, end)}" if side else ""
