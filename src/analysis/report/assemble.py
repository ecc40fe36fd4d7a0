"""Putting a run together in its staging folder: reports taken over, tables, index, ``run.json``.

Belongs here: what is done once all reports are made, and before anybody sees the run. Does not belong here: making
reports (``make``), what is on the index (``index``), putting the run in place (``publish``).
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from analysis.report.account import NAME, Published, account, entries, read_json
from analysis.report.decide import Marks
from analysis.report.make import Outcome
from analysis.report.plan import Job
from analysis.report.publish import carry, run_id


class Assembled(NamedTuple):
    """A run that is whole: its identity, the page that will lead to it, and the reports of an earlier state."""

    identity: str
    page: str
    kept: tuple[str, ...]


def assemble(
    staged: Path,
    processed: Path,
    before: Published,
    settled: dict[Job, Outcome],
    planned: set[str],
    marks: Marks,
    pdf: bool,
    started: dt.datetime,
) -> Assembled:
    """Put a run together.

    Parameters
    ----------
    staged : Path
        Holds the reports that were made.
    processed : Path
        Folder of the processed tables.
    before : Published
        The run before, from which the other reports are taken over.
    settled : dict of Job to Outcome
        The reports asked for, and the others that stand.
    planned : set of str
        All reports of the plan.
    marks : Marks
        Of the inputs.
    pdf : bool
        PDFs were printed.
    started : datetime
        When the run began.
    """
    # Only now: a run in which nothing has changed does without them.
    from analysis.report.index import gather, index_page
    from analysis.report.package import write_package

    ledger = read_json(processed / "ledger.json")
    version = str(ledger.get("version", ""))
    kept = _take_over(staged, before, settled.values(), planned)
    warnings = write_package(staged, processed, version, before.folder)
    identity = run_id(staged)
    failures = [{**asdict(one), "kept": one.name in kept} for one in settled.values() if not one.ok]
    ledger["warnings"] = [*ledger.get("warnings", []), *warnings]
    gathered = gather(staged, before.folder, failures, set(kept), ledger)
    (staged / "index.html").write_text(index_page(gathered, identity, ""), encoding="utf-8")
    reports = entries(settled, before, kept, staged, marks, pdf)
    told = account(identity, started, before, version, marks, reports)
    (staged / NAME).write_text(told, encoding="utf-8")
    return Assembled(identity, index_page(gathered, identity, f"runs/{identity}/"), tuple(kept))


def _take_over(staged: Path, before: Published, outcomes: Iterable[Outcome], planned: set[str]) -> list[str]:
    """Take the reports of the run before over that were not made now; return those that do not stand."""
    for unfinished in staged.glob(".*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    results = {one.name: one.result for one in outcomes}
    kept = []
    for name in sorted(planned):
        folder = before.report(name)
        if folder is not None and results.get(name) != "made":
            carry(folder, staged / name)
            if results.get(name) != "unchanged":
                kept.append(name)
    return kept
