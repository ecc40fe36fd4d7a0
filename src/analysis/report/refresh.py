"""The stored notebooks, run again in place.

Belongs here: executing a notebook with the parameters that it holds and storing it with its outputs,
the same bytes for the same data. Does not belong here: reports (``run``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from analysis.errors import InputError, nearest
from analysis.report.parts import notebook_bytes


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
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    for name in names:
        if name not in known:
            raise InputError(f"there is no notebook {name!r} in {folder}{nearest(name, known)}")
    for name in names or known:
        path = folder / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
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
        path.write_bytes(notebook_bytes(notebook))
        yield name
