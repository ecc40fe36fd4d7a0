"""The reference for reviewers: the data dictionary and the list of indicators, as Markdown.

Belongs here: putting schemas, recipes and the reference vocabularies (``data_columns.csv``,
``data_files.csv``, ``indicators.yaml``) into pages. Does not belong here: what a column or an indicator
means (those files, ``schemas``), the assumptions log (``vocabulary.rules``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from analysis import vocabulary
from analysis.schemas import TABLES, schema
from analysis.tables import RECIPES
from analysis.tables.work import Work
from analysis.vocabulary.rules import assumptions_markdown

_TYPES = {
    "string": "text",
    "float64": "number",
    "int64": "whole number",
    "bool": "yes or no",
    "datetime64": "date",
}
_MADE = (
    "change it there, never here; `inl-evidence docs` makes this page anew, and a test fails while it is not current."
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number that reports print: what it is, its unit and formula, and what it does not say."""

    key: str
    topic: str
    name: str
    definition: str
    unit: str
    formula: str
    disaggregation: str
    source: str
    limits: str
    computed_by: tuple[str, ...]
    reports: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """What the dictionary says of one column of a processed table."""

    name: str
    kind: str
    unit: str
    meaning: str
    allowed: str
    missing: str
    made_from: str


@dataclass
class _Trace(Work):
    """Notes from which raw columns each column is made."""

    origins: dict[str, list[str]] = field(default_factory=dict)

    def read(
        self, reader: Callable[..., Any], columns: Sequence[str], names: dict[str, str], blame: str | None = None
    ) -> None:
        super().read(reader, columns, names, blame)
        for name in names:
            self.origins[name] = list(dict.fromkeys([*self.origins.get(name, []), *columns]))

    def carry(self, *columns: str, **renamed: str) -> None:
        super().carry(*columns, **renamed)
        self.origins |= {new: [old] for new, old in {**dict(zip(columns, columns, strict=True)), **renamed}.items()}

    def reported(self, *columns: str) -> None:
        super().reported(*columns)
        self.origins |= {f"{column}_reported": [column] for column in columns}


@cache
def indicators() -> tuple[Indicator, ...]:
    """Return every indicator, in file order.

    Raises
    ------
    ValueError
        An indicator lacks a field, has one too many, or has the key of another one.

    Examples
    --------
    >>> indicators()[0].name, indicators()[0].unit
    ('Amount seized in a year', 'kg')
    """
    wanted = {one.name for one in fields(Indicator)}
    found: dict[str, Indicator] = {}
    for entry in yaml.safe_load(files(vocabulary).joinpath("indicators.yaml").read_text(encoding="utf-8")):
        if set(entry) != wanted:
            wrong = ", ".join(sorted(set(entry) ^ wanted))
            raise ValueError(f"indicators.yaml: {entry.get('key', 'an entry without key')} is wrong in {wrong}")
        if entry["key"] in found:
            raise ValueError(f"indicators.yaml: two indicators have the key {entry['key']}")
        lists = {name: tuple(entry[name]) for name in ("computed_by", "reports", "facts")}
        found[entry["key"]] = Indicator(**{**entry, **lists})
    return tuple(found.values())


@cache
def table_columns(table: str) -> tuple[ColumnReference, ...]:
    """Return what is known of every column of a processed table.

    Parameters
    ----------
    table : str
        One of `analysis.schemas.TABLES`.

    Returns
    -------
    tuple of ColumnReference
        The columns of the schema in their order, then the others, then the verbatim ones.

    Examples
    --------
    >>> low = next(column for column in table_columns("seizures") if column.name == "low")
    >>> low.kind, low.unit, low.meaning
    ('number', 'that of `unit`', 'the least that the print allows, in `unit`')
    """
    recipe = RECIPES[table]
    raw = pd.DataFrame({name: pd.Series(dtype="str") for name in (*recipe.columns, "file", "line")})
    trace = _Trace(raw, raw, recipe.id_column)
    recipe.clean(trace)
    checked = schema(table).columns
    told = {row["column"]: row for row in vocabulary.rows("data_columns") if row["table"] in ("", table)}
    own = [row["column"] for row in vocabulary.rows("data_columns") if row["table"] == table]
    made = [str(name) for name in trace.frame().columns]
    names = dict.fromkeys([*checked, *made, *own])
    ordered = sorted(names, key=lambda name: (name not in checked, name.endswith("_reported")))
    return tuple(_column(name, checked.get(name), told.get(name, {}), trace) for name in ordered)


