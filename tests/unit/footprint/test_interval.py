"""The interval of a footprint: what is drawn how, what is drawn together, what is not compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from footprint.bom import BillOfMaterials
from footprint.calculate import calculate
from footprint.drawing import draw_footprint
from footprint.errors import MethodError
from footprint.interval import FootprintDraws, probability_lower
from footprint.methods import method_profile
from footprint.pedigree import INDICATORS
from footprint.result import FootprintResult
from tests.support.builders import ANY_SHA256, a_bom, a_material, an_energy
from tests.support.sampled import spread_tables
from tests.unit.footprint.tables import a_table

METHOD = method_profile("gbt24067-2024")
TABLE = a_table(("haul", "tkm", 0.1), ("steel", "kg", 2.0), ("wood", "kg", 2.0))
CERTAIN = spread_tables(TABLE, draws=4000)
SPREAD = spread_tables(TABLE, draws=4000, spread=0.2)


def a_bill(lines: list[dict[str, object]], **more: Any) -> BillOfMaterials:
    """The lines, and the manufacturing that every bill has: here it takes nothing."""
    return a_bom([*lines, an_energy("nothing", "wood", "0", "kg")], **more)


def drawn(bom: BillOfMaterials, tables: object = CERTAIN) -> FootprintDraws:
    found = draw_footprint(bom, TABLE, METHOD, tables)  # type: ignore[arg-type]
    assert found is not None
    return found


def result(bom: BillOfMaterials) -> FootprintResult:
    return calculate(bom, TABLE, METHOD, bom_sha256=ANY_SHA256, sampled=CERTAIN)


def steel(ref: str = "a", amount: str = "1", **more: Any) -> dict[str, object]:
    return a_material(ref, "steel", amount, **more)


def deviation_of(*lines: dict[str, object]) -> float:
    """Squared geometric standard deviation of the draws."""
    logarithms = np.log(drawn(a_bill(list(lines))).totals)
    return float(np.exp(2 * logarithms.std()))


def test_line_varies_as_its_maker_says() -> None:
    assert deviation_of(steel(squared_deviation="1.5")) == pytest.approx(1.5, rel=0.02)


def test_line_without_deviation_varies_as_its_pedigree_says() -> None:
    best, worst = (dict.fromkeys(INDICATORS, score) for score in (1, 5))
    assert deviation_of(steel(pedigree=best)) == pytest.approx(1.05, rel=0.01)
    assert deviation_of(steel(pedigree=worst)) == pytest.approx(2.505, rel=0.04)


def test_line_that_says_nothing_varies_by_the_origin_of_its_figure() -> None:
    names = ("measured", "calculated", "design", "estimated")
    found = [deviation_of(steel(activity_origin=name)) for name in names]
    assert found == sorted(found)
    assert found[0] < 1.1
    assert found[-1] > 1.3


def test_transport_varies_more_than_a_material_of_the_same_scores() -> None:
    haul: dict[str, object] = {
        "ref": "t",
        "kind": "transport",
        "name": "by road",
        "stage": "raw-material",
        "dataset": "haul",
        "mass": "1",
        "mass_unit": "t",
        "distance": "10",
        "distance_unit": "km",
    }
    bom = a_bill([haul, steel(amount="0")])
    of_haul, of_steel = result(bom).lines[0], result(bom).lines[1]
    assert of_haul.squared_deviation is not None
    assert of_steel.squared_deviation is not None
    assert of_haul.squared_deviation > of_steel.squared_deviation + 0.5


def supplied(ref: str, document: str, **more: Any) -> dict[str, object]:
    line = steel(ref, squared_deviation="1")
    del line["dataset"]
    footprint = {"kg_co2e_per_unit": "2", "unit": "kg", "gwp_set": "AR6", "document": document}
    return {**line, "supplier_footprint": {**footprint, **more}}


def test_supplier_footprint_varies_by_the_class_of_its_verification() -> None:
    assert deviation_of(supplied("a", "PCF 1")) == pytest.approx(2, rel=0.03)
    assert deviation_of(supplied("a", "PCF 1", is_verified=True)) == pytest.approx(1.5, rel=0.03)


def test_lines_of_one_document_vary_together_and_others_apart() -> None:
    alone = deviation_of(supplied("a", "PCF 1"))
    assert deviation_of(supplied("a", "PCF 1"), supplied("b", "PCF 1")) == pytest.approx(alone)
    assert deviation_of(supplied("a", "PCF 1"), supplied("b", "PCF 2")) < alone - 0.2


def test_lines_on_one_dataset_vary_together_through_the_background() -> None:
    """Two kilograms on two lines are two kilograms; on two datasets the spreads cancel in part."""
    certain = {"squared_deviation": "1"}
    together = drawn(a_bill([steel("a", **certain), steel("b", **certain)]), SPREAD).totals
    wood = a_material("b", "wood", "1", **certain)
    apart = drawn(a_bill([steel("a", **certain), wood]), SPREAD).totals
    assert together.std() == pytest.approx(apart.std() * 2**0.5, rel=0.1)


def test_loss_treatment_varies_with_the_line_that_lost_it() -> None:
    loss = {"rate": "0.5", "route": "waste-treatment", "dataset": "wood"}
    shares = [line.variance_share for line in result(a_bill([steel(loss=loss)])).lines][:2]
    assert shares == pytest.approx([2 / 3, 1 / 3])


def test_line_that_varies_nothing_contributes_nothing() -> None:
    bom = a_bill([steel("a", squared_deviation="1"), steel("b", squared_deviation="1.2")])
    shares = [line.variance_share for line in result(bom).lines][:2]
    assert shares == pytest.approx([0, 1])


def test_interval_is_where_95_percent_of_the_draws_lie() -> None:
    interval = drawn(a_bill([steel(squared_deviation="1.5")])).interval
    assert interval.median_kg_co2e == pytest.approx(2, rel=0.02)
    assert interval.lower_kg_co2e == pytest.approx(2 / 1.5**0.98, rel=0.03)
    assert interval.upper_kg_co2e == pytest.approx(2 * 1.5**0.98, rel=0.03)
    assert (interval.draws, interval.seed) == (4000, CERTAIN.seed)


def test_result_states_the_interval_in_four_digits() -> None:
    body = result(a_bill([steel()])).to_json()["uncertainty"]
    assert isinstance(body, dict)
    assert body["sampling_sha256"] == CERTAIN.sha256
    assert all(len(body[f"{q}_kg_co2e"]) == 5 for q in ("lower", "median", "upper"))


def test_release_without_a_table_of_the_gwp_set_is_not_assessed() -> None:
    none = replace(CERTAIN, values={}, hashes={})
    bom = a_bill([steel()])
    assert draw_footprint(bom, TABLE, METHOD, none) is None
    found = calculate(bom, TABLE, METHOD, bom_sha256=ANY_SHA256, sampled=none)
    assert found.to_json()["uncertainty"] == "not assessed"
    assert found.lines[0].variance_share is None


def test_same_line_of_another_model_is_independent() -> None:
    one, other = (
        drawn(a_bill([steel(squared_deviation="1.5")], model=model)) for model in ("M-1", "M-2")
    )
    assert probability_lower(one, other) == pytest.approx(0.5, abs=0.05)
    assert not np.array_equal(one.totals, other.totals)


def test_draws_of_other_tables_are_not_compared() -> None:
    bom = a_bill([steel()])
    for other in (SPREAD, spread_tables(TABLE, draws=4000, seed=4)):
        changed = replace(other, hashes=dict.fromkeys(other.hashes, "ff" * 32))
        with pytest.raises(MethodError) as refused:
            probability_lower(drawn(bom), drawn(bom, changed))
        assert refused.value.code == "draws-not-paired"


def test_a_long_bill_that_is_drawn_twice_has_the_same_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bom = a_bill([steel(f"l-{number}", squared_deviation="1.3") for number in range(9)])
    held = drawn(bom, SPREAD)
    monkeypatch.setattr("footprint.interval._MOST_HELD", 1)
    monkeypatch.setattr("footprint.interval._AT_A_TIME", 4)
    twice = drawn(bom, SPREAD)
    np.testing.assert_allclose(twice.totals, held.totals, rtol=1e-12)
    np.testing.assert_allclose(twice.variance_shares, held.variance_shares, rtol=1e-9, atol=1e-12)
