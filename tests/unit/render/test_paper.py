"""PDF making fetches nothing, and missing glyphs are noticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pypdfium2
import pytest

from labels.locale import LANGUAGES, translations
from labels.render.paper import (
    missing_glyphs,
    page_png,
    page_text,
    pdf_from_html,
    png_from_svg,
    url_fetcher,
)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server on loopback that remembers what was asked of it."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    http = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}", asked
    http.shutdown()
    thread.join()
    http.server_close()


def test_a_document_that_asks_for_addresses_and_files_gets_none(
    server: tuple[str, list[str]],
) -> None:
    address, asked = server
    html = (
        f'<link rel="stylesheet" href="{address}/style.css"><img src="{address}/image.png">'
        f'<link rel="attachment" href="file:///etc/hostname"><img src="file:///etc/hostname">'
        f"<style>@import url({address}/more.css);</style><p>text</p>"
    )
    pdf = pdf_from_html(html, is_archival=False)
    assert asked == []
    assert pypdfium2.PdfDocument(pdf).count_attachments() == 0
    assert page_text(pdf).strip() == "text"


@pytest.mark.parametrize("scheme", ["http", "https", "file", "ftp", "HTTP"])
def test_the_fetcher_refuses_every_scheme_but_data(scheme: str) -> None:
    with pytest.raises(ValueError, match="disallowed"):
        url_fetcher().fetch(f"{scheme}://127.0.0.1/x")
    assert url_fetcher().fetch("data:,ok").read() == b"ok"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_installed_fonts_can_draw_every_word_of_the_catalogue(language: str) -> None:
    assert missing_glyphs("".join(translations(language).values())) == ""


def test_characters_without_glyph_are_named_once_in_order() -> None:
    assert missing_glyphs("碳\U00013001足\U00013000\U00013001 \n") == "\U00013001\U00013000"


def test_an_image_beyond_the_pixel_limit_is_refused() -> None:
    pdf = pdf_from_html("<p>x</p>", is_archival=False)
    with pytest.raises(ValueError, match="20000"):
        page_png(pdf, dpi=20_000)


def test_a_drawing_becomes_an_image_of_its_printed_size() -> None:
    rect = '<rect width="2" height="1"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1">{rect}</svg>'
    png = png_from_svg(svg, width_mm=50.8, height_mm=25.4, dpi=100)
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    assert abs(width - 200) <= 1
    assert abs(height - 100) <= 1
