"""What the collector's remark beside a row says about the figure.

Belongs here: matching remarks against ``note_patterns.csv``: is the printed amount suspect, is it a
part of another figure, was it destroyed rather than seized. Does not belong here: judging an amount
by its size or its siblings; the patterns themselves (a remark of a new form is a new line there).
"""

from __future__ import annotations

import re
from functools import cache

from analysis.clean.terms import Term
from analysis.clean.text import fold
from analysis.vocabulary import rows

_LIMIT = 2000  # letters of a remark that are looked at


def match_note(table: str, column: str, note: str) -> Term | None:
    """Return the value and reason of the first pattern that a remark meets, or None.

    Parameters
    ----------
    table, column : str
        Which patterns of ``note_patterns.csv`` to try.
    note : str
        The remark.

    Examples
    --------
    >>> match_note("trainees", "subset", "Subset of the 35").key
    'yes'
    """
    folded = fold(note[:_LIMIT])
    for pattern, value, reason in _patterns(table, column):
        if pattern.search(folded):
            return Term(value, f"{reason} (remark {note.strip()!r})")
    return None


def read_note_suspect(note: str) -> tuple[bool, str]:
    """Return whether the remark calls the printed amount, unit or drug of a seizure an error, and why.

    A missing unit, a doubtful label, a differing report or parts that do not add up are no error of
    the printed figure and stay unsuspected.

    Examples
    --------
    >>> read_note_suspect("unit error: reads as kilograms")[0], read_note_suspect("unit missing")[0]
    (True, False)
    """
    found = match_note("seizures", "suspect", note)
    return (True, found.rule) if found else (False, "")


def read_seizure_counted_as(note: str, quantity: str, scope: str = "", period: str = "") -> Term:
    """Return what a seizure row counts.

    Parameters
    ----------
    note : str
        The collector's remark.
    quantity : str
        The printed amount; a blank one leaves cases and arrests only.
    scope : str
        Printed scope or its key; a part by its scope is not marked a subset again.
    period : str
        The period as printed: a total "since September", without an end, is a running one.

    Returns
    -------
    Term
        ``seized``, ``destroyed``, ``subset``, ``running_total`` or ``cases_only``.

    Examples
    --------
    >>> read_seizure_counted_as("source says burnt", "1890").key
    'destroyed'
    """
    if not quantity.strip():
        return Term("cases_only", "no amount printed")
    found = match_note("seizures", "counted_as", note)
    if found is None and (since := match_note("seizures", "counted_as_period", period)):
        return Term(since.key, f"period {period.strip()!r}: a total since some start, without an end")
    part_by_scope = fold(scope).replace(" ", "_").replace("-", "_") in ("sub_province_part", "digest_part")
    if found is None or (found.key == "subset" and part_by_scope):
        return Term("seized", "amount printed" + ("; a part by its scope" if found else ""))
    return found


def read_subset(note: str, table: str = "trainees") -> tuple[bool, str]:
    """Return whether a figure stands inside another figure of its source, and why.

    Examples
    --------
    >>> read_subset("Drawn from the 70 already counted")[0]
    True
    """
    found = match_note(table, "subset", note)
    return (True, found.rule) if found else (False, "")


@cache
def _patterns(table: str, column: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(row["pattern"]), row["value"], row["reason"])
        for row in rows("note_patterns")
        if row["table"] == table and row["column"] == column
    )
