"""Every claim with its verdict.

Belongs here: which test a claim gets (``claim_readings.csv``), the sentence, the table. Does not belong here: the
tests themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.claims import amounts, people, places, stocks
from analysis.claims.others import Claim, Record
from analysis.claims.verdict import Finding, Verdict, judge
from analysis.report.wording import settle, words
from analysis.store import load
from analysis.vocabulary import rows

_TESTS: dict[str, Callable[[Claim, Record], Finding]] = {
    "amount": amounts.amount,
    "stock": stocks.stock,
    "start_year": places.start_year,
    "provinces": places.provinces,
    "site": places.site,
    "planned": places.planned,
    "distance": places.distance,
    "people": people.people,
    "population": people.population,
    "none": places.nothing,
}
_TABLES = ("seizures", "trainees", "policing_centers", "context")
COLUMNS = ["claim_id", "country", "source_id", "statement", "claimed", "verdict", "range", "low", "high", "unit"]
COLUMNS += ["possible_from", "possible_until", "evidence", "left_out", "needed", "remark", "sentence"]


def check_claims(country: str | None = None, processed: str | Path | None = None) -> pd.DataFrame:
    """Return one row a claim.

    Parameters
    ----------
    country : str, optional
        ISO 3166-1 alpha-3 or ``all``; by default all.
    processed : path, optional
        The folder of processed tables; by default the project's.

    Returns
    -------
    DataFrame
        ``claim_id, country, source_id, statement, claimed`` (words), ``verdict`` (one of ``VERDICTS``), ``range``
        (words), ``low, high`` (in ``unit``; infinite where open, NaN where nothing bears on the claim),
        ``possible_from, possible_until`` (an undated claim; NaT where open), ``evidence`` (records joined by ``;``),
        ``left_out`` (records with reasons, in words), ``needed, remark, sentence``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> from analysis.store import write_tables
    >>> tables = ("claims", "sources", *_TABLES)
    >>> with TemporaryDirectory() as folder:
    ...     written = write_tables({name: sample(name, {}) for name in tables}, Path(folder))
    ...     check_claims(processed=folder)[["claim_id", "verdict"]].values.tolist()
    [['row-1', 'not checkable']]
    """
    made = [_row(verdict) for verdict in verdicts(country, processed)]
    frame = pd.DataFrame(made, columns=COLUMNS)
    return frame.astype({"possible_from": "datetime64[us]", "possible_until": "datetime64[us]"})


def verdicts(country: str | None = None, processed: str | Path | None = None) -> list[Verdict]:
    """Return the verdict of every claim, in order of the table.

    Parameters
    ----------
    country, processed
        As in `check_claims`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.samples import sample
    >>> from analysis.store import write_tables
    >>> tables = ("claims", "sources", *_TABLES)
    >>> with TemporaryDirectory() as folder:
    ...     written = write_tables({name: sample(name, {}) for name in tables}, Path(folder))
    ...     [verdict.needed for verdict in verdicts(processed=folder)]
    ['a rule in claim_readings.csv for this kind of claim']
    """
    claims = load("claims", country, processed=processed).to_dict("records")
    if not claims:
        return []
    tables = {name: load(name, country, processed=processed) for name in _TABLES}
    record = Record(tables, load("sources", processed=processed))
    return judged(claims, record)


def judged(claims: list[Claim], record: Record) -> list[Verdict]:
    """Return the verdict of each claim by a record.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "record": "site", "status": "established", "value": 1}
    >>> team |= {"source_id": "news", "as_of_start": "2011-05-01", "as_of_end": "2011-05-01"}
    >>> teams = sample("policing_centers", team)
    >>> record = Record({"policing_centers": teams}, sample("sources", {"source_id": "news"}))
    >>> claim = sample("claims", {"country": "TJK", "source_id": "inl", "value": 2012, "unit": "year"})
    >>> claim = claim.assign(topic="policing_centers", measure="start year").to_dict("records")[0]
    >>> judged([claim], record)[0].verdict
    'contradicted'
    """
    found = {str(claim["record_id"]): (claim, _test(claim)(claim, record)) for claim in claims}
    together = stocks.joint(found)
    made = []
    for claim, finding in found.values():
        span = together.get(str(claim["source_id"]))
        if span and (finding.first is not None or finding.last is not None) and claim["measure"] == "stock":
            both = f"All undated counts of the page together: {stocks.said_span(*span)}."
            finding = replace(finding, remark=f"{finding.remark} {both}".strip())
        made.append(_verdict(claim, finding))
    return made


def _reading(claim: Claim) -> dict[str, str]:
    known = (r for r in rows("claim_readings") if (r["topic"], r["measure"]) == (claim["topic"], claim["measure"]))
    return next(known, {"test": "none", "needed": "a rule in claim_readings.csv for this kind of claim"})


def _test(claim: Claim) -> Callable[[Claim, Record], Finding]:
    return _TESTS[_reading(claim)["test"]]


def _verdict(claim: Claim, finding: Finding) -> Verdict:
    ends = (float(claim["low"]), float(claim["high"]))
    known = bool(finding.evidence) and not math.isnan(ends[0])
    verdict = judge(ends, (finding.low, finding.high), known)
    is_or_are = "is" if finding.what[:2] in ("A ", "IN") or finding.unit in ("kg", "km", "year") else "are"
    with_what = " with the rest of the record" if verdict == "consistent" else ""
    said = f"{finding.what} {is_or_are} {verdict}{with_what}: {finding.because}."
    needed = _reading(claim)["needed"] if verdict in ("not checkable", "consistent") else ""
    return Verdict(
        str(claim["record_id"]),
        str(claim["country"]),
        str(claim["statement"]),
        _claimed(claim),
        verdict,
        finding,
        needed,
        said if verdict != "not checkable" else f"{finding.what}: not checkable; {finding.because}.",
        str(claim["source_id"]),
    )


def _claimed(claim: Claim) -> str:
    if math.isnan(float(claim["low"])):
        return "no figure"
    return span_words(claim["low"], claim["high"], str(claim["unit"]), claim["value"], str(claim["bound"]))


def span_words(low: float, high: float, unit: str, value: float | None = None, bound: str = "exact") -> str:
    """Return a range in words; years without thousands marks, an open low end as "by".

    Parameters
    ----------
    low, high : float
        The ends; infinite where open.
    unit : str
        Unit of the claim.
    value : float, optional
        The number printed, if there is one.
    bound : str
        What kind of statement it is.

    Examples
    --------
    >>> span_words(-math.inf, 2012, "year"), span_words(35, math.inf, "center"), span_words(9, 9, "post")
    ('by 2012', 'at least 35 centers', '9 posts')
    """
    if unit == "year":
        return f"by {high:.0f}" if math.isinf(low) else (f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}")
    units = {"team", "center", "post", "province"}
    many = (
        f"{unit}s"
        if unit in units and not (low == 1 and high in (1, math.inf))
        else unit.replace("member_kind", "kinds of members")
    )
    return words(*settle(value, max(low, 0.0), high, bound), many)


def _row(verdict: Verdict) -> list[object]:
    found = verdict.finding
    bears = verdict.verdict != "not checkable"
    left_out: dict[str, list[str]] = {}
    for one, why in found.left_out:
        left_out.setdefault(why, []).append(one)
    return [
        verdict.claim,
        verdict.country,
        verdict.source,
        verdict.statement,
        verdict.claimed,
        verdict.verdict,
        span_words(found.low, found.high, found.unit) if bears else "nothing independent",
        found.low if bears else math.nan,
        found.high if bears else math.nan,
        found.unit,
        found.first,
        found.last,
        ";".join(found.evidence) if bears else "",
        "; ".join(f"{', '.join(ids)}: {why}" for why, ids in left_out.items()),
        verdict.needed,
        found.remark,
        verdict.sentence,
    ]
