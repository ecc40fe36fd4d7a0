"""A run: every report of the plan, each in a process of its own, published whole.

Belongs here: executing, collecting, putting a run together. Does not belong here: the plan
(``plan``), the page (``export``), the index (``index``), renaming (``publish``).
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import importlib.util
import json
import multiprocessing
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.report.index import gather, index_page
from analysis.report.package import write_package
from analysis.report.parts import without_machine
from analysis.report.pdf import browser, to_pdf
from analysis.report.plan import Job, read_plan
from analysis.report.publish import carry, current, locked, publish, run_id

_VERSIONS = (
    "inl-evidence",
    "pandas",
    "numpy",
    "pyarrow",
    "matplotlib",
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
)


@dataclass(frozen=True)
class Outcome:
    """What became of one report: ``message`` is empty where it was made."""

    name: str
    notebook: str
    parameters: dict[str, Any]
    seconds: float
    message: str = ""
    cell: int = 0
    source: str = ""

    @property
    def ok(self) -> bool:
        """Whether the report was made."""
        return not self.message


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
        Reports taken over from the run before, because they failed now or were not asked for.
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
        """0 where every report was made, 1 where one failed."""
        return 1 if self.failed else 0


def run_reports(
    plan: Path,
    processed: Path,
    out: Path,
    jobs: int | None = None,
    only: Sequence[str] = (),
    params: Mapping[str, Any] | None = None,
    *,
    pdf: bool = False,
    keep: int = 3,
    cell_timeout: int | None = None,
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> RunResult:
    """Make the reports of a plan and publish them together.

    Parameters
    ----------
    plan : Path
        See `analysis.report.plan.read_plan`, also for ``only`` and ``params``.
    processed : Path
        Folder of the processed tables; notebooks find it by the variable ``INL_EVIDENCE_PROCESSED``.
    out : Path
        Where the reports appear: ``index.html``, ``runs/<id>/<report>/report.html``, ``latest``.
    jobs : int, optional
        Processes at once; as many as there are cores.
    pdf : bool
        Print each report to ``report.pdf`` too.
    keep : int
        Runs that stay, this one included.
    cell_timeout : int, optional
        Seconds that one cell may take.
    tell : callable
        Is told of each report when it is done.

    Raises
    ------
    InputError
        The plan is wrong, the processed tables are missing, there is no browser for ``pdf``, or the
        folder is taken (`analysis.report.publish.Busy`). A notebook that fails does not raise: see
        `RunResult.failed`.
    """
    from analysis.schemas import TABLES
    from analysis.store import load

    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    wanted = read_plan(plan, only, params)
    everything = {job.name for job in (read_plan(plan) if only else wanted)}
    if pdf:
        browser()
    tables = {table: load(table, processed=processed) for table in TABLES}
    ledger = _ledger(processed)
    with locked(out) as staged:
        previous = current(out)
        workers = min(jobs or os.cpu_count() or 1, len(wanted))
        outcomes = _make_all(wanted, staged, processed.resolve(), workers, pdf, cell_timeout, tell)
        for unfinished in staged.glob(".*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        good = {outcome.name for outcome in outcomes if outcome.ok}
        kept = [name for name in sorted(everything - good) if previous and (previous / name / "report.html").is_file()]
        for name in kept:
            assert previous is not None
            carry(previous / name, staged / name)
        write_package(tables, staged, str(ledger.get("version", "")))
        identity = run_id(staged)
        failures = [{**asdict(outcome), "kept": outcome.name in kept} for outcome in outcomes if not outcome.ok]
        gathered = gather(staged, previous, failures, set(kept), ledger)
        (staged / "index.html").write_text(index_page(gathered, identity, ""), encoding="utf-8")
        told = _account(started, time.perf_counter() - clock, identity, previous, ledger, outcomes, kept)
        (staged / "run.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        folder = publish(staged, out, identity, index_page(gathered, identity, f"runs/{identity}/"), keep)
    return RunResult(out / "index.html", folder, tuple(outcomes), tuple(kept))


def _make_all(
    wanted: list[Job],
    staged: Path,
    processed: Path,
    workers: int,
    pdf: bool,
    cell_timeout: int | None,
    tell: Callable[[Outcome], None],
) -> list[Outcome]:
    # Processes, never threads: papermill changes the working folder of the whole process.
    pool: Executor = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        futures = {
            pool.submit(make_report, job, staged / job.name, processed, pdf, cell_timeout): job for job in wanted
        }
        done = {}
        for future in as_completed(futures):
            job = futures[future]
            try:
                outcome = future.result()
            except Exception as error:
                message = f"the process that made it ended: {error}"
                outcome = Outcome(job.name, job.notebook.name, job.parameters, 0.0, message)
            done[job.name] = outcome
            tell(outcome)
    return [done[job.name] for job in wanted]


def make_report(job: Job, folder: Path, processed: Path, pdf: bool = False, cell_timeout: int | None = None) -> Outcome:
    """Execute one notebook and write its report into ``folder``, which appears only when it is whole."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    clock = time.perf_counter()

    def outcome(message: str = "", cell: int = 0, source: str = "") -> Outcome:
        said = without_machine(message)
        return Outcome(job.name, job.notebook.name, job.parameters, time.perf_counter() - clock, said, cell, source)

    try:
        with tempfile.TemporaryDirectory(prefix="inl-evidence-") as scratch:
            executed = _execute(job, processed, Path(scratch), cell_timeout)
        write_report(executed, job.name, job.notebook.name, folder)
        if pdf:
            to_pdf(folder / "report.html", folder / "report.pdf")
    except PapermillExecutionError as error:
        # Counted as its author counts: without the cell that papermill puts in for the parameters.
        return outcome(f"{error.ename}: {error.evalue}", error.cell_index + (not job.parameters), error.source)
    except CellTimeoutError:
        return outcome(f"a cell took longer than {cell_timeout} seconds")
    except DeadKernelError:
        return outcome("the kernel died; it may have run out of memory")
    except Exception as error:
        # Whatever it is, it costs this report only.
        return outcome(str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}")
    return outcome()