def _column(name: str, checked: Any, told: dict[str, str], trace: _Trace) -> ColumnReference:
    bare = name.removesuffix("_reported")
    kind = _kind(str(checked.dtype)) if checked is not None else told.get("type", "") or "text"
    meaning = told.get("meaning", "") or (checked.description if checked is not None else "")
    if not meaning and name != bare:
        meaning = f"`{bare}` exactly as the raw table prints it"
    return ColumnReference(
        name,
        kind,
        told.get("unit", "") or ("day" if kind == "date" else ""),
        meaning,
        _allowed(checked),
        told.get("missing", "") or ("blank in the raw table" if name != bare else "not printed"),
        told.get("made_from", "") or ", ".join(f"`{column}`" for column in _raw_columns(name, trace)),
    )


def _raw_columns(name: str, trace: _Trace) -> list[str]:
    """Return the raw columns behind a column, also those behind what was made on the way."""
    found: list[str] = []
    for column in trace.origins.get(name, []):
        found += [column] if column in trace.raw else _raw_columns(column, trace)
    return list(dict.fromkeys(found))


def _kind(dtype: str) -> str:
    return next(kind for name, kind in _TYPES.items() if dtype.startswith(name))


def _allowed(checked: Any) -> str:
    if checked is None:
        return ""
    named = (checked.metadata or {}).get("vocabulary")
    if named:
        return f"[{named}](#{named})"
    for check in checked.checks:
        stats = check.statistics or {}
        if "allowed_values" in stats:
            return ", ".join(f"`{value}`" for value in stats["allowed_values"] if value)
        if "pattern" in stats:
            return f"`{stats['pattern'].removeprefix('^(').removesuffix(')?$')}`"
        if "min_value" in stats and checked.dtype.type != "string" and "str_length" not in str(check.name):
            return f"{stats['min_value']:g} or more"
    return ""


def data_dictionary_markdown() -> str:
    """Return the data dictionary of the processed tables (``docs/DATA_DICTIONARY.md``).

    Examples
    --------
    >>> data_dictionary_markdown().splitlines()[0]
    '# Data dictionary of the processed tables'
    """
    lines = [
        "# Data dictionary of the processed tables",
        "",
        "Made from `src/analysis/schemas.py`, `src/analysis/tables` and `src/analysis/vocabulary/data_*.csv`:",
        _MADE,
        "The raw tables have [a dictionary of their own](../data/raw/README.md); by which rules a print becomes a",
        "number says [the assumptions log](../data/ASSUMPTIONS.md).",
        "",
        "- Parquet, `data/processed/<table>/country=<ISO 3166-1 alpha-3>/`; rows without one country in",
        "  `country=none`. `analysis.load(table)` reads them; each run of reports has them as CSV too.",
        '- A missing text is `""`, a missing number NaN, a missing date NaT. Missing, zero and "not stated" are three',
        "  different things: zero stands only where it is printed, and `note` says what is not stated.",
        "- `value`, `low`, `high`, `bound` and `unit` are one figure: the number as printed, what the print allows,",
        "  and what kind of statement it is. Rows are not to be added: totals contain their parts.",
        "",
        "| table | one row is |",
        "|---|---|",
    ]
    told = vocabulary.rows("data_files")
    whole = {row["file"]: row["meaning"] for row in told if not row["field"]}
    lines += [f"| [{table}](#{table}) | {whole[f'{table}/']} |" for table in TABLES]
    for table in TABLES:
        known = table_columns(table)
        verbatim = [f"`{one.name}`" for one in known if one.name.endswith("_reported")]
        lines += ["", f"## {table}", ""]
        lines += _table(
            ("column", "type", "unit", "meaning", "allowed values", "missing where", "made from"),
            (
                (f"`{one.name}`", one.kind, one.unit, one.meaning, one.allowed, one.missing, one.made_from)
                for one in known
                if not one.name.endswith("_reported")
            ),
        )
        if verbatim:
            said = "Exactly as the raw table prints them, as text, before any correction; blank where it is blank"
            lines += ["", f"{said}: {', '.join(verbatim)}."]
    lines += ["", "## Vocabularies", "", "The allowed keys, and what each means."]
    for name in _named_vocabularies():
        lines += ["", f"### {name}", ""]
        terms = vocabulary.rows(name)
        more = [column for column in terms[0] if column not in ("key", "label")]
        lines += _table(
            ("key", "meaning", *more), ([f"`{t['key']}`", t["label"], *(t[c] for c in more)] for t in terms)
        )
    lines += ["", "## Other files"]
    for name in dict.fromkeys(row["file"] for row in told if not row["file"].endswith("/")):
        lines += ["", f"### {name}", "", f"{whole[name][:1].upper()}{whole[name][1:]}.", ""]
        parts = [(f"`{row['field']}`", row["meaning"]) for row in told if row["file"] == name and row["field"]]
        lines += _table(("field", "meaning"), parts) if parts else []
    return "\n".join(_without_double_blanks(lines)) + "\n"


