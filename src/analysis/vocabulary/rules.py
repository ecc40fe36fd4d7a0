"""The assumptions of the cleaning: read from ``rules.yaml``, printed as the assumptions log.

Belongs here: reading the rules, handing out their parameters, writing the log. Does not belong
here: applying a rule (each cleaner does that), the wording of a rule (``rules.yaml``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

IMPACTS = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Rule:
    """One assumption: what, why, how much hangs on it, where it is used, and its parameters."""

    id: str
    topic: str
    text: str
    reason: str
    impact: str
    used_in: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id, in file order.

    Raises
    ------
    ValueError
        A rule lacks a field, has an unknown impact, or has the id of another one.

    Examples
    --------
    >>> rules()["at-least"].impact
    'high'
    """
    text = files(__package__).joinpath("rules.yaml").read_text(encoding="utf-8")
    known: dict[str, Rule] = {}
    for entry in yaml.load(text, Loader=yaml.CSafeLoader):
        name = entry.get("id", "without id")
        missing = [key for key in ("id", "topic", "text", "reason", "impact", "used_in") if not entry.get(key)]
        if missing:
            raise ValueError(f"rules.yaml: rule {name} lacks {', '.join(missing)}")
        if entry["impact"] not in IMPACTS:
            raise ValueError(f"rules.yaml: rule {name} has impact {entry['impact']!r}, expected one of {IMPACTS}")
        if name in known:
            raise ValueError(f"rules.yaml: two rules have the id {name}")
        known[name] = Rule(**{**entry, "used_in": tuple(entry["used_in"])})
    return known


def parameter(rule: str, name: str) -> Any:
    """Return one parameter of a rule.

    Examples
    --------
    >>> parameter("about", "band")
    0.1
    """
    return rules()[rule].parameters[name]


def assumptions_markdown() -> str:
    """Return the assumptions log (``data/ASSUMPTIONS.md``) as Markdown text.

    Examples
    --------
    >>> assumptions_markdown().splitlines()[0]
    '# What the cleaning assumes'
    """
    lines = [
        "# What the cleaning assumes",
        "",
        "Made from `src/analysis/vocabulary/rules.yaml`: change a rule there, never here, and a test says how to make",
        "this page anew. Impact says how far a wrong rule would move a reported figure.",
        "",
        "| impact | rules |",
        "|---|---|",
    ]
    for impact in IMPACTS:
        names = [rule.id for rule in rules().values() if rule.impact == impact]
        if names:
            lines.append(f"| {impact} | {', '.join(f'[{name}](#{name})' for name in names)} |")
    for topic in dict.fromkeys(rule.topic for rule in rules().values()):
        lines += ["", f"## Topic: {topic}"]
        for rule in rules().values():
            if rule.topic == topic:
                lines += _section(rule)
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> list[str]:
    lines = ["", f"### {rule.id}", "", f"- **We assume:** {rule.text}", f"- **Why:** {rule.reason}"]
    lines += [f"- **Impact if wrong:** {rule.impact}"]
    lines += [f"- **Used in:** {', '.join(f'`{place}`' for place in rule.used_in)}"]
    for name, value in rule.parameters.items():
        shown = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
        lines.append(f"- **Parameter `{name}`:** {shown}")
    return lines
