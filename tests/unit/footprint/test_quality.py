"""What counts as primary data, and how much of a result rests on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footprint.intensities import IntensityTable
from footprint.inventory import CO2E, UNSTATED, EmissionKey, Origin
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import FOSSIL_CO2, a_table

SUPPLY = EmissionKey(CO2E, Origin.FOSSIL, gwp_set=UNSTATED)


def a_fuel_table() -> IntensityTable:
    """Diesel burnt: 3 kg by gas from burning, 1 kg known as CO2e from its supply."""
    table = a_table(
        ("diesel-burned", "kg", 3.0),
        ("steel", "kg", 2.0),
        keys=(FOSSIL_CO2, SUPPLY),
        masses={"diesel-burned": {SUPPLY: 1.0}},
    )
    products = tuple(
        replace(entry, is_fuel_combustion=entry.id == "diesel-burned") for entry in table.products
    )
    return IntensityTable(
        products=products,
        keys=table.keys,
        values=np.asarray(table.values),
        release_sha256=table.release_sha256,
    )


def shares(*lines: dict[str, object]) -> tuple[float, list[bool]]:
    result = a_result(a_bom(lines), a_fuel_table())
    return result.primary_data_share, [line.is_primary for line in result.lines]


STEEL = a_material("m", "steel", "1", activity_origin="measured")
DIESEL = an_energy("d", "diesel-burned", "1", "kg", activity_origin="measured")


def test_fuel_that_was_measured_is_primary_but_its_supply_is_not() -> None:
    share, is_primary = shares({**STEEL, "amount": "0"}, DIESEL)
    assert share == pytest.approx(3 / 4)
    assert is_primary == [False, True]


def test_weight_that_was_measured_times_a_database_factor_is_not_primary() -> None:
    share, is_primary = shares(STEEL, DIESEL)
    assert share == pytest.approx(3 / 6)
    assert is_primary == [False, True]


@pytest.mark.parametrize("origin", ["calculated", "design", "estimated"])
def test_fuel_that_was_not_measured_is_not_primary(origin: str) -> None:
    assert shares(STEEL, {**DIESEL, "activity_origin": origin}) == (0.0, [False, False])


@pytest.mark.parametrize(("origin", "expected"), [("measured", 1.0), ("design", 0.0)])
def test_gas_that_was_measured_is_primary(origin: str, expected: float) -> None:
    gas: dict[str, object] = {
        "ref": "g",
        "kind": "direct-emission",
        "name": "CO2",
        "substance": "CO2",
        "origin": "fossil",
        "amount": "5",
        "unit": "kg",
        "activity_origin": origin,
    }
    share, _ = shares({**STEEL, "amount": "0"}, gas)
    assert share == expected


@pytest.mark.parametrize(("is_verified", "expected"), [(True, 0.25), (False, 0.0)])
def test_suppliers_footprint_counts_its_own_share_when_it_is_verified(
    is_verified: bool, expected: float
) -> None:
    part = {**STEEL, "ref": "s"}
    del part["dataset"]
    part["supplier_footprint"] = {
        "kg_co2e_per_unit": "4",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "PCF 17",
        "is_verified": is_verified,
        "primary_share": "0.25",
    }
    share, _ = shares(part, {**DIESEL, "amount": "0"})
    assert share == pytest.approx(expected)
