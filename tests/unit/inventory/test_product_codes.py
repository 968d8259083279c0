"""The CPC code of a dataset follows from its customs codes, as wide as they are and no wider."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from lca_db.inventory.product_codes import cpc_of, with_cpc
from lca_db.inventory.reference_files import load_reference


@pytest.mark.parametrize(
    ("hs", "cpc"),
    [
        (["7601.10"], "41431"),  # unwrought aluminium
        (["7604.21", "7604.29"], "41532"),  # bars and profiles: both in one subclass
        (["2711.11", "2711.21"], "12020"),  # natural gas, liquefied or gaseous
        (["8541.43"], "471"),  # a subheading of HS 2022: by its heading
        (["7403.21", "7407.21"], None),  # an alloy and its bars: nothing narrower than a division
        (["9999.99"], None),
        ([], None),
    ],
)
def test_a_product_has_the_code_its_customs_codes_lead_to(hs: list[str], cpc: str | None) -> None:
    assert cpc_of(hs) == cpc


def test_several_subclasses_give_the_class_or_group_that_holds_them() -> None:
    assert cpc_of(["7210.49"]) == "41231"
    assert cpc_of(["7208.10"]) == "41211"
    assert cpc_of(["7210.49", "7208.10"]) == "412"


def test_a_code_that_is_given_stays() -> None:
    assert with_cpc({"HS": ["7601.10"], "CPC": ["4143"]})["CPC"] == ["4143"]
    assert with_cpc({"CAS": ["7429-90-5"]}) == {"CAS": ["7429-90-5"]}
    assert with_cpc({"HS": ["7601.10"]}) == {"HS": ["7601.10"], "CPC": ["41431"]}


NO_GOODS = {"transport", "waste-and-recycling", "water", "fuels-and-heat", "electricity"}
WHY_NOT = {
    "are steps done on goods of others, or heat": """
        aluminium-anodising-service-cn aluminium-casting-lost-foam-service-cn
        aluminium-casting-sand-service-cn aluminium-casting-semi-permanent-service-cn
        aluminium-extrusion-service-cn aluminium-ingot-casting-cn aluminium-rolling-cn
        aluminium-smelting-without-power-cn battery-shredding-cn coil-coating-cn
        dyeing-finishing-knit-cn electrocoating-cn extrusion-cn film-extrusion-cn
        heat-wood-residues-cn hot-dip-galvanising-service-cn injection-moulding-cn
        lfp-battery-dismantling-cn lfp-electrolyte-incineration-cn pcb-assembly-reflow-cn
        pretreatment-phosphating-cn selective-soldering-cn spinning-ring-cn thermoforming-cn
        wood-residues-burned-cn""",
    "are averages or sets of several goods": """
        anode-carbon-materials-cn appliance-large-gb battery-hv-distribution-cn
        bayer-chemicals-cn building-insulation-cn electrical-small-gb
        electrolyser-alkaline-plant-1mw-cn electronics-it-gb food-average-cn
        lfp-module-packaging-cn lfp-pack-case-cn organic-chemical-rna plastics-average-cn
        pv-electric-installation-3kwp-cn pv-system-rooftop-3kwp-cn recycled-plastic-pellets-cn""",
    "are cathode materials of nickel and their precursors": """
        nca-cathode-material-cn nca-precursor-cn nmc111-cathode-material-cn nmc111-precursor-cn
        nmc532-cathode-material-cn nmc532-precursor-cn nmc622-cathode-material-cn
        nmc622-precursor-cn nmc811-cathode-material-cn nmc811-precursor-cn
        nmmt-cathode-material-cn""",
    "are goods whose heading depends on what the dataset does not say": """
        aluminium-casting-cn aluminium-casting-primary-cn aluminium-paste-back-cn backsheet-cn
        battery-module-board-cn bms-cn calcium-carbonate-fine-treated-cn
        calcium-carbonate-ground-cn calcium-carbonate-screened-cn calcium-carbonate-slurry-cn
        enclosure-steel-cn hard-carbon-cn palm-fruit-bunches-id pv-frame-aluminium-cn pv-ribbon-cn
        pyrolysis-gasoline-cn separator-cn silver-paste-back-cn silver-paste-front-cn
        system-controller-home-cn""",
}


def test_the_documentation_says_why_each_of_the_others_has_no_customs_code() -> None:
    shipped, _ = load_reference()
    uncoded = {
        p.id: cast("dict[str, Any]", p.content)
        for p in shipped.processes
        if "HS" not in cast("dict[str, Any]", p.content.get("codes", {}))
    }
    goods = {each for each, content in uncoded.items() if content["industry"] not in NO_GOODS}
    with_cas = sum("CAS" in content.get("codes", {}) for content in uncoded.values())
    page = (Path(__file__).parents[3] / "docs" / "inventory.md").read_text(encoding="utf-8")
    said = " ".join(page.split())
    assert f"{len(uncoded)} datasets have no customs code, {with_cas} of them a CAS" in said
    assert f"{len(uncoded) - len(goods)} are transport, waste treatment, water, heat" in said
    assert f"Of the other {len(goods)} " in said
    told = [each for ids in WHY_NOT.values() for each in ids.split()]
    assert sorted(told) == sorted(goods)
    for reason, ids in WHY_NOT.items():
        assert f"* {len(ids.split())} {reason}" in said, reason


@pytest.mark.parametrize(
    ("dataset", "codes"),
    [
        ("rpet-pellet-cn", ["3907.61", "3907.69"]),  # primary form, not waste of 3915
        ("busbar-copper-cn", ["8544"]),  # insulated: a conductor, not a bar of 7407
        ("pv-mounting-open-ground-cn", ["7308.90"]),  # more steel than aluminium
        ("pv-mounting-flat-roof-cn", ["7610.90"]),  # more aluminium than steel
        ("ethylene-carbonate-cn", ["2920.90"]),  # no heterocycle of 2932
    ],
)
def test_a_code_is_what_heading_and_notes_make_of_the_goods(dataset: str, codes: list[str]) -> None:
    shipped, _ = load_reference()
    (content,) = (cast("Any", p.content) for p in shipped.processes if p.id == dataset)
    assert content["codes"]["HS"] == codes


def test_the_shipped_goods_have_the_codes_that_the_documentation_counts() -> None:
    shipped, _ = load_reference()
    codes = [cast("dict[str, Any]", p.content.get("codes", {})) for p in shipped.processes]
    with_hs = [c for c in codes if "HS" in c]
    with_code = [c for c in with_hs if "CPC" in c]
    narrow = [c for c in with_code if len(c["CPC"][0]) == 5]
    page = (Path(__file__).parents[3] / "docs" / "inventory.md").read_text(encoding="utf-8")
    said = " ".join(page.split())
    assert f"{len(with_hs)} of the {len(codes)} datasets have customs codes" in said
    assert f"Classification 2.1 of {len(with_code)} datasets" in said
    assert (
        f"{len(narrow)} have a subclass of five digits, {len(with_code) - len(narrow)} the" in said
    )
