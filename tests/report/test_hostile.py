"""Hostile text in every text column comes out as text."""

import csv
import io
import json
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest

from analysis.report.index import gather, index_page
from analysis.report.page import Page
from analysis.report.parts import harmless
from analysis.report.pictures import to_svg

CORPUS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    '"><svg onload=window.hit=1>',
    "' onmouseover='window.hit=1",
    "javascript:window.hit=1",
    "[click](javascript:window.hit=1)",
    "![x](https://example.org/spy.png)",
    "<svg xmlns='http://www.w3.org/2000/svg'><script>window.hit=1</script></svg>",
    "&lt;script&gt;window.hit=1&lt;/script&gt; &#60;b&#62;",
    "invoice\u202egpj.exe\u2066x\u2069",
    '=HYPERLINK("https://example.org","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "W" * 5000,
    "{{ 7*7 }} {% raw %} ${7*7} {0} {key} #{7*7} <%= 7*7 %>",
    "</style></title></textarea><script>window.hit=1</script>",
    "--><script>window.hit=1</script><!--",
    "]]><script>window.hit=1</script>",
    "a\x00b\x1b[31mc\x07",
    "سيّد 日本 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org/'>",
    "<style>*{display:none}</style><iframe src=https://example.org></iframe>",
    "$\\frac{1}{2}$ \\href{javascript:x}{y}",
]
# Every tag that the templates write; anything else came out of the data.
ALLOWED = {"html", "head", "meta", "title", "link", "style", "body", "a", "header", "p", "span", "h1", "h2", "h3", "dl"}
ALLOWED |= {"div", "dt", "dd", "nav", "ol", "ul", "li", "main", "details", "summary", "pre", "code", "figure", "img"}
ALLOWED |= {"figcaption", "b", "table", "thead", "tbody", "tr", "th", "td", "aside", "footer", "bdi", "strong", "em"}
ALLOWED |= {"blockquote"}


@pytest.fixture
def hostile(record, tmp_path):
    """A page with the corpus in every text that it takes, and its index."""
    from matplotlib.figure import Figure

    n = len(CORPUS)
    sources = pd.DataFrame({name: CORPUS for name in ("source_id", "publisher", "title", "url", "published", "terms")})
    rows = pd.DataFrame(
        {name: CORPUS for name in ("record_id", "source_id", "file", "drug_reported", "note", "bound", "unit")}
    )
    rows = rows.assign(line=range(n), value=1.0, low=1.0, high=1.0)
    everything = "\n\n".join(CORPUS)
    page = Page(
        everything,
        everything,
        dict(zip(CORPUS, CORPUS, strict=True)) | {"country": CORPUS[0]},
        everything,
        sources=sources,
    )
    for number, text in enumerate(CORPUS):
        page.fact(f"f{number}", text, 1, unit=text, rows=rows, text=text)
    page.facts()
    for text in CORPUS:
        page.prose("{f0} {w}", w=text)
        record.markdown(f"# {text}\n\n{text}")
        page.section(text, text)
        page.note(text)
        page.nothing(text)
    page.table(rows, everything, rows, everything, show=100)
    page.table(rows.set_index("note").pivot_table(columns="drug_reported", values="value"), "Wide")
    figure = Figure()
    drawable = [text for text in CORPUS if len(text) < 300 and text.isprintable() and text.isascii()]
    figure.subplots().barh([text.replace("$", "") for text in drawable], 1)
    figure.axes[0].set_title(CORPUS[0])
    page.figure(figure, everything, everything, rows, rows, everything)
    run = tmp_path / "run"
    html, outputs = record.write(run / "demo")
    failures = [
        {"name": text, "notebook": text, "cell": 1, "message": text, "source": text, "kept": True} for text in CORPUS
    ]
    ledger = {"version": CORPUS[0], "tables": {text: {"rows_in": 1} for text in CORPUS}, "warnings": CORPUS}
    index = index_page(gather(run, None, failures, set(), ledger), "0123456789ab", "")
    (run / "index.html").write_text(index, encoding="utf-8")
    return run, html, outputs, index


def _check(tags, html, allowed=ALLOWED):
    found = tags(html)
    assert {tag for tag, _ in found.found} <= allowed
    for tag, attrs in found.found:
        assert not any(name.startswith("on") or name in ("style", "srcdoc", "formaction") for name in attrs), (
            tag,
            attrs,
        )
        href = attrs.get("href", "#")
        assert href.startswith(
            ("#", "https://", "http://", "tables/", "figures/", "facts.json", "notebook.ipynb", "../", "demo/", "data")
        )
        assert tag != "img" or attrs["src"].startswith("data:image/")
    assert "\u202e" not in html
    assert "\x00" not in html


def test_page_and_index_hold_text_alone(hostile, tags):
    _, html, _, index = hostile
    _check(tags, html)
    _check(tags, index.replace('href="run.json"', ""))
    for text in ("&lt;script&gt;window.hit=1&lt;/script&gt;", "{{ 7*7 }}", "⟨U+202E⟩"):
        assert text in html
        assert text in index


def test_no_csv_cell_is_a_formula(hostile):
    _, _, outputs, _ = hostile
    cells = [
        cell
        for path, data in outputs.items()
        if path.endswith(".csv")
        for line in csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
        for cell in line
    ]
    assert len(cells) > 1000
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_notebook_shows_text_alone(hostile, tags):
    _, _, outputs, _ = hostile
    notebook = nbformat.reads(outputs["notebook.ipynb"].decode(), 4)
    shown = [
        o.data["text/html"] for c in notebook.cells for o in c.get("outputs", []) if "text/html" in o.get("data", {})
    ]
    assert len(shown) > len(CORPUS)
    for html in shown:
        _check(tags, html)


def test_pictures_cannot_act(hostile):
    _, _, outputs, _ = hostile
    assert harmless(outputs["figures/figure-1.svg"].decode())
    assert json.loads(outputs["facts.json"])["facts"][0]["label"] == CORPUS[0]


def test_labels_in_pictures_are_text():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("<script>window.hit=1</script> </svg><a href='x'>")
    svg = to_svg(figure)
    names = {element.tag.split("}")[1] for element in ElementTree.fromstring(svg).iter()}
    assert names <= {"svg", "defs", "style", "g", "path", "use", "text", "clipPath", "rect"}
    assert harmless(svg)


def test_nothing_runs_in_a_browser(hostile, browser):
    run, *_ = hostile
    # The policy is lifted, so that escaping alone has to hold.
    context = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 740})
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for name in ("demo/report.html", "index.html"):
        address = (run / name).as_uri()
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("window.hit") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert [url for url in asked if not url.startswith("data:")] == [address]
        asked.clear()
    assert not said
    context.close()
