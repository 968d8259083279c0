"""On the printed mark lines stand apart, and every number is whole and has its unit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from labels.label import LabelFacts
from labels.locale import LANGUAGES, translator
from labels.render.artwork import MarkVersion, label_artwork
from labels.render.drawing import text_width
from labels.render.paper import png_from_svg
from labels.render.printed import figure_text
from tests.unit.render.labels_for_print import a_battery_label, an_aluminium_label
from tests.unit.render.svg_rules import SVG, check_drawing, words

DPI = 508  # two points for each drawing unit of a tenth of a millimetre
SCALE = 2
COLUMN = (262, 572)
PAIRS = [(a, b) for a in LANGUAGES for b in LANGUAGES if a != b]
FIRSTS = PAIRS[:: len(LANGUAGES) - 1]  # numbers are written in the first language
BOMS = sorted((Path(__file__).parents[3] / "api" / "demo" / "boms").glob("*.json"))
FIGURES = (
    "93.6",
    "16200",
    "-1280000",
    "16200000",
    "162000000",
    "1620000000",
    "0.00000000122",
    "0.0000000000122",
    "162" + "0" * 28,
    "-0." + "0" * 29 + "122",
)
AMOUNTS = ("1", "1000", "0.000000000000001", "1234567890123456.123456789012345678")


def a_product(bom: Path) -> LabelFacts:
    """A demonstration product as a real label: nothing is drawn across it."""
    described = json.loads(bom.read_text(encoding="utf-8"))
    label = an_aluminium_label()
    return replace(
        label,
        product=replace(label.product, name=described["product"]["name"]),
        footprint=replace(label.footprint, value="98.9", per=described["unit"]["description"]),
    )


def with_figure(facts: LabelFacts, value: str, amount: str = "1") -> LabelFacts:
    return replace(facts, footprint=replace(facts.footprint, value=value, unit_amount=amount))


@cache
def page(svg: str, width_mm: float, height_mm: float) -> Image.Image:
    png = png_from_svg(svg, width_mm=width_mm, height_mm=height_mm, dpi=DPI)
    return Image.open(BytesIO(png)).convert("L")


def blank_rows(facts: LabelFacts, pair: tuple[str, str]) -> Iterator[tuple[float, float]]:
    """(from, to) of every run of rows without ink in the right column, in drawing units."""
    artwork = label_artwork(facts, MarkVersion.ONE_COLOUR, pair)
    image = page(artwork.svg, artwork.width_mm, artwork.height_mm)
    column = image.crop((COLUMN[0] * SCALE, 0, COLUMN[1] * SCALE, image.height))
    rows = [(min(column.crop((0, y, column.width, y + 1)).tobytes()), y)
            for y in range(column.height)]  # fmt: skip
    for is_blank, run in groupby(rows, lambda row: row[0] > 128):
        ys = [y for _, y in run]
        if is_blank:
            yield ys[0] / SCALE, (ys[-1] + 1) / SCALE


def place_of_figure(facts: LabelFacts, pair: tuple[str, str]) -> tuple[float, float]:
    """Its baseline and size."""
    root = check_drawing(label_artwork(facts, MarkVersion.ONE_COLOUR, pair).svg)
    (figure,) = (t for t in root.iter(f"{SVG}text") if "98" in "".join(t.itertext())[:3])
    return float(figure.get("y", "0")), float(figure[0].get("font-size", "0"))


@pytest.mark.parametrize("pair", [("zh-Hans", "en"), ("zh-Hant", "pt"), ("en", "zh-Hans")])
@pytest.mark.parametrize("bom", BOMS, ids=lambda path: path.stem)
def test_the_figure_stands_clear_of_the_names_above_it(bom: Path, pair: tuple[str, str]) -> None:
    facts = a_product(bom)
    baseline, size = place_of_figure(facts, pair)
    middle = baseline - size * 0.37  # of the digits
    above = [run for run in blank_rows(facts, pair) if run[1] < middle]
    begins, ends = above[-1]
    assert ends > middle - size / 2, "the last blank rows end where the digits begin"
    assert ends - begins >= 4, "four tenths of a millimetre of white"


def sized(root: ET.Element) -> Iterator[tuple[float, float]]:
    """(left edge, estimated right edge) of every line drawn from the left."""
    for line in root.iter(f"{SVG}text"):
        if line.get("text-anchor") or line.get("transform"):
            continue
        is_bold = line.get("font-weight") == "bold"
        width = text_width(line.text or "", float(line.get("font-size", "0")), is_bold=is_bold)
        for span in line:
            size = float(span.get("font-size", "0"))
            width += text_width(span.text or "", size, is_bold=span.get("font-weight") == "bold")
        left = float(line.get("x", "0"))
        yield left, left + width


@pytest.mark.parametrize("version", MarkVersion)
@pytest.mark.parametrize("value", FIGURES)
def test_no_figure_loses_a_digit_its_unit_or_the_mark(value: str, version: MarkVersion) -> None:
    for pair in FIRSTS:
        facts = with_figure(a_battery_label(), value)
        artwork = label_artwork(facts, version, pair)
        root = check_drawing(artwork.svg)
        said = words(root)
        assert figure_text(facts, translator(pair[0])) in said
        assert "kg CO2e" in said
        right = artwork.width_mm * 10 - (18 if artwork.width_mm > 50 else 6)
        assert max(edge for _, edge in sized(root)) < right + 0.5  # sizes have two decimals


@pytest.mark.parametrize("version", MarkVersion)
@pytest.mark.parametrize("amount", AMOUNTS)
def test_the_amount_a_figure_is_per_is_never_cut(amount: str, version: MarkVersion) -> None:
    """Cut, it would be another amount."""
    for pair in FIRSTS:
        facts = with_figure(an_aluminium_label(), "16200", amount)
        first = translator(pair[0])
        said = words(check_drawing(label_artwork(facts, version, pair).svg))
        assert first.text("label.per", unit=f"{first.number(amount)} t") in said
        if version is not MarkVersion.SMALLEST:
            assert first.text("unit_kind.declared") in said


@pytest.mark.parametrize("pair", PAIRS)
def test_no_word_of_ours_is_cut_in_any_pair_of_languages(pair: tuple[str, str]) -> None:
    for version in MarkVersion:
        facts = an_aluminium_label()
        name = dict.fromkeys(LANGUAGES, "A")
        facts = replace(
            facts,
            product=replace(facts.product, name=name),
            certification_body=replace(facts.certification_body, name=name),
        )
        assert "…" not in words(check_drawing(label_artwork(facts, version, pair).svg))


def test_a_long_word_without_blanks_takes_both_lines_of_the_name() -> None:
    facts = a_battery_label()
    name = "Lithiumeisenphosphatakkumulatorensystem"
    facts = replace(facts, product=replace(facts.product, name={"en": name}))
    said = words(check_drawing(label_artwork(facts, MarkVersion.COLOUR, ("en", "pt")).svg))
    assert name in said.replace(" ", "")


def test_a_shortened_name_does_not_part_a_letter_from_its_mark() -> None:
    facts = a_battery_label()
    for letters in range(30, 36):
        name = "x" * letters + "e\u0323\u0301" * 30
        facts = replace(facts, product=replace(facts.product, name={"zh-Hans": "短", "en": name}))
        said = words(check_drawing(label_artwork(facts).svg))
        assert "e…" not in said
        assert "\u0323…" not in said
