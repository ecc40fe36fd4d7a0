"""A matplotlib figure as SVG and PNG, the same bytes each time.

Belongs here: saving and shrinking pictures. Does not belong here: what they show (``charts``).
"""

from __future__ import annotations

import io
import re
from typing import Any

_DECIMALS = re.compile(r"(\d+\.\d\d)\d+")
_DRAWN = re.compile(r'( (?:d|x|y|transform|points)=")([^"]*)(")')
_REFERENCE = re.compile(r"[\"'(]#([^\"')]+)[\"')]")
_NAME = re.compile(r' id="([^"]*)"')
_DPI = 110
_PAD = 0.1  # inches


def to_svg(figure: Any) -> str:
    """Return a figure as SVG: no date, fixed ids, two decimals.

    Letters stay letters: a third of the size of outlines, found by a search, and joined as Arabic
    script needs. Their place is fixed by their anchors, whatever font the reader has.

    Examples
    --------
    >>> from analysis.charts.style import panels
    >>> to_svg(panels(height=1)[0])[:4]
    '<svg'
    """
    import matplotlib as mpl

    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "inl-evidence", "svg.fonttype": "none"}):
        figure.savefig(
            out,
            format="svg",
            metadata={"Date": None, "Creator": None},
            bbox_inches="tight",
            pad_inches=_PAD,
            facecolor="white",
        )
    return shrink(out.getvalue())


def to_png(figure: Any) -> bytes:
    """Return a figure as PNG without a word about the program that made it; its layout is then settled.

    Drawn once and cut out: `savefig` draws twice, and packs what is unpacked here again.

    Examples
    --------
    >>> from analysis.charts.style import panels
    >>> to_png(panels(height=1)[0])[1:4]
    b'PNG'
    """
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    before = figure.dpi
    figure.set_dpi(_DPI)
    figure.set_facecolor("white")
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    box, (width, height) = figure.get_tightbbox(canvas.get_renderer()), figure.get_size_inches()
    figure.set_layout_engine("none")
    figure.set_dpi(before)
    if min(box.x0, box.y0, width - box.x1, height - box.y1) < 0:
        return _saved(figure)  # something sticks out, and would be cut off
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    box = box.padded(_PAD)
    left, top = round(box.x0 * _DPI), round((height - box.y1) * _DPI)
    image = Image.new("RGB", (round(box.width * _DPI), round(box.height * _DPI)), "white")
    image.paste(drawn, (-left, -top))
    return _packed(image, 256)


def _saved(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, bbox_inches="tight", pad_inches=_PAD, facecolor="white")
    return few_colours(out.getvalue(), 256)


def shrink(svg: str) -> str:
    """Drop what a browser does not need: prologue, metadata, comments, names nobody uses, decimals.

    Examples
    --------
    >>> shrink('<?xml version="1.0"?><svg><!-- x --><path d="M 1.23456 2"/></svg>')
    '<svg><path d="M 1.23 2"/></svg>'
    """
    svg = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # A scale of glyphs (0.015625) must keep its decimals; only places are cut.
    svg = _DRAWN.sub(lambda m: m[1] + (m[2] if "scale" in m[2] else _DECIMALS.sub(r"\1", m[2])) + m[3], svg)
    used = set(_REFERENCE.findall(svg))
    svg = _NAME.sub(lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(r">\s+<", "><", re.sub(r"\n(?=[MLQCVHz])", "", svg)).strip()
    while (smaller := svg.replace("<g/>", "").replace("<g></g>", "")) != svg:
        svg = smaller
    return svg


def few_colours(png: bytes, colours: int, width: int | None = None) -> bytes:
    """Return a PNG in few colours, which is all that a chart has, and no wider than ``width`` pixels.

    Examples
    --------
    >>> from PIL import Image
    >>> Image.new("RGB", (400, 200), "white").save(out := io.BytesIO(), format="PNG")
    >>> Image.open(io.BytesIO(few_colours(out.getvalue(), 16, width=100))).size
    (100, 50)
    """
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGB")
        if width is not None:
            small.thumbnail((width, width), Image.Resampling.LANCZOS)
        return _packed(small, colours)


def _packed(image: Any, colours: int) -> bytes:
    out = io.BytesIO()
    image.quantize(colours, dither=0).save(out, format="PNG", optimize=True)
    return out.getvalue()
