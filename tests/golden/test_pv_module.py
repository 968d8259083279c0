"""The photovoltaic module of the demo: totals from silicon to module, mass, published range."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials, Stage, multiplicities
from footprint.calculate import calculate
from footprint.intensities import IntensityTable
from footprint.inventory import Direction, InventorySnapshot, Origin, Process, ReviewStatus
from footprint.methods import UptakeBasis, method_profile
from footprint.result import FootprintResult
from footprint.solver import solve_intensities
from lca_db.inventory.reference_files import load_reference

HERE = Path(__file__).parent
BOM_FILE = HERE.parents[1] / "api" / "demo" / "boms" / "pv-module.json"
PRODUCT = "pv-module"
METHOD = method_profile("gbt24067-2024")
KWP_PER_M2 = Decimal("0.20")
CHINESE_CHAIN = (
    "silicon-metallurgical-cn",
    "polysilicon-cn",
    "silicon-ingot-mono-cn",
    "silicon-wafer-mono-cn",
    "pv-cell-mono-cn",
    "pv-module-mono-cn",
)
IMPORTED_POLYSILICON = {
    "polysilicon-eu": "electricity-mix-eu-2018-derived",
    "polysilicon-us": "electricity-mix-us-2018-derived",
    "polysilicon-kr": "electricity-mix-kr-2018-derived",
}
POLYSILICON_KWH_PER_KG = Decimal(49)  # IEA PVPS Trends 2019, the same in every region
CHINESE_GRID = "electricity-grid-cn-2024"


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
    added_by_chinese_polysilicon_alone_kg_co2e: float
    relative_tolerance: float
    range_position: str
    difference: str


@lru_cache
def golden() -> GoldenProduct:
    entries = yaml.safe_load((HERE / "demo_products.yaml").read_text(encoding="utf-8"))
    return GoldenProduct.model_validate(entries[PRODUCT])


def published() -> PublishedRange:
    entries = yaml.safe_load((HERE / "published_ranges.yaml").read_text(encoding="utf-8"))
    return PublishedRange.model_validate(entries[PRODUCT])


@lru_cache
def inventory() -> InventorySnapshot:
    return load_reference()[0]


@lru_cache
def table() -> IntensityTable:
    return solve_intensities(inventory())


@lru_cache
def bill() -> BillOfMaterials:
    return BomIn.model_validate_json(BOM_FILE.read_bytes()).to_core()


@lru_cache
def result() -> FootprintResult:
    sha256 = hashlib.sha256(BOM_FILE.read_bytes()).hexdigest()
    return calculate(bill(), table(), METHOD, bom_sha256=sha256)


def process(dataset: str) -> Process:
    return next(found for found in inventory().processes if found.id == dataset)


def amount_of(dataset: str, provider: str) -> Decimal:
    """How much of a provider's product one unit of the dataset takes, over all its rows."""
    rows = [e.amount for e in process(dataset).inputs if e.provider == provider]
    return sum(rows, Decimal(0)) / process(dataset).reference_amount


def electricity_of(dataset: str) -> dict[str, Decimal]:
    providers = {e.provider for e in process(dataset).inputs}
    return {p: amount_of(dataset, p) for p in providers if p.startswith("electricity-")}


def cumulative_kg_co2e(dataset: str) -> float:
    factors = METHOD.factors(table().keys, UptakeBasis.EXCLUDING)
    return float(table().intensities[table().row(dataset)] @ factors)


def polysilicon_kg() -> Decimal:
    """Polysilicon in one kilowatt peak, by the amounts of the bill and of the datasets."""
    wafer_m2 = multiplicities(bill())["cell"] * Decimal("1.03")
    ingot_kg = amount_of("silicon-wafer-mono-cn", "silicon-ingot-mono-cn")
    return wafer_m2 * ingot_kg * amount_of("silicon-ingot-mono-cn", "polysilicon-mix-cn-2018")


@pytest.mark.parametrize("stage", Stage)
def test_the_stage_is_its_golden_value(stage: Stage) -> None:
    found = next(s.kg_co2e for s in result().stages if s.stage is stage)
    expected = golden().stages_kg_co2e[stage]
    assert found == pytest.approx(expected, rel=golden().relative_tolerance)


def test_the_total_is_its_golden_value_and_the_sum_of_the_stages() -> None:
    found = result()
    expected = golden().total_kg_co2e
    assert found.total_kg_co2e == pytest.approx(expected, rel=golden().relative_tolerance)
    assert found.total_kg_co2e == pytest.approx(sum(s.kg_co2e for s in found.stages), rel=1e-12)


@pytest.mark.parametrize("dataset", [*CHINESE_CHAIN, *IMPORTED_POLYSILICON])
def test_the_dataset_is_its_golden_value(dataset: str) -> None:
    expected = golden().datasets_kg_co2e_per_unit[dataset]
    assert cumulative_kg_co2e(dataset) == pytest.approx(expected, rel=golden().relative_tolerance)


def test_the_golden_file_says_truly_how_the_result_lies_to_the_published_range() -> None:
    """The sentence on the difference must not outlive a result that has moved."""
    value, limits = result().total_kg_co2e, published()
    position = (
        "below" if value < limits.low else "above" if value > limits.high else "inside the range"
    )
    assert golden().range_position == position
    assert f"{value:.0f} kg" in golden().difference


