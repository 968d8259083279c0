"""Every industry that the method names has datasets, or a gap that says what was sought."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from lca_db.inventory.description import Industry
from lca_db.inventory.reference_files import load_reference

DOCS = Path(__file__).parents[2] / "docs"

# The words of design/method.md, section 3, and a dataset that stands for each.
HELD = {
    "electricity by year": "electricity-grid-cn-2023",
    "Guangdong mix": "electricity-mix-gd-2024-derived",
    "Hong Kong mix": "electricity-clp-hk-2024-derived",
    "Macao mix": "electricity-mix-mo-2022-derived",
    "Chinese fuels": "natural-gas-burned-cn",
    "heat by boiler": "heat-natural-gas-cn",
    "water": "water-tap-cn",
    "transport": "freight-road-artic-cn",
    "incineration by fossil carbon": "waste-incineration-plastic-cn",
    "steel, blast furnace": "steel-bof-cn",
    "steel, electric": "steel-eaf-cn",
    "aluminium, primary": "aluminium-primary-cn",
    "aluminium, secondary": "aluminium-secondary-cn",
    "aluminium, extrusion": "aluminium-profile-primary-cn",
    "copper": "copper-cathode-cn",
    "cement": "cement-ordinary-cn",
    "concrete": "concrete-c30-cn",
    "flat glass": "flat-glass-cn",
    "ceramic tiles": "ceramic-tile-cn",
    "PE": "pe-cn",
    "PP": "pp-cn",
    "PET": "pet-cn",
    "PS": "ps-cn",
    "ABS": "abs-cn",
    "PVC": "pvc-cn",
    "PC": "pc-cn",
    "PA": "pa66-cn",
    "moulding": "injection-moulding-cn",
    "recycled plastic": "rpet-pellet-cn",
    "paper": "copy-paper-cn",
    "board": "containerboard-cn",
    "recycled board": "containerboard-recycled-cn",
    "wood boards": "particleboard-cn",
    "cotton": "cotton-lint-cn",
    "polyester": "polyester-filament-cn",
    "spinning": "spinning-ring-cn",
    "dyeing and finishing": "dyeing-finishing-knit-cn",
    "ICs by node": "ic-logic-7nm-cn",
    "DRAM": "dram-ddr4-8gb-kr",
    "SSD": "ssd-512gb-glo",
    "LFP": "lfp-cell-cn",
    "NMC": "nmc811-cell-cn",
    "poly-Si": "polysilicon-cn",
    "PV module": "pv-module-mono-cn",
    "home appliances": "refrigerator-gb",
    "chemicals": "ammonia-cn",
    "packaging": "corrugated-board-cn",
    "food": "rice-paddy-cn",
    "recycling": "recyclables-sorted-cn",
}
# What has no dataset, and the words under which the documents tell what was sought.
GAPS = {
    "sanitary ware": "| sanitary ware, tableware, refractories |",
    "furniture": "| furniture panels with melamine paper, edge band, furniture |",
    "weaving and knitting": "| weaving, knitting, printing, garment sewing",
    "PCB": "| bare printed circuit board, by layers |",
    "passives": "| ceramic and tantalum capacitors |",
    "display": "| display module, camera",
    "compressor": "| compressor, condenser, evaporator |",
    "motor": "| electric motor, fan, relay |",
    "refrigerants": "| refrigerants (R32, R134a, R410A) |",
}


@lru_cache
def industries() -> dict[str, str]:
    return {p.id: str(p.content["industry"]) for p in load_reference()[0].processes}


@pytest.mark.parametrize(("named", "dataset"), HELD.items())
def test_what_the_method_names_has_a_dataset(named: str, dataset: str) -> None:
    assert dataset in industries(), named


@pytest.mark.parametrize(("named", "words"), GAPS.items())
def test_what_the_method_names_and_we_lack_is_told_as_a_gap(named: str, words: str) -> None:
    told = "".join(page.read_text("utf-8") for page in sorted(DOCS.glob("inventory*.md")))
    assert words in told, named


@pytest.mark.parametrize("industry", Industry)
def test_no_industry_is_empty(industry: Industry) -> None:
    assert industry.value in industries().values()
