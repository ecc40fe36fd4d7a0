"""One raw table on its way to a clean one.

Belongs here: laying cleaners over rows, and keeping count: every raw row ends as a kept row or as
a reject with its reason, and every made column knows the rule that made it. Does not belong here:
which cleaner reads which column (the table modules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.clean.distinct import per_distinct

REJECT_COLUMNS = ["record_id", "file", "line", "column", "value", "reason"]


@dataclass
class Work:
    """A raw frame of text (with ``file`` and ``line``), and what has been made of it.

    Attributes
    ----------
    raw : DataFrame
        Text columns as read, after corrections.
    printed : DataFrame
        The same before corrections: what ``*_reported`` columns hold.
    id_column : str
        The raw column that names the record.
    trace : bool
        Keep the rule behind each cell, for ``explain``.
    decimals : dict
        The sign before decimals of files that state one.

    Examples
    --------
    >>> raw = pd.DataFrame({"record_id": ["a", "b"], "count": ["12", "?"], "line": [2, 3]})
    >>> raw = raw.assign(source_id="dawn-1", file="f.csv")
    >>> work = Work(raw, raw)
    >>> work.reject(raw["count"] == "?", "count", "not a number")
    >>> work.rejects()[["record_id", "value", "reason"]].values.tolist(), work.kept()["record_id"].tolist()
    ([['b', '?', 'not a number']], ['a'])
    """

    raw: pd.DataFrame
    printed: pd.DataFrame
    id_column: str = "record_id"
    trace: bool = False
    decimals: dict[str, str] = field(default_factory=dict)
    made: dict[str, pd.Series] = field(default_factory=dict)
    rules: dict[str, pd.Series] = field(default_factory=dict)
    problems: list[pd.DataFrame] = field(default_factory=list)

    def read(
        self,
        reader: Callable[..., Sequence[Any]],
        columns: Sequence[str],
        names: dict[str, str],
        blame: str | None = None,
    ) -> None:
        """Lay ``reader`` over the distinct texts of ``columns``; its last value is the rule.

        Parameters
        ----------
        reader : callable
            One text a column in; one value a name and a rule text out; raises `Unreadable`.
        columns : sequence of str
            Raw columns, or columns made before.
        names : dict of str to str
            Columns made, with their pandas type.
        blame : str, optional
            The column that a reject names where the reader does not say; the first one by default.
        """
        texts = [self.raw[column] if column in self.raw else self.made[column] for column in columns]
        laid = per_distinct(reader, texts, {**names, "rule": "str"})
        for name in names:
            self.made[name] = laid[name]
            if self.trace:
                self.rules[name] = laid["rule"]
        fault = laid["fault"].where(laid["fault"] != "", blame or columns[0])
        for column in fault[laid["problem"] != ""].unique():
            self.reject((laid["problem"] != "") & (fault == column), column, laid["problem"])

    def carry(self, *columns: str, **renamed: str) -> None:
        """Carry text columns over as they stand, trimmed; ``new=old`` renames."""
        for new, old in {**{column: column for column in columns}, **renamed}.items():
            self.made[new] = self.raw[old].str.strip()

    def reported(self, *columns: str) -> None:
        """Keep the verbatim text of cleaned columns as ``<column>_reported``."""
        for column in columns:
            self.made[f"{column}_reported"] = self.printed[column]

    def reject(self, where: pd.Series, column: str, reason: str | pd.Series) -> None:
        """Reject rows, naming the column at fault and why."""
        if not where.any():
            return
        rows = self.raw.loc[where]
        self.problems.append(
            pd.DataFrame(
                {
                    "record_id": rows[self.id_column],
                    "file": rows["file"],
                    "line": rows["line"],
                    "column": column,
                    "value": rows[column] if column in rows else self.made[column][where],
                    "reason": reason if isinstance(reason, str) else reason[where],
                }
            )
        )

    def rejects(self) -> pd.DataFrame:
        """Return one row a problem, in file order; index = row of ``raw``."""
        if not self.problems:
            return pd.DataFrame(
                {name: pd.Series(dtype="int64" if name == "line" else "str") for name in REJECT_COLUMNS}
            )
        return pd.concat(self.problems).sort_values(["file", "line"], kind="stable")

    def frame(self) -> pd.DataFrame:
        """Return all rows as made so far, index as ``raw``; what a cleaner refused is missing."""
        return pd.DataFrame({**self._origin(), **self.made})

    def kept(self) -> pd.DataFrame:
        """Return the made columns of the rows without a problem."""
        return self.frame().drop(index=self.rejects().index.unique()).reset_index(drop=True)

    def _origin(self) -> dict[str, pd.Series]:
        return {
            "record_id": self.raw[self.id_column],
            "source_id": self.raw["source_id"],
            "file": self.raw["file"],
            "line": self.raw["line"].astype("int64"),
        }


@dataclass(frozen=True)
class Recipe:
    """How one raw table is cleaned: its columns, the one that names the record, and the steps.

    Examples
    --------
    >>> Recipe(("source_id", "title"), lambda work: work.carry("title"), id_column="source_id").columns
    ('source_id', 'title')
    """

    columns: tuple[str, ...]
    clean: Callable[[Work], None]
    id_column: str = "record_id"
