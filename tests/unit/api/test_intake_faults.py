"""Every fault of a document at once, and none that only follows from another."""

from __future__ import annotations

from typing import Any

from api.intake.faults import MOST_FAULTS, examine
from api.schemas.bom import BomIn
from footprint.bom import check_amounts
from tests.support.builders import a_bom_document, a_material, a_result, an_energy
from tests.unit.api.documents import LINE, TABLE, a_full_document, changed


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    examined = examine(document, lambda bom: a_result(bom.to_core(), TABLE))
    return [(fault.code, fault.place) for fault in examined.faults]


def uses(name: str, ref: str = "u") -> dict[str, object]:
    return {"ref": ref, "kind": "assembly", "name": "x", "assembly": name, "quantity": "1"}


def part(*lines: dict[str, object]) -> dict[str, object]:
    return {"name": "part", "lines": list(lines)}


def test_good_document_gives_the_answer_and_no_fault() -> None:
    examined = examine(a_full_document(), lambda bom: a_result(bom.to_core(), TABLE))
    assert examined.faults == ()
    assert examined.answer is not None
    assert examined.answer.total_kg_co2e > 0


def test_malformed_impossible_and_unlinkable_lines_are_found_together() -> None:
    document = changed("/lines/energy/amount", "1,5")
    lines = document["lines"]
    lines[LINE["material"]]["amount"] = "-2"
    lines[LINE["packaging"]]["dataset"] = "stel"
    lines[LINE["leg"]]["mass_unit"] = "kWh"
    document["unit"]["amount"] = "0"
    assert sorted(faults(document)) == sorted(
        [
            ("amount-not-a-number", f"/lines/{LINE['energy']}/amount"),
            ("amount-negative", f"/lines/{LINE['material']}/amount"),
            ("dataset-unknown", f"/lines/{LINE['packaging']}/dataset"),
            ("unit-wrong-dimension", f"/lines/{LINE['leg']}/mass_unit"),
            ("unit-amount-not-positive", "/unit/amount"),
        ]
    )


def test_every_cell_of_a_row_is_examined_whatever_else_is_wrong_with_it() -> None:
    """A malformed cell once hid the unknown dataset, the wrong unit and the repeated ref beside."""
    worst = {"amount": "x", "dataset": "nope", "ref": "energy", "note": "\u202e", "colour": "red"}
    document = changed("/lines/material/amount", "-2")
    lines = document["lines"]
    lines[LINE["material"]]["dataset"] = "nope"
    lines[LINE["packaging"]] |= worst
    lines[LINE["energy"]]["unit"] = "kg"
    lines[LINE["gas-fuel"]] |= {"ref": "energy", "amount": "1,5", "unit": "kg"}
    lines[LINE["leg"]] |= {
        "mass": "-1",
        "distance": "far",
        "distance_unit": "li",
        "kind": "transport",
    }
    assert sorted(faults(document)) == sorted(
        [
            ("amount-negative", f"/lines/{LINE['material']}/amount"),
            ("dataset-unknown", f"/lines/{LINE['material']}/dataset"),
            ("amount-not-a-number", f"/lines/{LINE['packaging']}/amount"),
            ("dataset-unknown", f"/lines/{LINE['packaging']}/dataset"),
            ("name-character-refused", f"/lines/{LINE['packaging']}/note"),
            ("member-unknown", f"/lines/{LINE['packaging']}/colour"),
            ("unit-wrong-dimension", f"/lines/{LINE['energy']}/unit"),
            ("line-ref-twice", f"/lines/{LINE['energy']}/ref"),
            ("line-ref-twice", f"/lines/{LINE['gas-fuel']}/ref"),
            ("amount-not-a-number", f"/lines/{LINE['gas-fuel']}/amount"),
            ("unit-wrong-dimension", f"/lines/{LINE['gas-fuel']}/unit"),
            ("amount-negative", f"/lines/{LINE['leg']}/mass"),
            ("amount-not-a-number", f"/lines/{LINE['leg']}/distance"),
            ("unit-unknown", f"/lines/{LINE['leg']}/distance_unit"),
        ]
    )


def test_line_of_an_unknown_kind_still_says_that_its_ref_is_taken() -> None:
    document = changed("/lines/packaging/kind", "substance")
    document["lines"][LINE["packaging"]]["ref"] = "material"
    assert sorted(faults(document)) == [
        ("line-ref-twice", f"/lines/{LINE['packaging']}/ref"),
        ("value-not-allowed", f"/lines/{LINE['packaging']}/kind"),
    ]


def test_loss_and_supplier_at_fault_hide_nothing_of_their_line() -> None:
    document = changed("/lines/material/loss/rate", "2")
    lines = document["lines"]
    lines[LINE["material"]]["loss"]["dataset"] = "tip"
    lines[LINE["material"]]["dataset"] = "stel"
    lines[LINE["supplied"]]["supplier_footprint"] |= {"kg_co2e_per_unit": "x", "unit": "kWh"}
    lines[LINE["supplied"]]["amount"] = "-1"
    assert sorted(faults(document)) == sorted(
        [
            ("loss-rate-out-of-range", f"/lines/{LINE['material']}/loss/rate"),
            ("dataset-unknown", f"/lines/{LINE['material']}/loss/dataset"),
            ("dataset-unknown", f"/lines/{LINE['material']}/dataset"),
            (
                "amount-not-a-number",
                f"/lines/{LINE['supplied']}/supplier_footprint/kg_co2e_per_unit",
            ),
            ("unit-wrong-dimension", f"/lines/{LINE['supplied']}/supplier_footprint/unit"),
            ("amount-negative", f"/lines/{LINE['supplied']}/amount"),
        ]
    )


