"""Claims of teams, centers and posts: how many there can have been by others' counts, and when.

Belongs here: the range and the dates of a claimed stock, with the basis of each count named. Does not belong here:
reading counts (``measures.centers``), the bases of border posts (``measures.posts``).
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.claims.others import OWN, Claim, Record, pairs
from analysis.claims.verdict import Finding
from analysis.clean.terms import read_kind
from analysis.measures import centers, posts
from analysis.measures.names import day, on
from analysis.vocabulary import label

_DAY = pd.Timedelta(days=1)
_FIRST = pd.Timestamp("1970-01-01")


def stock(claim: Claim, record: Record) -> Finding:
    """Bound a claimed stock by the counts, places and openings that other publishers report.

    A stock on its own day is asked of that day. An undated one is first dated, by all dated rows besides the claim's
    own (another page of its publisher can date it, never confirm it), then asked of the days left.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"country": "TJK", "kind": "cppt", "record": "stock", "status": "established", "value": 32}
    >>> teams |= {"as_of_start": "2019-05-13", "as_of_end": "2019-05-13", "source_id": "asia-plus"}
    >>> sources = sample("sources", {"source_id": "asia-plus"})
    >>> record = Record({"policing_centers": sample("policing_centers", teams)}, sources)
    >>> claim = {"country": "TJK", "source_id": "inl", "subject": "CPPT", "measure": "stock", "unit": "team"}
    >>> claim |= {"value": 40, "low": 40, "high": 40, "as_of": pd.Timestamp("2020-01-01")}
    >>> stock(claim, record).low
    32.0
    """
    key = read_kind(claim["subject"]).key
    table = record.table("policing_centers", claim["country"])
    rows = table[table["kind"].eq(key)]
    reasons = record.dependent(claim, rows)
    free = rows[~rows["record_id"].isin(reasons)]
    if key == "border_post":
        return _posts(claim, free, table, reasons)
    first, last, by = _when(claim, rows[rows["record_id"].map(reasons).ne(OWN)], key)
    steps = centers.stock(free, key)
    low, high, evidence = _between(steps, claim["as_of"], first, last)
    evidence = _all_places(evidence, free)
    name = label("kinds", key)
    what = f"{_number(claim)} ({_dated(claim, first, last)})"
    because = f"counts and places that other publishers report give at least {low:g}"
    because += f" and at most {high:g}" if math.isfinite(high) else ", and no count that could limit them from above"
    alone = "no other publisher prints a dated count or a place"
    return Finding(
        what,
        because if evidence else alone,
        low,
        high,
        str(claim["unit"]),
        evidence,
        pairs(reasons),
        first,
        last,
        by,
        remark=f"{name}, as others print it: {_printed(free)}." if len(free) else "",
    )


def _number(claim: Claim) -> str:
    many = str(claim["unit"]) + ("" if claim["value"] == 1 else "s")
    kinds = {"team": "partnership ", "center": "policing ", "post": "border "}
    return f"{claim['value']:g} {kinds.get(str(claim['unit']), '')}{many}"


def _dated(claim: Claim, first: pd.Timestamp | None, last: pd.Timestamp | None) -> str:
    if pd.notna(claim["as_of"]):
        return f"as of {day(claim['as_of'], claim['as_of'])}"
    return f"undated page; {said_span(first, last)}"


def said_span(first: pd.Timestamp | None, last: pd.Timestamp | None) -> str:
    """Return in words when an undated figure can have been true.

    Examples
    --------
    >>> said_span(pd.Timestamp("2018-10-04"), None), said_span(None, None)
    ('it can have been true from 4 October 2018 on', 'nothing dates it')
    """
    a = "" if first is None else f" from {day(first, first)}"
    b = "" if last is None else f" until {day(last, last)}"
    return f"it can have been true{a}{b or ' on'}" if a or b else "nothing dates it"


def _when(
    claim: Claim, rows: pd.DataFrame, key: str
) -> tuple[pd.Timestamp | None, pd.Timestamp | None, tuple[str, ...]]:
    """Return the first and the last day on which an undated stock can have been the claimed number."""
    if pd.notna(claim["as_of"]):
        return None, None, ()
    steps = centers.stock(rows, key)
    fits = ((steps["low"] <= claim["high"]) & (steps["high"] >= claim["low"])).to_numpy()
    if not fits.any():
        return None, None, ()
    a, b = int(fits.argmax()), int(len(fits) - 1 - fits[::-1].argmax())
    ends = steps.iloc[[a, min(b + 1, len(steps) - 1)]]["records"]
    by = tuple(dict.fromkeys(r for text in ends for r in text.split(";")))
    last = None if b + 1 == len(steps) else steps["start"].iloc[b + 1] - _DAY
    return steps["start"].iloc[a], last, by


def _between(
    steps: pd.DataFrame, moment: pd.Timestamp, first: pd.Timestamp | None, last: pd.Timestamp | None
) -> tuple[float, float, tuple[str, ...]]:
    """Return the least on the first possible day and the most on the last, and the records behind."""
    if steps.empty:
        return -math.inf, math.inf, ()
    a = moment if pd.notna(moment) else (first if first is not None else _FIRST)
    b = moment if pd.notna(moment) else (last if last is not None else steps["start"].iloc[-1])
    until = steps["start"].shift(-1)
    met = steps[(steps["start"] <= b) & (until.isna() | (until > a))]
    if met.empty:
        return -math.inf, math.inf, ()
    records = tuple(
        dict.fromkeys(r for text in (met["records"].iloc[0], met["records"].iloc[-1]) for r in text.split(";"))
    )
    return float(met["low"].iloc[0]), float(met["high"].iloc[-1]), tuple(r for r in records if r)


def _all_places(evidence: tuple[str, ...], rows: pd.DataFrame) -> tuple[str, ...]:
    """Where named places hold an end, return the rows of all places counted by then."""
    sites = rows[rows["record"].eq("site") & rows["as_of_end"].notna()]
    held = sites.loc[sites["record_id"].isin(evidence), "as_of_end"]
    more = sites.loc[sites["as_of_end"] <= held.max(), "record_id"] if len(held) else []
    return tuple(dict.fromkeys([*more, *evidence]))


def _printed(rows: pd.DataFrame) -> str:
    held = centers.counts(rows)
    return "; ".join(f"{r.low:g} {on(r.date)} ({r.record_id})" for r in held.itertuples()) or "places only, no count"


def _posts(claim: Claim, free: pd.DataFrame, table: pd.DataFrame, reasons: dict[str, str]) -> Finding:
    """Bound the posts by the places that others name as paid by INL; list the counts on other bases."""
    named = posts.posts(free)
    paid = named[named["payer"].eq("INL") & named["by"].notna()]
    evidence = tuple(r for text in paid["records"] for r in text.split(";"))
    counted = posts.post_counts(table)
    counted = counted[~counted["source_id"].eq(claim["source_id"])]
    bases = "; ".join(f"{r.printed} {on(r.date)} ({r.basis}; {r.record_id})" for r in counted.itertuples())
    apart = {r: "counts on another basis" for r in counted["record_id"] if r not in reasons}
    above = counted[counted["basis"].str.startswith("All US agencies") & (counted["count"] < claim["low"])]
    later = ""
    if len(above):
        most = above.sort_values("as_of_end").iloc[-1]
        counted_by = f"All US agencies together counted {most['printed']} {on(most['date'])}"
        later = f" {counted_by}: if both count alike, the page is later."
    posts_named = f"{len(paid)} post{'' if len(paid) == 1 else 's'}"
    because = (
        f"other publishers name {posts_named} that INL paid for ({', '.join(paid['post'])}), and count on other "
        "bases only"
    )
    return Finding(
        f"{_number(claim)} built or renovated since 2005 (undated page; nothing on the same basis dates it)",
        because if len(paid) else "no other publisher names a post that INL paid for",
        float(len(paid)) if len(paid) else -math.inf,
        math.inf,
        str(claim["unit"]),
        evidence,
        pairs({**reasons, **apart}),
        remark=f"Counts on other bases, none of which confirms or refutes it: {bases}.{later}",
    )


def joint(findings: dict[str, tuple[Claim, Finding]]) -> dict[str, tuple[pd.Timestamp | None, pd.Timestamp | None]]:
    """Return for each source the days on which all its undated stocks can have been true at once.

    Examples
    --------
    >>> page = {"source_id": "inl"}
    >>> teams = Finding("27 teams", first=pd.Timestamp("2018-10-04"), last=pd.Timestamp("2019-05-12"))
    >>> centers = Finding("44 centers", first=pd.Timestamp("2019-01-01"))
    >>> [str(day.date()) for day in joint({"a": (page, teams), "b": (page, centers)})["inl"]]
    ['2019-01-01', '2019-05-12']
    """
    made: dict[str, tuple[pd.Timestamp | None, pd.Timestamp | None]] = {}
    for claim, found in findings.values():
        if found.first is None and found.last is None:
            continue
        a, b = made.get(claim["source_id"], (None, None))
        firsts, lasts = [x for x in (a, found.first) if x is not None], [x for x in (b, found.last) if x is not None]
        made[claim["source_id"]] = (max(firsts, default=None), min(lasts, default=None))
    return made