def test_polysilicon_from_china_alone_would_add_what_the_golden_file_says() -> None:
    step = cumulative_kg_co2e("polysilicon-cn") - cumulative_kg_co2e("polysilicon-mix-cn-2018")
    added = float(polysilicon_kg()) * step
    expected = golden().added_by_chinese_polysilicon_alone_kg_co2e
    assert added == pytest.approx(expected, rel=0.05)


def test_one_kilowatt_peak_takes_five_square_metres() -> None:
    assert multiplicities(bill())["laminate"] * KWP_PER_M2 == 1


def test_the_cells_of_the_bill_are_those_of_the_cell_dataset() -> None:
    """The bill takes the cell apart and moves its freight to the product: 0.2 percent."""
    parts = sum(line.kg_co2e for line in result().lines if line.assembly == "cell")
    whole = float(multiplicities(bill())["cell"]) * cumulative_kg_co2e("pv-cell-mono-cn")
    assert parts == pytest.approx(whole, rel=0.003)


def test_the_bill_is_five_square_metres_of_the_module_dataset() -> None:
    """The bill has its own freight and a pallet, the dataset the freight of the inventory."""
    assert result().total_kg_co2e == pytest.approx(
        5 * cumulative_kg_co2e("pv-module-mono-cn"), rel=0.01
    )


def test_the_wafer_weighs_what_its_thickness_and_losses_say() -> None:
    thickness_m = (Decimal(170) + Decimal(65) + Decimal("20.5")) / 1_000_000
    expected_kg = thickness_m * 2330
    found_kg = amount_of("silicon-wafer-mono-cn", "silicon-ingot-mono-cn")
    assert float(found_kg) == pytest.approx(float(expected_kg), rel=0.001)


def test_a_watt_takes_a_plausible_mass_of_silicon() -> None:
    """About 2.0 to 2.2 g per watt are reported for 2023 (unconfirmed), 3 to 4 around 2018."""
    assert Decimal("2.0") < polysilicon_kg() < Decimal("4.0")


@pytest.mark.parametrize("dataset", CHINESE_CHAIN)
def test_the_chinese_chain_runs_on_the_official_chinese_average(dataset: str) -> None:
    """The workbook marks this electricity as Serbian."""
    assert set(electricity_of(dataset)) == {CHINESE_GRID}
    assert process(dataset).location == "CN"


@pytest.mark.parametrize(("dataset", "grid"), IMPORTED_POLYSILICON.items())
def test_imported_polysilicon_runs_on_its_own_grid(dataset: str, grid: str) -> None:
    """The workbook marks this electricity as Serbian too."""
    assert CHINESE_GRID not in electricity_of(dataset)
    assert electricity_of(dataset)[grid] > POLYSILICON_KWH_PER_KG / 2
    assert process(grid).location == process(dataset).location


@pytest.mark.parametrize("dataset", ["polysilicon-cn", *IMPORTED_POLYSILICON])
def test_every_region_needs_the_same_electricity_for_polysilicon(dataset: str) -> None:
    found_kwh = sum(electricity_of(dataset).values(), Decimal(0))
    assert float(found_kwh) == pytest.approx(float(POLYSILICON_KWH_PER_KG), rel=1e-4)


def test_the_supply_mix_of_polysilicon_adds_up_to_one() -> None:
    shares = [amount_of("polysilicon-mix-cn-2018", p) for p in IMPORTED_POLYSILICON]
    shares.append(amount_of("polysilicon-mix-cn-2018", "polysilicon-cn"))
    assert float(sum(shares)) == pytest.approx(1, abs=2e-5)


@pytest.mark.parametrize("dataset", CHINESE_CHAIN)
def test_factories_are_listed_as_cut_off(dataset: str) -> None:
    assert "plant and buildings" in {cut.flow for cut in process(dataset).cut_offs}


@pytest.mark.parametrize("dataset", [*IMPORTED_POLYSILICON, *IMPORTED_POLYSILICON.values()])
def test_stand_ins_are_drafts(dataset: str) -> None:
    assert process(dataset).review_status is ReviewStatus.DRAFT


def test_the_biogenic_carbon_of_the_silicon_furnace_is_balanced() -> None:
    biogenic = [
        e
        for e in process("silicon-metallurgical-cn").emissions
        if e.key.origin is Origin.BIOGENIC and e.key.substance == "CO2"
    ]
    masses = {e.key.direction: e.amount_kg for e in biogenic}
    assert masses[Direction.EMISSION] == masses[Direction.REMOVAL] > 0
    assert result().including_uptake_kg_co2e == pytest.approx(result().total_kg_co2e, rel=1e-12)


def test_direct_gases_are_kept_by_gas() -> None:
    """Refrigerant of the cell shop, and the monomer lost on the way to the backsheet film."""
    substances = {gas.key.substance for gas in result().gases}
    assert {"CO2", "CH4", "N2O", "HFC134a", "HFC152a"} <= substances


def test_the_result_says_how_much_of_it_rests_on_drafts_and_on_primary_data() -> None:
    assert result().draft_share == pytest.approx(golden().draft_share, abs=0.0005)
    expected = golden().primary_data_share
    assert result().primary_data_share == pytest.approx(expected, rel=0.005)
