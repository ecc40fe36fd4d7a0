"""The raw tables: which cleaner reads which column, one module a table.

Belongs here: the recipe of each table, read top to bottom. Does not belong here: how a text is
read (``clean``), files (``read``, ``store``), or what the processed table must hold (``schemas``).
"""

from analysis.tables import context, inl, policing_centers, seizures, sources, trainees
from analysis.tables.work import Recipe

RECIPES: dict[str, Recipe] = {
    "sources": sources.RECIPE,
    "seizures": seizures.RECIPE,
    "trainees": trainees.RECIPE,
    "policing_centers": policing_centers.RECIPE,
    "context": context.RECIPE,
    "claims": inl.CLAIMS,
    "goals": inl.GOALS,
}
