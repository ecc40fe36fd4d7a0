"""The stored notebooks: run again in place, brought into the stored form, or looked over.

Belongs here: executing a notebook with the parameters that it holds and storing it with its outputs, the same bytes
for the same data; remembering which code was run, so that a notebook changed since is caught. Does not belong here:
reports (``run``), which metadata are noise (``parts``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode, reader

from analysis.errors import InputError, nearest
from analysis.report.parts import tidy_notebook

OURS = "inl_evidence"
"""Where a stored notebook remembers what was run: ``metadata.inl_evidence.ran``, one digest a code cell."""

# The kernel that the package installs, so that JupyterLab opens a notebook without asking for one. Running a notebook
# here needs no installed kernel: "python3" is always the python that runs this.
KERNEL = {"display_name": "inl-evidence", "language": "python", "name": "inl-evidence"}


def refresh(folder: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Run notebooks again and store them; yield each name when it is stored.

    Parameters
    ----------
    folder : Path
        Where the notebooks lie.
    names : sequence of str
        Without ``.ipynb``; all in the folder where none is named.

    Raises
    ------
    InputError
        A notebook does not exist, or a cell of it fails; it is then left as it was.
    """
    for path in _paths(folder, names):
        notebook = _read(path)
        client = NotebookClient(
            notebook,
            timeout=900,
            kernel_name="python3",
            extra_arguments=["--log-level=50"],
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            last = str(error).strip().splitlines()[-1]
            raise InputError(f"{path}: a cell fails: {last}; the stored notebook is unchanged") from None
        path.write_bytes(_stored(notebook, digests(notebook)))
        yield path.stem


def normalise(folder: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Bring notebooks into the stored form without running them; yield the names of those that were not.

    Cell ids that are missing or doubled, and metadata, are put in order. Code and outputs stay, and so does what is
    remembered of the last run.

    Parameters
    ----------
    folder, names
        As in `refresh`.

    Raises
    ------
    InputError
        A notebook does not exist or is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     notebook = nbformat.v4.new_notebook(metadata={"papermill": {}})
    ...     written = Path(folder, "seizures.ipynb").write_text(nbformat.writes(notebook))
    ...     list(normalise(Path(folder))), list(normalise(Path(folder)))
    (['seizures'], [])
    """
    for path in _paths(folder, names):
        notebook = _read(path)
        stored = _stored(notebook, _ran(notebook))
        if stored != path.read_bytes():
            path.write_bytes(stored)
            yield path.stem


def problems(folder: Path, names: Sequence[str] = ()) -> list[str]:
    """Say which notebooks were changed since they were run, or are not in the stored form; nothing is run.

    Parameters
    ----------
    folder, names
        As in `refresh`.

    Returns
    -------
    list of str
        One sentence a notebook: file, cell, what is wrong, what to do.

    Raises
    ------
    InputError
        A notebook that is named does not exist.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    ...     written = Path(folder, "seizures.ipynb").write_text(nbformat.writes(notebook))
    ...     [sentence.rpartition("; ")[2] for sentence in problems(Path(folder))]
    ['run `inl-evidence refresh seizures`']
    """
    said = []
    for path in _paths(folder, names):
        try:
            notebook = _read(path)
        except InputError as error:
            said.append(str(error))
            continue
        stale = _stale(notebook)
        if stale:
            said.append(f"{path}{stale}; run `inl-evidence refresh {path.stem}`")
        elif _stored(notebook, _ran(notebook)) != path.read_bytes():
            said.append(f"{path}{_untidy(notebook)}; run `inl-evidence refresh --normalise {path.stem}`")
    return said


def digests(notebook: NotebookNode) -> list[str]:
    """Return a short digest of each code cell, in order.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> digests(new_notebook(cells=[new_markdown_cell("# Title"), new_code_cell("1 + 1")]))
    ['72fce59447a0']
    """
    return [hashlib.sha256(cell.source.encode()).hexdigest()[:12] for _, cell in _code(notebook)]


def _paths(folder: Path, names: Sequence[str]) -> list[Path]:
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    for name in names:
        if name not in known:
            raise InputError(f"there is no notebook {name!r} in {folder}{nearest(name, known)}")
    return [folder / f"{name}.ipynb" for name in names or known]


def _read(path: Path) -> Any:
    """Read a notebook as it stands: a missing or doubled cell id is for `problems` to tell."""
    try:
        made: Any = reader.reads(path.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
        if made.nbformat != 4:
            made = nbformat.convert(made, 4)  # type: ignore[no-untyped-call]
        if not all(isinstance(cell.source, str) and cell.cell_type for cell in made.cells):
            raise TypeError("a cell without text")
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        told = type(error).__name__ if not str(error) else str(error).strip().splitlines()[0][:60]
        raise InputError(
            f"{path}: this is not a notebook ({told}); take the last good one with `git checkout -- {path}`"
        ) from None
    return made


def _stored(notebook: NotebookNode, ran: Sequence[str]) -> bytes:
    made = tidy_notebook(notebook)
    made.nbformat_minor = max(made.nbformat_minor, 5)  # the first in which cells have ids
    # The same bytes whichever kernel and Python ran it.
    made.metadata["kernelspec"] = dict(KERNEL)
    made.metadata.get("language_info", {}).pop("version", None)
    if ran:
        made.metadata[OURS] = {"ran": list(ran)}
    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return f"{text}\n".encode()


def _ran(notebook: NotebookNode) -> list[str]:
    told = notebook.metadata.get(OURS)
    ran = told.get("ran") if isinstance(told, dict) else None
    return [str(digest) for digest in ran] if isinstance(ran, list) else []


def _code(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Return the code cells, each with its number as a reader counts: from 1, text cells too."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def _stale(notebook: NotebookNode) -> str:
    """Say why the outputs are not those of the code as it stands; blank where they are."""
    ran, now, code = _ran(notebook), digests(notebook), _code(notebook)
    if not ran:
        return ": it is not known which code its outputs come from"
    for place, (number, cell) in enumerate(code):
        if place >= len(ran) or now[place] != ran[place]:
            return f", cell {number}: the code is not the code that was run"
        if cell.source.strip() and cell.get("execution_count") is None:
            return f", cell {number}: the cell has not been run"
        meant = "raises-exception" in cell.metadata.get("tags", [])
        if not meant and any(output.output_type == "error" for output in cell.get("outputs", [])):
            return f", cell {number}: the cell ended with an error"
    if len(ran) > len(code):
        return f": {len(ran)} code cells were run and {len(code)} are here"
    counts = [(number, cell.execution_count) for number, cell in code if cell.source.strip()]
    for place, (number, count) in enumerate(counts, 1):
        if count != place:
            return f", cell {number}: it was run as number {count} and not {place}, so not from top to bottom"
    return ""


def _untidy(notebook: NotebookNode) -> str:
    """Say where a notebook differs from its stored form first."""
    tidy = tidy_notebook(notebook)
    for number, (cell, made) in enumerate(zip(notebook.cells, tidy.cells, strict=True), 1):
        noise = ", ".join(sorted(set(cell.metadata) - set(made.metadata)))
        if noise:
            return f", cell {number}: its metadata ({noise}) do not belong in a stored notebook"
        if cell.get("id") != made.get("id"):
            return f", cell {number}: its id is missing, or another cell has it"
        if cell != made:
            return f", cell {number}: an output names folders or addresses of one machine"
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "not said")
    if kernel != KERNEL["name"]:
        return f": its kernel is {kernel} and not {KERNEL['name']}"
    noise = ", ".join(sorted(set(notebook.metadata) - set(tidy.metadata) - {OURS}))
    return f": its metadata ({noise}) do not belong in a stored notebook" if noise else ": it is not in the stored form"
