"""Renders everything printed of one label from its credential alone; runs in the spawned child.

What is printed is read back before it is given out: the QR code on the rendered certificate page
and on the mark must decode to the label's own address.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from labels.credential.credential import parse_label
from labels.errors import LabelError
from labels.render.artwork import MarkVersion, label_artwork
from labels.render.certificate import certificate_pdf
from labels.render.paper import page_image
from labels.render.qr import png, read_back, read_back_image

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
    """The rendered files of a label by name."""

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


def render_label_pack(credential: bytes) -> bytes:
    """Certificate, marks and QR image of a signed label credential.

    Raises:
        LabelError: ``printed-code-not-readable`` when a code does not read back, or what the
            renderer refuses.
    """
    facts = parse_label(credential).facts
    colour = label_artwork(facts)
    mark_png = colour.png()
    certificate = certificate_pdf(facts, credential=credential)
    if {read_back(mark_png), read_back_image(page_image(certificate))} != {facts.url}:
        raise LabelError("printed-code-not-readable", number=facts.full_number)
    files = {
        "certificate.pdf": certificate,
        "label.svg": colour.svg.encode(),
        "label.png": mark_png,
        "label-one-colour.svg": label_artwork(facts, MarkVersion.ONE_COLOUR).svg.encode(),
        "label-smallest.svg": label_artwork(facts, MarkVersion.SMALLEST).svg.encode(),
        "qr.png": png(facts.url),
    }
    return LabelPack(files).to_bytes()
