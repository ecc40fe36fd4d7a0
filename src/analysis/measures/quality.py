"""The record itself: what came in, what was kept, how much there is, and whether sources agree.

Belongs here: counts over rows, sources, rejects and flags. Does not belong here: amounts (``seizures``); how a row came
to be rejected or flagged (``clean``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import vocabulary
from analysis.measures.names import country_name
from analysis.measures.seizures import counted
from analysis.reads import beside

_SAME = ["country", "scope", "agency", "admin1", "district", "place", "drug", "unit", "counted_as", "start", "end"]


def ledger(processed: str | Path | None = None) -> dict[str, Any]:
    """Return the ledger of the last cleaning: rows in, kept, rejected, by table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "ledger.json").write_text('{"version": "0a1b2c", "tables": {}}')
    ...     ledger(folder)["version"]
    '0a1b2c'
    """
    made: dict[str, Any] = json.loads(beside("ledger.json", processed).read_text(encoding="utf-8"))
    return made


def rejects(processed: str | Path | None = None) -> pd.DataFrame:
    r"""Return the rejected rows: ``record_id, file, line, column, value, reason, row``; none lost.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "rejects.csv").write_text("record_id,line,reason\npk-1,2,not a number\n")
    ...     rejects(folder).values.tolist()
    [['pk-1', '2', 'not a number']]
    """
    return pd.read_csv(beside("rejects.csv", processed), dtype="str", keep_default_na=False)


def tables(account: dict[str, Any]) -> pd.DataFrame:
    """Return one row a table: ``table, rows_in, kept, rejected, corrected, suspect``; in = kept + rejected.

    Examples
    --------
    >>> one = {"rows_in": 3, "kept": 2, "rejected": 1, "corrected": [], "suspect": 0}
    >>> tables({"tables": {"seizures": one}}).values.tolist()
    [['seizures', 3, 2, 1, 0, 0]]
    """
    return pd.DataFrame(
        [
            {
                "table": name,
                "rows_in": one["rows_in"],
                "kept": one["kept"],
                "rejected": one["rejected"],
                "corrected": len(one["corrected"]),
                "suspect": one["suspect"],
            }
            for name, one in account["tables"].items()
        ]
    )


def corrections(account: dict[str, Any]) -> pd.DataFrame:
    """Return the corrections applied, one row each, as the ledger states them; no row where there are none.

    Examples
    --------
    >>> used = {"record": "pk-1", "column": "unit", "expect": "tonnes", "value": "kg"}
    >>> corrections({"tables": {"seizures": {"corrected": [used]}}}).values.tolist()
    [['seizures', 'pk-1', 'unit', 'tonnes', 'kg']]
    """
    made = [
        {"table": name, **(one if isinstance(one, dict) else {"record_id": one})}
        for name, table in account["tables"].items()
        for one in table["corrected"]
    ]
    return pd.DataFrame(made) if made else pd.DataFrame({"table": [], "record_id": []})


def suspects(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the suspect rows of the seizures table with what is printed and why it is doubted.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> printed = {"quantity_reported": "1000", "unit_reported": "tonnes", "drug_reported": "opium"}
    >>> rows = sample("seizures", printed | {"suspect": True, "suspect_reason": "reads as kilograms"}, printed)
    >>> suspects(rows)[["record_id", "printed", "why"]].values.tolist()
    [['row-1', '1000 tonnes opium', 'reads as kilograms']]
    """
    kept = rows[rows["suspect"]]
    return pd.DataFrame(
        {
            "record_id": kept["record_id"],
            "country": kept["country"],
            "printed": (
                kept["quantity_reported"] + " " + kept["unit_reported"] + " " + kept["drug_reported"]
            ).str.strip(),
            "period": kept["period_text_reported"],
            "why": kept["suspect_reason"],
            "source_id": kept["source_id"],
        }
    ).reset_index(drop=True)


def year_counts(rows: pd.DataFrame, by: str, what: str = "source_id") -> pd.DataFrame:
    """Count distinct sources by year and another column.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``start`` and ``end`` (or ``as_of_start`` and ``as_of_end``); a row counts in every year it meets,
        rows without any date in none.
    by : str
        Column whose values become columns.
    what : str
        What is counted, each once.

    Returns
    -------
    DataFrame
        Years (all from the first to the last) by values of ``by``; whole numbers, 0 where there is nothing.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> rows = sample("seizures", {"drug": "opium", "start": "2018-11-01", "end": "2019-02-28"})
    >>> year_counts(rows, "drug")["opium"].to_dict()
    {2018: 1, 2019: 1}
    """
    names = ("as_of_start", "as_of_end") if "as_of_start" in rows else ("start", "end")
    first, last = rows[names[0]].fillna(rows[names[1]]), rows[names[1]].fillna(rows[names[0]])
    kept = rows[first.notna()]
    spans = [range(a.year, b.year + 1) for a, b in zip(first.dropna(), last.dropna(), strict=True)]
    long = kept.assign(year=spans).explode("year")
    if long.empty:
        return pd.DataFrame()
    made = long.groupby(["year", by])[what].nunique().unstack(fill_value=0)
    return made.reindex(range(int(made.index.min()), int(made.index.max()) + 1), fill_value=0)