def _named_vocabularies() -> list[str]:
    named = [(c.metadata or {}).get("vocabulary") for table in TABLES for c in schema(table).columns.values()]
    return list(dict.fromkeys(str(name) for name in named if name))


def indicators_markdown() -> str:
    """Return the list of indicators (``docs/INDICATORS.md``).

    Examples
    --------
    >>> indicators_markdown().splitlines()[0]
    '# Indicators'
    """
    lines = [
        "# Indicators",
        "",
        "Every number that the reports print. Made from `src/analysis/vocabulary/indicators.yaml`:",
        _MADE,
        "",
        "All of them rest on what others print, and count what was done, not what it changed. A range runs from the",
        "least to the most that the print allows; where nothing limits it from above, it has no upper end.",
        "",
        "| topic | indicators |",
        "|---|---|",
    ]
    topics = dict.fromkeys(one.topic for one in indicators())
    for topic in topics:
        named = [f"[{one.name}](#{one.key})" for one in indicators() if one.topic == topic]
        lines.append(f"| {topic} | {', '.join(named)} |")
    for topic in topics:
        lines += ["", f"## {topic}"]
        for one in indicators():
            if one.topic == topic:
                lines += _indicator(one)
    return "\n".join(lines) + "\n"


def _indicator(one: Indicator) -> list[str]:
    named = {"count": "number of things counted"}
    functions = ", ".join(f"`analysis.{name}`" for name in one.computed_by)
    return [
        "",
        f"### {one.key}",
        "",
        f"**{one.name}.** {one.definition}",
        "",
        f"- **Unit of measure:** {named.get(one.unit, one.unit)}",
        f"- **Formula:** {one.formula}",
        f"- **Disaggregation:** {one.disaggregation}",
        f"- **Source:** {one.source}",
        f"- **What it does not say:** {one.limits}",
        f"- **Computed by:** {functions}",
        f"- **In the reports:** {', '.join(one.reports)}",
    ]


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    return lines + [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]


def _without_double_blanks(lines: Sequence[str]) -> list[str]:
    kept = [line for at, line in enumerate(lines) if line or at == 0 or lines[at - 1]]
    return kept[:-1] if kept and not kept[-1] else kept


PAGES: dict[str, Callable[[], str]] = {
    "data/ASSUMPTIONS.md": assumptions_markdown,
    "docs/DATA_DICTIONARY.md": data_dictionary_markdown,
    "docs/INDICATORS.md": indicators_markdown,
}


def write(root: Path) -> list[Path]:
    """Write every page of the reference that is not current.

    Parameters
    ----------
    root : Path
        The folder of the project.

    Returns
    -------
    list of Path
        The pages written; none where all were current.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write(Path(folder))], write(Path(folder))
    (['ASSUMPTIONS.md', 'DATA_DICTIONARY.md', 'INDICATORS.md'], [])
    """
    written = []
    for name, page in PAGES.items():
        path, text = root / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written
