"""Which drugs make up which totals, read from ``vocabulary/drug_parts.csv``.

Belongs here: the tree of wholes and parts. Does not belong here: figures, amounts, spellings.

A whole is either exactly the sum of its parts (heroin and morphine in one figure) or at least
that sum (all drugs: sources differ on what else they count).
"""

from __future__ import annotations

from functools import cache

from analysis import vocabulary


@cache
def _parts(relation: str) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for row in vocabulary.rows("drug_parts"):
        if row["relation"] == relation:
            parts[row["whole"]] = (*parts.get(row["whole"], ()), row["part"])
    return parts


@cache
def addends(drug: str) -> tuple[str, ...]:
    """Return the drugs whose sum the drug is; a drug that is no sum is its own.

    Examples
    --------
    >>> addends("heroin_morphine")
    ('heroin', 'morphine')
    """
    parts = _parts("sum").get(drug)
    return (drug,) if parts is None else tuple(leaf for part in parts for leaf in addends(part))


@cache
def parts(whole: str) -> tuple[str, ...]:
    """Return the drugs that a whole of the kind "at least" holds, sums replaced by their addends.

    Examples
    --------
    >>> parts("opiates")
    ('heroin', 'morphine', 'opium')
    """
    return tuple(leaf for part in _parts("at_least").get(whole, ()) for leaf in addends(part))


@cache
def is_part(part: str, whole: str) -> bool:
    """Say whether a drug stands inside another, at any depth.

    Examples
    --------
    >>> is_part("heroin", "opiates"), is_part("opiates", "heroin")
    (True, False)
    """
    below = (*_parts("sum").get(whole, ()), *_parts("at_least").get(whole, ()))
    return part in below or any(is_part(part, one) for one in below)
