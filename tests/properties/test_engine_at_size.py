"""The engine agrees with a full bw2calc solution on large, odd and real systems, in every profile.

The tolerance is 1e-9 of the sum of absolute contributions, as everywhere. Random systems have
loops, co-products, credits and scales from 1e-6 to 1e6; their seeds are fixed, since a large one
costs a second. USLCI is solved as it was imported, on the shipped background, where its files are
at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials, Boundary
from footprint.calculate import calculate
from footprint.contribution import impacts
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import EmissionScope, MethodProfile, UptakeBasis, method_profile, profile_ids
from footprint.profile_switch import switched
from footprint.solver import FullSolution, full_solution, solve_intensities
from footprint.system import product_system
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.reference_files import load_reference
from tests.properties.test_engine_laws import random_snapshot
from tests.support.builders import (
    ALL_STAGES,
    ANY_SHA256,
    a_bom_document,
    a_material,
    an_energy,
    an_input,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
USLCI = sorted(DATA.glob("uslci_*.zip")) if DATA.is_dir() else []
ESTIMATES = "kg=1,kWh=0.5,tkm=0.1,m3=0.1,piece=1,waste:kg=1,waste:MJ=1"
PROFILES = [
    method_profile(name, gwp_set)
    for name in profile_ids()
    for gwp_set in method_profile(name).gwp_sets
]
WHOLE = [profile for profile in PROFILES if profile.scope is EmissionScope.LIFE_CYCLE]
SWITCHED = [profile for profile in WHOLE if Boundary.CRADLE_TO_GATE in profile.boundaries]
Demand = Mapping[str, str]


@cache
def system(seed: int, count: int) -> tuple[InventorySnapshot, IntensityTable]:
    """A random system with its table; every fourth process burns a fuel."""
    snapshot = InventorySnapshot.of(
        replace(process, is_fuel_combustion=number % 4 == 2)
        for number, process in enumerate(random_snapshot(seed, count).processes)
    )
    return snapshot, solve_intensities(snapshot)


def a_demand(table: IntensityTable, seed: int, lines: int) -> dict[str, str]:
    """Amounts of some products, from thousandths to thousands of their units."""
    random = np.random.default_rng(seed)
    rows = random.choice(len(table.products), size=min(lines, len(table.products)), replace=False)
    return {
        table.products[row].id: f"{random.uniform(1, 10) * 10.0 ** random.integers(-3, 4):.4f}"
        for row in sorted(rows)
    }


def a_bill_of(
    demand: Demand, table: IntensityTable, boundary: Boundary = Boundary.CRADLE_TO_GATE
) -> BillOfMaterials:
    lines = [
        a_material(f"m{i}", product, amount, table.products[table.row(product)].unit)
        for i, (product, amount) in enumerate(demand.items())
    ]
    first = next(iter(demand))
    nothing = an_energy("none", first, "0", table.products[table.row(first)].unit)
    is_whole = boundary is Boundary.CRADLE_TO_GRAVE
    made, later = ALL_STAGES[:2], ALL_STAGES[2:]
    absent = "not-applicable" if is_whole else "not-specified"
    document = a_bom_document(
        [*lines, nothing],
        boundary=boundary.value,
        unit_kind="functional" if is_whole else "declared",
        stages={**dict.fromkeys(made, "included"), **dict.fromkeys(later, absent)},
        stage_reasons=dict.fromkeys(later, "Not a part of the example") if is_whole else {},
    )
    return BomIn.model_validate({**document, "assumptions": ["Random on purpose"]}).to_core()


def agrees(
    demand: Demand, table: IntensityTable, oracle: FullSolution, method: MethodProfile
) -> None:
    linked = product_system(a_bill_of(demand, table), table)
    for basis in UptakeBasis:
        factors = {key: method.factor(key, basis) for key in oracle.masses_kg}
        scale = sum(kg * abs(factors[key]) for key, kg in oracle.absolute_masses_kg.items())
        expected = sum(kg * factors[key] for key, kg in oracle.masses_kg.items())
        assert abs(impacts(linked, table, method, basis).total - expected) <= 1e-9 * scale


def forward(snapshot: InventorySnapshot, demand: Demand) -> FullSolution:
    return full_solution(snapshot, {product: float(amount) for product, amount in demand.items()})


@pytest.mark.parametrize(("seed", "count"), [(11, 100), (12, 700), (13, 3_000)])
def test_a_bill_on_up_to_3000_processes_is_the_full_solution_in_every_profile(
    seed: int, count: int
) -> None:
    snapshot, table = system(seed, count)
    assert len(table.products) > count, "with co-products"
    demand = a_demand(table, seed, lines=40)
    oracle = forward(snapshot, demand)
    for method in WHOLE:
        agrees(demand, table, oracle, method)


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_credits_that_nearly_cancel_lose_no_digits_that_count(seed: int) -> None:
    """Every fifth process avoids almost as much of another as it takes of its twin."""
    base = random_snapshot(seed, 150)
    processes: list[Process] = []
    for number, process in enumerate(base.processes):
        processes.append(process)
        if number % 5 == 0:
            unit, other = process.unit, base.processes[-1 - number]
            burden = an_input(process.id, "1000000", unit)
            relief = an_input(process.id, "-999999.999", unit, is_credit=True)
            twin = an_input(other.id, "0.000001", other.unit)
            processes.append(
                Process(
                    id=f"x-{number:03d}",
                    unit="kg",
                    reference_amount=Decimal(1000),
                    location="CN",
                    year="2024",
                    kind=process.kind,
                    review_status=process.review_status,
                    inputs=(burden, relief, twin),
                )
            )
    snapshot = InventorySnapshot.of(processes)
    table = solve_intensities(snapshot)
    demand = {p.id: "3.5" for p in snapshot.processes if p.id.startswith("x-")}
    agrees(demand, table, forward(snapshot, demand), WHOLE[0])


@pytest.mark.parametrize("seed", [31, 32])
def test_a_larger_release_changes_no_digit_of_a_bill_that_does_not_touch_it(seed: int) -> None:
    """Rows that no line reaches are not read: the total is the same but for the solver's noise."""
    snapshot, table = system(seed, 60)
    wider = InventorySnapshot.of(
        [*snapshot.processes, *(_renamed(p) for p in random_snapshot(seed + 1, 60).processes)]
    )
    demand = a_demand(table, seed, lines=10)
    oracle = forward(snapshot, demand)
    agrees(demand, solve_intensities(wider), oracle, WHOLE[0])


