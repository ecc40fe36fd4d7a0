"""Every notebook as stored, exported: what a reviewer's browser must find on its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.report.export import EvidenceExporter

NOTEBOOKS = sorted(path.stem for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each notebook, with the files beside it."""
    made = {}
    for name in NOTEBOOKS:
        folder = tmp_path_factory.mktemp(name)
        notebook = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)
        told = {"metadata": {"name": name}, "evidence": {"notebook": f"{name}.ipynb", "index": "../index.html"}}
        html, resources = EvidenceExporter().from_notebook_node(notebook, told)
        for path, data in {**resources["parts"], "report.html": html.encode()}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        made[name] = folder / "report.html"
    return made


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_page(name: str, pages: dict[str, Path], browser: Any) -> None:
    address = pages[name].as_uri()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert said == []
    assert page.locator("h1").count() == 1
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_barrier_found_by_axe(name: str, pages: dict[str, Path], browser: Any) -> None:
    # axe is a script of the test: the page's own policy would forbid it.
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    context.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_page_is_light(name: str, pages: dict[str, Path]) -> None:
    assert pages[name].stat().st_size <= MOST_BYTES


def test_from_six_tonnes_to_the_raw_line_in_two_clicks(pages: dict[str, Path], root: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto(pages["seizures"].as_uri())
    card = page.locator("[id^=fact-]").filter(has_text="6 t").filter(has_text="Heroin and morphine").first
    card.get_by_text("Where this comes from").click()
    lines = (root / "data" / "raw" / "seizures.csv").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("inl-0001,"))
    assert card.get_by_text(f"seizures.csv, line {line}").is_visible()
    assert card.get_by_role("link").first.get_attribute("href").startswith("https://www.state.gov/")
    page.close()
