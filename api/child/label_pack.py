"""Renders what is printed of one label from its credential alone; runs in the spawned child.

Marks and certificate are made apart, so that one that cannot be made does not take the other along.
What is printed is read back before it is given out: the QR code on the rendered certificate page
and on the mark must decode to the label's own address.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from labels.credential.credential import parse_label
from labels.errors import LabelError
from labels.label import LabelFacts
from labels.render.artwork import MarkVersion, label_artwork
from labels.render.certificate import certificate_pdf
from labels.render.paper import page_image
from labels.render.qr import png, read_back, read_back_image
from labels.render.written import drawable_texts

MEDIA_TYPES = {
    "certificate.pdf": "application/pdf",
    "label.svg": "image/svg+xml",
    "label.png": "image/png",
    "label-one-colour.svg": "image/svg+xml",
    "label-smallest.svg": "image/svg+xml",
    "qr.png": "image/png",
}


@dataclass(frozen=True)
class LabelPack:
    """Rendered files of a label by name."""

    files: dict[str, bytes]

    def to_bytes(self) -> bytes:
        """For the pipe between child and parent."""
        return json.dumps(
            {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> LabelPack:
        """As the parent reads it."""
        return cls({name: base64.b64decode(text) for name, text in json.loads(data).items()})


def render_marks(credential: bytes) -> bytes:
    """Marks and QR image of a signed label credential, as a :class:`LabelPack`.

    Raises:
        LabelError: ``printed-code-not-readable`` when the code on the mark does not read back,
            ``certificate-missing-glyphs`` where no Chinese font is installed.
    """
    facts = parse_label(credential).facts
    colour = label_artwork(facts)
    drawn, _ = drawable_texts(facts)  # the drawings keep the text: a printer may have the font
    mark_png = label_artwork(drawn).png()
    _check_code(facts, read_back(mark_png))
    files = {
        "label.svg": colour.svg.encode(),
        "label.png": mark_png,
        "label-one-colour.svg": label_artwork(facts, MarkVersion.ONE_COLOUR).svg.encode(),
        "label-smallest.svg": label_artwork(facts, MarkVersion.SMALLEST).svg.encode(),
        "qr.png": png(facts.url),
    }
    return LabelPack(files).to_bytes()


def render_certificate(credential: bytes) -> bytes:
    """The certificate of a signed label credential, as a :class:`LabelPack`.

    Raises:
        LabelError: ``printed-code-not-readable``, or what the renderer refuses.
    """
    facts = parse_label(credential).facts
    certificate = certificate_pdf(facts, credential=credential)
    _check_code(facts, read_back_image(page_image(certificate)))
    return LabelPack({"certificate.pdf": certificate}).to_bytes()


def _check_code(facts: LabelFacts, read: str | None) -> None:
    if read != facts.url:
        raise LabelError("printed-code-not-readable", number=facts.full_number)
