"""The page: an nbconvert exporter of our own, from an executed notebook to one safe HTML file.

Belongs here: content, template and policy put together; ``jupyter nbconvert --to evidence`` uses it
too. Does not belong here: what is on the page (``content``), the files beside it (``parts``).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import importlib.metadata
import re
from functools import cache
from typing import Any

import jinja2
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets import default

from analysis.report.content import png_source, read_content, svg_source
from analysis.report.markup import FILTERS, TEMPLATES
from analysis.report.parts import facts_json, notebook_bytes, place_parts

# Above this an SVG gives way to a PNG, where that is smaller.
_HEAVY = 45_000
_SIZE = re.compile(r'<svg\b[^>]*?\b(width|height)="([\d.]+)pt"[^>]*?\b(?:width|height)="([\d.]+)pt"')


@cache
def style(name: str = "page.css") -> str:
    """Return a style sheet of the templates, without comments and needless space.

    Examples
    --------
    >>> style().count("/*")  # no comment is left
    0
    """
    css = (TEMPLATES / "evidence" / name).read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", css).strip()


def policy(css: str) -> str:
    """Return the content-security policy of a page: its own style, pictures inside it, nothing else.

    Examples
    --------
    >>> policy("body {}").split("; ")[0]
    "default-src 'none'"
    """
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def package_version() -> str:
    """Return the version of this package, ``""`` where it is not installed.

    Examples
    --------
    >>> import analysis
    >>> package_version() in ("", analysis.__version__)
    True
    """
    try:
        return importlib.metadata.version("inl-evidence")
    except importlib.metadata.PackageNotFoundError:
        return ""


class EvidenceExporter(HTMLExporter):
    r"""Exports an executed notebook as a page; the files beside it are in ``resources["parts"]``.

    ``resources["evidence"]`` may hold ``notebook`` (the file name to be named as the method) and
    ``index`` (the address of the index).

    Examples
    --------
    >>> from nbformat import v4
    >>> notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Seizures\n\n## By year")])
    >>> page, resources = EvidenceExporter().from_notebook_node(notebook)
    >>> "<h1>Seizures</h1>" in page, sorted(resources["parts"])
    (True, ['facts.json', 'notebook.ipynb'])
    """

    export_from_notebook = "Evidence report"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "evidence"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> jinja2.Environment:
        made: jinja2.Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        made.autoescape = True
        made.trim_blocks = made.lstrip_blocks = True
        # Named by a parent template in a part that this page does not use.
        made.filters.update({**FILTERS, "highlight_code": str})
        return made

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources, whose ``parts`` are the files beside it by relative path."""
        resources = dict(resources or {})
        name = str((resources.get("metadata") or {}).get("name") or "report")
        told = resources.get("evidence") or {}
        content = read_content(nb, name)
        # The server of JupyterLab packs the files into one folder, whatever their paths say; only it names its
        # settings and no notebook key.
        parts = place_parts(content, folders="config_dir" not in resources or "unique_key" in resources)
        for block in content.of("figure"):
            block["src"], block["width"], block["height"] = _picture(block["svg"], block["png"])
        css = style()
        resources["page"] = {
            "content": content,
            "refs": content.refs,
            "fact_hrefs": {key: fact["href"] for key, fact in content.facts.items() if fact["href"]},
            "linked": set(content.anchored),
            "parts": sorted([*parts, "facts.json", "notebook.ipynb"]),
            "notebook": told.get("notebook") or f"{name}.ipynb",
            "index": told.get("index", ""),
            "country": country_name(dict(content.head["parameters"]).get("country", "")),
            "version": package_version(),
            "css": css,
            "policy": policy(css),
        }
        # The template builds the page from its content: no cell is left to convert, and the parent,
        # which would parse the page once more to look for pictures without words, is passed over.
        shell = copy.copy(nb)
        shell["cells"] = []
        html, resources = TemplateExporter.from_notebook_node(self, shell, resources, **kw)
        outputs = {**parts, "facts.json": facts_json(content, name), "notebook.ipynb": notebook_bytes(nb)}
        resources["parts"] = outputs
        # With a folder before each name: nbconvert's writer stumbles over a bare one.
        resources["outputs"] = {f"./{path}": data for path, data in outputs.items()}
        resources["shown"] = sum(block["kind"] != "code" for block in content.blocks)
        del resources["page"]
        return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n", resources


def country_name(code: str) -> str:
    """Return the English name of an ISO 3166-1 alpha-3 code, or the text itself.

    Examples
    --------
    >>> country_name("TJK"), country_name("all")
    ('Tajikistan', 'all')
    """
    import pycountry

    found = pycountry.countries.get(alpha_3=code) if len(code) == 3 else None
    return str(getattr(found, "common_name", found.name)) if found else code


def _picture(svg: str, png: str) -> tuple[str, str, str]:
    sizes = _SIZE.search(svg)
    width, height = (str(round(float(x) * 4 / 3)) for x in sizes.groups()[1:]) if sizes else ("", "")
    if sizes and sizes[1] == "height":
        width, height = height, width
    if svg and (not png or len(svg) <= _HEAVY or len(svg) <= len(png)):
        return svg_source(svg), width, height
    return png_source(png), width, height
