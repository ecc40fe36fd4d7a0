"""The page as a reader's browser sees it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

SCHEMES = ("light", "dark")


@pytest.fixture
def address(full_page, tmp_path):
    full_page.write(tmp_path)
    return (tmp_path / "report.html").as_uri()


def _open(browser, address, width=1280, scheme="light", **options):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.goto(address)
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_request_and_no_message(browser, address, scheme):
    page = _open(browser, address, scheme=scheme)
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.said == []
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1280, 360])
def test_no_barrier_found_by_axe(browser, address, scheme, width):
    # axe is a script of the test: the page's own policy would forbid it.
    page = _open(browser, address, width, scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    page.context.close()


def test_no_sideways_scrolling_on_a_phone(browser, address):
    page = _open(browser, address, 360)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_two_clicks_from_a_figure_to_its_line_and_source(browser, address):
    page = _open(browser, address)
    card = page.locator("#fact-opiates")
    line = card.get_by_text("seizures.csv, line 12")
    assert not line.is_visible()
    card.get_by_text("Where this comes from").click()
    assert line.is_visible()
    assert card.get_by_text("quantity: 6 · unit: metric tons").is_visible()
    link = card.get_by_role("link", name="Ten months of 2019")
    with page.expect_request("https://example.org/anf") as asked:
        link.click(no_wait_after=True)
    assert asked.value.url == "https://example.org/anf"
    page.context.close()


def test_the_style_is_applied_under_the_policy(browser, address):
    page = _open(browser, address)
    assert page.evaluate("getComputedStyle(document.querySelector('.cards')).display") == "grid"
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0
    page.context.close()
