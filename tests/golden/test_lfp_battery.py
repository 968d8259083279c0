"""The LFP battery system of the demo: totals by stage, masses that add up, published range."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from api.schemas.bom import BomIn
from footprint.bom import (
    BillOfMaterials,
    EndOfLifeLine,
    MaterialLine,
    Stage,
    UseLine,
    multiplicities,
)
from footprint.calculate import calculate
from footprint.intensities import IntensityTable
from footprint.methods import UptakeBasis, method_profile
from footprint.result import FootprintResult
from footprint.solver import solve_intensities
from lca_db.inventory.reference_files import load_reference

HERE = Path(__file__).parent
BOM_FILE = HERE.parents[1] / "api" / "demo" / "boms" / "lfp-battery.json"
PRODUCT = "lfp-battery-system"
METHOD = method_profile("gbt24067-2024")
CELLS_PER_KWH = Decimal("1.75")
CELL_MASS_KG = Decimal("4.31")  # Tao 2023, Table 2
SEPARATOR_KG_PER_M2 = (Decimal("0.188") + Decimal("0.375") + Decimal("0.0469")) / Decimal("28.2")
CAN_KG = Decimal("0.132") / Decimal("1.75")


class PublishedRange(BaseModel):
    """What others found, written down before the product was calculated."""

    low: float
    high: float


class GoldenProduct(BaseModel):
    """What we found, how far it may move, and how it lies to the published range."""

    total_kg_co2e: float
    draft_share: float
    primary_data_share: float
    stages_kg_co2e: dict[Stage, float]
    datasets_kg_co2e_per_unit: dict[str, float]
    relative_tolerance: float
    range_position: str
    difference: str


def golden() -> GoldenProduct:
    entries = yaml.safe_load((HERE / "demo_products.yaml").read_text(encoding="utf-8"))
    return GoldenProduct.model_validate(entries[PRODUCT])


def published() -> PublishedRange:
    entries = yaml.safe_load((HERE / "published_ranges.yaml").read_text(encoding="utf-8"))
    return PublishedRange.model_validate(entries[PRODUCT])


@lru_cache
def table() -> IntensityTable:
    return solve_intensities(load_reference()[0])


@lru_cache
def bill() -> BillOfMaterials:
    return BomIn.model_validate_json(BOM_FILE.read_bytes()).to_core()


@lru_cache
def result() -> FootprintResult:
    sha256 = hashlib.sha256(BOM_FILE.read_bytes()).hexdigest()
    return calculate(bill(), table(), METHOD, bom_sha256=sha256)


def stage_kg_co2e(stage: Stage) -> float:
    return next(found.kg_co2e for found in result().stages if found.stage is stage)


def cumulative_kg_co2e(dataset: str) -> float:
    factors = METHOD.factors(table().keys, UptakeBasis.INCLUDING)
    return float(table().intensities[table().row(dataset)] @ factors)


def cradle_to_gate_kg_co2e() -> float:
    return stage_kg_co2e(Stage.RAW_MATERIAL) + stage_kg_co2e(Stage.MANUFACTURING)


def cell_materials_kg() -> Decimal:
    """Mass of everything that goes into the cells of one kilowatt hour, solvent not counted."""
    counts = multiplicities(bill())
    kg_per_unit = {"kg": Decimal(1), "m2": SEPARATOR_KG_PER_M2, "piece": CAN_KG}
    return sum(
        (
            counts[name] * line.quantity.amount * kg_per_unit[line.quantity.unit]
            for name in ("cell", "cathode", "anode")
            for line in bill().assemblies[name].lines
            if isinstance(line, MaterialLine) and line.ref != "nmp"
        ),
        Decimal(0),
    )


def dismantled_kg() -> Decimal:
    """Mass of the pack of one kilowatt hour when it is taken apart."""
    line = next(line for line in bill().lines if line.ref == "dismantling")
    assert isinstance(line, EndOfLifeLine)
    return line.mass.to("kg").amount


@pytest.mark.parametrize("stage", Stage)
def test_the_stage_is_its_golden_value_and_not_zero(stage: Stage) -> None:
    expected = golden().stages_kg_co2e[stage]
    assert expected > 0
    assert stage_kg_co2e(stage) == pytest.approx(expected, rel=golden().relative_tolerance)


def test_the_total_is_its_golden_value_and_the_sum_of_the_stages() -> None:
    found = result()
    expected = golden().total_kg_co2e
    assert found.total_kg_co2e == pytest.approx(expected, rel=golden().relative_tolerance)
    assert found.total_kg_co2e == pytest.approx(sum(s.kg_co2e for s in found.stages), rel=1e-12)


@pytest.mark.parametrize("dataset", ["lfp-cathode-cn", "lfp-cell-cn", "lithium-carbonate-cn"])
def test_the_dataset_is_its_golden_value(dataset: str) -> None:
    expected = golden().datasets_kg_co2e_per_unit[dataset]
    assert cumulative_kg_co2e(dataset) == pytest.approx(expected, rel=golden().relative_tolerance)


def test_the_golden_file_says_truly_how_the_result_lies_to_the_published_range() -> None:
    """The sentence on the difference must not outlive a result that has moved."""
    value, limits = cradle_to_gate_kg_co2e(), published()
    position = (
        "below" if value < limits.low else "above" if value > limits.high else "inside the range"
    )
    assert golden().range_position == position
    assert f"{value:.0f} kg" in golden().difference


def test_one_kilowatt_hour_takes_one_and_three_quarter_cells() -> None:
    """Table 13 of the paper prints "75E+00" cells, a misprint that would multiply all by 43."""
    assert multiplicities(bill())["cell"] == CELLS_PER_KWH


def test_the_cells_of_the_bill_are_those_of_the_cell_dataset() -> None:
    """The bill takes the cell apart; the dataset is the same cell in one piece."""
    cell = sum(
        line.kg_co2e
        for line in result().lines
        if line.assembly in {"cell", "cathode", "anode"} and line.ref != "inbound"
    )
    whole = float(CELLS_PER_KWH) * cumulative_kg_co2e("lfp-cell-cn")
    assert cell == pytest.approx(whole, rel=1e-4)


def test_the_masses_of_a_cell_add_up_to_its_weight_and_a_little_scrap() -> None:
    cells_kg = CELLS_PER_KWH * CELL_MASS_KG
    scrap = 1 - cells_kg / cell_materials_kg()
    assert Decimal("0.01") < scrap < Decimal("0.05")


def test_the_parts_of_the_pack_weigh_what_is_dismantled_at_its_end() -> None:
    counts = multiplicities(bill())
    hardware_kg = sum(
        counts[name] * line.quantity.to("kg").amount
        for name in ("module", "pack")
        for line in bill().assemblies[name].lines
        if isinstance(line, MaterialLine)
    )
    pack_kg = CELLS_PER_KWH * CELL_MASS_KG + hardware_kg
    assert float(dismantled_kg()) == pytest.approx(float(pack_kg), rel=1e-5)


def test_the_energy_density_is_near_that_of_the_paper_and_possible_for_lfp() -> None:
    """Table 2 of the paper: 137 Wh/kg for a cell, 95 Wh/kg for the pack."""
    assert 1000 / float(cell_materials_kg()) == pytest.approx(137, rel=0.07)
    assert 1000 / float(dismantled_kg()) == pytest.approx(95, rel=0.05)


def test_the_use_stage_is_what_charging_takes_beyond_what_the_vehicle_gets() -> None:
    losses = next(line for line in bill().lines if isinstance(line, UseLine))
    delivered_kwh = Decimal(39_000) / 57  # 200,000 km at 19.5 kWh per 100 km from 57 kWh
    lost_kwh = losses.quantity_per_service.amount * losses.services
    expected_kwh = delivered_kwh / Decimal("0.9") - delivered_kwh
    assert float(lost_kwh) == pytest.approx(float(expected_kwh), rel=1e-5)


def test_some_of_the_result_is_primary_data() -> None:
    primary = [line for line in result().lines if line.primary_share > 0]
    assert [line.ref for line in primary] == ["natural-gas"]
    expected = golden().primary_data_share
    assert result().primary_data_share == pytest.approx(expected, rel=0.005)


def test_the_result_says_how_much_of_it_rests_on_drafts() -> None:
    assert result().draft_share == pytest.approx(golden().draft_share, abs=0.0005)
