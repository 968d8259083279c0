"""Laws of the engine on random systems with loops, co-products, credits and bad scaling."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.contribution import impacts
from footprint.intensities import IntensityTable
from footprint.inventory import (
    CO2E,
    CoProduct,
    Direction,
    EmissionKey,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.methods import UptakeBasis, method_profile
from footprint.result import FootprintResult
from footprint.solver import full_solution, solve_intensities
from footprint.system import product_system
from tests.support.builders import (
    a_bom,
    a_material,
    a_process,
    a_result,
    an_emission,
    an_energy,
    an_input,
)

METHOD = method_profile("gbt24067-2024")
KEYS = (
    ("CO2", Origin.FOSSIL, Direction.EMISSION, False, ""),
    ("CO2", Origin.BIOGENIC, Direction.REMOVAL, False, ""),
    ("CO2", Origin.BIOGENIC, Direction.EMISSION, False, ""),
    ("CH4", Origin.FOSSIL, Direction.EMISSION, False, ""),
    ("CO2", Origin.FOSSIL, Direction.EMISSION, True, ""),
    ("CO2", Origin.LAND_USE, Direction.EMISSION, False, ""),
    ("SF6", Origin.FOSSIL, Direction.EMISSION, False, ""),
    (CO2E, Origin.UNSPECIFIED, Direction.EMISSION, False, "unstated"),
)


def random_snapshot(seed: int, count: int = 12) -> InventorySnapshot:
    """A productive system: loops everywhere, a credit, a co-product, scales from 1e-6 to 1e6."""
    random = np.random.default_rng(seed)
    scale = 10.0 ** random.integers(-6, 7, size=count)
    processes: list[Process] = []
    for i in range(count):
        inputs = []
        for j in random.choice(count, size=3, replace=False):
            share = random.uniform(0.01, 0.25)
            amount = Decimal(repr(float(share * scale[j]))).normalize()
            is_credit = bool(random.random() < 0.15)
            inputs.append(
                an_input(f"p-{j:03d}", f"{-amount if is_credit else amount:.9E}", "kg", is_credit)
            )
        chosen = random.choice(len(KEYS), size=2, replace=False)
        emissions = [
            an_emission(
                KEYS[k][0], f"{random.uniform(0, 5) * scale[i]:.6E}", KEYS[k][1], *KEYS[k][2:]
            )
            for k in chosen
        ]
        co_products = []
        if i % 4 == 1:
            co_products = [
                CoProduct(product=f"c-{i:03d}", amount=Decimal(2), unit="kg", share=Decimal("0.3"))
            ]
        processes.append(
            a_process(
                f"p-{i:03d}",
                inputs=inputs,
                emissions=emissions,
                reference_amount=f"{scale[i]:.3E}",
                co_products=co_products,
                review_status=ReviewStatus.DRAFT if i % 3 == 0 else ReviewStatus.REVIEWED,
            )
        )
    return InventorySnapshot.of(processes)


def solved(seed: int) -> IntensityTable:
    return solve_intensities(random_snapshot(seed))


seeds = st.integers(0, 10_000)
amounts = st.decimals("0.001", "1000", places=3)


def approx(value: float, result: FootprintResult) -> object:
    scale = sum(abs(g.kg_co2e) for g in result.gases)
    return pytest.approx(value, abs=1e-9 * scale, rel=0)


@settings(max_examples=30, deadline=None)
@given(seeds, st.lists(amounts, min_size=1, max_size=6))
def test_fast_path_equals_the_full_solution_of_bw2calc(seed: int, values: list[Decimal]) -> None:
    snapshot = random_snapshot(seed)
    table = solve_intensities(snapshot)
    products = [p.id for p in table.products][: len(values)]
    lines = [
        a_material(f"m{i}", p, str(v))
        for i, (p, v) in enumerate(zip(products, values, strict=False))
    ]
    system = product_system(a_bom([*lines, an_energy("e", "p-000", "0", "kg")]), table)
    fast = impacts(system, table, METHOD, UptakeBasis.INCLUDING)
    oracle = full_solution(snapshot, {p: float(v) for p, v in zip(products, values, strict=False)})
    factors = {key: METHOD.factor(key, UptakeBasis.INCLUDING) for key in oracle.masses_kg}
    expected = sum(kg * factors[key] for key, kg in oracle.masses_kg.items())
    scale = sum(kg * abs(factors[key]) for key, kg in oracle.absolute_masses_kg.items())
    assert fast.total == pytest.approx(expected, abs=1e-9 * scale, rel=0)


@settings(max_examples=20, deadline=None)
@given(seeds, amounts)
def test_footprint_is_linear_in_the_amounts(seed: int, factor: Decimal) -> None:
    table = solved(seed)
    one = a_result(
        a_bom([a_material("a", "p-001", "1"), an_energy("e", "p-002", "1", "kg")]), table
    )
    many = a_result(
        a_bom([a_material("a", "p-001", str(factor)), an_energy("e", "p-002", str(factor), "kg")]),
        table,
    )
    assert many.total_kg_co2e == approx(one.total_kg_co2e * float(factor), many)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_footprint_of_two_bills_together_is_the_sum(seed: int) -> None:
    table = solved(seed)
    zero = an_energy("e", "p-002", "0", "kg")
    first = a_result(a_bom([a_material("a", "p-001", "2"), zero]), table)
    second = a_result(a_bom([a_material("b", "c-001", "3"), zero]), table)
    both = a_result(
        a_bom([a_material("a", "p-001", "2"), a_material("b", "c-001", "3"), zero]), table
    )
    assert both.total_kg_co2e == approx(first.total_kg_co2e + second.total_kg_co2e, both)


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(5)))
def test_order_of_lines_changes_nothing(seed: int, order: list[int]) -> None:
    table = solved(seed)
    lines = [a_material(f"m{i}", f"p-{i:03d}", str(i + 1)) for i in range(4)]
    lines.append(an_energy("e", "p-004", "7", "kg"))
    straight = a_result(a_bom(lines), table)
    shuffled = a_result(a_bom([lines[i] for i in order]), table)
    assert shuffled.total_kg_co2e == approx(straight.total_kg_co2e, straight)
    assert {s.stage: s.kg_co2e for s in shuffled.stages} == {
        s.stage: approx(s.kg_co2e, straight) for s in straight.stages
    }


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_stages_lines_gases_and_partition_sum_to_the_total(seed: int) -> None:
    table = solved(seed)
    result = a_result(
        a_bom(
            [
                a_material(
                    "a",
                    "p-001",
                    "2",
                    loss={"rate": "0.1", "route": "waste-treatment", "dataset": "p-005"},
                ),
                an_energy("e", "p-002", "5", "kg"),
                {"ref": "s", "kind": "assembly", "name": "sub", "assembly": "sub", "quantity": "3"},
            ],
            {"sub": {"name": "sub", "lines": [a_material("b", "p-003", "0.5")]}},
        ),
        table,
    )
    total = approx(result.total_kg_co2e, result)
    assert sum(s.kg_co2e for s in result.stages) == total
    assert sum(line.kg_co2e for line in result.lines) == total
    assert sum(g.kg_co2e for g in result.gases) == total
    assert sum(value for _, value in result.partition.items()) == total


@settings(max_examples=20, deadline=None)
@given(
    seeds,
    st.sampled_from(["raw-material", "manufacturing"]),
    st.sampled_from(["waste-treatment", "sold-scrap", "internal-remelt"]),
)
def test_lines_by_stage_sum_to_that_stage(seed: int, stage: str, route: str) -> None:
    """Exactly: what treats a loss stands in manufacturing, whatever the stage of its line."""
    table = solved(seed)
    treatment = {"dataset": "p-005"} if route == "waste-treatment" else {}
    loss = {"rate": "0.1", "route": route, **treatment}
    result = a_result(
        a_bom(
            [
                a_material("a", "p-001", "2", loss=loss, stage=stage),
                a_material("plain", "p-004", "3"),
                an_energy("e", "p-002", "5", "kg"),
                {"ref": "s", "kind": "assembly", "name": "sub", "assembly": "sub", "quantity": "3"},
            ],
            {"sub": {"name": "sub", "lines": [a_material("b", "c-001", "0.5", loss=loss)]}},
        ),
        table,
    )
    for found in result.stages:
        lines = [line.kg_co2e for line in result.lines if line.stage is found.stage]
        assert math.fsum(lines) == found.kg_co2e
    assert len(result.lines) == 4 + 2 * (route == "waste-treatment")


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_nested_assembly_equals_its_lines_written_out(seed: int) -> None:
    table = solved(seed)
    nested = a_result(
        a_bom(
            [
                {"ref": "x", "kind": "assembly", "name": "x", "assembly": "outer", "quantity": "2"},
                an_energy("e", "p-002", "1", "kg"),
            ],
            {
                "outer": {
                    "name": "outer",
                    "lines": [
                        {
                            "ref": "y",
                            "kind": "assembly",
                            "name": "y",
                            "assembly": "inner",
                            "quantity": "3",
                        },
                        a_material("m", "p-004", "1"),
                    ],
                },
                "inner": {"name": "inner", "lines": [a_material("m", "p-001", "0.25")]},
            },
        ),
        table,
    )
    flat = a_result(
        a_bom(
            [
                a_material("a", "p-001", "1.5"),
                a_material("b", "p-004", "2"),
                an_energy("e", "p-002", "1", "kg"),
            ]
        ),
        table,
    )
    assert nested.total_kg_co2e == approx(flat.total_kg_co2e, flat)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_draft_part_is_whole_for_drafts_and_never_more_than_everything(seed: int) -> None:
    snapshot = random_snapshot(seed)
    all_draft = InventorySnapshot.of(
        a_process(
            p.id,
            p.unit,
            p.inputs,
            p.emissions,
            str(p.reference_amount),
            p.co_products,
            ReviewStatus.DRAFT,
        )
        for p in snapshot.processes
    )
    table = solve_intensities(all_draft)
    assert np.allclose(table.draft_intensities, table.intensities, rtol=1e-12, atol=0)
    mixed = solve_intensities(snapshot)
    for row, entry in enumerate(mixed.products):
        if entry.review_status is ReviewStatus.DRAFT:
            assert np.allclose(
                mixed.draft_intensities[row], mixed.intensities[row], rtol=1e-12, atol=0
            )


def test_same_content_gives_the_same_bytes_whatever_the_order() -> None:
    snapshot = random_snapshot(7)
    turned = InventorySnapshot.of(reversed(snapshot.processes))
    assert turned.canonical_bytes() == snapshot.canonical_bytes()
    assert solve_intensities(turned).value_bytes() == solve_intensities(snapshot).value_bytes()


def test_table_survives_its_artefacts() -> None:
    import io

    table = solved(3)
    values = np.load(io.BytesIO(table.value_bytes()), allow_pickle=False)
    again = IntensityTable.from_artefacts(table.index_bytes(), values)
    assert again.index_bytes() == table.index_bytes()
    assert again.keys == table.keys
    assert {str(EmissionKey.parse(str(k))) for k in table.keys} == {str(k) for k in table.keys}