def coverage(rows: pd.DataFrame, most: int = 9, start: str = "", end: str = "") -> pd.DataFrame:
    """Count, by year and drug, the sources that print an amount: see `year_counts`.

    The ``most`` drugs with the most sources, in the order of the vocabulary, by label.

    Parameters
    ----------
    rows : DataFrame
        Rows of the seizures table.
    most : int
        How many drugs.
    start, end : str
        First and last year; blank: as far as the rows go.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> amount = {"drug": "opium", "counted_as": "seized", "unit": "kg", "value": 5}
    >>> coverage(sample("seizures", amount | {"start": "2019-01-01", "end": "2019-12-31"})).to_dict()
    {'Opium': {2019: 1}}
    """
    counts = year_counts(counted(rows), "drug")
    if counts.empty:
        return counts
    counts = _within(counts, start, end)
    chosen = set(counts.sum().sort_values(ascending=False, kind="stable").head(most).index)
    short = {"heroin_morphine": "Heroin + morphine", "all_drugs": "All drugs", "hashish": "Hashish"}
    short |= {row["key"]: row["label"].split(" (")[0] for row in vocabulary.rows("drugs") if row["key"] not in short}
    order = [row for row in vocabulary.rows("drugs") if row["key"] in chosen]
    made = counts[[row["key"] for row in order]]
    made.columns = [short[row["key"]] for row in order]
    return made


