"""The mark shows exactly the facts of its label, reads back, and says SPECIMEN where it must."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labels.label import LabelFacts
from labels.render.artwork import MarkVersion, label_artwork
from labels.render.printed import host_of
from labels.render.qr import read_back
from tests.unit.render.labels_for_print import a_battery_label, an_aluminium_label
from tests.unit.render.svg_rules import SVG, check_drawing, words

BOMS = Path(__file__).parents[3] / "api" / "demo" / "boms"
PAIRS = (("zh-Hans", "en"), ("zh-Hant", "en"), ("zh-Hant", "pt"))


def drawn(facts: LabelFacts, version: MarkVersion, pair: tuple[str, str] = PAIRS[0]) -> str:
    return words(check_drawing(label_artwork(facts, version, pair).svg))


@pytest.mark.parametrize("version", MarkVersion)
@pytest.mark.parametrize("facts", [a_battery_label(), an_aluminium_label()])
def test_the_code_on_every_version_reads_back_from_its_print(
    facts: LabelFacts, version: MarkVersion
) -> None:
    artwork = label_artwork(facts, version)
    assert read_back(artwork.png(dpi=200)) == facts.url


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("version", [MarkVersion.COLOUR, MarkVersion.ONE_COLOUR])
def test_the_mark_carries_every_field_of_the_policy(
    version: MarkVersion, pair: tuple[str, str]
) -> None:
    facts = a_battery_label()
    said = drawn(facts, version, pair)
    for field in (
        facts.full_number,
        "93.6 kg CO2e",
        facts.footprint.per[pair[0]],
        facts.footprint.per[pair[1]],
        facts.product.name[pair[0]],
        facts.certification_body.name[pair[0]],
        "2027-11",
        "label.tanbiao.example",
    ):
        assert field in said


def test_the_mark_names_the_boundary_in_both_languages() -> None:
    said = drawn(a_battery_label(), MarkVersion.COLOUR)
    assert "摇篮到坟墓" in said
    assert "Cradle to grave" in said


def test_the_mark_says_what_the_figure_is_per_and_whom_a_declared_unit_is_for() -> None:
    """In the unit that accounts are kept in, whatever the maker's words say."""
    assert "每 1 kWh · 功能单位  Functional unit" in drawn(a_battery_label(), MarkVersion.COLOUR)
    facts = an_aluminium_label()
    declared = drawn(facts, MarkVersion.COLOUR)
    assert "每 1 t · 声明单位  Declared unit" in declared
    for version in MarkVersion:
        assert "仅供企业间使用  B2B only" in drawn(facts, version)
        assert "B2B only" not in drawn(a_battery_label(), version)
    gate = replace(a_battery_label().footprint, boundary="cradle-to-gate")
    for version in MarkVersion:  # whatever its unit is called
        assert "B2B only" in drawn(replace(a_battery_label(), footprint=gate), version)
    odd = replace(facts, footprint=replace(facts.footprint, unit_amount="1000"))
    for version in (MarkVersion.COLOUR, MarkVersion.SMALLEST):
        assert "每 1,000 t" in drawn(odd, version)


def test_the_smallest_version_holds_code_figure_and_number() -> None:
    artwork = label_artwork(a_battery_label(), MarkVersion.SMALLEST)
    said = words(check_drawing(artwork.svg))
    assert "93.6" in said
    assert "kg CO2e" in said
    assert "TB-2026-000123:001" in said
    assert (artwork.width_mm, artwork.height_mm) == (40.0, 21.0)


def test_the_mark_is_58_by_40_millimetres_with_modules_wide_enough_to_scan() -> None:
    artwork = label_artwork(a_battery_label())
    root = check_drawing(artwork.svg)
    assert (root.get("width"), root.get("height")) == ("58mm", "40mm")
    scale = next(
        g.get("transform", "") for g in root.iter(f"{SVG}g") if "scale" in g.get("transform", "")
    )
    module_mm = float(scale.split("scale(")[1].rstrip(")")) / 10
    assert module_mm >= 0.4


