"""What a run says of itself: ``run.json``, written and read back. It is the one file that holds times.

Belongs here: what is in that file. Does not belong here: marks (``decide``), what a run does (``run``).
"""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.report.decide import Marks
from analysis.report.make import Outcome
from analysis.report.plan import Job
from analysis.report.publish import current

NAME = "run.json"


@dataclass(frozen=True)
class Published:
    """The run that readers see now.

    Attributes
    ----------
    folder : Path or None
        ``runs/<id>``; None where nothing is published.
    entries : dict
        What its ``run.json`` says of each report, by name.
    installed : dict
        What was installed.
    data_version : str
        Of the processed tables.
    """

    folder: Path | None = None
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    installed: dict[str, str] = field(default_factory=dict)
    data_version: str = ""

    def report(self, name: str) -> Path | None:
        """Return the folder of a report, None where it is not published."""
        if self.folder is None or not (self.folder / name / "report.html").is_file():
            return None
        return self.folder / name

    def seconds(self, name: str) -> float:
        """Return how long a report took, 0 where that is not known."""
        return float(self.entries.get(name, {}).get("seconds", 0.0))


def read_published(out: Path) -> Published:
    """Read what is published in a folder; an account of another version counts as none.

    Examples
    --------
    >>> read_published(Path("nowhere")).folder is None
    True
    """
    folder = current(out)
    told = read_json(folder / NAME) if folder else {}
    if "installed" not in told:
        return Published(folder)
    return Published(folder, {one["name"]: one for one in told["reports"]}, told["installed"], told["data_version"])


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; an empty one where there is none that can be read.

    Examples
    --------
    >>> read_json(Path("no/such/run.json"))
    {}
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def entries(
    made: Mapping[Job, Outcome], before: Published, kept: Iterable[str], staged: Path, marks: Marks, pdf: bool
) -> list[dict[str, Any]]:
    """Return one entry a report: what became of it, and the marks of what it follows from.

    Parameters
    ----------
    made : mapping of Job to Outcome
        The reports asked for, and the others that stand.
    before : Published
        Where the entries of the others are.
    kept : iterable of str
        Reports taken over although they do not stand.
    staged : Path
        The run, with its reports.
    marks : Marks
        Of the inputs.
    pdf : bool
        PDFs were printed.

    Examples
    --------
    >>> job = Job("claims", Path("claims.ipynb"), {})
    >>> failed = Outcome("claims", "claims.ipynb", {}).failed("a cell fails", 3)
    >>> [entry] = entries({job: failed}, Published(), [], Path("staged"), Marks(Path("processed")), pdf=False)
    >>> entry["result"], entry["message"], entry["cell"]
    ('failed', 'a cell fails', 3)
    """
    out, asked = [], set()
    for job, outcome in made.items():
        asked.add(job.name)
        said = asdict(outcome)
        reads = said.pop("reads")
        if outcome.result == "unchanged":
            out.append({**before.entries[job.name], "result": "unchanged"})
        elif outcome.result == "made":
            out.append({**said, **marks.entry(job, reads, staged / job.name, pdf)})
        else:
            out.append(said)
    others = [before.entries[name] for name in kept if name not in asked and name in before.entries]
    return [*out, *({**entry, "result": "kept"} for entry in others)]


def account(
    identity: str, started: dt.datetime, before: Published, version: str, marks: Marks, reports: list[dict[str, Any]]
) -> str:
    """Return the text of ``run.json``.

    Parameters
    ----------
    identity : str
        The id of the run.
    started : datetime
        When it began, with its zone.
    before : Published
        The run before.
    version : str
        Of the processed tables.
    marks : Marks
        Of the inputs.
    reports : list of dict
        From `entries`.

    Examples
    --------
    >>> told = account("0a1b2c", dt.datetime.now(dt.UTC), Published(), "3d4e5f", Marks(Path("processed")), [])
    >>> json.loads(told)["run"], json.loads(told)["data_version"]
    ('0a1b2c', '3d4e5f')
    """
    told = {
        "run": identity,
        "previous": before.folder.name if before.folder else "",
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((dt.datetime.now(dt.UTC) - started).total_seconds(), 2),
        "data_version": version,
        "python": platform.python_version(),
        "installed": marks.installed,
        "reports": reports,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
