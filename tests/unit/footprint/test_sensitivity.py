"""Sensitivity of the choice of a dataset: each alternative alone, everything else as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.solver import solve_intensities
from tests.support.builders import a_bom, a_material, a_process, a_result, an_emission, an_energy


def a_release() -> IntensityTable:
    """Metal by three kinds of power: 10, 20 and 2 kgCO2 per kg."""
    metal = replace(
        a_process("metal", emissions=[an_emission("CO2", "10")]),
        alternatives=("metal-coal", "metal-hydro"),
    )
    return solve_intensities(
        InventorySnapshot.of(
            [
                metal,
                a_process("metal-coal", emissions=[an_emission("CO2", "20")]),
                a_process("metal-hydro", emissions=[an_emission("CO2", "2")]),
                a_process("grid", "kWh", emissions=[an_emission("CO2", "0.5")]),
            ]
        )
    )


TABLE = a_release()
POWER = an_energy("e", "grid", "2")


def test_total_is_given_with_each_alternative_on_every_line_that_takes_the_dataset() -> None:
    bom = a_bom([a_material("a", "metal", "3"), a_material("b", "metal", "1"), POWER])
    result = a_result(bom, TABLE)
    assert result.total_kg_co2e == pytest.approx(41.0)
    assert [(s.dataset, s.alternative) for s in result.sensitivities] == [
        ("metal", "metal-coal"),
        ("metal", "metal-hydro"),
    ]
    assert [s.total_kg_co2e for s in result.sensitivities] == pytest.approx([81.0, 9.0])
    assert [s.change_kg_co2e for s in result.sensitivities] == pytest.approx([40.0, -32.0])


def test_dataset_without_alternatives_or_without_an_amount_has_no_sensitivity() -> None:
    nothing = a_bom([a_material("a", "metal", "0"), a_material("b", "metal-coal", "1"), POWER])
    assert a_result(nothing, TABLE).sensitivities == ()


def test_alternatives_survive_the_artefacts_of_the_table() -> None:
    again = IntensityTable.from_artefacts(TABLE.index_bytes(), TABLE.values)
    assert again.products[TABLE.row("metal")].alternatives == ("metal-coal", "metal-hydro")
