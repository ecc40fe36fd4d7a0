"""One report: a notebook executed with its parameters, its page and the files beside it written, all or none.

Belongs here: what is done for a single report, wherever it is done: a process, a thread of a cluster. It changes
neither the working folder nor the variables of its process. Does not belong here: which reports are made, and
what becomes of a run (``run``).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.reads import FOLDER_VARIABLE, READS_VARIABLE, Read, reads
from analysis.report.parameters import declared_parameters
from analysis.report.pdf import to_pdf
from analysis.report.plan import Job
from analysis.report.warm import surroundings

# Cells that papermill puts in: an author does not count them.
_PUT_IN = {"injected-parameters", "papermill-error-cell-tag"}
_CUT_SHORT = "the notebook did not run to its end; see the log of what executed it"


@dataclass(frozen=True)
class Outcome:
    """What became of one report.

    Attributes
    ----------
    result : str
        ``made``, ``failed`` (then ``message`` says why, and ``cell`` and ``source`` where), or ``unchanged``.
    seconds : float
        How long it took.
    reads : tuple or None
        What the notebook read of the processed tables; None where that is not known.
    """

    name: str
    notebook: str
    parameters: dict[str, Any]
    seconds: float = 0.0
    result: str = "made"
    message: str = ""
    cell: int = 0
    source: str = ""
    reads: tuple[Read, ...] | None = field(default=(), repr=False)

    @classmethod
    def of(cls, job: Job, result: str = "made", reads: tuple[Read, ...] | None = ()) -> Outcome:
        """Return the outcome of a report, as it begins."""
        return cls(job.name, job.notebook.name, job.parameters, result=result, reads=reads)

    @property
    def ok(self) -> bool:
        """Whether there is a report."""
        return self.result != "failed"

    def failed(self, message: str, cell: int = 0, source: str = "") -> Outcome:
        """Return the same as a failure; folders of this machine are taken out of its message."""
        from analysis.report.parts import without_machine

        return replace(self, result="failed", message=without_machine(message), cell=cell, source=source)


def make_report(job: Job, folder: Path, processed: Path, pdf: bool = False, cell_timeout: int | None = None) -> Outcome:
    """Execute one notebook and write its report.

    Parameters
    ----------
    job : Job
        The notebook and all its parameters.
    folder : Path
        Appears only when the report is whole.
    processed : Path
        Folder of the processed tables.
    pdf : bool
        Print the page to ``report.pdf`` too.
    cell_timeout : int, optional
        Seconds that one cell may take.

    Returns
    -------
    Outcome
        Whatever goes wrong costs this report only, and is said in the outcome.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    clock = time.perf_counter()
    made = Outcome.of(job)
    try:
        with tempfile.TemporaryDirectory(prefix="inl-evidence-") as scratch:
            executed, read = _execute(job, processed, Path(scratch), cell_timeout)
        made = replace(made, reads=tuple(read))
        write_report(executed, job.name, job.notebook.name, folder, pdf)
    except PapermillExecutionError as error:
        # Counted as its author counts: without the cell that papermill puts in for the parameters.
        made = made.failed(f"{error.ename}: {error.evalue}", error.cell_index + (not job.parameters), error.source)
    except CellTimeoutError:
        made = made.failed(f"a cell took longer than {cell_timeout} seconds")
    except DeadKernelError as error:
        made = made.failed(f"the kernel died: {error}")
    except Exception as error:
        made = made.failed(_said(error))
    return replace(made, seconds=round(time.perf_counter() - clock, 2))


