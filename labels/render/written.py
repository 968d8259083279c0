"""The texts of a label that people have written: drawn by the fonts there are, cut where they must.

Rules:

* A character no installed font can draw is printed as the geta mark, which Chinese and Japanese
  printers put where a type is missing: visibly not the text, never an empty box or a gap.
* What is cut ends with an ellipsis; whoever cuts says where the whole text stands.
* Nothing of ours passes here: figures, dates and words of the catalogue are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from labels.errors import LabelError
from labels.label import LabelFacts, LocalText, Party
from labels.render.drawing import shortened
from labels.render.paper import missing_glyphs

MISSING_GLYPH = "\N{GETA MARK}"
Change = Callable[[str], str]


class RenderError(LabelError):
    """A document that must not be issued as it would look."""


def written_texts(facts: LabelFacts) -> tuple[tuple[str, LocalText], ...]:
    """(what it is, as a key of the catalogue; the text by language, "" where it has none)."""
    product, maker = facts.product, facts.product.manufacturer
    verifier, certifier = facts.verification_body, facts.certification_body
    return (
        ("certificate.product", product.name),
        ("certificate.unit", facts.footprint.per),
        ("certificate.model", {"": product.model}),
        ("certificate.manufacturer", maker.name),
        ("certificate.manufacturer", {"": maker.legal_id}),
        ("certificate.plant", {"": product.plant}),
        ("certificate.verification_body", verifier.name),
        ("certificate.accreditation", {"": verifier.accreditation}),
        ("certificate.statement_number", {"": facts.statement_number}),
        ("certificate.certification_body", certifier.name),
        ("certificate.accreditation", {"": certifier.accreditation}),
    )


def shortened_texts(facts: LabelFacts, ems: float) -> LabelFacts:
    """The label with every written text at most so many times as wide as a Chinese character."""
    return _changed(facts, lambda text: shortened(text, ems, 1.0))


def drawable_texts(facts: LabelFacts) -> tuple[LabelFacts, str]:
    """The label with a geta mark for each character no font can draw; those characters.

    Raises:
        RenderError: ``certificate-missing-glyphs`` where not even the geta mark can be drawn: there
            is no Chinese font, and everything printed would be boxes.
    """
    if missing_glyphs(MISSING_GLYPH):
        raise RenderError("certificate-missing-glyphs", characters=MISSING_GLYPH)
    texts = [text for _, local in written_texts(facts) for text in local.values()]
    missing = missing_glyphs("".join(texts))
    if not missing:
        return facts, ""
    drawn = str.maketrans(dict.fromkeys(missing, MISSING_GLYPH))
    return _changed(facts, lambda text: text.translate(drawn)), missing


def _changed(facts: LabelFacts, change: Change) -> LabelFacts:
    product = facts.product
    return replace(
        facts,
        product=replace(
            product,
            name=_local(product.name, change),
            model=change(product.model),
            plant=change(product.plant),
            manufacturer=_party(product.manufacturer, change),
        ),
        footprint=replace(facts.footprint, per=_local(facts.footprint.per, change)),
        verification_body=_party(facts.verification_body, change),
        certification_body=_party(facts.certification_body, change),
        statement_number=change(facts.statement_number),
    )


def _party(party: Party, change: Change) -> Party:
    return replace(
        party,
        name=_local(party.name, change),
        legal_id=change(party.legal_id),
        accreditation=change(party.accreditation),
    )


def _local(texts: Mapping[str, str], change: Change) -> LocalText:
    return {language: change(text) for language, text in texts.items()}
