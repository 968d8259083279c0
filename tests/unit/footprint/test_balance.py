"""The mass balance of the maker's own stages: what is weighed, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.calculate import calculate
from footprint.declared_results import MassBalanceResult
from footprint.errors import FootprintError, FootprintErrors
from footprint.inventory import EmissionKey, Origin
from footprint.limits import LimitName, study_limit
from footprint.methods import method_profile
from tests.support.builders import ANY_SHA256, a_bom_document, a_material, an_energy
from tests.unit.footprint.tables import a_table

CO2 = EmissionKey("CO2", Origin.FOSSIL)
TABLE = a_table(
    ("clay", "kg", 0.1),
    ("grid", "kWh", 0.5),
    ("gas", "kg", 3.0),
    ("water", "kg", 0.0),
    ("board", "kg", 0.4),
    ("landfill", "kg", 0.05),
    burnt={"gas": {CO2: 2.5}},
)
POWER = an_energy("power", "grid", "3")


def the_balance(
    *lines: dict[str, Any], balance: dict[str, Any] | None = None, **more: Any
) -> MassBalanceResult:
    document = a_bom_document([*lines, POWER])
    document["mass_balance"] = {"product_mass_kg": "9"} if balance is None else balance
    document |= more
    bom = BomIn.model_validate(document).to_core()
    result = calculate(bom, TABLE, method_profile("gbt24067-2024"), bom_sha256=ANY_SHA256)
    assert result.declared.mass_balance is not None
    return result.declared.mass_balance


def masses(found: MassBalanceResult, side: str) -> dict[str, float]:
    return {s.kind: s.mass_kg for s in getattr(found, side) if s.mass_kg}


def a_gas(amount: str, **more: str) -> dict[str, Any]:
    gas = {"ref": "vent", "kind": "direct-emission", "name": "vent", "substance": "CO2"}
    return {**gas, "origin": "fossil", "amount": amount, "unit": "kg", **more}


def test_balance_closes_where_all_that_goes_in_comes_out() -> None:
    """10.5 kg of clay are bought, 0.5 kg of it lost; 1 kg of carbonate CO2 leaves the kiln."""
    loss = {"rate": "0.047619047619047619", "route": "waste-treatment", "dataset": "landfill"}
    found = the_balance(a_material("clay", "clay", "10", loss=loss), a_gas("1"))
    assert masses(found, "inputs") == pytest.approx({"materials": 10.5})
    assert masses(found, "outputs") == pytest.approx({"product": 9, "losses": 0.5, "emissions": 1})
    assert found.difference_kg == pytest.approx(0, abs=1e-12)
    assert not found.is_over_tolerance


def test_difference_above_the_tolerance_is_a_finding_and_no_refusal() -> None:
    found = the_balance(a_material("clay", "clay", "10"))
    assert found.difference_kg == pytest.approx(1.0)
    assert found.difference_share == pytest.approx(0.1)
    assert found.is_over_tolerance
    within = the_balance(a_material("clay", "clay", "9.47"))
    assert not within.is_over_tolerance


def test_more_out_than_in_is_a_negative_difference() -> None:
    found = the_balance(a_material("clay", "clay", "6"))
    assert found.difference_kg == pytest.approx(-3.0)
    assert found.difference_share == pytest.approx(1 / 3)


def test_sold_scrap_leaves_and_remelted_metal_does_not() -> None:
    sold = the_balance(a_material("clay", "clay", "9", loss={"rate": "0.1", "route": "sold-scrap"}))
    assert masses(sold, "outputs") == pytest.approx({"product": 9, "losses": 1})
    kept = the_balance(
        a_material("clay", "clay", "9", loss={"rate": "0.1", "route": "internal-remelt"})
    )
    assert masses(kept, "inputs") == pytest.approx({"materials": 9})
    assert masses(kept, "outputs") == pytest.approx({"product": 9})


def test_packaging_goes_in_and_comes_out_beside_the_product() -> None:
    box = {**a_material("box", "board", "2"), "kind": "packaging"}
    found = the_balance(a_material("clay", "clay", "9"), box)
    assert masses(found, "inputs") == {"materials": 9, "packaging": 2}
    assert masses(found, "outputs") == {"product": 9, "packaging": 2}


def test_fuel_and_what_is_in_no_unit_of_mass_is_named_as_not_weighed() -> None:
    fuel = an_energy("gas", "gas", "4", "kg")
    water = an_energy("water", "water", "2", "kg")
    screws = a_material("screws", "clay", "4", "kg")
    found = the_balance(screws, a_material("clay", "clay", "5"), fuel, water)
    assert masses(found, "inputs") == {"materials": 9, "auxiliaries": 2}
    assert [(n.ref, n.why) for n in found.not_weighed] == [("gas", "fuel")]
    assert "power" not in {n.ref for n in found.not_weighed}


def test_supplied_pieces_are_named_as_not_weighed() -> None:
    part = a_material("part", "x", "2", "piece")
    del part["dataset"]
    part["supplier_footprint"] = {
        "kg_co2e_per_unit": "4",
        "unit": "piece",
        "gwp_set": "AR6",
        "document": "PCF 17",
    }
    found = the_balance(a_material("clay", "clay", "9"), part)
    assert [(n.ref, n.why) for n in found.not_weighed] == [("part", "unit")]


def test_line_the_maker_leaves_out_takes_no_part_and_is_named() -> None:
    balance = {"product_mass_kg": "9", "left_out": [{"line": "vent"}]}
    found = the_balance(a_material("clay", "clay", "9"), a_gas("25"), balance=balance)
    assert found.difference_kg == 0
    assert [(n.ref, n.why) for n in found.not_weighed] == [("vent", "left-out")]


def test_uptake_goes_in_and_stated_outputs_come_out() -> None:
    grown = a_gas("2", origin="biogenic", direction="removal")
    balance = {"product_mass_kg": "9", "outputs": [{"name": "vapour", "mass_kg": "2"}]}
    found = the_balance(a_material("clay", "clay", "9"), grown, balance=balance)
    assert masses(found, "inputs") == {"materials": 9, "uptake": 2}
    assert masses(found, "outputs") == {"product": 9, "other": 2}


def test_lines_of_assemblies_weigh_as_often_as_the_product_holds_them() -> None:
    uses = {"ref": "s", "kind": "assembly", "name": "sub", "assembly": "sub", "quantity": "3"}
    sub = {"name": "sub", "lines": [a_material("x", "clay", "3")]}
    found = the_balance(uses, assemblies={"sub": sub})
    assert masses(found, "inputs") == {"materials": 9}


def test_waste_of_the_works_is_an_output_and_the_end_of_life_of_the_product_is_none() -> None:
    dust = {
        "ref": "dust",
        "kind": "end-of-life",
        "stage": "manufacturing",
        "name": "dust",
        "dataset": "landfill",
        "mass": "2",
        "mass_unit": "kg",
        "share": "0.5",
    }
    found = the_balance(a_material("clay", "clay", "10"), dust)
    assert masses(found, "outputs") == {"product": 9, "waste": 1}


def burnt(**more: str) -> dict[str, Any]:
    return {
        "ref": "burnt",
        "kind": "incineration",
        "stage": "manufacturing",
        "name": "offcuts",
        "mass": "2",
        "mass_unit": "kg",
        "share": "0.5",
        "fossil_carbon": "0.6",
        "biogenic_carbon": "0",
        **more,
    }


def caught(amount: str, origin: str = "fossil") -> dict[str, Any]:
    return {
        "ref": "caught",
        "kind": "captured-co2",
        "stage": "manufacturing",
        "name": "caught",
        "origin": origin,
        "amount": amount,
        "unit": "kg",
        "evidence": "storage record 3",
    }


def test_what_is_incinerated_leaves_as_waste_and_its_co2_is_no_second_output() -> None:
    """1 kg burns to 2.2 kg CO2: its carbon is in the kilogram, its oxygen came from the air."""
    found = the_balance(a_material("clay", "clay", "10"), burnt())
    assert masses(found, "outputs") == pytest.approx({"product": 9, "waste": 1})
    assert found.difference_kg == pytest.approx(0, abs=1e-12)
    assert found.not_weighed == ()


def test_what_is_incinerated_at_the_end_of_life_is_none_of_the_works() -> None:
    found = the_balance(a_material("clay", "clay", "10"), burnt())
    stages = dict.fromkeys(
        ("raw-material", "manufacturing", "distribution", "use", "end-of-life"), "included"
    )
    lines = [{**POWER, "ref": s, "stage": s} for s in ("distribution", "use", "end-of-life")]
    whole: dict[str, Any] = {"boundary": "cradle-to-grave", "stages": stages}
    lines += [a_material("clay", "clay", "10"), burnt(stage="end-of-life")]
    unit = {"kind": "functional", "amount": "1", "unit": "piece", "description": {"en": "x"}}
    later = the_balance(*lines, unit=unit, **whole)
    assert masses(later, "outputs") == {"product": 9}
    assert masses(found, "outputs") != masses(later, "outputs")


def test_captured_co2_is_a_part_of_what_the_process_states_and_no_more_output() -> None:
    plain = the_balance(a_material("clay", "clay", "12"), a_gas("3"))
    found = the_balance(a_material("clay", "clay", "12"), a_gas("3"), caught("2"))
    expected = {"product": 9, "emissions": 1, "captured": 2}
    assert masses(found, "outputs") == pytest.approx(expected)
    assert found.output_kg == pytest.approx(plain.output_kg)
    assert found.difference_kg == pytest.approx(0, abs=1e-12)
    assert found.not_weighed == ()


@pytest.mark.parametrize(
    ("gases", "captured", "weighed"),
    [
        ([], caught("2"), {}),
        ([a_gas("3")], caught("2", "biogenic"), {"emissions": 3}),
        ([a_gas("3", substance="CH4")], caught("2"), {"emissions": 3}),
        ([a_gas("1")], caught("2"), {"captured": 1}),
    ],
)
def test_captured_co2_that_no_line_weighed_before_is_named(
    gases: list[dict[str, Any]], captured: dict[str, Any], weighed: dict[str, float]
) -> None:
    """That of a fuel, for one: neither the fuel nor its CO2 is weighed."""
    found = the_balance(a_material("clay", "clay", "9"), *gases, captured)
    assert masses(found, "outputs") == pytest.approx({"product": 9, **weighed})
    assert [(n.ref, n.why) for n in found.not_weighed] == [("caught", "captured")]


def test_captured_co2_that_is_left_out_is_only_left_out() -> None:
    balance = {"product_mass_kg": "9", "left_out": [{"line": "caught"}]}
    lines = (a_material("clay", "clay", "12"), a_gas("3"), caught("2"))
    found = the_balance(*lines, balance=balance)
    assert masses(found, "outputs") == {"product": 9, "emissions": 3}
    assert [(n.ref, n.why) for n in found.not_weighed] == [("caught", "left-out")]


def test_lines_of_a_loop_weigh_as_often_as_they_are_made_and_packaging_does_not() -> None:
    """A quarter of the billet comes back as scrap: 6.75 kg of metal, 2.25 of scrap for 9 kg."""
    box = {**a_material("box", "board", "2"), "kind": "packaging"}
    lines = (a_material("clay", "clay", "6.75"), box)
    found = the_balance(*lines, internal_loop="0.25")
    assert masses(found, "inputs") == pytest.approx({"materials": 9, "packaging": 2})
    assert masses(found, "outputs") == pytest.approx({"product": 9, "packaging": 2})
    named = [(n.assembly, n.ref, n.name, n.why) for n in found.not_weighed]
    assert named == [("", "", "M-1", "internal-loop")]


def test_loop_that_burns_what_it_takes_leaves_a_difference_until_it_is_stated() -> None:
    """A quarter of what is made is burnt to make it: 12 kg go in, 9 come out."""
    lines = (a_material("clay", "clay", "9"),)
    found = the_balance(*lines, internal_loop="0.25")
    assert found.difference_kg == pytest.approx(3)
    assert found.is_over_tolerance
    stated = {"product_mass_kg": "9", "outputs": [{"name": "burnt off", "mass_kg": "3"}]}
    closed = the_balance(*lines, internal_loop="0.25", balance=stated)
    assert closed.difference_kg == pytest.approx(0, abs=1e-12)


def test_loop_of_an_assembly_counts_for_its_lines_alone() -> None:
    uses = {"ref": "s", "kind": "assembly", "name": "sub", "assembly": "sub", "quantity": "3"}
    sub = {"name": "Sub", "lines": [a_material("x", "clay", "1")], "internal_loop": "0.5"}
    found = the_balance(uses, a_material("clay", "clay", "3"), assemblies={"sub": sub})
    assert masses(found, "inputs") == pytest.approx({"materials": 9})
    named = [(n.assembly, n.ref, n.name, n.why) for n in found.not_weighed]
    assert named == [("sub", "", "Sub", "internal-loop")]


def test_co_products_leave_by_their_mass_and_are_named_without() -> None:
    shared = {
        "method": "economic",
        "reason": "one kiln",
        "product": {"price": "9"},
        "co_products": [
            {"name": "chips", "amount": "1", "unit": "kg", "price": "1"},
            {"name": "heat", "amount": "4", "unit": "MJ", "price": "1"},
        ],
    }
    found = the_balance(a_material("clay", "clay", "10"), allocation=shared)
    assert masses(found, "outputs") == {"product": 9, "co-products": 1}
    assert [(n.ref, n.name, n.why) for n in found.not_weighed] == [("", "heat", "co-product")]


def test_tolerance_is_data_of_the_profile_and_unconfirmed() -> None:
    found = the_balance(a_material("clay", "clay", "9"))
    limit = study_limit("gbt24067-2024", LimitName.MASS_BALANCE)
    assert (found.tolerance, found.is_tolerance_confirmed) == (limit.value, False)
    assert str(limit.value) == "0.05"
    assert limit.source


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        ({}, ("balance-without-product-mass", "/mass_balance/product_mass_kg")),
        ({"product_mass_kg": "0"}, ("balance-mass-not-positive", "/mass_balance/product_mass_kg")),
        (
            {"product_mass_kg": "9", "outputs": [{"name": "x", "mass_kg": "0"}]},
            ("balance-mass-not-positive", "/mass_balance/outputs/0/mass_kg"),
        ),
        (
            {"product_mass_kg": "9", "left_out": [{"line": "none"}]},
            ("declared-line-unknown", "/mass_balance/left_out/0"),
        ),
        (
            {"product_mass_kg": "9", "left_out": [{"line": "power"}, {"line": "power"}]},
            ("declared-line-twice", "/mass_balance/left_out/1"),
        ),
    ],
)
def test_balance_that_cannot_be_made_is_refused_at_its_place(
    balance: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(FootprintError) as refusal:
        the_balance(a_material("clay", "clay", "9"), balance=balance)
    assert not isinstance(refusal.value, FootprintErrors)
    assert (refusal.value.code, refusal.value.place) == expected


def test_product_whose_unit_is_a_mass_need_not_be_weighed_again() -> None:
    unit = {"kind": "declared", "amount": "0.009", "unit": "t", "description": {"en": "9 kg"}}
    found = the_balance(a_material("clay", "clay", "9"), balance={}, unit=unit)
    assert found.difference_kg == pytest.approx(0)
