"""The certificate: one A4 page in two languages, made from ``LabelFacts`` alone.

Rules:

* Chinese first, English (or Portuguese) beside it; every figure is the one of the label.
* PDF/A-3a with the signed credential inside where it is given: the paper can be checked without
  us. The same facts and fonts give the same bytes; the issuer stores their sha256.
* Everything certified stands on the first page. Long names make the sheet smaller; then they are
  shortened there, which it says, and stand in full on the pages behind it.
* A character no font can draw is a geta mark, and its code stands at the foot; where there is no
  Chinese font at all the certificate is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from importlib import resources
from string import Template

from markupsafe import Markup

from labels.label import LabelFacts
from labels.locale import Translator, html_language, local_text, translator
from labels.render import qr
from labels.render.artwork import CHINESE_ENGLISH, LanguagePair, scheme_mark
from labels.render.drawing import element, fitting_size, number, text_width
from labels.render.palette import TOKENS, paper_colour, stage_token
from labels.render.paper import AttachedFile, LaidOut, code_points, lay_out, page_text, templates
from labels.render.printed import (
    biogenic_carbon_texts,
    biogenic_texts,
    category_text,
    counted_figures,
    geography_text,
    host_of,
    is_counted,
    method_text,
    partition_texts,
    per_text,
    rating_text,
    scheme_text,
    supply_texts,
    three_figures,
    uncertainty_text,
    unmet_texts,
    uptake_texts,
)
from labels.render.sheet import css_string, page_counter, paper_fonts
from labels.render.written import (
    MISSING_GLYPH,
    drawable_texts,
    shortened_texts,
    written_texts,
)

_LARGEST_SIZE, _USUAL_SIZE = "7.9pt", "7.6pt"
_SMALLER_SIZES = ("7.2pt", "6.8pt")  # for long names, before they are cut
_CUTS = ((60, "6.8pt"), (30, "6.8pt"), (20, "6.4pt"), (20, "6pt"))
_HOPELESS_EMS = 1000  # no page holds as much in two columns, and laying it out takes a minute
_MOST_CODES = 20
_FIGURE_REM = (40.0, 4.0)  # width beside the unit and the seal; largest size


@dataclass(frozen=True)
class _StageRow:
    name: str
    second_name: str
    inclusion: str
    value: str
    share: str
    colour: str
    is_counted: bool


@dataclass(frozen=True)
class _PartRow:
    name: str
    second_name: str
    value: str


@dataclass(frozen=True)
class _FullText:
    key: str
    texts: tuple[str, ...]


def certificate_pdf(
    facts: LabelFacts,
    *,
    languages: LanguagePair = CHINESE_ENGLISH,
    credential: bytes | None = None,
) -> bytes:
    """The certificate of a label as PDF/A-3a bytes.

    Args:
        facts: What the label says.
        languages: The leading language and the one beside it.
        credential: The signed credential (JSON bytes) to attach, where it exists already.

    Raises:
        RenderError: ``certificate-missing-glyphs`` where no Chinese font is installed.
        QrError: the address does not fit a QR code.
    """
    whole, missing = drawable_texts(facts)
    attachments = []
    if credential is not None:
        issued_at = datetime.combine(facts.issued_on, time(), tzinfo=UTC)
        name = f"{facts.number}-{facts.version:03d}.json"
        description = "Verifiable credential of this label (W3C VC Data Model 2.0)"
        attachments = [AttachedFile(name, description, credential, issued_at)]

    def laid(shown: LabelFacts, size: str, *, is_annexed: bool = False) -> LaidOut:
        sheet = _Sheet(shown, whole, missing, languages, credential, size)
        return lay_out(_html(sheet, is_annexed=is_annexed), attachments=attachments)

    for shown, size in _settings(whole, languages):
        laid_out = laid(shown, size)
        if laid_out.page_count == 1:
            break
    if size == _USUAL_SIZE:
        larger = laid(shown, _LARGEST_SIZE)
        laid_out = larger if larger.page_count == 1 else laid_out
    if shown != whole:
        laid_out = laid(shown, size, is_annexed=True)
    return laid_out.pdf()


def certificate_text(pdf: bytes) -> str:
    """The text of a certificate as a reader would copy it, for the lint before issue."""
    return page_text(pdf)


def certificate_html(
    facts: LabelFacts,
    *,
    languages: LanguagePair = CHINESE_ENGLISH,
    credential: bytes | None = None,
    body_size: str = _LARGEST_SIZE,
) -> str:
    """The page the PDF is made from, with every text as it is."""
    return _html(_Sheet(facts, facts, "", languages, credential, body_size), is_annexed=False)


@dataclass(frozen=True)
class _Sheet:
    """One way to set the certificate.

    Attributes:
        shown: The label with its written texts as long as the first page has room for.
        whole: The same with all of each text.
        missing: The characters no font can draw, in both of them geta marks.
    """

    shown: LabelFacts
    whole: LabelFacts
    missing: str
    languages: LanguagePair
    credential: bytes | None
    body_size: str


def _settings(whole: LabelFacts, languages: LanguagePair) -> Iterator[tuple[LabelFacts, str]]:
    """From what most labels take to what holds the least; where the first fits, try the largest."""
    texts = [local_text(texts, tag) for _, texts in written_texts(whole) for tag in languages]
    if sum(text_width(text, 1.0) for text in texts) < _HOPELESS_EMS:
        yield from ((whole, size) for size in (_USUAL_SIZE, *_SMALLER_SIZES))
    yield from ((shortened_texts(whole, ems), size) for ems, size in _CUTS)


def _html(sheet: _Sheet, *, is_annexed: bool) -> str:
    facts, languages, credential = sheet.shown, sheet.languages, sheet.credential
    first, second = translator(languages[0]), translator(languages[1])
    return templates().get_template("certificate.html").render(
        facts=facts,
        t=first.text,
        t2=second.text,
        local=first.local,
        local2=second.local,
        per=per_text(facts, first),
        per2=per_text(facts, second),
        date=first.date,
        date2=second.date,
        number=first.number,
        percent=first.percent,
        colour=paper_colour,
        first_lang=html_language(languages[0]),
        second_lang=html_language(languages[1]),
        css=Markup(_style(facts, first, second, sheet.body_size)),  # noqa: S704 - our own file, values escaped
        fonts=paper_fonts(languages[0]),
        mark=Markup(scheme_mark(0, 0, 48, paper_colour("jade"))),  # noqa: S704 - our own drawing
        qr=Markup(_qr(facts, first)),  # noqa: S704
        stage_bar=Markup(_stage_bar(facts)),  # noqa: S704
        stage_rows=_stage_rows(facts, first, second),
        geography=geography_text(facts, first),
        scheme=scheme_text(facts, first),
        scheme2=scheme_text(facts, second),
        category=category_text(facts, first),
        category2=category_text(facts, second),
        method=method_text(facts, first),
        biogenic=biogenic_texts(facts, first),
        uptake=uptake_texts(facts, first),
        unmet=zip(unmet_texts(facts, first), unmet_texts(facts, second), strict=True),
        uncertainty=uncertainty_text(facts, first),
        second_uncertainty=uncertainty_text(facts, second),
        quality=rating_text(facts, first),
        second_quality=rating_text(facts, second),
        supplies=_pairs(supply_texts(facts, first), supply_texts(facts, second)),
        total=three_figures(facts.footprint.value, first),
        is_shortened=sheet.shown != sheet.whole,
        annex=_annex(sheet, first, second) if is_annexed else (),
        undrawn=code_points(sheet.missing, _MOST_CODES),
        geta=MISSING_GLYPH,
        seal_size=number(fitting_size(first.text("certificate.seal"), 70, 19, 0, is_bold=True)),
        partition=_partition_rows(facts, first, second),
        carbon=_pairs(biogenic_carbon_texts(facts, first), biogenic_carbon_texts(facts, second)),
        credential_sha256=hashlib.sha256(credential).hexdigest() if credential else "",
    )  # fmt: skip


def _style(facts: LabelFacts, first: Translator, second: Translator, body_size: str) -> str:
    """The style sheet with colours, fonts and foot filled in: print has no custom properties."""
    figure = first.number(facts.footprint.value)
    figure_rem = fitting_size(figure, *_FIGURE_REM, 0, is_bold=True)
    values = {name.replace("-", "_"): colour.light for name, colour in TOKENS.items()}
    values |= {
        "body_size": body_size,
        "fonts": paper_fonts(first.language),
        "foot_number": css_string(facts.full_number),
        "foot_host": css_string(host_of(facts.url)),
        "foot_page": f'{page_counter(first)} "  " {page_counter(second)}',
        "figure_size": f"{figure_rem:.3f}rem",
    }
    source = resources.files("labels.render") / "templates" / "certificate.css"
    return Template(source.read_text(encoding="utf-8")).substitute(values)


def _qr(facts: LabelFacts, reader: Translator) -> str:
    return qr.svg(facts.url, title=f"{reader.text('label.scan_to_check')}: {facts.url}")


def _stage_bar(facts: LabelFacts) -> str:
    counted = [
        (stage_token(stage), abs(float(value)))
        for stage, value in counted_figures(facts.footprint.stages)
    ]
    total = sum(value for _, value in counted) or 1.0
    parts, x = [], 0.0
    for token, value in counted:
        length = value / total * 1000
        parts.append(element("rect", x=x, y=0, width=max(length - 3, 1.5), height=40,
                             fill=paper_colour(token)))  # fmt: skip
        x += length
    return element(
        "svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", class_="bar",
        viewBox="0 0 1000 40", preserveAspectRatio="none",
    )  # fmt: skip


def _stage_rows(facts: LabelFacts, first: Translator, second: Translator) -> list[_StageRow]:
    total = sum((value for _, value in counted_figures(facts.footprint.stages)), Decimal(0))
    rows = []
    for stage in facts.footprint.stages:
        value = Decimal(stage.kg_co2e)
        counts = is_counted(stage)
        share = value / total if total else Decimal(0)
        rows.append(
            _StageRow(
                name=first.text(f"stage.{stage.stage}"),
                second_name=second.text(f"stage.{stage.stage}"),
                inclusion=first.text(f"inclusion.{stage.inclusion}"),
                value=three_figures(value, first) if counts else "–",
                share=first.percent(share, 1) if counts else "–",
                colour=paper_colour(stage_token(stage.stage)),
                is_counted=counts,
            )
        )
    return rows


def _partition_rows(facts: LabelFacts, first: Translator, second: Translator) -> list[_PartRow]:
    pairs = zip(partition_texts(facts, first), partition_texts(facts, second), strict=True)
    return [_PartRow(name, second_name, value) for (name, value), (second_name, _) in pairs]


def _pairs(
    firsts: Sequence[tuple[str, str]], seconds: Sequence[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """(name, second name, figure) of rows in both languages."""
    rows = zip(firsts, seconds, strict=True)
    return [(name, second_name, figure) for (name, figure), (second_name, _) in rows]


def _annex(sheet: _Sheet, first: Translator, second: Translator) -> list[_FullText]:
    """Every text that is cut on the first page, in full."""
    pairs = zip(written_texts(sheet.shown), written_texts(sheet.whole), strict=True)
    rows = []
    for (key, cut), (_, full) in pairs:
        texts = dict.fromkeys((first.local(full), second.local(full)))
        if set(texts) != {first.local(cut), second.local(cut)}:
            rows.append(_FullText(key, tuple(texts)))
    return rows
