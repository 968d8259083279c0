"""A bill of materials on the wire with a line of every kind, and what is said against it."""

from __future__ import annotations

import copy
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.problems import problem_of
from api.schemas.bom import BomIn
from footprint.errors import FootprintError
from tests.support.builders import a_bom_document, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(
    ("gas-by-volume", "Nm3", 2.0),
    ("grid", "kWh", 0.5),
    ("landfill", "kg", 0.1),
    ("lorry", "vkm", 0.9),
    ("remelted", "kg", 0.6),
    ("steel", "kg", 2.0),
    ("truck", "tkm", 0.1),
)
STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")


def a_full_document() -> dict[str, Any]:
    """Cradle to grave; the position of each line stands in ``LINE``."""
    loss = {"rate": "0.05", "route": "waste-treatment", "dataset": "landfill"}
    supplied = a_material("supplied", "")
    del supplied["dataset"]
    supplied["supplier_footprint"] = {
        "kg_co2e_per_unit": "4",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "PCF 17",
        "is_verified": True,
        "verification": {"verifier": "VB", "statement": "S-1", "document_sha256": "5e" * 32},
        "primary_share": "0.5",
    }
    gas = {"substance": "SF6", "origin": "fossil", "amount": "1", "unit": "g"}
    leg = {"mass": "1", "mass_unit": "t", "distance": "300", "distance_unit": "km"}
    use = {"dataset": "grid", "amount_per_service": "1", "unit": "kWh", "services": "1000"}
    end = {"dataset": "landfill", "mass": "2", "mass_unit": "kg", "share": "0.5"}
    lines: list[dict[str, object]] = [
        a_material("material", "steel", "2", loss=loss),
        supplied,
        {**a_material("packaging", "steel", "0.1"), "kind": "packaging"},
        an_energy("energy", "grid"),
        {"ref": "gas", "kind": "direct-emission", "name": "gas", **gas},
        {"ref": "leg", "kind": "transport", "name": "truck", "dataset": "truck", **leg},
        {"ref": "use", "kind": "use", "name": "use", **use},
        {"ref": "end", "kind": "end-of-life", "name": "end", **end},
        {"ref": "burnt", "kind": "end-of-life", "name": "burnt", **end},
        an_energy("gas-fuel", "gas-by-volume", "1", "m3-20C"),
        *_lines_of_a_life(leg, use),
        {"ref": "part", "kind": "assembly", "name": "part", "assembly": "part", "quantity": "3"},
    ]
    inside = [a_material("inside", "steel")]
    part = {"part": {"name": "part", "lines": inside, "internal_loop": "0.25"}}
    stages = dict.fromkeys(STAGES, "included")
    document = a_bom_document(lines, part, "cradle-to-grave", "functional", stages)
    return {**document, "internal_loop": "0.125"}


def _lines_of_a_life(leg: dict[str, str], use: dict[str, str]) -> list[dict[str, object]]:
    """The kinds of lines that state more than an amount of a dataset."""
    driven = {"dataset": "lorry", **leg, "load": "10", "load_unit": "t", "return_share": "0.5"}
    recycling = {
        "approach": "circular-footprint",
        "recycled_content": "0.25",
        "recycled_dataset": "remelted",
        "recycling_rate": "0.4",
        "recycling_dataset": "remelted",
        "displaced_dataset": "steel",
        "allocation_factor": "0.5",
        "quality_in": "0.9",
        "quality_out": "0.8",
    }
    leak = {"charge": "0.8", "charge_unit": "kg", "substance": "HFC32", "yearly_rate": "0.02"}
    leak |= {"lifetime_years": "12", "recovered_share": "0.7"}
    burnt = {"mass": "3", "mass_unit": "kg", "share": "0.4", "dataset": "landfill"}
    burnt |= {"fossil_carbon": "0.5", "biogenic_carbon": "0.25", "oxidation": "0.98"}
    captured = {"origin": "fossil", "amount": "0.5", "unit": "kg", "evidence": "storage record 3"}
    return [
        {"ref": "driven", "kind": "transport", "name": "lorry", **driven},
        {"ref": "yearly", "kind": "use", "name": "use", **use, "lifetime_years": "12"},
        {"ref": "leak", "kind": "leakage", "name": "refrigerant", **leak},
        {"ref": "carbon", "kind": "incineration", "name": "incineration", **burnt},
        {"ref": "captured", "kind": "captured-co2", "name": "captured", **captured},
        a_material("looped", "steel", "2", recycling=recycling, biogenic_carbon="0.01"),
    ]


LINE = {str(line["ref"]): i for i, line in enumerate(a_full_document()["lines"])}


def steps_of(pointer: str) -> list[str]:
    """The steps of a pointer; after ``lines`` the ref of a line stands for its position."""
    steps = pointer.split("/")[1:]
    return [
        str(LINE.get(step, step)) if before == "lines" else step
        for before, step in zip(["", *steps], steps, strict=False)
    ]


def changed(pointer: str, value: object) -> dict[str, Any]:
    """The full document with one member set; ``/lines/gas/unit`` finds the line by its ref."""
    document = copy.deepcopy(a_full_document())
    target, last = _target(document, pointer)
    target[last] = value
    return document


def without(pointer: str) -> dict[str, Any]:
    """The full document with one member left out."""
    document = copy.deepcopy(a_full_document())
    target, last = _target(document, pointer)
    del target[last]
    return document


def _target(document: Any, pointer: str) -> tuple[Any, Any]:
    *steps, last = steps_of(pointer)
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    return document, int(last) if isinstance(document, list) else last


def faults_of(document: object) -> list[tuple[str, str]]:
    """(code, JSON Pointer) of everything said against the document, as the API would say it.

    Any other exception than the two kinds of refusal passes through and fails the test.
    """
    try:
        a_result(BomIn.model_validate(document).to_core(), TABLE)
    except ValidationError as error:
        problem = problem_of(RequestValidationError(error.errors()))
    except FootprintError as error:
        problem = problem_of(error)
    else:
        return []
    assert problem.status == 422
    return [(fault.code, fault.place) for fault in problem.faults]
