"""From an executed notebook to the content of a page: blocks in order, figures numbered, sources.

Belongs here: reading the outputs that `page.Page` left, numbering, headings. Does not belong here:
HTML of the parts (``templates``), files (``parts``).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from nbformat import NotebookNode

from analysis.report.markup import markdown, plain, slug
from analysis.report.page import MIME, SHOWN

_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_TITLE = re.compile(r"\A\s*#\s+(.+?)\s*(?:\n|\Z)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass
class Content:
    """What a page holds.

    Attributes
    ----------
    head : dict
        The item of the head: title, topic, parameters, summary, data_version.
    blocks : list of dict
        In the order of the notebook; ``kind`` says which.
    facts : dict
        Key figures by key, also those that only the text uses.
    sources : dict
        Sources by id, in order of first use; the position is the number of the footnote.
    headings : list of (id, text)
        For the contents.

    Examples
    --------
    >>> content = Content({"title": "Seizures"}, sources={"dawn-1": {}, "inl-1": {}})
    >>> content.refs
    {'dawn-1': 1, 'inl-1': 2}
    """

    head: dict[str, Any]
    blocks: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    headings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def refs(self) -> dict[str, int]:
        """Footnote numbers by source id."""
        return {source: number for number, source in enumerate(self.sources, start=1)}

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the blocks of one kind."""
        return [block for block in self.blocks if block["kind"] == kind]

    @property
    def anchored(self) -> list[str]:
        """Keys of the figures that have a card on the page."""
        return [fact["key"] for block in self.of("facts") for fact in block["item"]["facts"]]


class _Reader:
    """Walks the cells once."""

    def __init__(self, notebook: NotebookNode, name: str) -> None:
        self.content = Content(
            {"kind": "head", "title": name, "topic": "", "parameters": [], "summary": "", "data_version": ""}
        )
        self.notebook = notebook
        self.ids: set[str] = {"main", "contents", "sources", "method", "files"}
        self.code: list[str] = []
        self.step = 0
        self.level = 1
        self.version = ""
        self.has_head = any(item["kind"] == "head" for _, item in _items(notebook))

    def read(self) -> Content:
        titled = False
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                source = cell.source
                title = _TITLE.match(source)
                if title and not titled:
                    # The notebook's own title: the page has its first heading already.
                    titled = True
                    source = source[title.end() :]
                    if not self.has_head:
                        self.content.head["title"] = plain(title[1])
                self._flush()
                self._text(str(markdown(source)))
            elif cell.cell_type == "code":
                self.step += 1
                if cell.source.strip():
                    self.code.append(plain(cell.source))
                before = len(self.content.blocks)
                for output in cell.get("outputs", []):
                    self._output(output)
                if len(self.content.blocks) > before:
                    self._flush()
        self._flush()
        self._cards()
        self.content.head["data_version"] = self.version
        return self.content

    def _flush(self) -> None:
        if self.code:
            last, first = self.step, self.step - len(self.code) + 1
            self._add("code", sources=self.code, first=first, last=last)
            self.code = []

    def _add(self, kind: str, **data: Any) -> None:
        self.content.blocks.append({"kind": kind, **data})

    def _text(self, html: str) -> None:
        if html.strip():
            self._add("html", html=Markup(_HEADING.sub(self._heading, html)))

    def _heading(self, match: re.Match[str]) -> str:
        # A level is never skipped, so that a screen reader's outline has no holes.
        self.level = min(int(match[1]), self.level + 1)
        text = Markup(match[2]).striptags()
        anchor = base = slug(str(text))
        number = 1
        while anchor in self.ids:
            number += 1
            anchor = f"{base}-{number}"
        self.ids.add(anchor)
        if self.level == 2:
            self.content.headings.append((anchor, str(text)))
        return f'<h{self.level} id="{escape(anchor)}">{match[2]}</h{self.level}>'

    def _output(self, output: NotebookNode) -> None:
        data = output.get("data", {})
        if output.get("metadata") == SHOWN:
            return
        if MIME in data:
            self._item(data[MIME], data)
        elif output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                self._add("text", text=_clean(output.text))
        elif output.output_type == "error":
            self._add("error", text=_clean(f"{output.ename}: {output.evalue}"))
        elif "image/png" in data:
            alt = (
                output.metadata.get("image/png", {}).get("alt")
                or output.metadata.get("alt")
                or "Picture without a description"
            )
            self._add("picture", alt=plain(alt), src=png_source(data["image/png"]))
        elif "text/markdown" in data:
            self._text(str(markdown(data["text/markdown"])))
        elif data.get("text/plain", "").strip():
            self._add("text", text=_clean(data["text/plain"]))

    def _item(self, item: dict[str, Any], data: dict[str, Any]) -> None:
        item = plain(item)
        kind = item["kind"]
        self.version = item.pop("data_version", self.version)
        for account in _accounts(item):
            self._cite(account)
        for fact in item.get("facts", []):
            known = self.content.facts.get(fact["key"])
            if known is None or fact["lineage"] is not None:
                self.content.facts[fact["key"]] = fact
        if kind == "head":
            self.content.head = item
        elif kind == "section":
            title = Markup("<h2>{}</h2>").format(item["title"])
            self._text(title + markdown(item["intro"]))
        elif kind in ("figure", "table", "note"):
            number = len(self.content.of(kind)) + 1
            pictures = (
                {"svg": str(data.get("image/svg+xml", "")), "png": str(data.get("image/png", ""))}
                if kind == "figure"
                else {}
            )
            self._add(kind, item={**item, "number": number}, number=number, **pictures)
        else:
            self._add(kind, item=item)

    def _cite(self, account: dict[str, Any]) -> None:
        for source in account["sources"]:
            known = self.content.sources.setdefault(source["source_id"], {**source, "records": 0, "files": []})
            known["records"] = max(known["records"], source["records"])
            known["files"] = list(dict.fromkeys([*known["files"], *source["files"]]))

    def _cards(self) -> None:
        """Give the figures that only the text uses their cards, at the end."""
        left = [fact for key, fact in self.content.facts.items() if key not in self.content.anchored]
        if left:
            self._text("<h2>Other figures in the text</h2>")
            self._add("facts", item={"kind": "facts", "facts": left})


def read_content(notebook: NotebookNode, name: str) -> Content:
    r"""Read an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; its outputs hold all that the page needs.
    name : str
        The title where the notebook has none.

    Examples
    --------
    >>> from nbformat import v4
    >>> notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Seizures\n\n## By year")])
    >>> content = read_content(notebook, "seizures")
    >>> content.head["title"], content.headings
    ('Seizures', [('by-year', 'By year')])
    """
    return _Reader(notebook, name).read()


def png_source(encoded: str) -> str:
    r"""Return a data address for a PNG; anything that is not base64 is dropped.

    Examples
    --------
    >>> png_source("iVBORw0KGgo=\n")
    'data:image/png;base64,iVBORw0KGgo='
    """
    return "data:image/png;base64," + re.sub(r"[^A-Za-z0-9+/=]", "", encoded)


def svg_source(svg: str) -> str:
    """Return a data address for an SVG.

    Examples
    --------
    >>> svg_source("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _items(notebook: NotebookNode) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                yield number, output["data"][MIME]


def _accounts(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if item.get("lineage"):
        yield item["lineage"]
    for fact in item.get("facts", []):
        if fact.get("lineage"):
            yield fact["lineage"]


def _clean(text: str) -> str:
    return str(plain(_COLOUR.sub("", text))).strip("\n")
