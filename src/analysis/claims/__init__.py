"""What the public record says of each claim: a verdict, a range, its rows, and one sentence to quote.

``others`` says which rows are independent of a claim, ``verdict`` compares two ranges, ``amounts``, ``stocks``,
``places`` and ``people`` find the range of each kind of claim, ``check`` brings all together, ``conflicts`` lists
the figures that cannot all be true. Does not belong here: solving (``bounds``), pages (``report``), charts.
"""

from analysis.claims.check import check_claims, verdicts
from analysis.claims.conflicts import conflict_table, flagged_pairs
from analysis.claims.verdict import VERDICTS, Verdict, judge

__all__ = ["VERDICTS", "Verdict", "check_claims", "conflict_table", "flagged_pairs", "judge", "verdicts"]
