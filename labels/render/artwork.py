"""The label mark: the drawing a maker prints on product, carton and page.

Rules (visual.md, "The label"; policy.md 5.2; ISO 14026:2017, 7):

* 58 x 40 mm: left the QR code with its quiet zone and the host in clear; right, top to bottom:
  scheme mark, product name, the figure with unit and "per ...", stage bar, boundary in words,
  label number:version, valid to, certification body.
* Everything shown comes from ``LabelFacts``; nothing is calculated but lengths of bars.
* Lines never touch. A number is never cut and never without its unit: it is set smaller, then on
  a line of its own. Names are shortened with an ellipsis; words are left to certificate and page.
* A specimen carries SPECIMEN across it, in every version.
* The one-colour version is black on nothing, stages told apart by pattern; the smallest version
  holds QR code, figure, label number and, of a partial footprint, for whom it is.
* The scheme mark is our own drawing (a carbon ring holding measured bars); no national or
  Greater Bay Area mark is imitated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from labels.label import LabelFacts, StageShare
from labels.locale import Translator, translator
from labels.render import qr
from labels.render.drawing import (
    FONTS_HK,
    FONTS_SC,
    element,
    fitting_size,
    number,
    shortened,
    text,
    text_width,
    wrapped,
)
from labels.render.palette import paper_colour, stage_token
from labels.render.paper import png_from_svg
from labels.render.printed import counted_figures, figure_text, host_of, per_text

LanguagePair = tuple[str, str]
CHINESE_ENGLISH: LanguagePair = ("zh-Hans", "en")
_BLACK = "#000000"
# Drawing units are tenths of a millimetre.
_WIDTH, _HEIGHT = 580.0, 400.0
_LEFT, _COLUMN = 268.0, 294.0
_FOOT_BEGINS, _FOOT_ENDS = 298.0, 380.0
_FIGURE_SIZES = (64.0, 30.0)  # beside its unit; a longer one has the unit below it
_SMALLEST_NOTICE = 15.0  # 1.5 mm: what limits the use of a label is never its smallest print
_PATTERNS = {
    "raw-material": "",
    "manufacturing": "M0 8L8 0",
    "distribution": "M0 4H8",
    "use": "M4 0V8",
    "end-of-life": "M0 0L8 8M0 8L8 0",
}


class MarkVersion(StrEnum):
    """The three drawings of one mark."""

    COLOUR = "colour"
    ONE_COLOUR = "one-colour"
    SMALLEST = "smallest"


@dataclass(frozen=True)
class Artwork:
    """A finished drawing and its printed size."""

    svg: str
    width_mm: float
    height_mm: float

    def png(self, dpi: int = 600) -> bytes:
        """The drawing as PNG at print resolution."""
        return png_from_svg(self.svg, width_mm=self.width_mm, height_mm=self.height_mm, dpi=dpi)


@dataclass(frozen=True)
class _Ink:
    """Which colour each part is drawn in: the tokens, or black for all."""

    is_one_colour: bool

    def __call__(self, token: str) -> str:
        return _BLACK if self.is_one_colour else paper_colour(token)


def label_artwork(
    facts: LabelFacts,
    version: MarkVersion = MarkVersion.COLOUR,
    languages: LanguagePair = CHINESE_ENGLISH,
) -> Artwork:
    """The mark of a label in one of its versions and a pair of languages, the first one larger.

    Raises:
        QrError: the address of the label does not fit a QR code.
    """
    readers = (translator(languages[0]), translator(languages[1]))
    if version is MarkVersion.SMALLEST:
        return _smallest(facts, readers)
    ink = _Ink(version is MarkVersion.ONE_COLOUR)
    body = (
        _ground(ink)
        + _code_column(facts, readers, ink)
        + _heading(facts, readers, ink)
        + _figure(facts, readers, ink)
        + _stage_bar(facts.footprint.stages, ink)
        + _foot(facts, readers, ink)
        + (_specimen(readers, _WIDTH, _HEIGHT, 78, ink) if facts.is_specimen else "")
    )
    return _sheet(facts, readers, body, _WIDTH, _HEIGHT)


def scheme_mark(x: float, y: float, side: float, colour: str, class_: str | None = None) -> str:
    """Our own scheme mark: a carbon ring (hexagon) holding three measured bars."""
    pen: dict[str, str] = {"fill": "none", "stroke": colour}
    if class_:
        pen["class_"] = class_
    ring = element(
        "path", d="M24 3L42.2 13.5V34.5L24 45L5.8 34.5V13.5Z", stroke_width=4,
        stroke_linejoin="round", **pen,
    )  # fmt: skip
    bars = element(
        "path", d="M15 31V25M24 31V20M33 31V15", stroke_width=4.4, stroke_linecap="round", **pen
    )
    place = f"translate({number(x)} {number(y)}) scale({side / 48:.4f})"
    return element("g", ring + bars, transform=place)


def _line(content: str, x: float, y: float, width: float, sizes: tuple[float, float], *,
          fill: str, is_bold: bool = False, is_centred: bool = False) -> str:  # fmt: skip
    """One line at the largest of ``sizes`` that fits, shortened when even the smallest does not."""
    size = fitting_size(content, width, *sizes, is_bold=is_bold)
    return text(shortened(content, width, size, is_bold=is_bold), x, y, size, fill=fill,
                weight="bold" if is_bold else None,
                anchor="middle" if is_centred else None)  # fmt: skip


def _whole_line(content: str, y: float, sizes: tuple[float, float], fill: str) -> str:
    """A line in the right column, or none where it would be cut: certificate and page have it."""
    is_whole = text_width(content, sizes[1]) <= _COLUMN
    return _line(content, _LEFT, y, _COLUMN, sizes, fill=fill) if is_whole else ""


def _sheet(
    facts: LabelFacts,
    readers: tuple[Translator, Translator],
    body: str,
    width: float,
    height: float,
) -> Artwork:
    first = readers[0]
    title = (
        f"{first.text('label.pcf')} {facts.full_number}: {first.local(facts.product.name)}, "
        f"{figure_text(facts, first)} {facts.footprint.unit} {per_text(facts, first)}"
    )
    svg = element(
        "svg",
        element("title", escape(title)) + body,
        xmlns="http://www.w3.org/2000/svg",
        width=f"{number(width / 10)}mm",
        height=f"{number(height / 10)}mm",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        font_family=FONTS_HK if "zh-Hant" in {r.language for r in readers} else FONTS_SC,
    )
    return Artwork(svg, width / 10, height / 10)


def _ground(ink: _Ink) -> str:
    return element("rect", x=3, y=3, width=_WIDTH - 6, height=_HEIGHT - 6, rx=14,
                   fill="#FFFFFF", stroke=ink("jade"), stroke_width=3)  # fmt: skip


def _code_column(facts: LabelFacts, readers: tuple[Translator, Translator], ink: _Ink) -> str:
    scan = [reader.text("label.scan_to_check") for reader in readers]
    centre, width = 136.0, 240.0
    return (
        qr.svg_group(qr.qr_code(facts.url), 14, 20, 244)
        + _line(scan[0], centre, 294, width, (25, 13), fill=ink("ink"), is_bold=True,
                is_centred=True)
        + _line(scan[1], centre, 321, width, (20, 14), fill=ink("ink-soft"), is_centred=True)
        + _line(host_of(facts.url), centre, 360, width, (19, 12), fill=ink("jade"), is_bold=True,
                is_centred=True)
    )  # fmt: skip


def _heading(facts: LabelFacts, readers: tuple[Translator, Translator], ink: _Ink) -> str:
    first, second = readers
    return (
        scheme_mark(_LEFT, 20, 44, ink("jade"))
        + _line(first.text("label.pcf"), _LEFT + 54, 39, _COLUMN - 54, (23, 12), fill=ink("jade"),
                is_bold=True)
        + _line(second.text("label.pcf"), _LEFT + 54, 61, _COLUMN - 54, (18, 13),
                fill=ink("jade"))
        + _names(*_two_lines(first.local(facts.product.name), second.local(facts.product.name)),
                 ink)
    )  # fmt: skip


def _two_lines(first: str, second: str) -> tuple[str, str]:
    """Words in two languages, one line each; what is given once takes one line."""
    return (first, "" if second == first else second)


def _names(first: str, second: str, ink: _Ink) -> str:
    """The product's name over two lines where one would cut it, then its second name: y <= 132."""
    head, tail = wrapped(first, _COLUMN, 20, is_bold=True)
    if not tail:
        return (
            _line(head, _LEFT, 100, _COLUMN, (27, 20), fill=ink("ink"), is_bold=True)
            + _line(second, _LEFT, 125, _COLUMN, (20, 13), fill=ink("ink-soft"))
        )  # fmt: skip
    return (
        _line(head, _LEFT, 88, _COLUMN, (20, 20), fill=ink("ink"), is_bold=True)
        + _line(tail, _LEFT, 109, _COLUMN, (20, 15), fill=ink("ink"), is_bold=True)
        + _line(second, _LEFT, 128, _COLUMN, (15, 12), fill=ink("ink-soft"))
    )


