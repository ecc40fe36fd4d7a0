"""Claims of amounts seized: the least and the most that everybody else's figures allow.

Belongs here: the range of a seizure claim. Does not belong here: solving (``bounds``).
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.bounds import Problem, Target, observations
from analysis.claims.others import SAME_LIST, Claim, Record, doubted_lists, pairs
from analysis.claims.verdict import Finding, judge
from analysis.clean.terms import read_drug
from analysis.measures.names import country_name
from analysis.measures.tables import agency, drug, span
from analysis.report.wording import settle, words

_NOTHING = "no other publisher prints an amount for these months"


def amount(claim: Claim, record: Record) -> Finding:
    """Bound the amount of a claim by the figures of all other publishers.

    Only figures whose span meets that of the claim are laid out: the others touch it through no shared day, so that
    they can at most widen nothing. Rows of lists with flagged figures are left out, and named.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "agency_total", "agency": "anf", "drug": "opium", "unit": "kg"}
    >>> total |= {"start": "2019-01-01", "end": "2019-10-31", "source_id": "dawn-1", "value": 5361}
    >>> record = Record({"seizures": sample("seizures", total)}, sample("sources", {"source_id": "dawn-1"}))
    >>> claim = {"country": "PAK", "source_id": "inl", "subject": "opium", "value": 7900, "low": 7850, "high": 7950}
    >>> claim |= {"start": pd.Timestamp("2019-01-01"), "end": pd.Timestamp("2019-10-31"), "unit": "kg"}
    >>> amount({**claim, "measure": "amount", "bound": "exact"}, record).low
    5361.0
    """
    country, start, end = claim["country"], claim["start"], claim["end"]
    table = record.table("seizures", country)
    own = table[table["source_id"].eq(claim["source_id"])]
    body = next(iter(own.loc[own["start"].eq(start) & own["end"].eq(end), "agency"]), "all")
    key = read_drug(claim["subject"]).key
    problem, out = _problem(claim, record, table)
    target = Target(key, str(start.date()), str(end.date()), body)
    found = problem.range(target)
    said = words(*settle(claim["value"], claim["low"], claim["high"], claim["bound"]), claim["unit"])
    by = agency(body) if body == "all" else f"the {agency(body)}"
    what = f"{said} of {drug(key)} seized by {by} of {country_name(country)} in {span(start, end)}"
    near = _near(table, key, body, start, end)
    left_out = pairs({r: why for r, why in out.items() if r in near})
    if not found.informative:
        return Finding(what, _NOTHING, unit=found.unit, left_out=left_out)
    return Finding(
        what,
        _because(found.low, found.high, found.unit),
        found.low,
        found.high,
        found.unit,
        found.pinned_by,
        left_out,
        remark=f"{_remark(found.low_by, found.high_by, table)} {_doubted(claim, record, table, target, near)}".strip(),
    )


def _problem(
    claim: Claim, record: Record, table: pd.DataFrame, trusting: bool = False
) -> tuple[Problem, dict[str, str]]:
    """Lay out the figures around a claim's span once for all claims of that source and span."""
    key = (claim["country"], claim["source_id"], claim["start"], claim["end"], trusting)
    if key not in record.solved:
        near = table[(table["start"] <= claim["end"]) & (table["end"] >= claim["start"])]
        doubted = {r: why for r, why in doubted_lists(near).items() if not (trusting and why == SAME_LIST)}
        out = {**doubted, **record.dependent({**claim, "value": math.nan}, near)}
        seen = observations(near, claim["country"], publishers=record.publishers, leave_out=out)
        record.solved[key] = (Problem(seen), out)
    problem, out = record.solved[key]
    return problem, out


def _doubted(claim: Claim, record: Record, table: pd.DataFrame, target: Target, near: set[str]) -> str:
    """Say what the rows of doubted lists, not themselves flagged, would do if they were believed."""
    out = _problem(claim, record, table)[1]
    held = table[table["record_id"].isin(r for r, why in out.items() if why == SAME_LIST and r in near)]
    if held.empty:
        return ""
    found = _problem(claim, record, table, trusting=True)[0].range(target)
    verdict = judge((claim["low"], claim["high"]), (found.low, found.high))
    said = "; ".join(
        f"{r['value']:,.10g} kg of {drug(r['drug'])} ({span(r['start'], r['end'])}, {r['record_id']})"
        for r in held.to_dict("records")
    )
    return (
        f"Not used: {said}, printed in one list with figures that cannot be what they are called. "
        f"Believed all the same, the range would be {words(*settle(None, found.low, found.high), found.unit)} and the "
        f"claim {verdict}."
    )


def _near(table: pd.DataFrame, key: str, body: str, start: pd.Timestamp, end: pd.Timestamp) -> set[str]:
    """Return the records of one drug (or its parts and wholes) and body that meet a span."""
    met = table[(table["start"] <= end) & (table["end"] >= start) & table["agency"].isin([body, "all"])]
    drugs = {key, *key.split("_")}
    return set(met.loc[met["drug"].isin(drugs), "record_id"])


def _because(low: float, high: float, unit: str) -> str:
    return f"figures of other publishers allow {words(*settle(None, low, high), unit)}"


def _remark(low_by: tuple[str, ...], high_by: tuple[str, ...], table: pd.DataFrame) -> str:
    """Say which figures hold the ends."""
    rows = table.set_index("record_id")
    said = []
    for end, held in (("lower", low_by), ("upper", high_by)):
        named = [
            f"{r['value']:,.10g} kg of {drug(r['drug'])} ({agency(r['agency'])}, {span(r['start'], r['end'])})"
            for r in rows.loc[[h for h in held if h in rows.index]]
            .drop_duplicates(["drug", "value"])
            .to_dict("records")
        ]
        said.append(f"The {end} end rests on {'; '.join(named)}." if named else f"Nothing gives an {end} end.")
    return " ".join(said)
