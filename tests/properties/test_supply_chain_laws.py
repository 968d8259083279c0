"""Laws of the supply-chain tree: on random systems with loops, credits and co-products."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import UptakeBasis, method_profile
from footprint.solver import solve_intensities
from footprint.supply_chain import Ending, SupplyNode, TreeLimits, supply_tree
from tests.properties.test_engine_laws import random_snapshot
from tests.support.builders import a_process, an_emission, an_input

METHOD = method_profile("gbt24067-2024")
cutoffs = st.floats(0, 1)
seeds = st.integers(0, 10_000)


def makers(snapshot: InventorySnapshot) -> dict[str, Process]:
    made = {p.id: p for p in snapshot.processes}
    return made | {c.product: p for p in snapshot.processes for c in p.co_products}


def tree_of(snapshot: InventorySnapshot, product: str, limits: TreeLimits) -> SupplyNode:
    table = solve_intensities(snapshot)
    return supply_tree(table, product, makers(snapshot).__getitem__, METHOD, limits)


def total(table: IntensityTable, product: str) -> float:
    factors = METHOD.factors(table.keys, UptakeBasis.EXCLUDING)
    return float(table.intensities[table.row(product)] @ factors)


def paths(node: SupplyNode, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    here = (*above, node.product)
    yield here
    for child in node.children:
        yield from paths(child, here)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(0, 6), cutoffs, st.integers(1, 80))
def test_children_direct_and_rest_are_the_node(
    seed: int, depth: int, cutoff: float, nodes: int
) -> None:
    snapshot = random_snapshot(seed)
    table = solve_intensities(snapshot)
    limits = TreeLimits(cutoff=cutoff, depth=depth, nodes=nodes)
    for product in ("p-000", "c-001", "p-007"):
        root = supply_tree(table, product, makers(snapshot).__getitem__, METHOD, limits)
        assert root.kg_co2e == total(table, product)
        for node in root.walk():
            parts = [node.direct_kg_co2e, node.rest_kg_co2e, *(c.kg_co2e for c in node.children)]
            scale = sum(abs(part) for part in parts) + abs(node.kg_co2e)
            assert sum(parts) == pytest.approx(node.kg_co2e, abs=1e-9 * scale, rel=0)
        assert sum(1 for _ in root.walk()) <= nodes
        assert all(len(path) <= depth + 1 for path in paths(root))


@settings(max_examples=20, deadline=None)
@given(seeds, cutoffs)
def test_a_shown_input_is_never_smaller_than_the_cutoff(seed: int, cutoff: float) -> None:
    root = tree_of(random_snapshot(seed), "p-003", TreeLimits(cutoff=cutoff, depth=5, nodes=500))
    for node in root.walk():
        assert all(abs(c.kg_co2e) >= cutoff * abs(root.kg_co2e) for c in node.children)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_loop_is_shown_once_more_and_not_opened_again(seed: int) -> None:
    root = tree_of(random_snapshot(seed), "p-000", TreeLimits(cutoff=0, depth=20, nodes=2000))
    assert all(path.count(path[-1]) <= 2 for path in paths(root))
    for node in root.walk():
        if node.ending is Ending.LOOP:
            assert node.children == ()


def test_a_process_that_needs_itself_shows_what_flows_through_it_again() -> None:
    """One kg needs half a kg of itself: two kg are made, one of them for the loop."""
    snapshot = InventorySnapshot.of(
        [
            a_process(
                "loop",
                inputs=[an_input("loop", "0.5", "kg"), an_input("ore", "1", "kg")],
                emissions=[an_emission(amount_kg="3")],
            ),
            a_process("ore", emissions=[an_emission(amount_kg="1")]),
        ]
    )
    root = tree_of(snapshot, "loop", TreeLimits())
    assert root.kg_co2e == pytest.approx(8)
    assert root.direct_kg_co2e == pytest.approx(3)
    assert [(c.product, c.ending, c.amount) for c in root.children] == [
        ("loop", Ending.LOOP, 0.5),
        ("ore", Ending.OPEN, 1.0),
    ]
    again = root.children[0]
    assert again.kg_co2e == pytest.approx(4)
    assert again.direct_kg_co2e == pytest.approx(1.5)
    assert again.rest_kg_co2e == pytest.approx(2.5)
    assert again.rest_count == 2


def test_the_smallest_branches_stay_closed_where_the_nodes_run_out() -> None:
    snapshot = InventorySnapshot.of(
        [
            a_process("top", inputs=[an_input("big", "1", "kg"), an_input("small", "1", "kg")]),
            a_process("big", inputs=[an_input("gas", "9", "kg")]),
            a_process("small", inputs=[an_input("gas", "1", "kg")]),
            a_process("gas", emissions=[an_emission(amount_kg="1")]),
        ]
    )
    root = tree_of(snapshot, "top", TreeLimits(nodes=4))
    big, small = root.children
    assert [c.product for c in big.children] == ["gas"]
    assert (small.ending, small.children, small.rest_kg_co2e) == (Ending.NODES, (), 1.0)
    assert tree_of(snapshot, "top", TreeLimits(depth=1)).children[0].ending is Ending.DEPTH
    assert tree_of(snapshot, "top", TreeLimits(cutoff=0.5)).rest_kg_co2e == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("cutoff", {"cutoff": 1.5}),
        ("cutoff", {"cutoff": -0.1}),
        ("cutoff", {"cutoff": float("nan")}),
        ("depth", {"depth": 21}),
        ("nodes", {"nodes": 0}),
    ],
)
def test_limits_outside_their_bounds_are_refused(name: str, limits: dict[str, float]) -> None:
    with pytest.raises(InventoryError, match="supply-chain-limit") as refused:
        TreeLimits(**limits)  # type: ignore[arg-type]
    assert refused.value.place == f"/{name}"
