"""What the tests of the report room share: small data, pages without a kernel, a browser."""

from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.report import page as page_module
from analysis.report.export import EvidenceExporter

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture
def sources():
    return pd.DataFrame(
        [
            ("anf-2019", "Anti-Narcotics Force", "Ten months of 2019", "https://example.org/anf", "2019-11-05", "open"),
            ("ids", "UNODC", "Individual seizures", "https://example.org/ids", "2017", "aggregate only"),
        ],
        columns=["source_id", "publisher", "title", "url", "published", "terms"],
    )


@pytest.fixture
def rows():
    return pd.DataFrame(
        {
            "record_id": ["pk-1", "pk-2", "ids-1"],
            "source_id": ["anf-2019", "anf-2019", "ids"],
            "file": ["seizures.csv", "seizures.csv", "ids.csv"],
            "line": [12, 13, 977],
            "drug": ["heroin_morphine", "hashish", "heroin"],
            "quantity_reported": ["6", "61.4", "SECRET-4711"],
            "unit_reported": ["metric tons", "metric tons", "kg"],
            "note": ["", "as printed", ""],
            "value": [6000.0, 61400.0, 3.0],
            "low": [5500.0, 61350.0, 2.5],
            "high": [6500.0, 61450.0, 3.5],
            "bound": ["exact"] * 3,
            "unit": ["kg"] * 3,
        }
    )


@pytest.fixture
def record(monkeypatch):
    """Record what a page shows as the cells of an executed notebook, without a kernel."""
    cells = []

    def display(data, metadata=None):
        output = new_output("display_data", data=data, metadata=metadata or {})
        cells.append(new_code_cell("page.show()", outputs=[output], id=f"c{len(cells)}"))

    monkeypatch.setattr(page_module, "_display", display)
    monkeypatch.setattr("analysis.reads.data_version", lambda: "0123456789ab")

    class Recorder:
        def markdown(self, text):
            cells.append(new_markdown_cell(text, id=f"c{len(cells)}"))

        @property
        def notebook(self):
            return nbformat.from_dict(new_notebook(cells=list(cells), metadata=KERNEL))

        def write(self, folder, name="demo"):
            told = {"metadata": {"name": name}, "evidence": {"notebook": "demo.ipynb", "index": "../index.html"}}
            html, resources = EvidenceExporter().from_notebook_node(self.notebook, told)
            for path, data in {**resources["parts"], "report.html": html.encode()}.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            return html, resources["parts"]

    return Recorder()


@pytest.fixture
def full_page(record, rows, sources):
    """A page with one of everything; returns the recorder."""
    from matplotlib.figure import Figure

    record.markdown("# Seizures\n\nWhat was printed.")
    page = page_module.Page(
        "Seizures in Pakistan",
        "seizures",
        {"country": "PAK", "start": "2019-01-01"},
        "As **printed**.",
        sources=sources,
    )
    page.fact("opiates", "Morphine and heroin", 6000, 5500, 6500, "kg", rows=rows.iloc[[0, 2]], text="6 metric tons")
    page.fact("hashish", "Hashish", 61400, 61350, 61450, "kg", rows=rows.iloc[[1]])
    page.fact("trained", "People trained", 2000, bound="at_least", unit="people")
    page.facts()
    record.markdown("## By drug\n\n#### Too deep a heading\n\n| a | b |\n|---|---:|\n| 1 | 2 |\n")
    page.prose("Of {opiates}, and {hashish}; see [the list](https://example.org).")
    figure = Figure(figsize=(5, 3))
    figure.subplots().bar(["heroin", "hashish"], [6, 61.4])
    page.figure(
        figure, "Amounts", "Bar chart: ten times more hashish.", rows.iloc[:2][["drug", "value"]], rows, "Rounded."
    )
    page.table(pd.concat([rows] * 20, ignore_index=True), "Rows", rows=rows, show=5)
    page.section("Caveats", "Two of them.")
    page.note("Totals contain parts.")
    page.nothing("No cocaine was printed.")
    return record


class Tags(HTMLParser):
    """Collects the start tags of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.fixture
def tags():
    return Tags