def _renamed(process: Process) -> Process:
    """The process in another neighbourhood, with no link to the first."""
    return Process(
        id=f"far-{process.id}",
        unit=process.unit,
        reference_amount=process.reference_amount,
        location=process.location,
        year=process.year,
        kind=process.kind,
        review_status=process.review_status,
        inputs=tuple(
            an_input(f"far-{e.provider}", str(e.amount), e.unit, e.is_credit)
            for e in process.inputs
            if e.provider.startswith("p-")
        ),
        emissions=process.emissions,
    )


@pytest.mark.parametrize("method", PROFILES, ids=lambda m: f"{m.id} {m.gwp_set}")
@pytest.mark.parametrize("seed", [41, 42, 43])
def test_laws_hold_under_every_profile(method: MethodProfile, seed: int) -> None:
    """Parts sum to the total, and double amounts are a double footprint."""
    _, table = system(seed, 40)
    demand = a_demand(table, seed, lines=8)
    boundary = method.boundaries[0]
    double = {product: str(2 * Decimal(amount)) for product, amount in demand.items()}
    one, two = (
        calculate(a_bill_of(d, table, boundary), table, method, bom_sha256=ANY_SHA256)
        for d in (demand, double)
    )
    scale = sum(abs(gas.kg_co2e) for gas in one.gases)
    near = pytest.approx(one.total_kg_co2e, abs=1e-9 * scale, rel=0)
    assert sum(stage.kg_co2e for stage in one.stages) == near
    assert sum(line.kg_co2e for line in one.lines) == near
    assert sum(gas.kg_co2e for gas in one.gases) == near
    assert sum(value for _, value in one.partition.items()) == near
    assert two.total_kg_co2e / 2 == near
    assert scale > 0
    assert one.basis is method.certified_basis(one.boundary)


@pytest.mark.parametrize("method", SWITCHED, ids=lambda m: f"{m.id} {m.gwp_set}")
def test_switching_a_profile_is_calculating_under_it(method: MethodProfile) -> None:
    _, table = system(51, 80)
    bill = a_bill_of(a_demand(table, 51, lines=12), table)
    first, own = (
        calculate(bill, table, one, bom_sha256=ANY_SHA256) for one in (SWITCHED[0], method)
    )
    again = switched([(g.key, g.mass_kg) for g in first.gases], own.boundary, method)
    scale = sum(abs(gas.kg_co2e) for gas in own.gases)
    assert again.total_kg_co2e == pytest.approx(own.total_kg_co2e, abs=1e-12 * scale, rel=0)
    assert again.figure == own.certified_value
    assert again.unswitchable_share == pytest.approx(own.unswitchable_share, rel=1e-9)


if USLCI:  # else there is nothing to select, and a skip is a failure

    @pytest.mark.parametrize("file", USLCI, ids=lambda file: file.stem)
    def test_uslci_as_imported_is_the_full_solution(file: Path) -> None:
        choices = ImportOptions(unlinked=Unlinked.CUT_OFF, estimates=read_estimates(ESTIMATES))
        imported = import_file(file, choices).processes
        snapshot = InventorySnapshot.of([*load_reference()[0].processes, *imported])
        table = solve_intensities(snapshot)
        demand = a_demand(table, seed=61, lines=150)
        oracle = forward(snapshot, demand)
        for method in (method_profile("iso14067-2018"), method_profile("iso14067-2018", "AR5")):
            agrees(demand, table, oracle, method)
