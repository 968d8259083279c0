"""Textbook systems whose answer can be worked out by hand: loops, co-products, credits, losses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from footprint.errors import BomError, InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import CO2E, CoProduct, Direction, InventorySnapshot, Origin
from footprint.solver import solve_intensities
from tests.support.builders import (
    a_bom,
    a_material,
    a_process,
    a_result,
    an_emission,
    an_energy,
    an_input,
)


def test_electricity_and_steel_that_need_each_other() -> None:
    """1 kWh needs 0.001 kg steel, 1 kg steel needs 2 kWh: e = (0.5 + 0.001*1)/(1 - 0.002)."""
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process(
                    "electricity", "kWh", [an_input("steel", "1", "g")], [an_emission("CO2", "0.5")]
                ),
                a_process(
                    "steel", "kg", [an_input("electricity", "7.2", "MJ")], [an_emission("CO2", "1")]
                ),
            ]
        )
    )
    electricity = (0.5 + 0.001 * 1.0) / (1 - 0.001 * 2)
    assert table.intensities[table.row("electricity"), 0] == pytest.approx(electricity, rel=1e-12)
    assert table.intensities[table.row("steel"), 0] == pytest.approx(1 + 2 * electricity, rel=1e-12)


def test_combined_heat_and_power_by_energy_allocation() -> None:
    """100 kg CO2 for 30 kWh power and 50 kWh heat, shared by energy: 1.25 kg/kWh for both."""
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process(
                    "power",
                    "kWh",
                    emissions=[an_emission("CO2", "100")],
                    reference_amount="30",
                    co_products=[
                        CoProduct(
                            product="heat", amount=Decimal(50), unit="kWh", share=Decimal("0.625")
                        )
                    ],
                )
            ]
        )
    )
    assert table.intensities[:, 0] == pytest.approx([1.25, 1.25], rel=1e-12)


def test_avoided_product_is_subtracted() -> None:
    """Recycling 1 kg emits 0.4 and avoids 0.9 kg of primary at 2: 0.4 - 1.8 = -1.4."""
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process("primary", emissions=[an_emission("CO2", "2")]),
                a_process(
                    "recycling",
                    inputs=[an_input("primary", "-0.9", "kg", is_credit=True)],
                    emissions=[an_emission("CO2", "0.4")],
                ),
            ]
        )
    )
    assert table.intensities[table.row("recycling"), 0] == pytest.approx(-1.4, rel=1e-12)


def _table_of_plain_factors() -> IntensityTable:
    return solve_intensities(
        InventorySnapshot.of(
            [
                a_process("metal", emissions=[an_emission("CO2", "10")]),
                a_process("landfill", emissions=[an_emission("CH4", "0.1", Origin.BIOGENIC)]),
                a_process(
                    "grid",
                    "kWh",
                    emissions=[an_emission(CO2E, "0.5777", Origin.UNSPECIFIED, gwp_set="unstated")],
                ),
                a_process(
                    "wood",
                    emissions=[
                        an_emission("CO2", "1.8", Origin.BIOGENIC, direction=Direction.REMOVAL),
                        an_emission("CO2", "0.2"),
                    ],
                ),
                a_process("truck", "tkm", emissions=[an_emission("CO2", "0.1")]),
            ]
        )
    )


def test_loss_is_bought_and_its_waste_is_treated() -> None:
    """1 kg with 5 % loss: 10/0.95 bought; 0.05/0.95 kg landfilled at 0.1 kg CH4 x 27.0 each."""
    result = a_result(
        a_bom(
            [
                a_material(
                    "m",
                    "metal",
                    "1",
                    loss={"rate": "0.05", "route": "waste-treatment", "dataset": "landfill"},
                ),
                an_energy("e", "grid", "0"),
            ]
        ),
        _table_of_plain_factors(),
    )
    stages = {s.stage.value: s.kg_co2e for s in result.stages}
    assert stages["raw-material"] == pytest.approx(10 / 0.95, rel=1e-12)
    assert stages["manufacturing"] == pytest.approx(0.05 / 0.95 * 0.1 * 27.0, rel=1e-12)


@pytest.mark.parametrize(
    ("route", "expected"), [("sold-scrap", 10 / 0.9), ("internal-remelt", 10.0)]
)
def test_loss_route_decides_what_is_bought(route: str, expected: float) -> None:
    result = a_result(
        a_bom(
            [
                a_material("m", "metal", "1", loss={"rate": "0.1", "route": route}),
                an_energy("e", "grid", "0"),
            ]
        ),
        _table_of_plain_factors(),
    )
    assert result.total_kg_co2e == pytest.approx(expected, rel=1e-12)


def test_units_of_users_are_converted_exactly() -> None:
    """2 吨 over 300 公里 is 600 tkm; 10 度 is 10 kWh."""
    result = a_result(
        a_bom(
            [
                a_material("m", "metal", "2", "吨"),
                an_energy("e", "grid", "10", "度"),
                {
                    "ref": "t",
                    "kind": "transport",
                    "name": "truck",
                    "dataset": "truck",
                    "stage": "raw-material",
                    "mass": "2000",
                    "mass_unit": "千克",
                    "distance": "300",
                    "distance_unit": "公里",
                },
            ]
        ),
        _table_of_plain_factors(),
    )
    assert result.total_kg_co2e == pytest.approx(2000 * 10 + 5.777 + 60, rel=1e-12)
    assert result.certified_value == "20100"
    assert result.unswitchable_share == pytest.approx(5.777 / 20065.777, rel=1e-9)


def test_biogenic_uptake_is_left_out_of_a_partial_footprint_and_shown_beside() -> None:
    result = a_result(
        a_bom([a_material("w", "wood", "1"), an_energy("e", "grid", "0")]),
        _table_of_plain_factors(),
    )
    assert result.total_kg_co2e == pytest.approx(0.2, rel=1e-12)
    assert result.including_uptake_kg_co2e == pytest.approx(0.2 - 1.8, rel=1e-12)
    assert result.excluding_uptake_kg_co2e == pytest.approx(0.2, rel=1e-12)


def test_direct_emissions_are_characterised_per_gas() -> None:
    """1 g of SF6 at 25,200 is 25.2 kg; 1 kg of fossil CH4 is 29.8 kg."""
    gas = {"kind": "direct-emission", "origin": "fossil"}
    result = a_result(
        a_bom(
            [
                a_material("m", "metal", "0"),
                {**gas, "ref": "s", "name": "SF6", "substance": "SF6", "amount": "1", "unit": "g"},
                {**gas, "ref": "c", "name": "CH4", "substance": "CH4", "amount": "1", "unit": "kg"},
            ]
        ),
        _table_of_plain_factors(),
    )
    assert result.total_kg_co2e == pytest.approx(25.2 + 29.8, rel=1e-12)


def test_primary_share_counts_measured_fuel_and_verified_suppliers_only() -> None:
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process("well", "MJ", emissions=[an_emission("CO2", "0.014")]),
                a_process(
                    "gas",
                    "MJ",
                    inputs=[an_input("well", "1", "MJ")],
                    emissions=[an_emission("CO2", "0.056")],
                    is_fuel_combustion=True,
                ),
                a_process(
                    "gas-by-volume",
                    "Nm3",
                    inputs=[an_input("gas", "36", "MJ")],
                    is_fuel_combustion=True,
                ),
                a_process("metal", emissions=[an_emission("CO2", "10")]),
            ]
        )
    )
    supplier = {
        "kg_co2e_per_unit": "4",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "PCF 17",
        "is_verified": True,
        "verification": {
            "verifier": "VB 1",
            "statement": "PCF-17/2026",
            "document_sha256": "5e" * 32,
        },
        "primary_share": "0.5",
    }
    result = a_result(
        a_bom(
            [
                an_energy("g", "gas", "100", "MJ", activity_origin="measured"),
                an_energy("v", "gas-by-volume", "2", "Nm3", activity_origin="measured"),
                a_material("m", "metal", "1", activity_origin="measured"),
                {
                    "ref": "s",
                    "kind": "material",
                    "name": "part",
                    "amount": "1",
                    "unit": "kg",
                    "supplier_footprint": supplier,
                    "activity_origin": "measured",
                },
            ]
        ),
        table,
    )
    burnt, supply = 5.6 + 2 * 36 * 0.056, 1.4 + 2 * 36 * 0.014
    whole = burnt + supply + 10 + 4
    assert result.total_kg_co2e == pytest.approx(whole, rel=1e-12)
    assert result.primary_data_share == pytest.approx((burnt + 2) / whole, rel=1e-12)


def test_singular_system_is_refused() -> None:
    snapshot = InventorySnapshot.of(
        [
            a_process("a", inputs=[an_input("b", "1", "kg")], emissions=[an_emission()]),
            a_process("b", inputs=[an_input("a", "1", "kg")], emissions=[an_emission()]),
        ]
    )
    with pytest.raises(InventoryError) as refused:
        solve_intensities(snapshot)
    assert refused.value.code in {"matrix-singular", "matrix-ill-conditioned"}


@pytest.mark.parametrize(
    ("substance", "origin"), [("CO2", "fossil"), ("CO2", "land-use"), ("CH4", "biogenic")]
)
def test_only_biogenic_carbon_dioxide_can_be_taken_up(substance: str, origin: str) -> None:
    """A removal of anything else would be an offset, and offsets never enter the figure."""
    line = {
        "ref": "r",
        "kind": "direct-emission",
        "name": "removal",
        "substance": substance,
        "origin": origin,
        "direction": "removal",
        "amount": "20000",
        "unit": "kg",
    }
    with pytest.raises(BomError) as refused:
        a_bom([a_material("m", "metal", "1"), an_energy("e", "grid", "1"), line])
    assert refused.value.code == "removal-not-allowed"
    assert refused.value.place == "/lines/2/direction"
