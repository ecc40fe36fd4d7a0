from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.markup import markdown, readable_link, safe_link, visible


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//example.org",
        "http:/x",
        "https://a b",
        "ftp://x",
        "",
    ],
)
def test_only_web_addresses_are_links(url):
    assert safe_link(url) == ""


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AA)",
        "![x](https://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "<https://example.org/><b onclick=x>",
        '| a |\n|---|\n| <svg onload="x"> |',
    ],
)
def test_markdown_gives_no_active_html(tags, text):
    found = tags(markdown(text)).found
    assert {tag for tag, _ in found} <= {"p", "a", "table", "thead", "tbody", "tr", "th", "td"}
    for _, attrs in found:
        assert not any(name.startswith("on") or name == "src" for name in attrs)
        assert attrs.get("href", "https:").startswith("https:")


def test_inserted_words_are_not_read_as_markdown():
    from analysis.report.markup import prose

    item = {"text": "By {who}.", "words": {"who": "**<b>x</b>** {who} ![a](b)"}, "facts": []}
    assert prose(item) == "<p>By <bdi>**&lt;b&gt;x&lt;/b&gt;** {who} ![a](b)</bdi>.</p>"


def test_headings_leave_the_first_level_to_the_page():
    assert markdown("# One") == "<h2>One</h2>"


def test_turning_controls_are_written_out_and_joiners_stay():
    assert visible("a\u202eb\u200cc\x00") == "a⟨U+202E⟩b\u200cc⟨U+0000⟩"


@given(st.text())
def test_no_text_makes_a_script(text):
    assert "<script" not in markdown(text).lower()


@given(st.text())
def test_a_readable_address_is_the_same_address_without_gaps(text):
    url = f"https://example.org/{quote(text)}"
    shown = readable_link(url)
    assert unquote(shown) == unquote(url)
    assert not set(shown) & set(" \t\n\r\"'<>")
    assert shown.isprintable()
