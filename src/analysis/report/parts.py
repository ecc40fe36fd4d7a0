"""The files beside the page: facts.json, tables, pictures, the executed notebook.

Belongs here: what each file holds and where it lies. Does not belong here: the page itself
(``export``), the tables of the whole run (``package``).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from typing import Any
from xml.etree import ElementTree

import nbformat
from nbformat import NotebookNode

from analysis.report import pictures
from analysis.report.content import Content
from analysis.report.lineage import AGGREGATE_ONLY, account_csv

_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,}")
_PATH = re.compile(r"(?<![\w/:.<])/(?:[\w.+@-]+/)+(?=[\w.+@<-])")
_KERNEL_FILE = re.compile(r"ipykernel_\d+/\d+\.py|\d+\.py(?=:\d+:)")
# What matplotlib draws with; nothing here can act.
_DRAWN = {"svg", "defs", "style", "g", "path", "use", "text", "tspan", "clipPath", "rect", "image", "title", "desc"}
_DRAWN |= {
    "linearGradient",
    "radialGradient",
    "stop",
    "pattern",
    "filter",
    "feColorMatrix",
    "line",
    "circle",
    "polygon",
}
_INSIDE = re.compile(r"#|data:image/(png|jpeg);")
_OUTSIDE = re.compile(r"@import|url\(\s*[\"']?(?!#)", re.IGNORECASE)


def harmless(svg: str) -> bool:
    """Say whether an SVG can be opened on its own: no script, no handler, no link, no request.

    Examples
    --------
    >>> harmless('<svg><path d="M 1 2"/></svg>'), harmless("<svg><script>alert(1)</script></svg>")
    (True, False)
    """
    if not svg or "<!" in svg or "<?" in svg:
        return False
    try:
        elements = list(ElementTree.fromstring(svg).iter())
    except ElementTree.ParseError:
        return False
    return all(_still(element) for element in elements)


def _still(element: ElementTree.Element) -> bool:
    tag = element.tag.rpartition("}")[2]
    if tag not in _DRAWN or (tag == "style" and _OUTSIDE.search(element.text or "")):
        return False
    for name, value in element.attrib.items():
        plain_name = name.rpartition("}")[2].lower()
        if plain_name.startswith("on") or (plain_name in ("href", "src") and not _INSIDE.match(value)):
            return False
        if _OUTSIDE.search(value):
            return False
    return True


def place_parts(content: Content, folders: bool = True) -> dict[str, bytes]:
    """Return the files beside the page by relative path, and note on each block where they lie.

    Each block gains ``files``, each fact ``href``; the page links to them. Without ``folders`` they
    all lie right beside the page.

    Examples
    --------
    >>> rows = {"count": 1, "sources": [], "records": []}
    >>> content = Content({}, facts={"opium": {"key": "opium", "lineage": rows}})
    >>> list(place_parts(content)), content.facts["opium"]["href"]
    (['tables/fact-opium-rows.csv'], 'tables/fact-opium-rows.csv')
    """
    out: dict[str, bytes] = {}

    def put(path: str, data: bytes) -> str:
        path = path if folders else path.rpartition("/")[2]
        out[path] = data
        return path

    for block in content.blocks:
        if block["kind"] not in ("figure", "table"):
            continue
        name, item, files = f"{block['kind']}-{block['number']}", block["item"], {}
        if block["kind"] == "figure":
            if not harmless(block["svg"]):
                block["svg"] = ""
            if block["svg"]:
                files["SVG"] = put(f"figures/{name}.svg", block["svg"].encode())
            if block["png"]:
                files["PNG"] = put(f"figures/{name}.png", base64.b64decode(block["png"]))
        if item["csv"]:
            files["CSV"] = put(f"tables/{name}.csv", item["csv"].encode())
        if item["lineage"]["count"]:
            files["rows"] = put(f"tables/{name}-rows.csv", account_csv(item["lineage"]).encode())
        block["files"] = files
    for fact in content.facts.values():
        account = fact["lineage"]
        fact["href"] = ""
        if account and account["count"]:
            fact["href"] = put(f"tables/fact-{fact['key']}-rows.csv", account_csv(account).encode())
    first = next((block["png"] for block in content.of("figure") if block["png"]), "")
    if first:
        put("figures/thumbnail.png", pictures.few_colours(base64.b64decode(first), 64, 320))
    return out


def facts_json(content: Content, name: str) -> bytes:
    """Return facts.json: every key figure with its range and rows, and what the other parts are.

    Examples
    --------
    >>> head = {"title": "Seizures", "topic": "", "summary": "", "data_version": "", "parameters": [["country", "PAK"]]}
    >>> json.loads(facts_json(Content(head), "seizures-PAK"))["parameters"]
    {'country': 'PAK'}
    """
    head = content.head
    made = {
        "report": name,
        **{key: head[key] for key in ("title", "topic", "summary", "data_version")},
        "parameters": dict(head["parameters"]),
        "facts": [_fact(fact) for fact in content.facts.values()],
        "figures": [{**_part(block), "alt": block["item"]["alt"]} for block in content.of("figure")],
        "tables": [_part(block) for block in content.of("table")],
        # In one order, whether the notebook comes from a file, whose keys are sorted, or was just executed.
        "sources": [dict(sorted(source.items())) for source in content.sources.values()],
    }
    return (json.dumps(made, indent=1, ensure_ascii=False, sort_keys=False) + "\n").encode()


def _part(block: dict[str, Any]) -> dict[str, Any]:
    """Describe a figure or a table; ``content`` changes when its numbers do."""
    item = block["item"]
    numbers = item["csv"] or block.get("svg") or block.get("png", "")
    return {
        "number": block["number"],
        "caption": item["caption"],
        "rows": max(item["csv"].count("\n") - 1, 0),
        "content": hashlib.sha256(numbers.encode()).hexdigest()[:16],
        "files": block["files"],
    }


def _fact(fact: dict[str, Any]) -> dict[str, Any]:
    account = fact["lineage"] or {"sources": [], "records": []}
    kept = {
        key: fact[key] for key in ("key", "label", "value", "low", "high", "unit", "bound", "shown", "said", "text")
    }
    return {
        **kept,
        "rows": [record[0] for record in account["records"]],
        "sources": [source["source_id"] for source in account["sources"]],
        "in_aggregate_only": [
            {"source_id": source["source_id"], "files": source["files"], "records": source["records"]}
            for source in account["sources"]
            if source["terms"].strip().casefold() == AGGREGATE_ONLY
        ],
    }


def tidy_notebook(notebook: NotebookNode) -> NotebookNode:
    """Return the executed notebook without times, machine paths and random ids.

    Examples
    --------
    >>> from nbformat import v4
    >>> run = v4.new_notebook(metadata={"papermill": {"duration": 3}}, cells=[v4.new_code_cell("1 + 1")])
    >>> dict(tidy_notebook(run).metadata)
    {}
    """
    made = copy.deepcopy(notebook)
    for key in set(made.metadata) - {"kernelspec", "language_info"}:
        del made.metadata[key]
    taken: set[str] = set()
    for number, cell in enumerate(made.cells, start=1):
        tags = cell.metadata.get("tags", [])
        for key in set(cell.metadata) - {"tags"}:
            del cell.metadata[key]
        if "injected-parameters" in tags or cell.get("id", "") in taken or "id" not in cell:
            cell["id"] = "injected-parameters" if "injected-parameters" in tags else f"cell-{number}"
        taken.add(cell["id"])
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = without_machine(output.text)
            elif output.output_type == "error":
                output.evalue = without_machine(output.evalue)
                output.traceback = [without_machine(line) for line in output.traceback]
            elif "text/plain" in output.get("data", {}):
                output.data["text/plain"] = without_machine(output.data["text/plain"])
    return made


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return a tidy notebook as the bytes of its file.

    Examples
    --------
    >>> from nbformat import v4
    >>> json.loads(notebook_bytes(v4.new_notebook()))["cells"]
    []
    """
    text: str = nbformat.writes(tidy_notebook(notebook))  # type: ignore[no-untyped-call]
    return f"{text}\n".encode()


def without_machine(text: str) -> str:
    """Return a message without folders of this machine, memory addresses and process numbers.

    Examples
    --------
    >>> without_machine("/home/ann/x/notes.py:3: <Figure at 0x7f00aa11bb22>")
    'notes.py:3: <Figure at 0x…>'
    """
    return _ADDRESS.sub("0x…", _PATH.sub("", _KERNEL_FILE.sub("cell", text)))
