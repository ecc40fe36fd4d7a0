"""The printed figures that cannot all be true, with the source of each side.

Belongs here: conflicts as a table for readers. Does not belong here: finding them (``bounds.conflicts``).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.bounds import Conflict, Figure, Implied, Problem, observations
from analysis.bounds.figures import day as iso
from analysis.measures import tables
from analysis.measures.names import country_name, province_name

_SHOWN = 4  # figures of the other side that are written out; the records name all
_TOTALS = ("national_total", "agency_total", "province_total")
COLUMNS = ["figure", "by", "cannot_stand_with", "of", "gap", "wrong", "explained_by", "country", "records"]


def solve(seizures: pd.DataFrame, publishers: Mapping[str, str]) -> dict[str, Problem]:
    """Lay out the figures of each country once.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("seizures", {**total, "value": 900, "source_id": "a"}, {**total, "value": 1500, "source_id": "b"})
    >>> len(solve(rows, {})["PAK"].conflicts)
    1
    """
    return {
        str(code): Problem(observations(rows, str(code), publishers=publishers))
        for code, rows in seizures.groupby("country")
        if code
    }


def conflict_table(
    solved: Mapping[str, Problem], seizures: pd.DataFrame, publishers: Mapping[str, str]
) -> pd.DataFrame:
    """Return one row a conflict, the widest gap first.

    Parameters
    ----------
    solved : mapping of country to Problem
        As from `solve`.
    seizures : DataFrame
        Rows of the seizures table.
    publishers : mapping of source to publisher

    Returns
    -------
    DataFrame
        ``figure, by`` (the figure to doubt first, and who prints it), ``cannot_stand_with, of`` (the others),
        ``gap`` (percent by which they would at least have to move), ``wrong`` (which one, where the count of figures
        decides), ``explained_by`` (a common slip), ``country, records``.

    Notes
    -----
    Conflicts that stretching every member by its gap settles (sources a rounding apart) are left out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("seizures", {**total, "value": 900, "source_id": "a"}, {**total, "value": 1500, "source_id": "b"})
    >>> conflict_table(solve(rows, {}), rows, {})[["figure", "of", "wrong"]].iloc[0].tolist()
    ['900 kg opium, the whole country, 2019', 'b', 'not decided: as many figures on each side']
    """
    sources = dict(zip(seizures["record_id"], seizures["source_id"], strict=True))
    made = [
        _row(code, conflict, sources, publishers)
        for code, problem in solved.items()
        for conflict in problem.conflicts
        if not conflict.stretched
    ]
    frame = pd.DataFrame(made, columns=COLUMNS)
    return frame.sort_values(["country", "gap", "records"], ascending=[True, False, True], ignore_index=True)


def _row(code: str, conflict: Conflict, sources: Mapping[str, str], publishers: Mapping[str, str]) -> list[object]:
    blamed = {record for side in conflict.sides for record in side}
    order = sorted(conflict.members, key=lambda m: (m.figure.key not in blamed, not m.figure.suspect, m.figure.key))
    first, rest = order[0], order[1:]

    def who(members: list[Implied]) -> str:
        ids = [r for m in members for r in m.figure.records]
        return "; ".join(dict.fromkeys(publishers.get(sources[r], sources[r]) for r in ids))

    decided = len(conflict.sides) == 1
    more = f"; and {len(rest) - _SHOWN} more" if len(rest) > _SHOWN else ""
    return [
        said(first.figure),
        who([first]),
        "; ".join(said(m.figure) for m in rest[:_SHOWN]) + more,
        who(rest),
        round(100 * conflict.gap, 1),
        "the first figure" if decided else "not decided: as many figures on each side",
        first.fits,
        country_name(code),
        ";".join(conflict.records),
    ]


def said(figure: Figure) -> str:
    """Return a figure of the bounds in words.

    Examples
    --------
    >>> said(Figure(("r1",), "anf", "", "opium", 17897, 18262, 899.5, 900.5, values=(900.0,)))
    '900 kg opium, Anti-Narcotics Force, 2019'
    """
    span = tables.span(pd.Timestamp(iso(figure.start)), pd.Timestamp(iso(figure.end - 1)))
    value = " or ".join(f"{v:,.10g}" for v in dict.fromkeys(figure.values))
    body = tables.agency(figure.agency)
    if figure.admin1:
        name = province_name(figure.admin1)
        body = f"all of {name}" if figure.agency == "all" else f"{body}, {name}"
    return f"{value} kg {tables.drug(figure.drug)}, {body}, {span}"


def flagged_pairs(seizures: pd.DataFrame, publishers: Mapping[str, str]) -> pd.DataFrame:
    """Return figures flagged in the cleaning beside another print of the same country, body, drug and span.

    These need no solver: two rows answer one question, and their ranges do not meet. The other print may be of
    amounts burnt, which the bounds leave out.

    Parameters
    ----------
    seizures : DataFrame
        Rows of the seizures table.
    publishers : mapping of source to publisher

    Returns
    -------
    DataFrame
        ``figure, by, other, of, reason, country, records``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "scope": "national_total", "agency": "all", "drug": "opium", "unit": "kg"}
    >>> total |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> slip = {**total, "value": 900_000, "suspect": True, "suspect_reason": "tonnes for kilograms"}
    >>> pairs = flagged_pairs(sample("seizures", slip, {**total, "value": 900}), {})
    >>> pairs[["figure", "other", "reason"]].iloc[0].tolist()
    ['900,000 kg opium, the whole country, 2019', '900 kg', 'tonnes for kilograms']
    """
    key = ["country", "admin1", "agency", "drug", "start", "end"]
    dated = seizures[seizures["start"].notna() & seizures["end"].notna() & seizures["unit"].eq("kg")]
    dated = dated[dated["value"].notna() & dated["country"].ne("")]
    dated = dated[dated["scope"].isin(_TOTALS)]
    doubted, others = dated[dated["suspect"]], dated[~dated["suspect"]]
    both = doubted.merge(others, on=key, suffixes=("", "_other"))
    both = both[(both["high"] < both["low_other"]) | (both["low"] > both["high_other"])]
    made = [
        [
            f"{r['value']:,.10g} kg {tables.drug(r['drug'])}, {tables.agency(r['agency'])}, "
            f"{tables.span(r['start'], r['end'])}",
            publishers.get(r["source_id"], r["source_id"]),
            f"{r['value_other']:,.10g} kg{' (destroyed)' if r['counted_as_other'] == 'destroyed' else ''}",
            publishers.get(r["source_id_other"], r["source_id_other"]),
            r["suspect_reason"],
            country_name(r["country"]),
            f"{r['record_id']};{r['record_id_other']}",
        ]
        for r in both.to_dict("records")
    ]
    frame = pd.DataFrame(made, columns=["figure", "by", "other", "of", "reason", "country", "records"])
    return frame.sort_values(["country", "records"], ignore_index=True)
