"""Linking a bill to a release: what is demanded, and every line that cannot be linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from footprint.bom import Stage
from footprint.errors import MOST_ERRORS, FootprintError, FootprintErrors
from footprint.system import MAX_LOOKS, ProductSystem, product_system
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(
    ("grid", "kWh", 0.5),
    ("landfill", "kg", 0.1),
    ("steel", "kg", 2.0),
    ("steel-plate", "kg", 2.5),
    ("truck", "tkm", 0.1),
)
POWER = an_energy("e", "grid", "0")


def a_system(lines: Sequence[Mapping[str, object]], **more: object) -> ProductSystem:
    return product_system(a_bom([*lines, POWER], **more), TABLE)  # type: ignore[arg-type]


def amounts_of(system: ProductSystem) -> list[tuple[str, str, float]]:
    return [
        (TABLE.products[d.row].id, d.stage.value, d.amount) for d in system.demands if d.amount != 0
    ]


def errors_of(*lines: Mapping[str, object], **more: object) -> list[FootprintError]:
    with pytest.raises(FootprintError) as refused:
        a_system(lines, **more)
    error = refused.value
    return list(error.errors) if isinstance(error, FootprintErrors) else [error]


def places_of(*lines: Mapping[str, object], **more: object) -> list[tuple[str, str]]:
    return [(e.code, e.place) for e in errors_of(*lines, **more)]


def a_leg(**changes: str) -> dict[str, object]:
    leg = {
        "ref": "t",
        "kind": "transport",
        "name": "truck",
        "dataset": "truck",
        "stage": "raw-material",
        "mass": "2",
        "mass_unit": "t",
        "distance": "300",
        "distance_unit": "km",
    }
    return {**leg, **changes}


def a_gas(substance: str = "SF6", unit: str = "kg", **changes: str) -> dict[str, object]:
    gas = {"ref": "g", "kind": "direct-emission", "name": "gas", "origin": "fossil", "amount": "1"}
    return {**gas, "substance": substance, "unit": unit, **changes}


def a_loss(rate: str, route: str = "waste-treatment", dataset: str | None = "landfill") -> object:
    loss = {"rate": rate, "route": route}
    return {**loss, "dataset": dataset} if dataset else loss


def test_demand_is_in_the_unit_of_the_dataset() -> None:
    system = a_system([a_material("m", "steel", "2", "吨"), a_leg()])
    assert amounts_of(system) == [
        ("steel", "raw-material", 2000.0),
        ("truck", "raw-material", 600.0),
    ]


def test_lost_material_is_bought_in_its_stage_and_treated_in_manufacturing() -> None:
    system = a_system([a_material("m", "steel", "0.9", loss=a_loss("0.1"))])
    bought, treated = amounts_of(system)
    assert bought[:2] == ("steel", "raw-material")
    assert bought[2] == pytest.approx(1.0, rel=1e-15)
    assert treated[:2] == ("landfill", Stage.MANUFACTURING.value)
    assert treated[2] == pytest.approx(0.1, rel=1e-12)


def test_loss_of_nothing_buys_and_treats_nothing_more() -> None:
    system = a_system([a_material("m", "steel", "5", loss=a_loss("0"))])
    assert amounts_of(system) == [("steel", "raw-material", 5.0)]


def test_use_is_counted_over_all_services() -> None:
    use = {
        "ref": "u",
        "kind": "use",
        "name": "use",
        "dataset": "grid",
        "amount_per_service": "0.25",
        "unit": "度",
        "services": "4000",
    }
    stages = dict.fromkeys(("raw-material", "manufacturing", "use"), "included")
    system = a_system(
        [a_material("m", "steel"), use],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages={**stages, "distribution": "not-applicable", "end-of-life": "not-applicable"},
        stage_reasons={"end-of-life": "consumed whole"},
    )
    assert ("grid", "use", 1000.0) in amounts_of(system)


def test_line_of_an_assembly_counts_as_often_as_the_product_holds_it() -> None:
    used = {"ref": "x", "kind": "assembly", "name": "x", "assembly": "part", "quantity": "2.5"}
    part = {"part": {"name": "part", "lines": [a_material("m", "steel", "4")]}}
    system = product_system(a_bom([a_material("m", "steel", "0"), used, POWER], part), TABLE)
    assert amounts_of(system) == [("steel", "raw-material", 10.0)]
    assert [(o.assembly, o.line.ref) for o in system.lines] == [("", "m"), ("", "e"), ("part", "m")]


def test_unknown_dataset_is_named_with_its_nearest_and_its_line() -> None:
    (error,) = errors_of(a_material("m", "steel"), a_material("x", "stel-plate"))
    assert (error.code, error.place) == ("dataset-unknown", "/lines/1/dataset")
    assert error.parameters["dataset"] == "stel-plate"
    assert error.parameters["nearest"].split(", ")[0] == "steel-plate"


def test_unknown_dataset_without_any_likeness_has_no_suggestion() -> None:
    (error,) = errors_of(a_material("x", "ZZZZZZ"))
    assert error.parameters["nearest"] == "-"


def test_every_thing_that_cannot_be_linked_is_found_in_one_pass() -> None:
    part = {"a/b": {"name": "part", "lines": [a_material("m", "nowhere")]}}
    used = {"ref": "x", "kind": "assembly", "name": "x", "assembly": "a/b", "quantity": "1"}
    found = places_of(
        a_material("both", "nothing", loss=a_loss("0.1", dataset="no-treatment")),
        a_material("unit", "steel", "1", "kWh"),
        a_gas("XF9"),
        used,
        assemblies=part,
    )
    assert found == [
        ("dataset-unknown", "/lines/0/dataset"),
        ("dataset-unknown", "/lines/0/loss/dataset"),
        ("unit-wrong-dimension", "/lines/1/unit"),
        ("gas-unknown", "/lines/2/substance"),
        ("dataset-unknown", "/assemblies/a~1b/lines/0/dataset"),
    ]


@pytest.mark.parametrize(
    ("line", "member"),
    [
        (a_material("m", "grid", "1", "kg"), "unit"),
        (an_energy("m", "steel", "1", "kWh"), "unit"),
        (a_leg(mass_unit="kWh"), "mass_unit"),
        (a_leg(distance_unit="kg"), "distance_unit"),
        (a_leg(dataset="steel"), "dataset"),
        (a_gas(unit="m3"), "unit"),
        (a_material("m", "steel", loss=a_loss("0.1", dataset="grid")), "loss/dataset"),
    ],
)
def test_unit_of_the_wrong_dimension_is_placed_at_the_member_to_mend(
    line: Mapping[str, object], member: str
) -> None:
    (error,) = errors_of(line, a_material("other", "steel"))
    assert (error.code, error.place) == ("unit-wrong-dimension", f"/lines/0/{member}")
    assert {"unit", "expected"} <= set(error.parameters)


def test_end_of_life_in_the_wrong_unit_is_placed_at_its_mass() -> None:
    stages = dict.fromkeys(("raw-material", "manufacturing", "end-of-life"), "included")
    end = {
        "ref": "z",
        "kind": "end-of-life",
        "name": "z",
        "dataset": "landfill",
        "mass": "1",
        "mass_unit": "m3",
    }
    found = places_of(
        a_material("m", "steel"),
        end,
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages={**stages, "distribution": "not-applicable", "use": "not-applicable"},
        stage_reasons={"use": "needs nothing in use"},
    )
    assert found == [("unit-wrong-dimension", "/lines/1/mass_unit")]


def test_supplier_footprint_in_another_dimension_is_placed_at_its_unit() -> None:
    line = a_material("m", "steel")
    line["supplier_footprint"] = {
        "kg_co2e_per_unit": "4",
        "unit": "piece",
        "gwp_set": "AR6",
        "document": "PCF 17",
    }
    del line["dataset"]
    assert places_of(line) == [("unit-wrong-dimension", "/lines/0/supplier_footprint/unit")]


def test_amount_that_outgrows_the_range_by_its_assemblies_names_its_line() -> None:
    used = {"ref": "x", "kind": "assembly", "name": "x", "assembly": "part", "quantity": "1e10"}
    part = {"part": {"name": "part", "lines": [a_material("m", "steel", "1e10")]}}
    found = places_of(used, assemblies=part)
    assert found == [("amount-out-of-range", "/assemblies/part/lines/0")]


def test_gas_the_methods_own_set_does_not_hold_names_its_line() -> None:
    """cC3F6 stands in one set of warming potentials only; the profile decides which is used."""
    table = a_table(("grid", "kWh", 0.5), ("steel", "kg", 2.0))
    seen = []
    for gas in ("cC3F6", "HFE263fb2", "Halon1202", "HFE365mcf3"):
        bom = a_bom([a_material("m", "steel"), a_gas(gas), POWER])
        try:
            a_result(bom, table)
        except FootprintError as error:
            seen.append((error.code, error.place))
    assert seen
    assert set(seen) == {("gas-unknown", "/lines/1/substance")}


def test_suggestions_for_twenty_thousand_unknown_datasets_are_limited() -> None:
    """Threat 28: a suggestion costs a look at every product, so not every name gets one."""
    table = a_table(*((f"product-{i:05d}", "kg", 1.0) for i in range(5_000)), ("grid", "kWh", 1.0))
    bom = a_bom([*(a_material(f"m{i}", f"produkt-{i:05d}x") for i in range(19_000)), POWER])
    with pytest.raises(FootprintErrors) as refused:
        product_system(bom, table)
    errors = refused.value.errors
    suggested = [e for e in errors if e.parameters["nearest"].startswith("product-")]
    assert len(errors) == MOST_ERRORS
    assert len(suggested) == MAX_LOOKS // len(table.products)
    assert errors[-1].parameters["nearest"] == "-"


def test_same_unknown_dataset_on_many_lines_is_looked_up_once() -> None:
    found = errors_of(*(a_material(f"m{i}", "stel") for i in range(50)))
    assert {e.parameters["nearest"] for e in found} == {"steel, steel-plate"}
