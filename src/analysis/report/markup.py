"""From text that nobody vouches for to HTML that harms nobody.

Belongs here: the escaping template environment, Markdown without HTML, links that may be followed,
characters that would hide. Does not belong here: what a page holds (``page``, ``export``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jinja2
import mistune
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
# Controls that turn or hide text: shown by name instead. Joiners and marks that Urdu and Persian
# need (U+200C to U+200F) stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ue000-\uf8ff\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""Return the text with controls that would turn or hide it written out.

    Examples
    --------
    >>> visible("abc\u202egpj.exe")
    'abc⟨U+202E⟩gpj.exe'
    """
    text = text.replace("\r\n", "\n")
    return _HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def plain(thing: Any) -> Any:
    r"""Return JSON-like data with every text in it made `visible`.

    Examples
    --------
    >>> plain({"title": "abc\u202egpj.exe"})
    {'title': 'abc⟨U+202E⟩gpj.exe'}
    """
    if isinstance(thing, str):
        return visible(thing)
    if isinstance(thing, dict):
        return {visible(str(key)): plain(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [plain(value) for value in thing]
    return thing


def safe_link(url: str) -> str:
    """Return a web address that may be followed, or ``""``.

    Examples
    --------
    >>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)"), safe_link("http:x")
    ('https://example.org/a', '', '')
    """
    url = url.strip()
    if re.search(r"[\s\\<>\"'`]", url) or _HIDDEN.search(url):
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def readable_link(url: str) -> str:
    """Return a web address with the letters of its own script, as a browser shows and takes it.

    Examples
    --------
    >>> readable_link("https://example.org/%D0%BC%D0%B0%D0%BA?a=1%262"), readable_link("https://example.org/%ff")
    ('https://example.org/мак?a=1%262', 'https://example.org/%ff')
    """

    def letters(found: re.Match[str]) -> str:
        text = unquote(found[0], errors="replace")
        return text if "\ufffd" not in text and text.isprintable() and not _HIDDEN.search(text) else found[0]

    return re.sub(r"(?:%[89a-fA-F][0-9a-fA-F])+", letters, url)


def slug(text: str) -> str:
    """Return a text as part of an address inside the page.

    Examples
    --------
    >>> slug("By drug, agency & year")
    'by-drug-agency-year'
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^\w]+", "-", folded).strip("-")[:60] or "part"


class _Renderer(mistune.HTMLRenderer):
    """Markdown as HTML: raw HTML becomes text, pictures their words, only web links are links."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#"):
            return f'<a href="{escape(url)}">{text}</a>'
        target = safe_link(url)
        return f'<a href="{escape(target)}" rel="noopener noreferrer">{text}</a>' if target else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return str(text)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        # The page's title is its only first heading.
        level = min(max(level, 2), 6)
        return f"<h{level}>{text}</h{level}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre>{escape(code)}</pre>\n"


@cache
def _reader() -> mistune.Markdown:
    return mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["table", "strikethrough"])


def markdown(text: str, inserts: dict[str, Markup] | None = None) -> Markup:
    """Render Markdown; raw HTML in it comes out as text.

    Parameters
    ----------
    text : str
        Markdown.
    inserts : dict, optional
        Safe HTML by name; ``{name}`` in the text is replaced by it after rendering, so that what is
        inserted is never read as Markdown.

    Examples
    --------
    >>> print(markdown("**6 t** <script>"))
    <p><strong>6 t</strong> &lt;script&gt;</p>
    """
    names = list(inserts or {})
    text = visible(text)
    for number, name in enumerate(names):
        text = text.replace("{" + name + "}", f"\ue000{number}\ue001")
    html = str(_reader()(text))
    html = re.sub(r' style="text-align:(\w+)"', r' class="\1"', html)
    html = html.replace("<th>", '<th scope="col">').replace("<th class", '<th scope="col" class')
    for number, name in enumerate(names):
        html = html.replace(f"\ue000{number}\ue001", str((inserts or {})[name]))
    return Markup(html.strip())


@cache
def environment() -> jinja2.Environment:
    """Return the template environment: everything escaped, nothing undefined.

    Examples
    --------
    >>> environment().from_string("{{ title }}").render(title="<script>")
    '&lt;script&gt;'
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


def prose(item: dict[str, Any], linked: Iterable[str] = ()) -> Markup:
    """Return the HTML of a prose item; figures whose cards are on the page lead to them.

    Examples
    --------
    >>> fact = {"key": "opium", "said": "7.9 t"}
    >>> print(prose({"text": "In 2019 {opium} were seized.", "facts": [fact], "words": {}}, ["opium"]))
    <p>In 2019 <a class="fact" href="#fact-opium">7.9 t</a> were seized.</p>
    """
    on_page = set(linked)
    inserts = {key: Markup("<bdi>{}</bdi>").format(word) for key, word in item["words"].items()}
    for fact in item["facts"]:
        key, said = fact["key"], fact["said"]
        link = Markup('<a class="fact" href="#fact-{}">{}</a>').format(key, said)
        inserts[key] = link if key in on_page else Markup('<span class="fact">{}</span>').format(said)
    return markdown(item["text"], inserts)


FILTERS = {
    "prose": prose,
    "markdown": markdown,
    "readable_link": readable_link,
    "safe_link": safe_link,
    "slug": slug,
    "visible": visible,
}


def block(name: str, *args: Any, **named: Any) -> str:
    """Return the HTML of one part of a page: a macro of ``templates/evidence/blocks.html.j2``.

    Parameters
    ----------
    name : str
        The macro.
    *args, **named
        What it takes.

    Examples
    --------
    >>> block("counted", 1200, "row", "rows")
    '1,200 rows'
    """
    module: Any = environment().get_template("evidence/blocks.html.j2").module
    return str(getattr(module, name)(*args, **named)).strip()
