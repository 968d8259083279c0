"""Beside each golden total stands the published range in the total's own unit, with its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
MASS_OF_THE_UNIT = {"aluminium-extrusion": 1000}  # the range is per kg, the total per tonne


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return found


PRODUCTS = read("demo_products.yaml")
RANGES = read("published_ranges.yaml")


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_range_beside_a_total_is_the_one_written_down_first(product: str) -> None:
    beside, first = PRODUCTS[product]["published"], RANGES[product]
    factor = MASS_OF_THE_UNIT.get(product, 1)
    assert beside["low"] == pytest.approx(float(first["low"]) * factor)
    assert beside["high"] == pytest.approx(float(first["high"]) * factor)
    for end in ("low", "high"):
        is_unconfirmed = beside[f"{end}_source"].startswith("Unconfirmed")
        assert is_unconfirmed is not first[f"{end}_confirmed"], (product, end)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_range_is_compared_with_our_own_figure_of_the_same_boundary(product: str) -> None:
    golden = PRODUCTS[product]
    beside, stages = golden["published"], golden["stages_kg_co2e"]
    to_the_gate = stages["raw-material"] + stages["manufacturing"]
    assert beside["ours"] == pytest.approx(to_the_gate, rel=1e-4)
    inside = "inside the range" if beside["ours"] >= beside["low"] else "below"
    position = "above" if beside["ours"] > beside["high"] else inside
    assert golden["range_position"] == position


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_sentence_on_the_difference_names_the_range_and_what_is_unconfirmed(
    product: str,
) -> None:
    golden = PRODUCTS[product]
    words = golden["difference"].replace(",", "")
    for end in ("low", "high"):
        assert str(golden["published"][end]) in words, (product, end)
    if golden["published"]["high_source"].startswith("Unconfirmed"):
        assert "unconfirmed" in words
