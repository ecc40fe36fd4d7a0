"""Claims of people: how many others report as trained, and how many live in a country.

Belongs here: lower bounds of people trained on the claim's own basis (who paid, for whom, where), and the census
years around a claimed population. Does not belong here: which figures overlap (``measures.overlap``).
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.claims.others import Claim, Record, pairs
from analysis.claims.verdict import Finding
from analysis.clean.people import read_sector
from analysis.clean.text import fold
from analysis.measures.names import country_name
from analysis.measures.overlap import figures, least
from analysis.vocabulary import rows

_US = {"us", "inl"}


def people(claim: Claim, record: Record) -> Finding:
    """Return the least number of people of the claimed professions that others report as trained by the US.

    Figures are added only where no two can count the same people. Figures of other trainers bear on nothing here;
    where the claim names a venue, only figures of that venue count.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "PAK", "sector": "prosecution", "sex": "all", "counted_as": "trained", "provider": "INL"}
    >>> course |= {"start": "2015-01-05", "end": "2015-01-09", "unit": "people", "value": 40, "source_id": "dawn-1"}
    >>> record = Record({"trainees": sample("trainees", course)}, sample("sources", {"source_id": "dawn-1"}))
    >>> claim = {"country": "PAK", "source_id": "inl", "subject": "prosecutors", "measure": "people", "statement": ""}
    >>> people({**claim, "value": 2000, "low": 2000, "high": math.inf}, record).low
    40
    """
    sectors = {read_sector(part, "").key for part in str(claim["subject"]).split(",") if part.strip()}
    table = record.table("trainees", claim["country"])
    table = table[table["counted_as"].eq("trained") & table["sector"].isin([*sectors, "mixed"])]
    reasons = record.dependent(claim, table)
    free = table[~table["record_id"].isin(reasons) & table["sector"].isin(sectors)]
    venue = _venue(claim)
    if venue:
        free = free[(free["venue"] + " " + free["note"]).map(fold).str.contains(venue, regex=False)]
    speakers = {row["source"]: row["provider"] for row in rows("claim_speakers")}
    ours = [f for f in figures(free) if (set(f.providers) | {speakers[s] for s in f.sources if s in speakers}) & _US]
    anybody = least(figures(free))
    found = least(ours)
    over = "over " if math.isinf(claim["high"]) else ""
    where = f" at the center in {venue.capitalize()}" if venue else ""
    what = f"{over.capitalize()}{claim['value']:,.0f} {claim['subject']} trained with US support{where} (undated page)"
    shown = pairs({r: why for r, why in reasons.items() if r in set(table["record_id"])})
    others = (
        f"Trained by anybody, the same professions: at least {anybody.low:,.0f}." if anybody.low > found.low else ""
    )
    spoken = sorted({row["why"] for row in rows("claim_speakers") for f in ours if row["source"] in f.sources})
    remark = " ".join([others, *(f"Among the figures used is {why}." for why in spoken)]).strip()
    if found.low <= 0:
        return Finding(what, "no other publisher prints people of these professions trained by the US", -math.inf,
                       math.inf, "people", (), shown, remark=remark)  # fmt: skip
    because = (
        f"other publishers' figures, added only where they cannot count the same people, give at least {found.low:,.0f}"
    )
    return Finding(
        what, because + " and no upper end", found.low, math.inf, "people", found.records, shown, remark=remark
    )


def _venue(claim: Claim) -> str:
    words = {word for row in rows("claim_readings") for word in row["venue"].split(";") if word}
    return next((word for word in sorted(words) if word in fold(str(claim["statement"]))), "")


def population(claim: Claim, record: Record) -> Finding:
    """Set a claimed population between the counts of years; people only become more over these years.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> census = {"country": "PAK", "indicator": "population", "source_id": "pbs", "unit": "people"}
    >>> years = (census | {"value": 207.7e6, "start": "2017-01-01", "end": "2017-12-31"},
    ...          census | {"value": 241.5e6, "start": "2023-01-01", "end": "2023-12-31"})
    >>> table = sample("context", *years).assign(province_reported="", place_reported="")
    >>> record = Record({"context": table}, sample("sources", {"source_id": "pbs"}))
    >>> claim = {"country": "PAK", "source_id": "inl", "measure": "population"}
    >>> population({**claim, "value": 220e6, "low": 220e6, "high": 220e6}, record).because
    'others count 207.7 million in 2017 and 241.5 million in 2023'
    """
    table = record.table("context", claim["country"])
    whole = table[table["indicator"].eq("population") & table["start"].notna()]
    for column in ("admin1", "district", "province_reported", "place_reported"):
        whole = whole[whole[column].eq("")]
    reasons = record.dependent(claim, whole)
    free = whole[~whole["record_id"].isin(reasons)].sort_values("start", kind="stable")
    what = f"{claim['value'] / 1e6:g} million people in {country_name(claim['country'])} (undated page)"
    below, above = free[free["high"] < claim["low"]], free[free["low"] > claim["high"]]
    if free.empty or (below.empty and above.empty):
        return Finding(what, "no other publisher prints a dated population", unit="people", left_out=pairs(reasons))
    low = float(below["low"].max()) if len(below) else -math.inf
    high = float(above["high"].min()) if len(above) else math.inf
    first = below["end"].max() + pd.Timedelta(days=1) if len(below) else None
    last = above["start"].min() if len(above) else None
    ends = [f"{v / 1e6:.1f} million in {d.year}" for v, d in ((low, below["end"].max()), (high, above["start"].min()))
            if math.isfinite(v)]  # fmt: skip
    because = f"others count {' and '.join(ends)}"
    evidence = tuple([*below.loc[below["low"].eq(low), "record_id"], *above.loc[above["high"].eq(high), "record_id"]])
    remark = "The counts are of census years; a claim between them is dated to the years between."
    left_out = pairs(reasons)
    return Finding(what, because, low, high, "people", evidence, left_out, first, last, evidence, remark)
