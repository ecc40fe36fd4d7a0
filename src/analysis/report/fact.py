"""A key figure: what it counts, its range, the rows behind it.

Belongs here: one figure and how it reads. Does not belong here: where it is shown (``page``).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from analysis.report import wording


@dataclass(frozen=True)
class Fact:
    """One key figure: ``high`` is infinite where nothing bounds it from above.

    Examples
    --------
    >>> heroin = Fact("heroin", "Heroin seized, 2019", 6000.0, 5500.0, 6500.0, "kg", "exact", "", {})
    >>> str(heroin), heroin.shown, heroin.span
    ('6 t (5.5 to 6.5 t)', '6 t', '5.5 to 6.5 t')
    """

    key: str
    label: str
    value: float | None
    low: float
    high: float
    unit: str
    bound: str
    text: str
    lineage: dict[str, Any] = field(repr=False)

    @property
    def shown(self) -> str:
        """The figure in few words, as on a card: ``61.4 t``, ``at least 2,000 people``."""
        return wording.words(self.value, self.low, self.high, self.bound, self.unit)

    @property
    def span(self) -> str:
        """The range where it says more than `shown`, else ``""``."""
        if self.bound in ("at_least", "range") or self.high == math.inf:
            return ""
        if wording.is_narrow(self.low, self.high):
            return ""
        said = wording.span(self.low, self.high, self.unit, self.value)
        return "" if said == self.shown else said

    def __str__(self) -> str:
        """Write the figure as in a sentence: with its range where the number alone would mislead."""
        return f"{self.shown} ({self.span})" if self.span and wording.is_wide(self.low, self.high) else self.shown

    def item(self, with_lineage: bool = True) -> dict[str, Any]:
        """Return the figure as JSON-like data; an open end is None."""
        made = {**asdict(self), "high": None if self.high == math.inf else self.high}
        if not with_lineage:
            made["lineage"] = None
        return {**made, "shown": self.shown, "span": self.span, "said": str(self)}
