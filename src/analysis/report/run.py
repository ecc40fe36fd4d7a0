"""A run: the reports of the plan that must be made are made, and all are published together.

Belongs here: the order of a run. Does not belong here: the plan (``plan``), which reports stand (``decide``), where
they are made (``workers``), one report (``make``), putting the run together (``assemble``), renaming (``publish``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.reads import table_folder
from analysis.report.account import Published, read_json, read_published
from analysis.report.assemble import assemble
from analysis.report.decide import Decision, Marks, decide
from analysis.report.make import Outcome
from analysis.report.own import ProcessEnded, in_own_process
from analysis.report.plan import Job, read_plan
from analysis.report.publish import locked, publish
from analysis.report.workers import Event, Places, make_all

_NOTHING = "nothing was published, and what was published before is as it was"

__all__ = ["Event", "RunResult", "plan_run", "run_reports"]


@dataclass(frozen=True)
class RunResult:
    """What became of a run.

    Attributes
    ----------
    index : Path
        The published index.
    folder : Path
        The run's own folder, ``runs/<id>``.
    outcomes : tuple of Outcome
        In the order of the plan.
    kept : tuple of str
        Reports of an earlier state, taken over because they failed now or were not asked for.
    """

    index: Path
    folder: Path
    outcomes: tuple[Outcome, ...]
    kept: tuple[str, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The reports that could not be made."""
        return tuple(outcome for outcome in self.outcomes if not outcome.ok)

    @property
    def exit_code(self) -> int:
        """0 where every report is there, 1 where one failed."""
        return 1 if self.failed else 0


def plan_run(
    plan: Path,
    processed: Path,
    out: Path,
    only: Sequence[str] = (),
    params: Mapping[str, Any] | None = None,
    *,
    pdf: bool = False,
    force: bool = False,
    executed: Path | None = None,
) -> list[Decision]:
    """Decide for each report of a plan whether it must be made, and why; nothing is run or written.

    Parameters and errors are those of `run_reports`; with ``executed`` the tables need not be there yet.

    Parameters
    ----------
    plan, processed, out, only, params, pdf, force, executed
        As in `run_reports`.

    Examples
    --------
    >>> plan_run(Path("no/such/plan.yaml"), Path("data/processed"), Path("reports"))
    Traceback (most recent call last):
        ...
    analysis.errors.InputError: no/such/plan.yaml does not exist; name the plan with --plan
    """
    marks = Marks(processed if executed else _checked(processed))
    return _decided(read_plan(plan, only, params), marks, read_published(out), pdf, _forced(force, executed))


def run_reports(
    plan: Path,
    processed: Path,
    out: Path,
    jobs: int | None = None,
    only: Sequence[str] = (),
    params: Mapping[str, Any] | None = None,
    *,
    scheduler: str | None = None,
    pdf: bool = False,
    keep: int = 3,
    cell_timeout: int | None = None,
    force: bool = False,
    executed: Path | None = None,
    tell: Callable[[Event], None] = lambda event: None,
) -> RunResult:
    """Make the reports of a plan that must be made, and publish all together.

    Parameters
    ----------
    plan : Path
        See `analysis.report.plan.read_plan`, also for ``only`` and ``params``.
    processed : Path
        Folder of the processed tables; notebooks find it by the variable ``INL_EVIDENCE_PROCESSED``.
    out : Path
        Where the reports appear: ``index.html``, ``runs/<id>/<report>/report.html``, ``latest``.
    jobs : int, optional
        Reports at once, each in a process of its own; as many as there are cores.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports; they must see the same folders.
    pdf : bool
        Print each report to ``report.pdf`` too.
    keep : int
        Runs that stay, this one included.
    cell_timeout : int, optional
        Seconds that one cell may take.
    force : bool
        Make also the reports that stand as they are.
    executed : Path, optional
        Folder of notebooks that something else has executed, ``<name of the report>.ipynb``: every report is taken
        from there, so ``scheduler``, ``cell_timeout`` and ``force`` do nothing. What such a notebook read is not
        known; without ``executed`` the next run makes it again.
    tell : callable
        Hears of each `Event`, in the thread of the caller or another.

    Raises
    ------
    InputError
        The plan is wrong, the processed tables or ``executed`` are missing, there is no browser for ``pdf``, no
        scheduler answers, or the folder cannot be written or is taken (`analysis.report.publish.Busy`). What was
        published before stays. A notebook that fails does not raise: see `RunResult.failed`.
    """
    started = dt.datetime.now(dt.UTC)
    wanted = read_plan(plan, only, params)
    others = [job for job in read_plan(plan) if job.name not in {one.name for one in wanted}]
    planned = {job.name for job in (*wanted, *others)}
    marks = Marks(_checked(processed))
    if executed and not executed.is_dir():
        raise InputError(f"{executed} is not a folder; name the folder of the executed notebooks with --executed")
    if pdf:
        from analysis.report.pdf import browser

        browser()
    ledger = read_json(processed / "ledger.json")
    with locked(out) as staged:
        before = read_published(out)
        decisions = _decided(wanted, marks, before, pdf, _forced(force, executed))
        for decision in decisions:
            if decision.stands:
                tell(Event("unchanged", decision.job.name))
        if _nothing_to_do(decisions, planned, before, ledger):
            assert before.folder is not None
            tell(Event("stands"))
            stand = tuple(Outcome.of(one.job, "unchanged") for one in decisions)
            return RunResult(out / "index.html", before.folder, stand, ())
        try:
            places = Places(staged.resolve(), processed.resolve(), executed)
            outcomes = make_all(decisions, before, places, jobs, scheduler, (pdf, cell_timeout), tell)
            untouched = [one.job for one in _decided(others, marks, before, pdf) if one.stands]
            settled = {
                **dict(zip(wanted, outcomes, strict=True)),
                **{job: Outcome.of(job, "unchanged") for job in untouched},
            }
            # In a process that has all it needs loaded; this one has not.
            run = in_own_process(assemble, staged, processed, before, settled, planned, marks, pdf, started)
            folder = publish(staged, out, run.identity, run.page, keep)
        except OSError as error:
            raise InputError(f"{out} cannot be written ({error.strerror or error}); {_NOTHING}") from error
        except ProcessEnded as error:
            raise InputError(f"the run could not be put together: {error}; {_NOTHING}") from error
    tell(Event("published", folder.name))
    return RunResult(out / "index.html", folder, tuple(outcomes), run.kept)


def _checked(processed: Path) -> Path:
    from analysis.schemas import TABLES

    for table in TABLES:
        table_folder(table, processed)
    return processed


def _forced(force: bool, executed: Path | None) -> str:
    return "executed elsewhere" if executed else "asked for with --force" if force else ""


def _decided(wanted: list[Job], marks: Marks, before: Published, pdf: bool, forced: str = "") -> list[Decision]:
    if forced:
        return [Decision(job, forced) for job in wanted]
    return [
        decide(job, before.entries.get(job.name), before.report(job.name), marks, pdf, before.installed)
        for job in wanted
    ]


def _nothing_to_do(decisions: list[Decision], planned: set[str], before: Published, ledger: dict[str, Any]) -> bool:
    """Say whether even the index would be the same."""
    return (
        before.folder is not None
        and all(decision.stands for decision in decisions)
        and planned == {name for name, entry in before.entries.items() if entry["result"] in ("made", "unchanged")}
        and planned == set(before.entries)
        and before.data_version == str(ledger.get("version", ""))
    )
