"""From HTML and SVG to paper: PDF by WeasyPrint, images by PDFium, glyphs asked of Pango.

Rules:

* Nothing is fetched: only ``data:`` addresses are followed (security.md, threat 20).
* The same input gives the same bytes with the same fonts: dates come from the document, the PDF
  identifier from its content.
* WeasyPrint takes a second to import, so it is imported where it is used: the serving process
  never renders.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pypdfium2
from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from PIL import Image
    from weasyprint.document import Document
    from weasyprint.urls import URLFetcher

PAPER_FONTS = "Noto Sans CJK SC, Noto Sans CJK HK, DejaVu Sans"
_MAX_PIXELS = 60_000_000
_POINTS_PER_INCH = 72
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


@dataclass(frozen=True)
class AttachedFile:
    """A file inside a PDF/A-3, such as the signed credential of a certificate."""

    name: str
    description: str
    content: bytes
    at: datetime


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Where the pages that become paper are read from, with autoescape on."""
    return Environment(
        loader=PackageLoader("labels.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _no_library(name: str) -> str | None:  # noqa: ARG001  none is looked for
    return None


@lru_cache(maxsize=1)
def _load_weasyprint() -> None:
    """Imports WeasyPrint, its libraries under the names of their files.

    It tries their names on Windows first, and Python asks gcc, ld and ldconfig for each: twenty
    processes that find nothing the loader would not find by itself.
    """
    asked = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _no_library
    try:
        import weasyprint  # noqa: F401, PLC0415
    finally:
        ctypes.util.find_library = asked


def url_fetcher() -> URLFetcher:
    """The only fetcher PDFs are made with: ``data:`` and nothing else, no redirects."""
    _load_weasyprint()
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


@dataclass(frozen=True)
class LaidOut:
    """A document laid out on its pages and not yet written: what is too long need not be written.

    Attributes:
        document: WeasyPrint's own document.
        options: What it is to be written with.
    """

    document: Document
    options: dict[str, Any]

    @property
    def page_count(self) -> int:
        """How many pages it takes."""
        return len(self.document.pages)

    def pdf(self) -> bytes:
        """The pages as PDF bytes."""
        return bytes(self.document.write_pdf(**self.options))


def lay_out(
    html: str, *, attachments: Sequence[AttachedFile] = (), is_archival: bool = True
) -> LaidOut:
    """An HTML document with its own style sheet inside, on pages; PDF/A-3a when archival."""
    _load_weasyprint()
    from weasyprint import HTML, Attachment  # noqa: PLC0415

    attached = [
        Attachment(
            file_obj=BytesIO(file.content),
            name=file.name,
            description=file.description,
            created=file.at,
            modified=file.at,
            relationship="Data",
        )
        for file in attachments
    ]
    options: dict[str, Any] = {
        "attachments": attached,
        "pdf_variant": "pdf/a-3a" if is_archival else None,
    }
    return LaidOut(HTML(string=html, url_fetcher=url_fetcher()).render(**options), options)


def pdf_from_html(
    html: str, *, attachments: Sequence[AttachedFile] = (), is_archival: bool = True
) -> bytes:
    """PDF bytes of an HTML document: :func:`lay_out`, written."""
    return lay_out(html, attachments=attachments, is_archival=is_archival).pdf()


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def page_text(pdf: bytes, page: int = 0) -> str:
    """The text of one page as a reader would copy it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[page].get_textpage().get_text_bounded())
    finally:
        document.close()


def page_image(pdf: bytes, *, page: int = 0, dpi: int = 200) -> Image.Image:
    """One page of a PDF as a picture in memory.

    Raises:
        ValueError: the image would have more than 60 million pixels.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[page]
        scale = dpi / _POINTS_PER_INCH
        width, height = sheet.get_size()
        if width * height * scale * scale > _MAX_PIXELS:
            raise ValueError(dpi)
        image: Image.Image = sheet.render(scale=scale).to_pil().convert("RGB")
        return image
    finally:
        document.close()


def page_png(pdf: bytes, *, page: int = 0, dpi: int = 200) -> bytes:
    """:func:`page_image` as PNG."""
    target = BytesIO()
    page_image(pdf, page=page, dpi=dpi).save(target, format="PNG", dpi=(dpi, dpi))
    return target.getvalue()


def png_from_svg(svg: str, *, width_mm: float, height_mm: float, dpi: int = 600) -> bytes:
    """A drawing as PNG at print resolution, rendered through a page of exactly its size."""
    html = (
        f"<style>@page{{size:{width_mm:g}mm {height_mm:g}mm;margin:0}}"
        f"html,body{{margin:0}}svg{{display:block;width:{width_mm:g}mm;height:{height_mm:g}mm}}"
        f"</style>{svg}"
    )
    return page_png(pdf_from_html(html, is_archival=False), dpi=dpi)


def code_points(characters: str, most: int) -> str:
    """Characters that cannot be drawn as their numbers, the first of them where there are many."""
    codes = [f"U+{ord(character):04X}" for character in characters]
    return " ".join(codes[:most]) + (" …" if len(codes) > most else "")


def missing_glyphs(content: str, fonts: str = PAPER_FONTS) -> str:
    """The characters of ``content`` that no installed font can draw, each once, in order.

    Missing Chinese fonts raise nothing, they print boxes: ``doctor`` and the lint before issue
    ask here. The answer comes from Pango, the library that lays out the PDF.
    """
    layouts = _PangoLayouts(fonts)
    drawn = dict.fromkeys(c for c in content if unicodedata.category(c) not in _INVISIBLE)
    return "".join(character for character in drawn if layouts.has_unknown(character))


class _PangoLayouts:
    """The five calls of Pango's C interface that count unknown glyphs."""

    def __init__(self, fonts: str) -> None:
        pangoft2 = ctypes.CDLL("libpangoft2-1.0.so.0")
        pango = ctypes.CDLL("libpango-1.0.so.0")
        for function in (
            pangoft2.pango_ft2_font_map_new,
            pango.pango_font_map_create_context,
            pango.pango_layout_new,
            pango.pango_font_description_from_string,
        ):
            function.restype = ctypes.c_void_p
        font_map = ctypes.c_void_p(pangoft2.pango_ft2_font_map_new())
        context = ctypes.c_void_p(pango.pango_font_map_create_context(font_map))
        self._layout = ctypes.c_void_p(pango.pango_layout_new(context))
        description = ctypes.c_void_p(
            pango.pango_font_description_from_string(f"{fonts} 12".encode())
        )
        pango.pango_layout_set_font_description(self._layout, description)
        self._pango = pango

    def has_unknown(self, character: str) -> bool:
        encoded = character.encode()
        self._pango.pango_layout_set_text(self._layout, encoded, ctypes.c_int(len(encoded)))
        return bool(self._pango.pango_layout_get_unknown_glyphs_count(self._layout))
