"""What all printed figures together imply: ranges instead of favourites or averages.

``figures`` reads rows of the seizures table as statements about sums, ``cells`` cuts time and lays
the sums out as a sparse matrix (``sums``), ``solve`` turns questions about it into problems for the solver
(``simplex``), ``conflicts`` and ``choices`` find the fewest figures that would have to be wrong, ``ranges``
answers the questions, ``stocks`` does the same for counts that only grow. Does not belong here: claims,
charts, reading of files.
"""

from analysis.bounds.conflicts import Conflict, Implied
from analysis.bounds.figures import Figure, Observations, observations
from analysis.bounds.ranges import Problem, Range, Side, Target, bounds
from analysis.bounds.stocks import Count, StockConflict, StockRange, When, counts, stock_bounds, when_can_be

__all__ = [
    "Conflict",
    "Count",
    "Figure",
    "Implied",
    "Observations",
    "Problem",
    "Range",
    "Side",
    "StockConflict",
    "StockRange",
    "Target",
    "When",
    "bounds",
    "counts",
    "observations",
    "stock_bounds",
    "when_can_be",
]
