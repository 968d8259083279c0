"""A study of a whole life on its page: each part with its amount; credits and carbon beside."""

from __future__ import annotations

import pytest

from tests.support.boms import a_bom_of_a_whole_life
from tests.support.browsing import signed_in
from tests.support.instance import LFP, Instance

PARTS = {  # what the page says of a part, in English -> the amount behind it
    "Use · Use": "150 kWh × 1 × 10",
    "Leakage in use": "0.8 kg × 0.02 × 12",
    "Gas let off at the end of life": "0.8 kg × (1 - 0.7)",
    "Incineration: fossil carbon": "2 kg × 0.5 × 0.6 × 0.98 × 44/12",
    "Incineration: biogenic carbon": "2 kg × 0.5 × 0.2 × 0.98 × 44/12",
    "Captured CO2": "0.4 kg",
    "Recycled content: its recycling": "2 kg × 0.25 × 0.5",
    "Recycled content: its share of the virgin material": "2 kg × 0.25 × (1 - 0.5) × 0.9",
    "Recycling at the end of life": "2 kg × 0.4 × (1 - 0.5)",
    "Recycling credit: virgin material displaced": "2 kg × -0.4 × (1 - 0.5) × 0.8",
}


def test_every_part_of_a_line_is_a_row_with_what_it_comes_from(sqlite_instance: Instance) -> None:
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, a_bom_of_a_whole_life())
    page = signed_in(sqlite_instance, LFP.preparer).open(f"/studies/{study['id']}")
    rows = [row.text for row in page.root.find_all("tr")]
    for words, amount in PARTS.items():
        assert [row for row in rows if words in row and amount in row], words


def test_page_and_answer_show_credits_captured_co2_and_carbon_apart(
    sqlite_instance: Instance,
) -> None:
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, a_bom_of_a_whole_life())
    result = study["result"]
    assert float(result["captured_co2_kg"]) == pytest.approx(0.4 / (1 - 0.1))  # in its own loop
    assert float(result["biogenic_carbon_kg"]) == 0.48
    assert result["packaging_biogenic_carbon_kg"] is None
    assert float(result["credits_kg_co2e"]) < 0
    text = signed_in(sqlite_instance, LFP.preparer).open(f"/studies/{study['id']}").text
    assert "Recycling credits in the total: \N{MINUS SIGN}" in text
    assert "Shown beside: 0.444 kg of CO2 captured and stored." in text
    assert "Biogenic carbon in the product: 0.480 kg C." in text
    assert "packaging" not in text.partition("Biogenic carbon in the product")[2][:60]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-Hans", "再生抵扣（被替代的原生料）"),
        ("zh-Hant", "另行列出：捕集並封存的二氧化碳"),
        ("pt", "Carbono biogénico no produto"),
    ],
)
def test_page_says_it_in_other_languages(
    language: str, words: str, sqlite_instance: Instance
) -> None:
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, a_bom_of_a_whole_life())
    browser = signed_in(sqlite_instance, LFP.preparer)
    assert words in browser.open(f"/studies/{study['id']}?lang={language}").text
