"""Scenarios on bills that declare more than lines: co-products and recycling go with the change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials
from footprint.changes import Change, ChangeKind
from footprint.errors import FootprintError
from footprint.methods import method_profile
from footprint.scenarios import Baseline, Scenario, scenario_results
from tests.support.builders import a_bom, a_material, an_energy
from tests.unit.footprint.tables import a_table
from tests.unit.footprint.test_allocation import TABLE, a_document, the_result

METHOD = method_profile("gbt24067-2024")


def change(kind: str, ref: str, **members: Any) -> Change:
    return Change(kind=ChangeKind(kind), line=("", ref), **members)


def difference(bom: BillOfMaterials, *changes: Change) -> float:
    base = Baseline(bom, TABLE, METHOD)
    (result,) = scenario_results(base, [Scenario(name="", changes=changes)])
    return result.change_kg_co2e


@pytest.mark.parametrize("method", ["mass", "economic", "system-expansion"])
def test_a_scenario_of_a_study_with_co_products_is_shared_like_the_study(method: str) -> None:
    document = a_document(method=method)
    before = the_result(document).total_kg_co2e
    bom = BomIn.model_validate(document).to_core()
    found = difference(bom, change("amount", "feed", factor=Decimal(2)))
    document["lines"][0]["amount"] = "20"
    assert found == pytest.approx(the_result(document).total_kg_co2e - before)
    assert difference(bom) == 0


def test_a_line_that_is_given_to_a_co_product_is_not_split() -> None:
    own = [{"line": "feed", "product": "oil"}]
    bom = BomIn.model_validate(a_document(own_lines=own)).to_core()
    mix = change("recycled-content", "feed", to="fuel-oil", value=Decimal("0.5"))
    with pytest.raises(FootprintError, match="scenario-line-unfit") as refused:
        difference(bom, mix)
    assert refused.value.place == "/scenarios/0/changes/0/line"


def test_a_line_that_states_its_recycling_is_swapped_and_never_mixed_again() -> None:
    table = a_table(("virgin", "kg", 4.0), ("scrap", "kg", 1.0), ("other", "kg", 2.0),
                    ("grid", "kWh", 0.5))  # fmt: skip
    recycling = {"recycled_content": "0.25", "recycled_dataset": "scrap"}
    lines = [a_material("m", "virgin", "8", recycling=recycling), an_energy("e", "grid", "1")]
    base = Baseline(a_bom(lines), table, METHOD)
    assert base.total_kg_co2e == pytest.approx(6 * 4 + 2 * 1 + 0.5)
    every = Change(kind=ChangeKind.DATASET, dataset="scrap", to="other")
    (swapped,) = scenario_results(base, [Scenario(name="", changes=(every,))])
    assert swapped.change_kg_co2e == pytest.approx(2 * (2 - 1))
    mix = change("recycled-content", "m", to="other", value=Decimal("0.5"))
    with pytest.raises(FootprintError, match="scenario-line-unfit"):
        scenario_results(base, [Scenario(name="", changes=(mix,))])
