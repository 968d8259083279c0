"""The merged Sankey and the supply-chain tree against the traversals of bw_graph_tools.

A tree is the traversal itself, down to the first return of a product: node by node the same. The
merged Sankey is the sum of all visits of a dataset; a traversal stops at inputs that are smaller
than its cut-off, and the tolerance is what follows from exactly those it left out
(``Traversal.unseen``), no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from api.schemas.bom import BomIn
from footprint.inventory import Exchange, InventorySnapshot
from footprint.sankey import NodeKind, Sankey, SankeyLimits
from footprint.supply_chain import DEEPEST, Ending, SupplyNode, TreeLimits, supply_tree
from lca_db.inventory.reference_files import load_reference
from tests.properties.test_engine_laws import random_snapshot
from tests.properties.test_study_flow_laws import BASIS, METHOD, Study, a_study
from tests.properties.test_supply_chain_laws import makers
from tests.support.graph_traversal import Traversal, traversed

KINDS = ("NewNodeEachVisitGraphTraversal", "SameNodeEachVisitGraphTraversal")
SEEDS = range(1, 9)
BATTERY = Path(__file__).parents[2] / "api" / "demo" / "boms" / "lfp-battery.json"
CELL = "lfp-cell-cn"
SMALLEST = 1e-5  # of the sum of absolute impacts
NOISE = 1e-9  # of the same: what two solvers differ by


def looping_by_products(seed: int) -> InventorySnapshot:
    """A random release where every other process takes co-products: they stand in loops too."""
    snapshot = random_snapshot(seed)
    made = {process.id: process for process in snapshot.processes}

    def taken(exchange: Exchange) -> Exchange:
        of = made[exchange.provider]
        if not of.co_products:
            return exchange
        other = of.co_products[0]
        amount = exchange.amount * other.amount / of.reference_amount
        return replace(exchange, provider=other.product, amount=round(amount, 12))

    return InventorySnapshot.of(
        replace(process, inputs=tuple(taken(each) for each in process.inputs))
        if number % 2
        else process
        for number, process in enumerate(snapshot.processes)
    )


def a_looping_study(seed: int) -> Study:
    return replace(a_study(seed), snapshot=looping_by_products(seed))


def the_traversal(kind: str, study: Study, share: float, sankey: Sankey | None = None) -> Traversal:
    """Of what a study takes; what a Sankey keeps closed is not opened either."""
    demand: dict[str, float] = {}
    for entry in study.system.demands:
        product = study.table.products[entry.row].id
        demand[product] = demand.get(product, 0.0) + entry.amount
    closed = {p.id for p in study.table.products} - shown(sankey) if sankey else set()
    smallest = share * study.impact.scale
    return traversed(
        kind, study.snapshot, demand, study.method, study.basis, smallest, closed=closed
    )


def shown(sankey: Sankey) -> set[str]:
    return {node.id for node in sankey.nodes if node.kind is NodeKind.DATASET}


@dataclass(frozen=True)
class Comparison:
    """A Sankey beside the traversal it is compared with; differences in kgCO2e."""

    sankey: Sankey
    found: Traversal
    noise: float

    def nodes(self) -> Iterator[tuple[str, float, float]]:
        """Every quantity of every dataset: name, difference, what it may be."""
        rows = {product: row for row, product in enumerate(self.found.products)}
        for node in self.sankey.nodes:
            if node.kind is not NodeKind.DATASET:
                continue
            row = rows[node.id]
            per_unit = abs(self.found.intensities[row])
            most = self.found.unseen[row]
            own = abs(self.found.direct[row] / self.found.made[row]) if self.found.made[row] else 0
            yield node.id, (node.amount - self.found.made[row]) * per_unit, most * per_unit
            yield node.id, node.kg_co2e - self.found.through[row], most * per_unit
            if self.found.made[row]:
                yield node.id, node.direct_kg_co2e - self.found.direct[row], most * own

    def links(self) -> Iterator[tuple[str, float, float]]:
        """The same of every pair of an input and its user, whether a link is drawn or not."""
        drawn = {(link.source, link.target): link.kg_co2e for link in self.sankey.links}
        datasets = shown(self.sankey)
        for row, source in enumerate(self.found.products):
            per_unit = self.found.intensities[row]
            for column, target in enumerate(self.found.products):
                if not {source, target} <= datasets:
                    continue
                seen = self.found.edges[row, column] * per_unit
                short = abs(self.found.left_out[row, column])
                short += abs(self.found.needs[row, column]) * self.found.unseen[column]
                difference = drawn.get((source, target), 0.0) - seen
                yield f"{source} > {target}", difference, short * abs(per_unit)

    def demands(self) -> Iterator[tuple[str, float, float]]:
        """What the stages take of each dataset against the edges to the root."""
        for row, product in enumerate(self.found.products):
            if product not in shown(self.sankey):
                continue
            to_stages = [
                link.kg_co2e
                for link in self.sankey.links
                if link.source == product and link.target not in shown(self.sankey)
            ]
            taken = self.found.demand[row] * self.found.intensities[row]
            yield product, sum(to_stages) - taken, 0.0

    def is_close(self, looseness: float) -> None:
        """Each difference is within what was left out, and that is little."""
        compared = [*self.nodes(), *self.links(), *self.demands()]
        far = [(n, d, most) for n, d, most in compared if not abs(d) <= most + self.noise]
        assert far == []
        assert max(most for _, _, most in compared) <= looseness


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_merged_dataset_is_the_sum_of_its_visits(seed: int, kind: str) -> None:
    study = a_looping_study(seed)
    sankey = study.sankey(SankeyLimits(cutoff=0, datasets=300))
    found = the_traversal(kind, study, SMALLEST)
    assert any(len(visit.path) != len(set(visit.path)) for visit in found.visits)
    assert any(product.startswith("c-") for product in shown(sankey))
    Comparison(sankey, found, NOISE * study.impact.scale).is_close(1e-2 * study.impact.scale)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_sankey_keeps_closed_is_a_leaf_of_the_traversal(seed: int) -> None:
    study = a_looping_study(seed)
    sankey = study.sankey(SankeyLimits(cutoff=0, datasets=5))
    found = the_traversal(KINDS[0], study, SMALLEST, sankey)
    Comparison(sankey, found, NOISE * study.impact.scale).is_close(1e-3 * study.impact.scale)
    for node in sankey.nodes:
        if node.kind is NodeKind.DATASET:
            column = found.products.index(node.id)
            hidden = sum(
                found.needs[row, column] * found.intensities[row] * node.amount
                for row, product in enumerate(found.products)
                if product not in shown(sankey)
            )
            assert node.rest_kg_co2e == pytest.approx(hidden, abs=NOISE * study.impact.scale)


def tree_paths(
    node: SupplyNode, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], SupplyNode]]:
    here = (*above, node.product)
    yield here, node
    for child in node.children:
        yield from tree_paths(child, here)


def is_opened_by_a_tree(path: tuple[str, ...]) -> bool:
    """A tree shows a product that comes again, and does not open it."""
    return len(set(path[:-1])) == len(path[:-1])


def the_same_tree(snapshot: InventorySnapshot, root: SupplyNode, found: Traversal) -> int:
    """Holds a tree against the visits of a traversal; the number of nodes."""
    ours: dict[tuple[str, ...], np.ndarray] = {}
    for path, node in tree_paths(root):
        assert node.ending in {Ending.OPEN, Ending.LOOP}, path
        values = np.array([node.amount, node.kg_co2e, node.direct_kg_co2e])
        ours[path] = ours.get(path, np.zeros(3)) + values
    theirs = {
        visit.path: (visit.amount, visit.kg_co2e, visit.direct_kg_co2e)
        for visit in found.visits
        if is_opened_by_a_tree(visit.path)
    }
    assert ours.keys() == theirs.keys()
    for path, values in ours.items():
        assert values == pytest.approx(theirs[path], rel=1e-7, abs=1e-12), path
    return len(ours)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tree_is_the_traversal_down_to_the_first_return_of_a_product(seed: int) -> None:
    snapshot = looping_by_products(seed)
    table = a_looping_study(seed).table
    cutoff = 1e-3
    counted = 0
    for product in ("p-000", "p-005", "c-001"):
        limits = TreeLimits(cutoff=cutoff, depth=DEEPEST, nodes=2000)
        root = supply_tree(table, product, makers(snapshot).__getitem__, METHOD, limits, BASIS)
        found = traversed(
            KINDS[0],
            snapshot,
            {product: 1.0},
            METHOD,
            BASIS,
            cutoff * abs(root.kg_co2e),
        )
        counted += the_same_tree(snapshot, root, found)
    assert counted > 30


def the_battery() -> Study:
    """The demo's battery on the shipped inventory, which has co-products and a credit, no loop."""
    bom = BomIn.model_validate_json(BATTERY.read_bytes()).to_core()
    return Study(bom, load_reference()[0])


@pytest.mark.parametrize("limits", [SankeyLimits(), SankeyLimits(cutoff=0, datasets=300)], ids=str)
def test_the_battery_on_the_shipped_inventory_has_the_flows_of_the_traversal(
    limits: SankeyLimits,
) -> None:
    study = the_battery()
    sankey = study.sankey(limits)
    found = the_traversal(KINDS[0], study, SMALLEST, sankey)
    Comparison(sankey, found, NOISE * study.impact.scale).is_close(1e-3 * study.impact.scale)


def test_the_tree_of_the_battery_cell_is_the_traversal() -> None:
    study = the_battery()
    makes = makers(study.snapshot).__getitem__
    root = supply_tree(study.table, CELL, makes, METHOD, TreeLimits(nodes=2000), BASIS)
    smallest = 0.01 * abs(root.kg_co2e)
    found = traversed(KINDS[0], study.snapshot, {CELL: 1.0}, METHOD, BASIS, smallest)
    assert the_same_tree(study.snapshot, root, found) > 20
