"""The index of a run: reports, what changed, what failed, how good the data are.

Belongs here: gathering what the index shows. Does not belong here: its HTML (``templates``), how it
is published (``publish``).
"""

from __future__ import annotations

import base64
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.report.account import read_json
from analysis.report.changes import changes
from analysis.report.export import country_name, package_version, policy, style
from analysis.report.markup import environment, plain

_KEYS = 4


def read_facts(folder: Path) -> dict[str, Any] | None:
    """Return the facts.json of a report folder, None where there is none that can be read.

    Examples
    --------
    >>> read_facts(Path("no/such/report")) is None
    True
    """
    facts = read_json(folder / "facts.json")
    return facts if "facts" in facts else None


def gather(
    staged: Path, previous: Path | None, failures: list[dict[str, Any]], stale: set[str], ledger: dict[str, Any]
) -> dict[str, Any]:
    """Gather what the index shows.

    Parameters
    ----------
    staged : Path
        The run: one folder a report.
    previous : Path or None
        The run before.
    failures : list of dict
        ``name, notebook, cell, message, source`` of each report that failed.
    stale : set of str
        Reports taken over from the run before.
    ledger : dict
        Of the processed data: rows in, kept, rejected by table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     gathered = gather(Path(folder), None, [], set(), {"version": "0a1b2c"})
    >>> gathered["count"], gathered["first"], gathered["data_version"]
    (0, True, '0a1b2c')
    """
    reports, changed = [], []
    for folder in sorted(p for p in staged.iterdir() if p.is_dir()):
        facts = read_facts(folder)
        if facts is None:
            continue
        reports.append(_report(folder, facts, folder.name in stale))
        sentences = changes(read_facts(previous / folder.name), facts) if previous else []
        if sentences:
            changed.append({"name": folder.name, "title": facts["title"], "sentences": sentences})
    known = {report["name"] for report in reports}
    gone = [p.name for p in sorted(previous.iterdir()) if read_facts(p) and p.name not in known] if previous else []
    reports.sort(key=lambda r: (r["country"] == "", r["country"], r["topic"], r["title"], r["name"]))
    made: dict[str, Any] = plain(
        {
            "groups": [
                {"country": country, "reports": list(group)}
                for country, group in groupby(reports, key=lambda r: r["country"])
            ],
            "count": len(reports),
            "changed": changed,
            "gone": gone,
            "first": previous is None,
            "failures": failures,
            "data_version": str(ledger.get("version", "")),
            "quality": [{"table": name, **entry} for name, entry in ledger.get("tables", {}).items()],
            "warnings": list(ledger.get("warnings", [])),
        }
    )
    return made


def _report(folder: Path, facts: dict[str, Any], stale: bool) -> dict[str, Any]:
    thumbnail = folder / "figures" / "thumbnail.png"
    source = base64.b64encode(thumbnail.read_bytes()).decode("ascii") if thumbnail.is_file() else ""
    return {
        "name": folder.name,
        "title": facts["title"],
        "topic": facts["topic"],
        "country": country_name(str(facts["parameters"].get("country", "")).removeprefix("all")),
        "parameters": list(facts["parameters"].items()),
        "keys": facts["facts"][:_KEYS],
        "more": max(len(facts["facts"]) - _KEYS, 0),
        "thumbnail": f"data:image/png;base64,{source}" if source else "",
        "alt": facts["figures"][0]["alt"] if facts["figures"] else "",
        "pdf": (folder / "report.pdf").is_file(),
        "stale": stale,
    }


def index_page(gathered: dict[str, Any], run: str, prefix: str) -> str:
    """Return the index as HTML.

    Parameters
    ----------
    gathered : dict
        From `gather`.
    run : str
        The id of the run, which the page names.
    prefix : str
        What leads from the page to the run: ``""`` inside it, ``"runs/<id>/"`` above it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     gathered = gather(Path(folder), None, [], set(), {"version": "0a1b2c"})
    >>> index_page(gathered, "run-1", "").startswith("<!DOCTYPE html>")
    True
    """
    css = style()
    template = environment().get_template("evidence/run.html.j2")
    return (
        template.render(
            **gathered, run=run, prefix=prefix, css=css, policy=policy(css), version=package_version()
        ).strip()
        + "\n"
    )