def _unit(size: float) -> str:
    """kg CO2e with a lowered 2, as spans to follow a figure or to stand alone."""
    return (
        element("tspan", "kg CO", font_size=size, font_weight="normal")
        + element("tspan", "2", font_size=size * 0.68, font_weight="normal", dy=size * 0.16)
        + element("tspan", "e", font_size=size, font_weight="normal", dy=-size * 0.16)
    )


def _figure(facts: LabelFacts, readers: tuple[Translator, Translator], ink: _Ink) -> str:
    """The number with its unit and what it is per: from y = 137 to 256."""
    footprint = facts.footprint
    words = _two_lines(*(reader.local(footprint.per) for reader in readers))
    quantity = _per_quantity(facts, readers[0])
    kind = _pair(readers, f"unit_kind.{footprint.unit_kind}")
    per = f"{quantity} · {kind}"
    if text_width(per, 14, is_bold=True) > _COLUMN:  # both whole, in the place of the words
        below = _number_line(quantity, _LEFT, 216, _COLUMN, 18, ink) + _line(
            kind, _LEFT, 240, _COLUMN, (18, 13), fill=ink("ink"), is_bold=True
        )
    else:
        below = (
            _line(per, _LEFT, 219, _COLUMN, (20, 14), fill=ink("ink"), is_bold=True)
            + _whole_line(words[0], 236, (15, 11), ink("ink"))
            + _whole_line(words[1], 251, (14, 11), ink("ink-soft"))
        )
    return _number_with_unit(figure_text(facts, readers[0]), ink) + below


