"""Which rows are independent of a claim, and why the others are not.

Belongs here: the claim's own page, other pages of its publisher, repeats of a figure, doubted lists. Which publishers
are one and which remarks mark a repeat is data: ``claim_publishers.csv``, ``claim_repeats.csv``. Does not belong here:
what the remaining rows say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.clean.text import fold
from analysis.vocabulary import rows

Claim = Mapping[str, Any]
OWN = "the claim's own page"
_COUNTED = ("stock", "people", "population", "amount")  # claims whose number rows of the same kind can repeat
SAME_LIST = "stands in one list with figures flagged as errors"


@dataclass
class Record:
    """The tables of one country (or all), and the publisher of each source.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> sources = sample("sources", {"source_id": "dawn-1", "publisher": "Dawn", "kind": "news"})
    >>> record = Record({"seizures": sample("seizures", {"source_id": "dawn-1", "value": 7900})}, sources)
    >>> claim = {"source_id": "inl", "measure": "amount", "value": 7900}
    >>> record.dependent(claim, record.tables["seizures"])
    {'row-1': 'a newspaper with the same figure'}
    """

    tables: Mapping[str, pd.DataFrame]
    sources: pd.DataFrame
    solved: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def publishers(self) -> dict[str, str]:
        """Publisher by source."""
        return dict(zip(self.sources["source_id"], self.sources["publisher"], strict=True))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of publication by source."""
        return dict(zip(self.sources["source_id"], self.sources["kind"], strict=True))

    def table(self, name: str, country: str) -> pd.DataFrame:
        """Return the rows of a table that name a country."""
        table = self.tables[name]
        return table[table["country"].eq(country)]

    def group(self, source: str) -> str:
        """Return the publisher of a source, one name for publishers that are one body."""
        name = fold(self.publishers.get(source, source))
        groups = ((row["group"], row["words"].split(";")) for row in rows("claim_publishers"))
        return next((group for group, words in groups if any(word in name for word in words)), name)

    def dependent(self, claim: Claim, table: pd.DataFrame) -> dict[str, str]:
        """Return the rows of a table that are not independent of a claim: record to reason.

        A row repeats the claim where its remark says so, or where a newspaper prints the same figure (the rows given
        are of the claim's quantity already).
        """
        group = self.group(claim["source_id"])
        found = {}
        for row in table.to_dict("records"):
            reason = self._why(claim, group, row)
            if reason:
                found[str(row["record_id"])] = reason
        return found

    def _why(self, claim: Claim, group: str, row: Mapping[str, Any]) -> str:
        if row["source_id"] == claim["source_id"]:
            return OWN
        if self.group(row["source_id"]) == group:
            label = next((r["label"] for r in rows("claim_publishers") if r["group"] == group), "the same publisher")
            return f"another page of {label}"
        note = fold(str(row.get("note", "")))
        for repeat in rows("claim_repeats"):
            if repeat["group"] == group and repeat["words"] in note:
                return repeat["why"]
        same = claim["measure"] in _COUNTED and row.get("value") == claim["value"]
        if same and self.kinds.get(row["source_id"]) == "news":
            return "a newspaper with the same figure"
        return ""


def doubted_lists(table: pd.DataFrame) -> dict[str, str]:
    """Return rows that stand in one list with a figure flagged as an error: record to reason.

    A list is one source, body and span. Where some of its figures cannot be what they are called (amounts burnt for
    amounts seized), the rest of the list decides nothing either.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> printed = {"source_id": "dawn-1", "agency": "anf", "start": "2019-01-01", "end": "2019-12-31"}
    >>> doubted_lists(sample("seizures", {**printed, "suspect": True}, printed))
    {'row-1': 'flagged as an error in the cleaning', 'row-2': 'stands in one list with figures flagged as errors'}
    """
    key = ["source_id", "agency", "start", "end"]
    flagged = table[table["suspect"]]
    lists = set(flagged[key].itertuples(index=False, name=None))
    found = {}
    for row in table[[*key, "record_id", "suspect"]].itertuples(index=False):
        if tuple(row[:4]) in lists:
            found[str(row.record_id)] = "flagged as an error in the cleaning" if row.suspect else SAME_LIST
    return found


def pairs(reasons: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return reasons in order of record.

    Examples
    --------
    >>> pairs({"row-2": "another page of INL", "row-1": "the claim's own page"})
    (('row-1', "the claim's own page"), ('row-2', 'another page of INL'))
    """
    return tuple(sorted(reasons.items()))