@pytest.mark.parametrize("version", MarkVersion)
def test_a_specimen_says_so_in_every_version_and_a_real_label_never(version: MarkVersion) -> None:
    assert "样本 SPECIMEN" in drawn(a_battery_label(), version)
    assert "SPECIMEN" not in drawn(an_aluminium_label(), version)


def test_the_one_colour_version_is_black_and_white_with_patterns_for_stages() -> None:
    root = check_drawing(label_artwork(a_battery_label(), MarkVersion.ONE_COLOUR).svg)
    colours = {
        value
        for element in root.iter()
        for name in ("fill", "stroke")
        if (value := element.get(name)) and not value.startswith("url(")
    }
    assert colours <= {"#000000", "#FFFFFF", "none"}
    assert len(list(root.iter(f"{SVG}pattern"))) == 4


def test_figures_are_written_in_the_first_language_of_the_pair() -> None:
    facts = an_aluminium_label()
    assert "16,200" in drawn(facts, MarkVersion.COLOUR, ("zh-Hant", "pt"))
    said = drawn(facts, MarkVersion.COLOUR, ("pt", "zh-Hant"))
    assert "16\N{NO-BREAK SPACE}200" in said


def test_hostile_names_stay_text() -> None:
    facts = a_battery_label()
    name = {"zh-Hans": '</text><script>alert("1")</script>', "en": "a & b"}
    hostile = replace(facts, product=replace(facts.product, name=name))
    said = drawn(hostile, MarkVersion.COLOUR)
    assert "</text>" in said
    assert "a & b" in said


def test_a_very_long_name_is_shortened_and_the_code_still_reads() -> None:
    facts = a_battery_label()
    name = {"zh-Hans": "超长名称" * 100, "en": "Very long name " * 30}
    facts = replace(facts, product=replace(facts.product, name=name))
    artwork = label_artwork(facts)
    assert "…" in words(check_drawing(artwork.svg))
    assert read_back(artwork.png(dpi=200)) == facts.url


def test_the_same_label_gives_the_same_drawing() -> None:
    assert label_artwork(a_battery_label()).svg == label_artwork(a_battery_label()).svg


def test_the_host_is_printed_in_lower_case_with_its_port() -> None:
    assert host_of("HTTPS://LABEL.EXAMPLE/L/ABC") == "label.example"
    assert host_of("HTTP://127.0.0.1:8765/L/ABC") == "127.0.0.1:8765"


def sizes_of(
    facts: LabelFacts, said: str, version: MarkVersion = MarkVersion.COLOUR
) -> list[float]:
    root = check_drawing(label_artwork(facts, version).svg)
    texts = root.iter(f"{SVG}text")
    return [float(t.get("font-size", "0")) for t in texts if said in "".join(t.itertext())]


def test_what_limits_the_use_of_a_label_is_never_its_smallest_print() -> None:
    (size,) = sizes_of(an_aluminium_label(), "B2B only")
    assert size >= 15, "tenths of a millimetre"
    (size,) = sizes_of(an_aluminium_label(), "B2B only", MarkVersion.SMALLEST)
    assert size >= 13


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("bom", sorted(BOMS.glob("*.json")), ids=lambda path: path.stem)
def test_no_name_or_unit_of_a_demonstration_product_is_cut(
    bom: Path, pair: tuple[str, str]
) -> None:
    described = json.loads(bom.read_text(encoding="utf-8"))
    label = an_aluminium_label()
    label = replace(
        label,
        product=replace(label.product, name=described["product"]["name"]),
        footprint=replace(label.footprint, per=described["unit"]["description"]),
    )
    name = described["product"]["name"][pair[0]].replace(" ", "")
    said = drawn(label, MarkVersion.COLOUR, pair).replace(" ", "")
    assert name in said
    assert "每1t·" in said
