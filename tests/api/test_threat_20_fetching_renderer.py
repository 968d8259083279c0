"""Threat 20: what is printed makes the renderer fetch an address or read a file.

A real server on the loopback counts; the same document given to WeasyPrint as it comes is the
negative control: there the server is called and the file is read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from weasyprint import HTML

from labels.render.paper import page_text, pdf_from_html

SECRET = "SECRETOFTHISMACHINE"


@dataclass
class Counting:
    address: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def counting() -> Iterator[Counting]:
    found = Counting("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"{found.address}/redirected")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


def a_document(address: str, secret: Path) -> str:
    return f"""<style>@import url({address}/import.css);
@font-face {{ font-family: x; src: url({address}/font.woff2) }}
body {{ background: url({address}/background.png); font-family: x }}
p::before {{ content: url(file://{secret}) }}</style>
<link rel="stylesheet" href="{address}/link.css">
<link rel="stylesheet" href="file://{secret}.css">
<link rel="attachment" href="file://{secret}">
<base href="{address}/base/">
<img src="relative.png"><img src="{address}/image.png"><img src="file://{secret}">
<object data="{address}/object.svg"></object><embed src="file://{secret}">
<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/svg.png" width="9" height="9"/>
<use href="{address}/use.svg#a"/></svg>
<p>printed all the same</p>"""


def attachments(pdf: bytes) -> int:
    return int(pypdfium2.PdfDocument(pdf).count_attachments())


def test_threat_20_nothing_is_fetched_and_no_file_is_read(
    counting: Counting, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.with_name("secret.css").write_text(f"p::after {{ content: '{SECRET}' }}")
    pdf = pdf_from_html(a_document(counting.address, secret), is_archival=False)
    assert counting.asked == []
    assert SECRET not in page_text(pdf)
    assert SECRET.encode() not in pdf
    assert attachments(pdf) == 0
    assert "printed all the same" in page_text(pdf)


def test_threat_20_the_renderer_as_it_comes_would_do_both(
    counting: Counting, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.with_name("secret.css").write_text(f"p::after {{ content: '{SECRET}' }}")
    pdf = BytesIO()
    HTML(string=a_document(counting.address, secret)).write_pdf(pdf)
    assert counting.asked
    assert SECRET in page_text(pdf.getvalue())
    assert attachments(pdf.getvalue()) == 1
