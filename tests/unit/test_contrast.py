"""The colours people read are readable, and every place that repeats them says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labels.render.palette import GRAPHIC_PAIRS, TEXT_PAIRS, TOKENS, contrast_ratio

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "api" / "web" / "static"
STYLES = ("tanbiao.css", "label.css")
SCHEMES = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_reaches_aa_contrast_on_its_ground(text: str, ground: str, scheme: str) -> None:
    colours = getattr(TOKENS[text], scheme), getattr(TOKENS[ground], scheme)
    assert contrast_ratio(*colours) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("graphic", "ground"), GRAPHIC_PAIRS)
def test_graphics_reach_contrast_three_on_their_ground(
    graphic: str, ground: str, scheme: str
) -> None:
    colours = getattr(TOKENS[graphic], scheme), getattr(TOKENS[ground], scheme)
    assert contrast_ratio(*colours) >= 3.0


def test_contrast_ratio_gives_the_values_of_the_wcag_definition() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast_ratio("#123456", "#123456") == pytest.approx(1.0)


@pytest.mark.parametrize("name", STYLES)
def test_style_sheet_repeats_every_token_of_the_palette(name: str) -> None:
    css = (STATIC / name).read_text(encoding="utf-8")
    found = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9A-F]{6}, #[0-9A-F]{6})\)", css))
    assert found == {token: f"{c.light}, {c.dark}" for token, c in TOKENS.items()}


@pytest.mark.parametrize("name", STYLES)
def test_style_sheet_uses_no_colour_outside_the_tokens(name: str) -> None:
    css = (STATIC / name).read_text(encoding="utf-8")
    without_tokens = re.sub(r"--[a-z-]+: light-dark\([^)]*\);", "", css)
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", without_tokens) == []
    used = set(re.findall(r"var\(--([a-z-]+)\)", css))
    assert used <= TOKENS.keys()


@pytest.mark.parametrize("name", STYLES)
def test_every_text_colour_of_a_style_sheet_is_a_tested_text_token(name: str) -> None:
    css = (STATIC / name).read_text(encoding="utf-8")
    texts = set(re.findall(r"(?:^|[{; ])color: var\(--([a-z-]+)\)", css))
    assert texts
    assert texts <= {text for text, _ in TEXT_PAIRS}


@pytest.mark.parametrize("name", STYLES)
def test_style_sheet_loads_nothing_from_elsewhere(name: str) -> None:
    css = (STATIC / name).read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_style_sheets_stay_small() -> None:
    assert (STATIC / "tanbiao.css").stat().st_size < 30_000
    assert (STATIC / "label.css").stat().st_size < 12_000


def test_design_tokens_page_lists_every_token_with_its_values() -> None:
    page = (ROOT / "docs" / "reference" / "design-tokens.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `(#[0-9A-F]{6})` \| `(#[0-9A-F]{6})` \|", page, re.M)
    assert {name: (light, dark) for name, light, dark in rows} == {
        token: (c.light, c.dark) for token, c in TOKENS.items()
    }
