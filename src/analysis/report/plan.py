"""The plan: which notebooks run with which parameters, checked before anything starts.

Belongs here: reading plan.yaml, names of reports. Does not belong here: what a notebook allows
(``parameters``), running anything (``run``).
"""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import InputError, nearest
from analysis.report.parameters import Parameter, check_value, declared_parameters


@dataclass(frozen=True)
class Job:
    """One report to make: its name, the notebook, and all its parameters.

    Examples
    --------
    >>> Job("seizures-PAK", Path("notebooks/seizures.ipynb"), {"country": "PAK"}).notebook.stem
    'seizures'
    """

    name: str
    notebook: Path
    parameters: dict[str, Any] = field(hash=False)


def read_plan(path: Path, only: Sequence[str] = (), params: Mapping[str, Any] | None = None) -> list[Job]:
    r"""Read a plan and check it whole.

    Parameters
    ----------
    path : Path
        YAML with ``reports`` (a list of ``notebook`` and ``parameters``; a list as a value makes one
        report an entry) and, optionally, ``defaults`` (``notebooks``: their folder, seen from the
        plan's folder or the one above; ``parameters`` for every notebook that declares them).
    only : sequence of str
        Names of reports or notebooks, or patterns of them; empty means all.
    params : mapping, optional
        Values that replace those of the plan; text is read as the declared type.

    Returns
    -------
    list of Job
        In the order of the plan.

    Raises
    ------
    InputError
        Anything that is unknown, of the wrong type or out of range; the message names the choices.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> cell = '{"source": "country = \'PAK\'", "metadata": {"tags": ["parameters"]}}'
    >>> with TemporaryDirectory() as folder:
    ...     (notebooks := Path(folder, "notebooks")).mkdir()
    ...     written = (notebooks / "seizures.ipynb").write_text(f'{{"cells": [{cell}]}}')
    ...     plan = "reports: [{notebook: seizures, parameters: {country: [PAK, TJK]}}]"
    ...     written = (path := Path(folder, "plan.yaml")).write_text(plan)
    ...     [job.name for job in read_plan(path)]
    ['seizures-PAK', 'seizures-TJK']
    """
    plan = _load(path)
    defaults = plan.get("defaults") or {}
    folder = _folder(path, str(defaults.get("notebooks", "notebooks")))
    given = dict(params or {})
    used: set[str] = set()
    declared_anywhere: set[str] = set()
    jobs: list[Job] = []
    for entry in plan["reports"]:
        notebook = _notebook(entry, folder, path)
        declared = declared_parameters(notebook)
        declared_anywhere |= set(declared)
        wanted = {name: value for name, value in (defaults.get("parameters") or {}).items() if name in declared}
        wanted |= entry.get("parameters") or {}
        wanted |= {name: value for name, value in given.items() if name in declared}
        used |= set(given) & set(declared)
        jobs += _matrix(entry, notebook, declared, wanted, f"{path}, {notebook.stem}")
    for name in given:
        if name not in used:
            raise InputError(f"--param {name}: no notebook of {path} declares it{_known(name, declared_anywhere)}")
    names = [job.name for job in jobs]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{path}: two reports are called {name!r}; give one of them a name of its own (name: ...)")
    return _select(jobs, only)


def _load(path: Path) -> dict[str, Any]:
    try:
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; name the plan with --plan") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(plan, dict) or not isinstance(plan.get("reports"), list) or not plan["reports"]:
        raise InputError(f"{path} lists no reports; it needs `reports:`, a list of `notebook:` and `parameters:`")
    _only_keys(plan, ("defaults", "reports"), f"{path}: a plan")
    return plan


def _only_keys(given: dict[Any, Any], known: tuple[str, ...], what: str) -> None:
    for key in given:
        if key not in known:
            raise InputError(f"{what} has no {key!r}; it has {', '.join(known)}{nearest(str(key), known)}")


def _folder(path: Path, name: str) -> Path:
    beside, above = path.parent / name, path.parent.parent / name
    return beside if beside.is_dir() else above


def _notebook(entry: Any, folder: Path, path: Path) -> Path:
    if not isinstance(entry, dict) or not isinstance(entry.get("notebook"), str):
        raise InputError(f"{path}: {entry!r} is not a report; write notebook: <name> and parameters: {{...}}")
    _only_keys(entry, ("notebook", "parameters", "name"), f"{path}: a report")
    stem = entry["notebook"].removesuffix(".ipynb")
    known = sorted(p.stem for p in folder.glob("*.ipynb"))
    if stem not in known:
        there = ", ".join(known) or "none"
        raise InputError(f"{path}: there is no notebook {stem!r} in {folder}; there are {there}{nearest(stem, known)}")
    return folder / f"{stem}.ipynb"


def _matrix(
    entry: dict[str, Any], notebook: Path, declared: dict[str, Parameter], wanted: dict[str, Any], where: str
) -> list[Job]:
    for name in wanted:
        if name not in declared:
            raise InputError(f"{where}: parameter {name!r} is not declared by the notebook{_known(name, declared)}")
    lists = {
        name: value if isinstance(value, list) and not isinstance(declared[name].default, list) else [value]
        for name, value in wanted.items()
    }
    varied = [name for name in declared if name in lists and (len(lists[name]) > 1 or isinstance(wanted[name], list))]
    if "country" in lists and "country" not in varied:
        varied.insert(0, "country")
    jobs = []
    for values in itertools.product(*lists.values()):
        chosen = {name: check_value(declared[name], value, where) for name, value in zip(lists, values, strict=True)}
        full = {name: chosen.get(name, parameter.default) for name, parameter in declared.items()}
        base = str(entry.get("name") or notebook.stem)
        name = "-".join([base, *(str(full[each]) for each in varied if not entry.get("name") or len(lists[each]) > 1)])
        jobs.append(Job(_safe_name(name, where), notebook, full))
    return jobs


def _safe_name(name: str, where: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")
    if not safe or len(safe) > 120 or safe in ("data", "index.html"):
        raise InputError(f"{where}: {name!r} cannot be the name of a report; give it one with name: ...")
    return safe


def _known(name: str, known: Any) -> str:
    return nearest(name, known) or f"; declared: {', '.join(sorted(known)) or 'none'}"


def _select(jobs: list[Job], only: Sequence[str]) -> list[Job]:
    if not only:
        return jobs
    names = [job.name for job in jobs] + [job.notebook.stem for job in jobs]
    for pattern in only:
        if not fnmatch.filter(names, pattern):
            there = ", ".join(names[: len(jobs)])
            raise InputError(f"--only {pattern}: no such report; the plan has {there}{nearest(pattern, names)}")
    return [job for job in jobs if any(fnmatch.fnmatch(n, p) for p in only for n in (job.name, job.notebook.stem))]
