"""What changed since the run before, figure by figure, in words.

Belongs here: comparing two facts.json. Does not belong here: where they lie (``index``).
"""

from __future__ import annotations

from typing import Any


def changes(old: dict[str, Any] | None, new: dict[str, Any]) -> list[str]:
    """Return one sentence a change between two facts.json of one report; none where nothing changed.

    Examples
    --------
    >>> def facts(value, said):
    ...     fact = dict(key="a", label="Opium", value=value, low=value, high=value, unit="kg", bound="exact", said=said)
    ...     return dict(title="t", facts=[fact], figures=[], tables=[], sources=[], parameters={})
    >>> changes(facts(100.0, "100 kg"), facts(150.0, "150 kg"))
    ['Opium: up from 100 kg to 150 kg (+50%).']
    """
    if old is None:
        return ["This report is new."]
    said = []
    if old["title"] != new["title"]:
        said.append(f"The title was “{old['title']}”.")
    if old["parameters"] != new["parameters"]:
        said.append("The parameters changed.")
    before = {fact["key"]: fact for fact in old["facts"]}
    after = {fact["key"]: fact for fact in new["facts"]}
    for key, fact in after.items():
        if key not in before:
            said.append(f"{fact['label']}: new, {fact['said']}.")
        else:
            said += _fact(before[key], fact)
    said += [
        f"{fact['label']}: no longer shown; it was {fact['said']}." for key, fact in before.items() if key not in after
    ]
    for kind in ("figures", "tables"):
        said += _listed(kind[:-1], old[kind], new[kind])
    gained = {s["source_id"] for s in new["sources"]} - {s["source_id"] for s in old["sources"]}
    lost = {s["source_id"] for s in old["sources"]} - {s["source_id"] for s in new["sources"]}
    if gained:
        said.append(f"Sources added: {len(gained)}.")
    if lost:
        said.append(f"Sources no longer used: {len(lost)}.")
    return said


def _fact(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    same = all(old[name] == new[name] for name in ("value", "low", "high", "unit", "bound"))
    if same:
        rows = len(new.get("rows", [])) - len(old.get("rows", []))
        if rows:
            return [
                f"{new['label']}: still {new['said']}, now from {abs(rows)} {'more' if rows > 0 else 'fewer'} rows."
            ]
        return (
            []
            if old["label"] == new["label"]
            else [f"{new['label']}: the same figure, called “{old['label']}” before."]
        )
    if old["unit"] != new["unit"] or None in (old["value"], new["value"]) or old["value"] == new["value"]:
        if old["said"] == new["said"]:
            return [f"{new['label']}: still {new['said']}; what it allows is now {_ends(new)}, it was {_ends(old)}."]
        return [f"{new['label']}: now {new['said']}; it was {old['said']}."]
    direction = "up" if new["value"] > old["value"] else "down"
    share = f" ({(new['value'] / old['value'] - 1) * 100:+.0f}%)" if old["value"] else ""
    share = share.replace("+0%", "less than 1%").replace("-0%", "less than 1%")
    return [f"{new['label']}: {direction} from {old['said']} to {new['said']}{share}."]


def _ends(fact: dict[str, Any]) -> str:
    return f"{fact['low']:,g} to {fact['high']:,g}" if fact["high"] is not None else f"{fact['low']:,g} or more"


def _listed(kind: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    before = {entry["caption"]: entry for entry in old}
    after = {entry["caption"]: entry for entry in new}
    said = []
    for caption, entry in after.items():
        name = f"{kind.capitalize()} {entry['number']} ({caption})"
        if caption not in before:
            said.append(f"{name}: new.")
        elif entry.get("content") != before[caption].get("content"):
            rows, was = entry.get("rows"), before[caption].get("rows")
            said.append(
                f"{name}: {rows} rows, {was} before." if rows != was else f"{name}: some of its numbers changed."
            )
    return said + [f"{kind.capitalize()} “{caption}”: no longer shown." for caption in before if caption not in after]
