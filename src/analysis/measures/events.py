"""Single seizures: how large, how concentrated, in which month.

Belongs here: measures over rows of scope ``event``, as bulk exports hold them. Does not belong here: totals
(``seizures``). A list of single seizures is never complete, so nothing here is a total.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.measures.seizures import counted

_CLASSES = (0, 0.01, 0.1, 1, 10, 100, 1000, math.inf)
_CLASS_NAMES = ("up to 10 g", "10 to 100 g", "100 g to 1 kg", "1 to 10 kg", "10 to 100 kg", "100 kg to 1 t", "over 1 t")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def single(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are one seizure each, with a printed mass in kilograms."""
    kept = counted(rows)
    return kept[(kept["scope"] == "event") & (kept["unit"] == "kg") & (kept["value"] > 0)]


def sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """Count single seizures by size: ``size, seizures, mass`` (kg), one row a class of tenfold width."""
    kept = single(rows)
    cut = pd.cut(kept["value"], list(_CLASSES), labels=list(_CLASS_NAMES))
    made = kept.groupby(cut, observed=False)["value"].agg(["size", "sum"]).reset_index()
    made.columns = ["size", "seizures", "mass"]
    return made.assign(size=made["size"].astype(str))


def concentration(rows: pd.DataFrame, least: int = 100) -> pd.DataFrame:
    """Say what share of the mass the largest single seizures hold, by drug.

    Returns
    -------
    DataFrame
        ``drug, seizures, mass, median, largest, top_1_percent, top_10_percent``: kg and percent of the mass; drugs
        with fewer than ``least`` seizures are left out. The largest 1% is rounded up to a whole seizure.
    """
    out = []
    for drug, mine in single(rows).groupby("drug", sort=True):
        amounts = np.sort(mine["value"].to_numpy())[::-1]
        if len(amounts) < least:
            continue
        total = amounts.sum()
        shares = {f"top_{p}_percent": 100 * amounts[: math.ceil(len(amounts) * p / 100)].sum() / total for p in (1, 10)}
        out.append(
            {
                "drug": drug,
                "seizures": len(amounts),
                "mass": total,
                "median": float(np.median(amounts)),
                "largest": amounts[0],
                **shares,
            }
        )
    names = ["drug", "seizures", "mass", "median", "largest", "top_1_percent", "top_10_percent"]
    return pd.DataFrame(out, columns=names).sort_values("seizures", ascending=False, kind="stable", ignore_index=True)


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Count single seizures by calendar month: ``month, seizures, median`` (kg), only those dated to one month.

    Counts, not mass: one large seizure would make a season of its own.
    """
    kept = single(rows)
    kept = kept[(kept["start"].dt.to_period("M") == kept["end"].dt.to_period("M")) & kept["start"].notna()]
    month = kept["start"].dt.month
    made = kept.groupby(month)["value"].agg(["size", "median"]).reindex(range(1, 13))
    return pd.DataFrame(
        {"month": _MONTHS, "seizures": made["size"].fillna(0).astype(int).tolist(), "median": made["median"].tolist()}
    )
