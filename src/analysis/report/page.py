"""What a notebook builds its page with.

A notebook makes one `Page` and calls its methods; each shows itself in JupyterLab and carries, in
its output, all that the exporter needs (`MIME`). So a report can be exported from the executed
notebook alone, whoever executed it.

Belongs here: the parts a page is made of, and what each must be given. Does not belong here: how
parts look (``templates``), which numbers are shown (``measures``), files.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from analysis import reads, store
from analysis.errors import InputError, nearest
from analysis.report import cells, lineage, pictures, wording
from analysis.report.fact import Fact
from analysis.report.markup import block, plain

MIME = "application/vnd.inl-evidence+json"
# Marks an output that only JupyterLab shows; the exporter builds the same from the item beside it.
SHOWN = {"inl-evidence": "for the notebook only"}
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_BRACED = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Page:
    """The page that a notebook builds; making it shows its head.

    Parameters
    ----------
    title : str
        The one first heading.
    topic : str
        Under what the index lists the report: ``seizures``, ``trainees``, ...
    parameters : dict
        The notebook's own parameters, shown in the head and in the index.
    summary : str
        One or two sentences of Markdown.
    sources : DataFrame, optional
        The table of sources; by default the processed one.
    find : callable, optional
        Looks rows up by record id; by default in the processed tables.

    Examples
    --------
    >>> page = Page("Seizures", topic="seizures", sources=pd.DataFrame({"source_id": []}))
    Seizures
    >>> str(page.fact("hashish", "Hashish seized", 61_400, 61_350, 61_450, unit="kg"))
    '61.4 t'
    >>> page.prose("In ten months {hashish} were seized.")
    In ten months 61.4 t were seized.
    """

    def __init__(
        self,
        title: str,
        topic: str = "",
        parameters: dict[str, Any] | None = None,
        summary: str = "",
        *,
        sources: pd.DataFrame | None = None,
        find: Callable[[Iterable[str]], pd.DataFrame] = store.find,
    ) -> None:
        self._given_sources = sources
        self._read_sources: lineage.Sources | None = None
        self._find = find
        self._facts: dict[str, Fact] = {}
        self._carded: set[str] = set()
        self._numbers: dict[tuple[str, str], int] = {}
        self._version = ""
        _required("title", title)
        self._show(
            {
                "kind": "head",
                "title": title,
                "topic": topic,
                # pairs, because a notebook file sorts the names of an object
                "parameters": [
                    [name, "" if value is None else str(value)] for name, value in (parameters or {}).items()
                ],
                "summary": summary,
            },
            title,
        )

    def fact(
        self,
        key: str,
        label: str,
        value: float | None,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        bound: str = "exact",
        rows: lineage.Rows = None,
        text: str = "",
    ) -> Fact:
        """State a key figure. Nothing is shown until `facts` or `prose` uses it.

        Parameters
        ----------
        key : str
            Its name in `prose` and in facts.json: small letters, digits, underscores.
        label : str
            What is counted, over what time: "Heroin seized, 2019".
        value, low, high : float, optional
            As in the processed tables; an open high end is infinity (or None with ``at_least``).
        unit : str
            ``kg``, ``people``, ``item``, ``percent``, ... or any words.
        bound : str
            ``exact | at_least | at_most | about | range``.
        rows : DataFrame or record ids
            The processed rows behind it.
        text : str
            A remark under the figure.

        Raises
        ------
        InputError
            A key that is no name or that already names another figure; a value outside its range.
        """
        if not _KEY.fullmatch(key):
            raise InputError(
                f"the key {key!r} is no name: use small letters, digits and underscores, as in heroin_2019"
            )
        if key in self._facts and self._facts[key].label != label:
            raise InputError(f"the key {key!r} already names {self._facts[key].label!r}; choose another for {label!r}")
        _required("label", label)
        settled, least, most, bound = wording.settle(value, low, high, bound)
        made = Fact(key, label, settled, least, most, unit, bound, text, self._account(rows))
        self._facts[key] = made
        return made

    def facts(self) -> None:
        """Show the key figures stated since the last call, as cards (all of them when none is new)."""
        keys = [key for key in self._facts if key not in self._carded] or list(self._facts)
        if not keys:
            raise InputError("no key figure has been stated yet; call page.fact(...) first")
        self._carded.update(keys)
        items = [self._facts[key].item() for key in keys]
        self._show({"kind": "facts", "facts": items}, "\n".join(f"{item['label']}: {item['said']}" for item in items))

    def prose(self, text: str, **words: object) -> None:
        """Show Markdown in which ``{key}`` stands for a key figure.

        Parameters
        ----------
        text : str
            Markdown; every number in it should be a ``{key}``.
        **words
            Other texts to insert by name, such as names from the data; they are inserted as they
            are, never read as Markdown.

        Raises
        ------
        InputError
            A ``{key}`` that is neither a figure nor a word; the message names the nearest.
        """
        used = list(dict.fromkeys(_BRACED.findall(text)))
        for key in used:
            if key not in self._facts and key not in words:
                known = [*self._facts, *words]
                hint = nearest(key, known) or f"; stated so far: {', '.join(known) or 'none'}"
                raise InputError(f"no key figure is called {key!r}{hint}")
        inserted = {key: str(words[key]) for key in used if key in words}
        facts = [self._facts[key].item(key not in self._carded) for key in used if key not in words]
        said = {**{fact["key"]: fact["said"] for fact in facts}, **inserted}
        item = {"kind": "prose", "text": text, "facts": facts, "words": inserted}
        self._show(item, _BRACED.sub(lambda match: said[match[1]], text))

    def figure(
        self,
        fig: Any,
        caption: str,
        alt: str,
        table: pd.DataFrame | None = None,
        rows: lineage.Rows = None,
        note: str = "",
    ) -> None:
        """Show a matplotlib figure and close it.

        Parameters
        ----------
        fig : matplotlib Figure
            Drawn on white.
        caption : str
            What it shows; the number is added.
        alt : str
            What a reader who cannot see it must know: kind of chart, what is on it, what it says.
        table : DataFrame, optional
            The numbers drawn; offered as CSV.
        rows : DataFrame or record ids, optional
            The processed rows behind it.
        note : str
            A caveat, Markdown.
        """
        _required("caption", caption)
        _required("alt", alt)
        import matplotlib.pyplot as plt

        png = pictures.to_png(fig)  # first: it settles the layout
        svg = pictures.to_svg(fig)
        plt.close(fig)
        kept, withheld = (None, 0) if table is None else self._may_show(table)
        item = {
            "kind": "figure",
            "caption": caption,
            "alt": alt,
            "note": note,
            "csv": "" if kept is None else cells.frame_csv(kept),
            "withheld": withheld,
            "lineage": self._account(rows),
        }
        item = self._stamped(item)
        number = self._number("figure", caption)
        encoded = base64.b64encode(png).decode("ascii")
        data = {
            "text/plain": f"Figure {number}. {item['caption']}",
            "image/svg+xml": svg,
            "image/png": encoded,
            MIME: item,
        }
        described = {"alt": item["alt"]}
        _display(data, {"image/png": described, "image/svg+xml": described})
        html = block("figure_text", item, number)
        _display({"text/plain": data["text/plain"], "text/html": html}, SHOWN)

    def table(self, df: pd.DataFrame, caption: str, rows: lineage.Rows = None, note: str = "", show: int = 30) -> None:
        """Show a table; its first column heads the rows.

        Parameters
        ----------
        df : DataFrame
            What is shown; an index with meaning becomes the first column.
        caption : str
            What it shows; the number is added.
        rows : DataFrame or record ids, optional
            The processed rows behind it.
        note : str
            A caveat, Markdown.
        show : int
            Rows on the page; the CSV beside the page always holds all.
        """
        _required("caption", caption)
        kept, withheld = self._may_show(df)
        frame = cells.flat(kept)
        numeric = [cells.is_number(frame.iloc[:, i]) for i in range(frame.shape[1])]
        first = [
            [cells.shown(value, str(name)) for name, value in zip(frame.columns, row, strict=True)]
            for row in frame.head(show).itertuples(index=False, name=None)
        ]
        # A cell that heads a row must say something to a screen reader.
        first = [[head or cells.MISSING, *rest] for head, *rest in first]
        item = {
            "kind": "table",
            "caption": caption,
            "note": note,
            "columns": [
                {"label": cells.label(str(name)) or "Row", "numeric": right}
                for name, right in zip(frame.columns, numeric, strict=True)
            ],
            "rows": first,
            "total": len(frame),
            "csv": cells.frame_csv(kept),
            "withheld": withheld,
            "lineage": self._account(rows),
        }
        number = self._number("table", caption)
        self._show(item, f"Table {number}. {caption}\n{kept.head(show).to_string()}", number)

    def section(self, title: str, intro: str = "") -> None:
        """Begin a section: a heading for the contents, and Markdown below it."""
        _required("title", title)
        self._show({"kind": "section", "title": title, "intro": intro}, f"{title}\n{intro}".strip())

    def note(self, text: str) -> None:
        """Show a caveat, Markdown, set apart from the text."""
        self._show({"kind": "note", "text": text}, text)

    def nothing(self, text: str) -> None:
        """Say that a selection is empty, and why: not the same as zero."""
        self._show({"kind": "nothing", "text": text}, text)

    def _account(self, rows: lineage.Rows) -> dict[str, Any]:
        return (
            lineage.account(rows, self._sources(), self._find)
            if rows is not None
            else lineage.account(None, _NO_SOURCES)
        )

    def _may_show(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
        if "source_id" not in frame:
            return frame, 0
        return lineage.without_aggregate_only(frame, self._sources())

    def _sources(self) -> lineage.Sources:
        if self._read_sources is None:
            given = self._given_sources
            self._read_sources = lineage.Sources(lineage.load_sources() if given is None else given)
        return self._read_sources

    def _number(self, kind: str, caption: str) -> int:
        taken = [number for (other, _), number in self._numbers.items() if other == kind]
        return self._numbers.setdefault((kind, caption), len(taken) + 1)

    def _stamped(self, item: dict[str, Any]) -> dict[str, Any]:
        """Put the version of the data on an item wherever more of the data has been read since the one before."""
        version = reads.data_version()
        if version != self._version:
            self._version = item["data_version"] = version
        made: dict[str, Any] = plain(item)
        return made

    def _show(self, item: dict[str, Any], text: str, number: int = 0) -> None:
        item = self._stamped(item)
        html = block("in_notebook", item, number)
        _display({"text/plain": plain(text), "text/html": html, MIME: item})


_NO_SOURCES = lineage.Sources(pd.DataFrame({"source_id": []}))


def _display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(data["text/plain"])
        return
    display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]


def _required(name: str, text: str) -> None:
    if not str(text).strip():
        raise InputError(f"{name} is empty; every part of a page needs one")
