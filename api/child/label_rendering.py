"""Renders what is printed of one label from its credential alone; runs in the spawned child.

Marks and certificate are made apart, so that one that cannot be made does not take the other along.
What is printed is read back before it is given out: the QR code on the rendered certificate page
and on the mark must decode to the label's own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from api.child.label_pack import (
    CERTIFICATE,
    LabelPart,
    made_line,
    read_request,
    refused_line,
)
from footprint.errors import FootprintError
from labels.credential.credential import parse_label
from labels.errors import LabelError
from labels.label import LabelFacts
from labels.render.artwork import MarkVersion, label_artwork
from labels.render.certificate import certificate_pdf
from labels.render.paper import page_image
from labels.render.qr import png, read_back, read_back_image
from labels.render.written import drawable_texts


def render_label_parts(request: bytes) -> Iterator[bytes]:
    """One line for each part asked for, given out as soon as it is made or refused."""
    parts, credential = read_request(request)
    for part in parts:
        try:
            yield made_line(_RENDERERS[part](credential))
        except (FootprintError, LabelError) as error:
            yield refused_line(error)


def render_marks(credential: bytes) -> dict[str, bytes]:
    """Marks and QR image of a signed label credential, by name.

    Raises:
        LabelError: ``printed-code-not-readable`` when the code on the mark does not read back,
            ``certificate-missing-glyphs`` where no Chinese font is installed.
    """
    facts = parse_label(credential).facts
    colour = label_artwork(facts)
    drawn, _ = drawable_texts(facts)  # the drawings keep the text: a printer may have the font
    mark_png = label_artwork(drawn).png()
    _check_code(facts, read_back(mark_png))
    return {
        "label.svg": colour.svg.encode(),
        "label.png": mark_png,
        "label-one-colour.svg": label_artwork(facts, MarkVersion.ONE_COLOUR).svg.encode(),
        "label-smallest.svg": label_artwork(facts, MarkVersion.SMALLEST).svg.encode(),
        "qr.png": png(facts.url),
    }


def render_certificate(credential: bytes) -> dict[str, bytes]:
    """The certificate of a signed label credential, by name.

    Raises:
        LabelError: ``printed-code-not-readable``, or what the renderer refuses.
    """
    facts = parse_label(credential).facts
    certificate = certificate_pdf(facts, credential=credential)
    _check_code(facts, read_back_image(page_image(certificate)))
    return {CERTIFICATE: certificate}


_RENDERERS: dict[LabelPart, Callable[[bytes], dict[str, bytes]]] = {
    LabelPart.MARKS: render_marks,
    LabelPart.CERTIFICATE: render_certificate,
}


def _check_code(facts: LabelFacts, read: str | None) -> None:
    if read != facts.url:
        raise LabelError("printed-code-not-readable", number=facts.full_number)
