"""Which reports stand as they are, and why each of the others must be made again.

A report follows from five things: the cells of its notebook, its parameters, the parts of the processed tables that
it read, this package, and the installed packages. ``run.json`` keeps a mark of each; where all are still the same, and
the published files too, the report need not be made again.

Belongs here: marks and their comparison. Does not belong here: what is done about it (``run``).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.reads import Read, files_of
from analysis.report.plan import Job

_PACKAGE = Path(__file__).resolve().parents[1]
_SAID = 3


@dataclass(frozen=True)
class Decision:
    """Whether a report stands: ``why`` it must be made, ``""`` where it stands."""

    job: Job
    why: str

    @property
    def stands(self) -> bool:
        """Whether the published report is what a run would make."""
        return not self.why


class Marks:
    """The marks of what reports follow from, each found once.

    Parameters
    ----------
    processed : Path
        Folder of the processed tables.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     cell = {"cell_type": "code", "source": "1 + 1", "outputs": []}
    ...     written = (path := Path(folder, "a.ipynb")).write_text(json.dumps({"cells": [cell]}))
    ...     first = Marks(Path(folder)).notebook(path)
    ...     written = path.write_text(json.dumps({"cells": [cell | {"outputs": ["2"]}]}))
    ...     Marks(Path(folder)).notebook(path) == first  # outputs do not count
    True
    """

    def __init__(self, processed: Path) -> None:
        self._processed = processed
        self._files: dict[Path, str] = {}
        self._notebooks: dict[Path, str] = {}

    @cached_property
    def installed(self) -> dict[str, str]:
        """Python, the system, and the version of each installed package."""
        packages = {one.name: one.version for one in importlib.metadata.distributions()}
        system = f"{platform.system()} {platform.machine()}"
        return {"Python": platform.python_version(), "system": system, **dict(sorted(packages.items()))}

    @cached_property
    def package(self) -> str:
        """The files of this package."""
        return content(_PACKAGE)

    def notebook(self, path: Path) -> str:
        """Return the mark of a notebook's cells, without what they showed."""
        if path not in self._notebooks:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            told = [
                [cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {}).get("tags")] for cell in cells
            ]
            self._notebooks[path] = _hash(json.dumps(told, sort_keys=True).encode())
        return self._notebooks[path]

    def inputs(self, reads: Iterable[Read]) -> list[list[Any]]:
        """Return table, countries and mark of each read."""
        out: list[list[Any]] = []
        for read in reads:
            digest = hashlib.sha256()
            for path in files_of(read, self._processed):
                digest.update(f"{path.relative_to(self._processed)}\n{self._file(path)}\n".encode())
            out.append([read[0], None if read[1] is None else list(read[1]), digest.hexdigest()[:16]])
        return out

    def _file(self, path: Path) -> str:
        if path not in self._files:
            self._files[path] = _hash(path.read_bytes())
        return self._files[path]

    def entry(self, job: Job, reads: Iterable[Read] | None, folder: Path, pdf: bool) -> dict[str, Any]:
        """Return all marks of a report that has been made, for ``run.json``; no ``inputs`` where they are not known."""
        return {
            "notebook_mark": self.notebook(job.notebook),
            **({} if reads is None else {"inputs": self.inputs(reads)}),
            "package": self.package,
            "installed": _hash(json.dumps(self.installed).encode()),
            "pdf": pdf,
            "content": content(folder),
        }


def content(folder: Path) -> str:
    """Return the mark of the files in a folder, without what Python leaves there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     before, written = content(Path(folder)), Path(folder, "report.html").write_text("<p>")
    ...     content(Path(folder)) == before
    False
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def decide(
    job: Job,
    entry: Mapping[str, Any] | None,
    folder: Path | None,
    marks: Marks,
    pdf: bool = False,
    installed: Mapping[str, str] | None = None,
) -> Decision:
    """Decide whether the published report is what a run would make.

    Parameters
    ----------
    job : Job
        The report as it is wanted now.
    entry : mapping, optional
        What the ``run.json`` of the published run says of it.
    folder : Path, optional
        Where it is published.
    marks : Marks
        Of the inputs as they are now.
    pdf : bool
        A PDF is wanted.
    installed : mapping, optional
        What was installed at the published run, to say what changed since.

    Examples
    --------
    >>> decide(Job("seizures-PAK", Path("seizures.ipynb"), {"country": "PAK"}), None, None, Marks(Path("."))).why
    'it has not been made yet'
    """
    if entry is None or folder is None:
        return Decision(job, "it has not been made yet")
    if "content" not in entry:
        return Decision(job, "the last run could not make it")
    parameters = entry["parameters"]
    for name, value in job.parameters.items():
        if name not in parameters or parameters[name] != value:
            return Decision(job, f"its parameter {name} has changed")
    if entry["notebook"] != job.notebook.name or entry["notebook_mark"] != marks.notebook(job.notebook):
        return Decision(job, f"the notebook {job.notebook.name} has changed")
    if "inputs" not in entry:
        return Decision(job, "it was executed elsewhere, so what it read is not known")
    before = [(name, None if codes is None else tuple(codes)) for name, codes, _ in entry["inputs"]]
    for now, then in zip(marks.inputs(before), entry["inputs"], strict=True):
        if now != then:
            return Decision(job, f"its data have changed: {_read_in_words(now)}")
    if entry["package"] != marks.package:
        return Decision(job, "the package has changed")
    if entry["installed"] != _hash(json.dumps(marks.installed).encode()):
        return Decision(job, "the installed packages have changed" + _differences(installed or {}, marks.installed))
    if pdf and not entry["pdf"]:
        return Decision(job, "it has no PDF yet")
    if entry["content"] != content(folder):
        return Decision(job, "its published files are missing or were changed")
    return Decision(job, "")


def _read_in_words(read: list[Any]) -> str:
    return str(read[0]) if read[1] is None else f"{read[0]} of {', '.join(read[1])}"


def _differences(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = [name for name in sorted({*then, *now}) if then and then.get(name) != now.get(name)]
    said = [f"{name} {then.get(name, 'absent')} is now {now.get(name, 'absent')}" for name in names[:_SAID]]
    more = [f"and {len(names) - _SAID} more"] if len(names) > _SAID else []
    return f": {', '.join([*said, *more])}" if said else ""


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