def _within(counts: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    least, most = int(start[:4]) if start else -1, int(end[:4]) if end else 9999
    return counts[(counts.index >= least) & (counts.index <= most)]


def agreement(rows: pd.DataFrame, publishers: dict[str, str] | None = None) -> pd.DataFrame:
    """Compare figures that different publishers print for exactly the same quantity.

    Parameters
    ----------
    rows : DataFrame
        The processed ``seizures`` table.
    publishers : mapping of source_id to publisher, optional
        Pages of one publisher count as one; without it each source counts.

    Returns
    -------
    DataFrame
        One row a quantity (same country, body, place, drug, unit and span) with two publishers or more:
        ``country, agency, drug, unit, start, end, publishers, least, most, spread, agree, records``. ``spread`` is
        the difference of the most and the least as percent of the most; ``agree`` is True where the printed
        roundings share a number. Suspect rows are left out.

    Notes
    -----
    Figures that agree may simply repeat one another: agreement is no proof, disagreement is a warning. A list of
    several parts under one name is compared by its largest figure.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"counted_as": "seized", "start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("seizures", total | {"value": 80, "source_id": "a"}, total | {"value": 100, "source_id": "b"})
    >>> agreement(rows)[["publishers", "least", "most", "spread", "agree"]].values.tolist()
    [[2, 80.0, 100.0, 20.0, False]]
    """
    kept = counted(rows)
    kept = kept[kept["value"].notna() & kept["start"].notna() & kept["end"].notna()].reset_index(drop=True)
    kept = kept[kept["scope"].isin(("national_total", "agency_total", "province_total"))]
    kept = kept.assign(publisher=kept["source_id"].map(lambda one: (publishers or {}).get(one, one)))
    kept = kept.sort_values("value", kind="stable").drop_duplicates([*_SAME, "publisher"], keep="last")
    found = []
    for key, mine in kept.groupby(_SAME, sort=True):
        if len(mine) < 2:
            continue
        names = dict(zip(_SAME, key, strict=True))
        least, most = float(mine["value"].min()), float(mine["value"].max())
        found.append(
            {
                **{name: names[name] for name in ("country", "agency", "drug", "unit", "start", "end")},
                "publishers": len(mine),
                "least": least,
                "most": most,
                "spread": 100 * (most - least) / most if most else 0.0,
                "agree": bool(mine["low"].max() <= mine["high"].min()),
                "records": ";".join(sorted(mine["record_id"])),
            }
        )
    columns = [
        "country",
        "agency",
        "drug",
        "unit",
        "start",
        "end",
        "publishers",
        "least",
        "most",
        "spread",
        "agree",
        "records",
    ]
    made = pd.DataFrame(found, columns=columns)
    return made.sort_values("spread", ascending=False, kind="stable", ignore_index=True)


def needed(claims: pd.DataFrame, evidence: dict[str, pd.DataFrame], publishers: dict[str, str]) -> pd.DataFrame:
    """Count, for each claim, the rows of other publishers that could bear on it.

    Parameters
    ----------
    claims : DataFrame
        The processed ``claims`` table.
    evidence : mapping of table name to DataFrame
        The processed tables that answer claims.
    publishers : mapping of source_id to publisher

    Returns
    -------
    DataFrame
        ``claim, statement, country, other_rows, exactly_dated``: rows of the claim's table and country by other
        publishers whose dates meet those of the claim (rows and claims without dates meet everything), and those of
        exactly its span. Rows are not read for their subject: a count is an upper limit on the evidence.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> claim = sample("claims", {"country": "PAK", "source_id": "inl-1", "topic": "seizures"})
    >>> rows = {"seizures": sample("seizures", {"country": "PAK", "source_id": "dawn-1"})}
    >>> needed(claim, rows, {"inl-1": "INL", "dawn-1": "Dawn"})[["claim", "other_rows"]].values.tolist()
    [['row-1', 1]]
    """
    out = []
    for claim in claims.to_dict("records"):
        rows = evidence.get(claim["topic"])
        if rows is None or "country" not in rows:
            continue
        own = publishers.get(claim["source_id"], claim["source_id"])
        theirs = rows["source_id"].map(lambda one: publishers.get(one, one))
        mine = rows[(rows["country"] == claim["country"]) & (theirs != own)]
        names = ("as_of_start", "as_of_end") if "as_of_start" in mine else ("start", "end")
        first, last = mine[names[0]], mine[names[1]]
        late, early = pd.isna(claim["start"]), pd.isna(claim["end"])
        meets = (late | last.isna() | (last >= claim["start"])) & (early | first.isna() | (first <= claim["end"]))
        exact = np.zeros(len(mine), dtype=bool) if late or early else (first == claim["start"]) & (last == claim["end"])
        out.append(
            {
                "claim": claim["record_id"],
                "statement": claim["statement"],
                "country": claim["country"],
                "other_rows": int(meets.sum()),
                "exactly_dated": int(exact.sum()),
            }
        )
    return pd.DataFrame(out, columns=["claim", "statement", "country", "other_rows", "exactly_dated"])


def by_table(chosen: dict[str, pd.DataFrame], start: str = "", end: str = "") -> pd.DataFrame:
    """Count sources by year, one column a table; years outside the span asked for are left out.

    Parameters
    ----------
    chosen : mapping of table name to DataFrame
        Rows with dates and sources.
    start, end : str
        First and last year; blank: as far as the rows go.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> rows = sample("seizures", {"start": "2019-01-01", "end": "2019-12-31"})
    >>> by_table({"seizures": rows}).to_dict()
    {'Seizures': {2019: 1}}
    """
    counts = {}
    for name, rows in chosen.items():
        made = year_counts(rows.assign(table=name), "table")
        if not made.empty:
            counts[name.replace("_", " ").capitalize()] = made[name]
    if not counts:
        return pd.DataFrame()
    both = pd.DataFrame(counts)
    years = range(int(both.index.min()), int(both.index.max()) + 1)
    return _within(both.reindex(years).fillna(0).astype(int).rename_axis("year"), start, end)


def by_country(chosen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count sources by country, one column a table; rows of several countries or none stand in the last row.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> by_country({"seizures": sample("seizures", {"country": "PAK"}, {"country": ""})})["Seizures"].to_dict()
    {'Pakistan': 1, 'several or none': 1}
    """
    counts = {
        name.replace("_", " ").capitalize(): rows.groupby("country")["source_id"].nunique()
        for name, rows in chosen.items()
        if len(rows)
    }
    if not counts:
        return pd.DataFrame()
    made = pd.DataFrame(counts).fillna(0).astype(int)
    made = made.loc[sorted(made.index, key=lambda code: (code == "", code))]
    made.index = pd.Index([country_name(code) if code else "several or none" for code in made.index], name="country")
    return made


def dates(chosen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count rows with and without a printed date: ``table, rows, dated, undated``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> dates({"seizures": sample("seizures", {"start": "2019-01-01"}, {})}).values.tolist()
    [['seizures', 2, 1, 1]]
    """
    out = []
    for name, rows in chosen.items():
        first, last = ("as_of_start", "as_of_end") if "as_of_start" in rows else ("start", "end")
        dated = int((rows[first].notna() | rows[last].notna()).sum())
        out.append({"table": name, "rows": len(rows), "dated": dated, "undated": len(rows) - dated})
    return pd.DataFrame(out)
