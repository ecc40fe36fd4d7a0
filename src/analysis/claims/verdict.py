"""What a verdict is, and how two ranges make one.

Belongs here: the four words and the rule between them. Does not belong here: where the ranges come from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.vocabulary import rows

VERDICTS = ("corroborated", "consistent", "contradicted", "not checkable")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the record, without the claim's publisher, says about the quantity of a claim.

    Attributes
    ----------
    what : str
        The claimed quantity in words: "7.9 t of opium seized by ...".
    because : str
        What the other publishers print, as the second half of a sentence.
    low, high : float
        The independent range in ``unit``: minus infinity and infinity where nothing bounds an end.
    evidence : tuple of str
        Records that hold the range; empty where nothing bears on the claim.
    left_out : tuple of (str, str)
        Records not used, each with the reason.
    first, last : Timestamp or None
        For an undated claim: the span in which it can have been true; None where nothing limits that end.
    remark : str
        What a careful reader should know besides.
    """

    what: str
    because: str = ""
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    evidence: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    dated_by: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim with its verdict; ``needed`` says what would settle it where it is not checkable."""

    claim: str
    country: str
    statement: str
    claimed: str
    verdict: str
    finding: Finding
    needed: str
    sentence: str
    source: str


def judge(claimed: tuple[float, float], found: tuple[float, float], evidence: bool = True) -> str:
    """Return the verdict for a claimed and an independent range, both in the same unit.

    Parameters
    ----------
    claimed, found : (low, high)
        What the claim allows for its rounding and words, and what everybody else allows. Infinite where open.
    evidence : bool
        Whether any independent row bears on the claim.

    Examples
    --------
    >>> judge((7850, 7950), (5360.5, 29402)), judge((14, 14), (2, float("inf")))
    ('corroborated', 'consistent')
    >>> judge((27, 27), (30, 40)), judge((27, 27), (0, float("inf")), evidence=False)
    ('contradicted', 'not checkable')

    Notes
    -----
    A claim of "over 2,000" is corroborated by others' "at least 2,500": the whole of what they allow lies inside it.
    """
    low, high = found
    if not evidence or (low <= 0 and math.isinf(high)):
        return "not checkable"
    if low > claimed[1] or high < claimed[0]:
        return "contradicted"
    inside = claimed[0] <= low and high <= claimed[1]
    narrow = math.isfinite(high) and low > 0 and high <= informative_ratio() * low
    return "corroborated" if inside or narrow else "consistent"


def informative_ratio() -> float:
    """Return how many times its lowest a range may reach and still confirm something.

    Examples
    --------
    >>> informative_ratio()
    10.0
    """
    return next(float(row["value"]) for row in rows("claim_rules") if row["key"] == "informative_ratio")