def test_line_in_a_stage_that_is_left_out_is_examined_all_the_same() -> None:
    document = changed("/stages/use", "not-applicable")
    document["stage_reasons"] = {"use": "A passive part."}
    document["lines"][LINE["use"]]["dataset"] = "nope"
    in_use = ("use", "yearly", "leak")
    assert set(faults(document)) == {
        ("dataset-unknown", f"/lines/{LINE['use']}/dataset"),
        *(("line-in-excluded-stage", f"/lines/{LINE[ref]}") for ref in in_use),
    }


def test_stage_of_zeros_is_told_with_what_is_wrong_in_others() -> None:
    document: dict[str, Any] = a_bom_document(
        [a_material("m", "steel", "0"), an_energy("e", "nope")]
    )

    def use(bom: BomIn) -> None:
        made = bom.to_core()
        check_amounts(made)
        a_result(made, TABLE)

    found = [(fault.code, fault.place) for fault in examine(document, use).faults]
    assert found == [
        ("stage-without-amounts", "/stages/raw-material"),
        ("dataset-unknown", "/lines/1/dataset"),
    ]
    document["lines"][1]["amount"] = "0"
    found = [(fault.code, fault.place) for fault in examine(document, use).faults]
    assert ("bom-without-amounts", "/lines") in found
    assert ("dataset-unknown", "/lines/1/dataset") in found


def test_only_line_of_a_stage_at_fault_leaves_no_echo_of_an_empty_stage() -> None:
    document = a_bom_document([a_material("m", "steel", "-1"), an_energy("e", "grid")])
    assert faults(document) == [("amount-negative", "/lines/0/amount")]


def test_only_use_of_an_assembly_at_fault_leaves_no_echo_of_an_unused_one() -> None:
    document = a_bom_document(
        [a_material("m", "steel"), an_energy("e", "grid"), {**uses("a"), "quantity": "-1"}],
        {"a": part(a_material("m", "steel"))},
    )
    assert faults(document) == [("amount-negative", "/lines/2/quantity")]


def test_cycle_leaves_no_echo_of_unknown_assemblies() -> None:
    document = a_bom_document(
        [a_material("m", "steel"), an_energy("e", "grid"), uses("a"), a_material("x", "stel")],
        {"a": part(uses("b")), "b": part(uses("a"))},
    )
    assert sorted(faults(document)) == [
        ("bom-cycle", "/assemblies/a"),
        ("dataset-unknown", "/lines/3/dataset"),
    ]


def test_fault_in_an_assembly_keeps_its_place_after_others_were_put_aside() -> None:
    inside = part(
        a_material("first", "steel", "x"),
        a_material("second", "steel"),
        a_material("third", "stel"),
    )
    document = a_bom_document(
        [a_material("m", "steel"), an_energy("e", "grid"), uses("a/b~c")], {"a/b~c": inside}
    )
    assert faults(document) == [
        ("amount-not-a-number", "/assemblies/a~1b~0c/lines/0/amount"),
        ("dataset-unknown", "/assemblies/a~1b~0c/lines/2/dataset"),
    ]


def test_document_of_nothing_but_faults_ends() -> None:
    lines = [a_material(f"m{i}", f"none-{i}", "x" if i % 2 else "1") for i in range(3_000)]
    found = faults(a_bom_document(lines))
    assert len(found) == MOST_FAULTS


def test_document_that_is_no_bill_at_all_has_faults() -> None:
    assert {code for code, _ in faults({})} == {"member-missing"}
    assert ("value-malformed", "/lines") in faults({"lines": "none"})


def test_faults_of_the_head_do_not_hide_one_another() -> None:
    """A malformed amount of the unit once hid that its kind needs another boundary."""
    document = a_full_document()
    document["unit"] |= {"kind": "declared", "amount": "one"}
    document["stages"] |= {"use": "cut"}
    document["reference_period"] = {"from": "2025-02-30", "to": "2024-12-31"}
    assert sorted(faults(document)) == [
        ("amount-not-a-number", "/unit/amount"),
        ("date-malformed", "/reference_period/from"),
        ("declared-unit-needs-partial", "/unit/kind"),
        ("stage-required", "/stages/use"),
    ]


def test_line_of_another_stage_at_fault_hides_no_empty_stage() -> None:
    """Only a line that may have stood in a stage can be why the stage is empty."""
    document = a_full_document()
    lines = document["lines"]
    lines[LINE["packaging"]] |= {"kind": "nothing", "stage": "raw-material"}
    document["lines"] = [line for line in lines if line["kind"] not in ("use", "leakage")]
    assert ("stage-without-lines", "/stages/use") in faults(document)