def write_report(executed: Any, name: str, notebook: str, folder: Path) -> None:
    """Write the page of an executed notebook and the files beside it; all of them or none."""
    from analysis.report.export import EvidenceExporter

    told = {"metadata": {"name": name}, "evidence": {"notebook": notebook, "index": "../index.html"}}
    exporter = EvidenceExporter()  # type: ignore[no-untyped-call]
    html, resources = exporter.from_notebook_node(executed, told)
    if not resources["shown"]:
        raise InputError("the notebook ran but showed nothing")
    unfinished = folder.with_name(f".{folder.name}")
    for path, data in {**resources["parts"], "report.html": html.encode()}.items():
        (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
        (unfinished / path).write_bytes(data)
    unfinished.rename(folder)


def _execute(job: Job, processed: Path, scratch: Path, cell_timeout: int | None) -> Any:
    import papermill

    os.environ.update(_surroundings(processed, scratch))
    return papermill.execute_notebook(
        str(job.notebook.resolve()),
        None,
        job.parameters,
        cwd=str(scratch),
        progress_bar=False,
        log_output=False,
        execution_timeout=cell_timeout,
        extra_arguments=["--log-level=50"],
    )


def _surroundings(processed: Path, scratch: Path) -> dict[str, str]:
    """Return the variables that make a kernel the same for every user, clock and language."""
    out = {
        "INL_EVIDENCE_PROCESSED": str(processed),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(scratch / "ipython"),
    }
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:
        out["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    return out


def _ledger(processed: Path) -> dict[str, Any]:
    try:
        ledger: dict[str, Any] = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return ledger


def _account(
    started: dt.datetime,
    seconds: float,
    identity: str,
    previous: Path | None,
    ledger: dict[str, Any],
    outcomes: list[Outcome],
    kept: list[str],
) -> dict[str, Any]:
    """Return run.json: the one file that holds times."""
    versions = {}
    for name in _VERSIONS:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = ""
    return {
        "run": identity,
        "previous": previous.name if previous else "",
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "data_version": str(ledger.get("version", "")),
        "python": platform.python_version(),
        "versions": versions,
        "kept": kept,
        "reports": [asdict(outcome) for outcome in outcomes],
    }