def take_report(executed: Path, job: Job, folder: Path, pdf: bool = False) -> Outcome:
    """Write the report of a notebook that something else has executed.

    Parameters
    ----------
    executed : Path
        Folder in which papermill has written the notebook, as ``<name of the report>.ipynb``.
    job, folder, pdf
        As for `make_report`.

    Returns
    -------
    Outcome
        A failure where the notebook is missing, failed, did not run to its end, or ran with other parameters.

    Examples
    --------
    >>> take_report(Path("nowhere"), Job("seizures-PAK", Path("seizures.ipynb"), {}), Path("seizures-PAK")).message
    'there is no executed notebook seizures-PAK.ipynb; see the log of what was to execute it'
    """
    import nbformat

    clock = time.perf_counter()
    made = Outcome.of(job, reads=None)
    path = executed / f"{job.name}.ipynb"
    try:
        if not path.is_file():
            raise InputError(f"there is no executed notebook {path.name}; see the log of what was to execute it")
        notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        made = _checked(made, notebook, path)
        if made.ok:
            write_report(notebook, job.name, job.notebook.name, folder, pdf)
    except Exception as error:
        made = made.failed(_said(error))
    return replace(made, seconds=round(time.perf_counter() - clock, 2))


def _checked(made: Outcome, notebook: Any, path: Path) -> Outcome:
    """Return a failure where an executed notebook is not the whole run that is wanted."""
    own = [cell for cell in notebook.cells if not _PUT_IN & set(cell.metadata.get("tags", []))]
    for number, cell in enumerate(own, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return made.failed(f"{output.ename}: {output.evalue}", number, cell.source)
        # Where papermill is stopped or the kernel dies it notes an end all the same, and no exception.
        to_run = (
            cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in cell.metadata.get("tags", [])
        )
        if to_run and "shell.execute_reply" not in cell.metadata.get("execution", {}):
            return made.failed(_CUT_SHORT, number, cell.source)
    told = notebook.metadata.get("papermill", {})
    if told.get("exception") or not told.get("end_time"):
        return made.failed(_CUT_SHORT)
    ran = {name: one.default for name, one in declared_parameters(path).items()} | told.get("parameters", {})
    for name, value in made.parameters.items():
        if ran.get(name) != value:
            return made.failed(f"it was executed with {name} = {ran.get(name)!r}, and {value!r} is wanted")
    return made


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"


def write_report(executed: Any, name: str, notebook: str, folder: Path, pdf: bool = False) -> None:
    r"""Write the page of an executed notebook and the files beside it; all of them or none.

    Parameters
    ----------
    executed : NotebookNode
        The executed notebook.
    name : str
        Of the report.
    notebook : str
        The file name that the page names as its method.
    folder : Path
        Appears only when the report is whole.
    pdf : bool
        Print the page to ``report.pdf`` too.

    Examples
    --------
    >>> from nbformat import v4
    >>> notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Seizures\n\nA page.")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(notebook, "seizures", "seizures.ipynb", Path(folder, "seizures"))
    ...     sorted(path.name for path in Path(folder, "seizures").iterdir())
    ['facts.json', 'notebook.ipynb', 'report.html']
    """
    from analysis.report.export import EvidenceExporter

    told = {"metadata": {"name": name}, "evidence": {"notebook": notebook, "index": "../index.html"}}
    exporter = EvidenceExporter()  # type: ignore[no-untyped-call]
    html, resources = exporter.from_notebook_node(executed, told)
    if not resources["shown"]:
        raise InputError("the notebook ran but showed nothing")
    # A name of its own: on a cluster the same report may be under way twice, once by a worker that was given up.
    unfinished = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    for path, data in {**resources["parts"], "report.html": html.encode()}.items():
        (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
        (unfinished / path).write_bytes(data)
    if pdf:
        to_pdf(unfinished / "report.html", unfinished / "report.pdf")
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(unfinished, ignore_errors=True)


def _execute(job: Job, processed: Path, scratch: Path, cell_timeout: int | None) -> tuple[Any, list[Read]]:
    import papermill

    from analysis.report.kernels import report_kernel

    told = scratch / "reads"
    own = {FOLDER_VARIABLE: str(processed), READS_VARIABLE: str(told), "IPYTHONDIR": str(scratch / "ipython")}
    with report_kernel({**os.environ, **surroundings(), **own}, scratch) as options:
        executed = papermill.execute_notebook(
            str(job.notebook.resolve()),
            None,
            job.parameters,
            kernel_name="python3",  # that of this environment, whatever the notebook names
            progress_bar=False,
            log_output=False,
            execution_timeout=cell_timeout,
            **options,
        )
    return executed, reads(told)
