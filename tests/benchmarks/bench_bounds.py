"""What bounds cost: the year-by-drug tables of two countries, and a made-up country of 10,000 figures."""

from __future__ import annotations

import math
import random
import resource
import time
from pathlib import Path
from typing import Any

from keep import keep, show

from analysis.bounds import Figure, Observations, Problem, Target, observations
from analysis.bounds.figures import days
from analysis.pipeline import clean_tables

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
DRUGS = (
    "heroin",
    "morphine",
    "heroin_morphine",
    "opium",
    "hashish",
    "cannabis",
    "cocaine",
    "methamphetamine",
    "all_drugs",
)
AGENCIES = ("a", "b", "c", "d", "e", "f", "g", "h")
KINDS = ("heroin", "morphine", "opium", "hashish", "cocaine", "methamphetamine", "amphetamine", "ketamine")


def made_up(figures: int, seed: int = 5) -> Observations:
    """Return figures about a made-up truth of 24 years: totals of months, quarters and years, and operations."""
    draw = random.Random(seed)
    months = [days(f"{2000 + m // 12}-{m % 12 + 1:02d}-01") for m in range(24 * 12 + 1)]
    truth = {(a, k, m): draw.expovariate(0.01) for a in AGENCIES for k in KINDS for m in range(24 * 12)}
    found = []
    for number in range(figures):
        agency, drug = draw.choice((*AGENCIES, "all", "all")), draw.choice((*KINDS, "all_drugs"))
        length = draw.choice((1, 3, 6, 10, 12))
        first = draw.randrange(0, 24 * 12 - length + 1)
        amount = sum(
            truth[a, k, m]
            for a in (AGENCIES if agency == "all" else (agency,))
            for k in (KINDS if drug == "all_drugs" else (drug,))
            for m in range(first, first + length)
        )
        start, end = months[first], months[first + length]
        if draw.random() < 0.4:  # an operation: three days of one month, a part of what was seized in them
            month = sum(
                truth[a, k, first]
                for a in (AGENCIES if agency == "all" else (agency,))
                for k in (KINDS if drug == "all_drugs" else (drug,))
            )
            day = start + 3 * draw.randrange(0, 9)
            figure = Figure((f"r{number}",), agency, "", drug, day, day + 3, month * draw.random() / 9, math.inf, False)
        else:
            figure = Figure((f"r{number}",), agency, "", drug, start, end, amount * 0.995, amount * 1.005)
        found.append(figure)
    return Observations(tuple(found))


def measure(name: str, observed: Observations, years: range) -> dict[str, Any]:
    """Return the seconds and the memory of conflicts and table."""
    targets = [Target(drug, f"{year}-01-01", f"{year}-12-31") for year in years for drug in DRUGS]
    begin = time.perf_counter()
    problem = Problem(observed, targets)
    conflicts = problem.conflicts
    found = time.perf_counter() - begin
    problem.range(targets[0])
    laid = time.perf_counter() - begin - found
    problem.table(targets)
    table = time.perf_counter() - begin - found - laid
    return {
        "figures": name,
        "of them": len(observed.figures),
        "conflicts": len(conflicts),
        "find conflicts, s": round(found, 1),
        "lay out, s": round(laid, 1),
        "targets": len(targets),
        "table, s": round(table, 1),
        "most memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Measure, print a table, and keep it in reports/bench.json."""
    seizures = clean_tables(RAW, ["seizures"])["seizures"].kept
    results = [measure(country, observations(seizures, country), range(2001, 2025)) for country in ("PAK", "TJK")]
    results.append(measure("made up", made_up(10_000), range(2000, 2024)))
    show("ranges of every year and drug", results)
    keep("bounds", results)


if __name__ == "__main__":
    main()