def _number_with_unit(figure: str, ink: _Ink) -> str:
    """Both on one line; a number too long for that above its unit, as small as it must be."""
    largest, smallest = _FIGURE_SIZES
    beside = _COLUMN - 108
    if text_width(figure, smallest, is_bold=True) > beside:
        return _number_line(figure, _LEFT, 168, _COLUMN, 44, ink) + element(
            "text", _unit(20), x=_LEFT, y=192, fill=ink("ink")
        )
    size = fitting_size(figure, beside, largest, smallest, is_bold=True)
    spans = element("tspan", escape(figure), font_size=size, font_weight="bold")
    return element("text", spans + element("tspan", " ", font_size=24) + _unit(27),
                   x=_LEFT - 2, y=187, fill=ink("ink"))  # fmt: skip


def _number_line(content: str, x: float, y: float, width: float, largest: float, ink: _Ink) -> str:
    """A line with a number in it: smaller without end, but whole; cut it would say another."""
    size = fitting_size(content, width, largest, 0, is_bold=True)
    return text(content, x, y, size, fill=ink("ink"), weight="bold")


def _per_quantity(facts: LabelFacts, reader: Translator) -> str:
    footprint = facts.footprint
    quantity = f"{reader.number(footprint.unit_amount)} {footprint.unit_name}"
    return reader.text("label.per", unit=quantity)


def _stage_bar(stages: tuple[StageShare, ...], ink: _Ink) -> str:
    """Lengths by absolute contribution; a counted stage never vanishes."""
    counted = [(stage, abs(float(value))) for stage, value in counted_figures(stages)]
    total = sum(value for _, value in counted)
    if not total:
        return ""
    parts: list[str] = []
    x = _LEFT
    for stage, value in counted:
        length = value / total * _COLUMN
        width = max(length - 1.5, 1)
        if ink.is_one_colour:
            parts.append(_pattern_segment(stage, x, width))
        else:
            parts.append(element("rect", x=x, y=260, width=width, height=13,
                                 fill=paper_colour(stage_token(stage))))  # fmt: skip
        x += length
    return "".join(parts)


