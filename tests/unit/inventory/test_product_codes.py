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


def test_the_documentation_counts_what_has_no_customs_code_yet() -> None:
    shipped, _ = load_reference()
    uncoded = [
        cast("dict[str, Any]", p.content)
        for p in shipped.processes
        if "HS" not in cast("dict[str, Any]", p.content.get("codes", {}))
    ]
    no_goods = sum(content["industry"] in NO_GOODS for content in uncoded)
    with_cas = sum("CAS" in content.get("codes", {}) for content in uncoded)
    page = (Path(__file__).parents[3] / "docs" / "inventory.md").read_text(encoding="utf-8")
    said = " ".join(page.split())
    assert f"{len(uncoded)} datasets have no customs code yet, {with_cas} of them a CAS" in said
    assert f"{no_goods} are transport, waste treatment, water, heat and electricity," in said
    assert f"Of the other {len(uncoded) - no_goods} some are steps" in said


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
