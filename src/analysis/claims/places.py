"""Claims about where and since when: start year, provinces, the team of Vanj, events.

Belongs here: what the named places say to a claim. Does not belong here: counts of teams and centers (``stocks``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from analysis.claims.others import Claim, Record, pairs
from analysis.claims.verdict import Finding
from analysis.measures.names import province_name

_KINDS = ("cppt", "cpc")


def _rows(claim: Claim, record: Record) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    table = record.table("policing_centers", claim["country"])
    rows = table[table["kind"].isin(_KINDS)]
    reasons = record.dependent(claim, rows)
    return rows, reasons, rows[~rows["record_id"].isin(reasons)]


def start_year(claim: Claim, record: Record) -> Finding:
    """Bound the year of a start by the first day on which others report a team or center in being.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "status": "established"}
    >>> team |= {"as_of_start": "2011-05-01", "as_of_end": "2011-05-31"}
    >>> record = Record({"policing_centers": sample("policing_centers", team)}, sample("sources"))
    >>> start_year({"country": "TJK", "source_id": "inl", "measure": "start year", "value": 2009}, record).high
    2011.0
    """
    _, reasons, free = _rows(claim, record)
    free = free[free["as_of_end"].notna() & free["status"].ne("planned")]
    what = f"A start in {claim['value']:.0f}"
    if free.empty:
        return Finding(what, "no other publisher dates a team or a center", left_out=pairs(reasons))
    first = free["as_of_end"].min()
    rows = free[free["as_of_end"].eq(first)]
    because = f"others report teams and centers in being by {first.year}, and nothing says that there were none earlier"
    evidence = tuple(rows["record_id"])
    return Finding(what, because, -math.inf, float(first.year), "year", evidence, pairs(reasons))


def provinces(claim: Claim, record: Record) -> Finding:
    """Count the provinces in which others name a team or a center.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "status": "established"}
    >>> teams = (team | {"admin1": code} for code in ("TJ-SU", "TJ-KT"))
    >>> record = Record({"policing_centers": sample("policing_centers", *teams)}, sample("sources"))
    >>> provinces({"country": "TJK", "source_id": "inl", "measure": "provinces", "value": 4}, record).low
    2.0
    """
    rows, reasons, free = _rows(claim, record)
    free = free[free["admin1"].ne("") & free["status"].ne("planned")]
    found = sorted(set(free["admin1"]))
    own = sorted(set(rows.loc[rows["admin1"].ne(""), "admin1"]) - set(found))
    what = f"Teams and centers in all {claim['value']:g} provinces"
    if not found:
        return Finding(what, "no other publisher names the province of a team or center", left_out=pairs(reasons))
    names = ", ".join(province_name(code) for code in found)
    because = f"places that other publishers name lie in {len(found)} ({names})"
    because += f"; {', '.join(map(province_name, own))} only the claim's publisher names" if own else ""
    evidence = tuple(free.drop_duplicates(["admin1", "kind"])["record_id"])
    return Finding(what, because, float(len(found)), math.inf, "province", evidence, pairs(reasons))


def site(claim: Claim, record: Record) -> Finding:
    """Look for another publisher's report of the place.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "district": "Vanj"}
    >>> team |= {"as_of_start": "2013-01-01", "as_of_end": "2013-12-31"}
    >>> record = Record({"policing_centers": sample("policing_centers", team)}, sample("sources"))
    >>> claim = {"country": "TJK", "source_id": "inl", "measure": "site", "district": "Vanj", "place": "Vanj"}
    >>> site({**claim, "value": 2012}, record).because
    'another publisher reports it in being by 2013'
    """
    rows, reasons, free = _rows(claim, record)
    here = free[free["district"].eq(claim["district"]) & free["as_of_end"].notna()]
    own = {r: reasons[r] for r in rows.loc[rows["district"].eq(claim["district"]), "record_id"] if r in reasons}
    what = f"A team set up in {claim['place']} in {claim['value']:.0f}"
    if here.empty:
        return Finding(what, f"no other publisher names a team in {claim['place']}", left_out=pairs(own))
    first = here.sort_values("as_of_end").iloc[0]
    because = f"another publisher reports it in being by {first['as_of_end'].year}"
    high = float(first["as_of_end"].year)
    return Finding(what, because, -math.inf, high, "year", (str(first["record_id"]),), pairs(own))


def planned(claim: Claim, record: Record) -> Finding:
    """Look for a later report of a place that was under discussion.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> record = Record({"policing_centers": sample("policing_centers")}, sample("sources"))
    >>> claim = {"country": "TJK", "source_id": "inl", "measure": "planned", "admin1": "TJ-GB", "place": "Murghob"}
    >>> planned({**claim, "as_of": pd.Timestamp("2016-01-01")}, record).because
    'no other publisher speaks of Murghob, before or after'
    """
    rows, reasons, free = _rows(claim, record)
    later = free[free["admin1"].eq(claim["admin1"]) & (free["as_of_start"] > claim["as_of"])]
    own = {r: why for r, why in reasons.items() if r in set(rows.loc[rows["admin1"].eq(claim["admin1"]), "record_id"])}
    what = f"A team and a center under discussion for {claim['place']}"
    because = f"no other publisher speaks of {claim['place']}, before or after"
    remark = f"Later reports from the province: {', '.join(later['record_id'])}." if len(later) else ""
    return Finding(what, because, left_out=pairs(own), remark=remark)


def distance(claim: Claim, record: Record) -> Finding:
    """Say what is printed of the valley's length; the station is not printed, so nothing bears on the claim.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> road = {"country": "TJK", "indicator": "distance", "admin1": "TJ-GB", "unit": "km", "value": 80}
    >>> record = Record({"context": sample("context", road | {"note": "The valley is"})}, sample("sources"))
    >>> distance({"country": "TJK", "admin1": "TJ-GB", "value": 100, "place": "Vanj"}, record).remark
    'Printed besides: the valley is 80 km (row-1).'
    """
    table = record.table("context", claim["country"])
    roads = table[table["indicator"].eq("distance") & table["admin1"].eq(claim["admin1"]) & table["unit"].eq("km")]
    what = f"More than {claim['value']:g} km from {claim['place']} to a police station"
    remark = "Printed besides: " + _listed(
        f"{str(r.note)[:1].lower()}{str(r.note)[1:]} {r.value:g} km ({r.record_id})" for r in roads.itertuples()
    )
    because = "the record does not say where the nearest police station is"
    return Finding(what, because, unit="km", remark=remark if len(roads) else "")


def nothing(claim: Claim, record: Record) -> Finding:
    """Return a finding without evidence, for what these tables do not hold.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> claim = {"measure": "event", "statement": "A workshop was held."}
    >>> nothing(claim, Record({}, sample("sources"))).because
    'these tables hold no independent row about it'
    """
    stated = str(claim["statement"])
    several = claim["measure"] == "member groups"
    what = f"{claim['value']:g} kinds of members in the team of {claim['place']}" if several else stated
    return Finding(what, "these tables hold no independent row about it")


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(parts) + "."