def _pattern_segment(stage: str, x: float, width: float) -> str:
    lines = _PATTERNS[stage]
    if not lines:
        return element("rect", x=x, y=260, width=width, height=13, fill=_BLACK)
    line = element("path", d=lines, stroke=_BLACK, stroke_width=1.6)
    pattern = element("pattern", line, id=f"mark-{stage}", width=8, height=8,
                      patternUnits="userSpaceOnUse")  # fmt: skip
    return element("defs", pattern) + element(
        "rect", x=x + 0.75, y=260.75, width=max(width - 1.5, 0.5), height=11.5,
        fill=f"url(#mark-{stage})", stroke=_BLACK, stroke_width=1.5,
    )  # fmt: skip


def _foot(facts: LabelFacts, readers: tuple[Translator, Translator], ink: _Ink) -> str:
    boundary = _pair(readers, f"boundary.{facts.footprint.boundary}")
    valid = f"{_pair(readers, 'label.valid_until')} {facts.valid_until:%Y-%m}"
    body = readers[0].local(facts.certification_body.name)
    certified = f"{readers[0].text('label.certified_by')} {body}"
    rows: list[tuple[str, tuple[float, float], str, bool]] = [(boundary, (19, 13), "ink", False)]
    if facts.footprint.is_partial:
        rows.append((_pair(readers, "label.b2b_only"), (18, _SMALLEST_NOTICE), "ink", True))
    rows += [
        (facts.full_number, (20, 14), "ink", True),
        (valid, (18, 13), "ink-soft", False),
        (certified, (18, 11), "ink-soft", False),
    ]
    step = (_FOOT_ENDS - _FOOT_BEGINS) / (len(rows) - 1)
    return "".join(
        _line(content, _LEFT, _FOOT_BEGINS + step * row, _COLUMN, sizes, fill=ink(token),
              is_bold=is_bold)
        for row, (content, sizes, token, is_bold) in enumerate(rows)
    )  # fmt: skip


def _pair(readers: tuple[Translator, Translator], key: str) -> str:
    return f"{readers[0].text(key)}  {readers[1].text(key)}"


def _specimen(
    readers: tuple[Translator, Translator], width: float, height: float, size: float, ink: _Ink
) -> str:
    words = f"{readers[0].text('label.specimen')} {readers[1].text('label.specimen')}"
    turn = f"rotate(-27 {number(width / 2)} {number(height / 2)})"
    place = {"x": width / 2, "y": height / 2 + size * 0.35, "font_size": size}
    tint: dict[str, str | float] = {"fill": paper_colour("cinnabar"), "fill_opacity": "0.2"}
    if ink.is_one_colour:  # a stamp has no half-tones: outlined letters
        tint = {"fill": "none", "stroke": _BLACK, "stroke_width": 1}
    return element(
        "text", escape(words), **place, **tint, font_weight="bold", text_anchor="middle",
        letter_spacing=size * 0.06, transform=turn,
    )  # fmt: skip


def _smallest(facts: LabelFacts, readers: tuple[Translator, Translator]) -> Artwork:
    """40 x 21 mm: QR code, figure with unit, for whom where that is limited, label number."""
    width, height, left, column = 400.0, 210.0, 214.0, 176.0
    ink = _Ink(is_one_colour=False)
    quantity = _per_quantity(facts, readers[0])
    for_whom = _pair(readers, "label.b2b_only") if facts.footprint.is_partial else ""
    body = (
        element("rect", width=width, height=height, fill="#FFFFFF")
        + qr.svg_group(qr.qr_code(facts.url), 4, 4, 202)
        + scheme_mark(left, 12, 34, ink("jade"))
        + _number_line(figure_text(facts, readers[0]), left - 2, 100, column, 58, ink)
        + element("text", _unit(23), x=left, y=131, fill=ink("ink"))
        + text(quantity, left, 153, fitting_size(quantity, column, 17, 0), fill=ink("ink"))
        + _line(for_whom, left, 174, column, (17, 11), fill=ink("ink"), is_bold=True)
        + _line(facts.full_number, left, 196, column, (19, 13), fill=ink("ink"))
        + (_specimen(readers, width, height, 42, ink) if facts.is_specimen else "")
    )
    return _sheet(facts, readers, body, width, height)
