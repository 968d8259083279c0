"""A bill of materials as JSON with a line of every kind, for tests that change one member of it."""

from __future__ import annotations

from typing import Any

GRID, FREIGHT, WASTE = "electricity-grid-cn-2024", "freight-road-heavy-cn", "waste-landfill-cn"
STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")


def _line(ref: str, kind: str, **members: object) -> dict[str, Any]:
    return {"ref": ref, "kind": kind, "name": f"{ref} line", **members}


def a_bom_of_every_kind() -> dict[str, Any]:
    """Ten lines: each kind that is an amount of a dataset or a gas; the others stand below."""
    loss = {"rate": "0.05", "route": "waste-treatment", "dataset": WASTE}
    supplied = {
        "kg_co2e_per_unit": "2.5",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "supplier's statement 7",
        "is_verified": True,
        "primary_share": "0.5",
    }
    lines = [
        _line("steel", "material", dataset="steel-bof-cn", amount="10", unit="kg", loss=loss),
        _line("part", "material", amount="2", unit="kg", supplier_footprint=supplied),
        _line("box", "packaging", dataset="corrugated-board-cn", amount="1", unit="kg"),
        _line("power", "energy", dataset=GRID, amount="3", unit="kWh"),
        _line(
            "truck",
            "transport",
            dataset=FREIGHT,
            mass="10",
            mass_unit="kg",
            distance="300",
            distance_unit="km",
        ),
        _line("vent", "direct-emission", substance="CO2", origin="fossil", amount="0.5", unit="kg"),
        _line("run", "use", dataset=GRID, amount_per_service="0.1", unit="kWh", services="20"),
        _line("scrap", "end-of-life", dataset=WASTE, mass="10", mass_unit="kg", share="0.5"),
        _line("cells", "assembly", assembly="cell", quantity="4"),
    ]
    inner = [_line("foil", "material", dataset="aluminium-primary-cn", amount="0.1", unit="kg")]
    return {
        "product": {
            "name": {"zh-Hans": "样机", "en": "Specimen machine"},
            "model": "SPECIMEN-1",
            "category": "cpc-46420",
        },
        "unit": {
            "kind": "functional",
            "amount": "1",
            "unit": "kg",
            "description": {"zh-Hans": "1 kg样机", "en": "1 kg of machine"},
        },
        "boundary": "cradle-to-grave",
        "reference_period": {"from": "2025-01-01", "to": "2025-12-31"},
        "geography": "CN-GD",
        "stages": dict.fromkeys(STAGES, "included"),
        "assemblies": {"cell": {"name": "cell", "lines": inner}},
        "lines": lines,
    }


def a_bom_of_a_whole_life() -> dict[str, Any]:
    """The bill above with leaks, carbon that burns, recycling, captured CO2 and a loop."""
    recycling = {
        "approach": "circular-footprint",
        "recycled_content": "0.25",
        "recycled_dataset": "rpet-flake-cn",
        "recycling_rate": "0.4",
        "recycling_dataset": "rpet-flake-cn",
        "allocation_factor": "0.5",
        "quality_in": "0.9",
        "quality_out": "0.8",
    }
    leak = {"substance": "HFC32", "charge": "0.8", "charge_unit": "kg", "yearly_rate": "0.02"}
    leak |= {"lifetime_years": "12", "recovered_share": "0.7"}
    burnt = {"mass": "2", "mass_unit": "kg", "share": "0.5", "fossil_carbon": "0.6"}
    use = {"dataset": GRID, "amount_per_service": "150", "unit": "kWh", "services": "1"}
    cold = {"dataset": "freight-road-refrigerated-cn", "mass": "10", "mass_unit": "kg"}
    bill = a_bom_of_every_kind()
    bill["lines"] += [
        _line("cold", "transport", **cold, distance="80", is_refrigerated=True),
        _line("yearly", "use", **use, lifetime_years="10"),
        _line("leak", "leakage", **leak),
        _line("burnt", "incineration", **burnt, biogenic_carbon="0.2", oxidation="0.98"),
        _line(
            "stored", "captured-co2", origin="fossil", amount="0.4", unit="kg", evidence="record 3"
        ),
        _line("pet", "material", dataset="pet-cn", amount="2", unit="kg", recycling=recycling),
        _line("wood", "material", dataset="pet-cn", amount="1", unit="kg", biogenic_carbon="0.48"),
    ]
    return {**bill, "internal_loop": "0.1"}
