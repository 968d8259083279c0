"""bw_graph_tools as the oracle of our supply chains: matrices of its own, traversed its own way.

Both of its traversals unroll a loop: in 0.10 ``SameNodeEachVisitGraphTraversal`` remembers whom it
opened, and still makes a node for every visit. What a merged Sankey shows is therefore the sum over
the visits of a product, and it misses exactly what follows from the inputs that were left out as
smaller than the cut-off.

A process that takes its own product would be netted on the diagonal of the matrix, and the
traversal could not show it. It takes it through a passage here: an activity that hands the product
on and is left out of what is read back, so that this loop is unrolled like every other.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footprint.inventory import EmissionKey, InventorySnapshot
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quantities import conversion_factor

Floats = NDArray[np.float64]
MOST_VISITS = 200_000
_FLOWS_FROM = 1_000_000


@dataclass(frozen=True)
class Visit:
    """One node of a traversal: the way to it from the demand, itself last."""

    path: tuple[str, ...]
    amount: float
    kg_co2e: float
    direct_kg_co2e: float


@dataclass(frozen=True, eq=False)
class Traversal:
    """What bw_graph_tools found for a demand.

    Attributes:
        products: The order of rows and columns.
        demand: Of each product.
        needs: Input of each product (row) per unit of a product (column), 0 of a closed column.
        intensities: Cumulative kgCO2e per unit, by bw2calc.
        visits: Every node but the root.
        edges: Amount of each product (row) that visits of a product (column) were seen to take.
    """

    products: tuple[str, ...]
    demand: Floats
    needs: Floats
    intensities: Floats
    visits: tuple[Visit, ...]
    edges: Floats

    @cached_property
    def made(self) -> Floats:
        """The amount of each product over all its visits."""
        return self._summed("amount")

    @cached_property
    def through(self) -> Floats:
        """The cumulative score of each product over all its visits."""
        return self._summed("kg_co2e")

    @cached_property
    def direct(self) -> Floats:
        """What each product emits itself over all its visits."""
        return self._summed("direct_kg_co2e")

    @cached_property
    def left_out(self) -> Floats:
        """Amounts that visits need and no edge shows, product by user."""
        return self.needs * self.made - self.edges

    @cached_property
    def unseen(self) -> Floats:
        """The most by which the amount of each product may fall short of the whole.

        With x = f + N x the whole and v = f - s0 + N v - s the visits, x - v = (I - N)^-1 (s + s0):
        what was left out, and all that follows from it.
        """
        taken = np.bincount(
            [self.products.index(v.path[0]) for v in self.visits if len(v.path) == 1],
            [v.amount for v in self.visits if len(v.path) == 1],
            minlength=len(self.products),
        )
        missing = np.abs(self.left_out).sum(axis=1) + np.abs(self.demand - taken)
        follow = np.linalg.inv(np.eye(len(self.products)) - self.needs)
        return np.asarray(np.abs(follow) @ missing)

    def _summed(self, name: str) -> Floats:
        totals = np.zeros(len(self.products))
        rows = {product: row for row, product in enumerate(self.products)}
        for visit in self.visits:
            totals[rows[visit.path[-1]]] += getattr(visit, name)
        return totals


def traversed(
    kind: str,
    snapshot: InventorySnapshot,
    demand: Mapping[str, float],
    method: MethodProfile,
    basis: UptakeBasis,
    smallest: float,
    closed: Collection[str] = (),
) -> Traversal:
    """Traverses a demand down to what is smaller than ``smallest`` kgCO2e.

    Args:
        kind: Name of a class of bw_graph_tools.
        snapshot: The release; a co-product becomes a column with its share of the process.
        demand: Amount of each product.
        method, basis: What counts, and how much.
        smallest: Inputs below it are left out.
        closed: Products that are not opened.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends pypardiso
        import bw_graph_tools.graph_traversal as graphs

    matrices = _Matrices.of(snapshot, method, basis)
    lca = matrices.lca(demand)
    graph = getattr(graphs, kind)(
        lca,
        graphs.GraphTraversalSettings(
            cutoff=smallest / abs(lca.score),
            max_calc=MOST_VISITS,
            separate_biosphere_flows=False,
            min_coverage_fraction=1e-9,
        ),
        static_activity_indices={matrices.rows[product] for product in closed},
    )
    graph.traverse()
    assert graph.calculation_count < MOST_VISITS
    count = len(matrices.products)
    scores = graph._caching_solver.scores(list(range(count)), [1.0] * count)
    needs = matrices.needs.copy()
    needs[:, [matrices.rows[product] for product in closed]] = 0.0
    visits, edges = _read(graph, matrices.products)
    return Traversal(
        products=matrices.products,
        demand=np.array([demand.get(product, 0.0) for product in matrices.products]),
        needs=needs,
        intensities=np.array(scores),
        visits=visits,
        edges=edges,
    )


def _read(graph: Any, products: tuple[str, ...]) -> tuple[tuple[Visit, ...], Floats]:
    """Its nodes with the way to each, and its edges summed by product and user."""
    above = {edge.producer_unique_id: edge for edge in graph.edges}
    paths: dict[int, tuple[str, ...]] = {-1: ()}
    edges = np.zeros((len(products), len(products)))
    visits = []
    for number in sorted(n for n in graph.nodes if n != -1):  # a node is older than its inputs
        node, edge = graph.nodes[number], above[number]
        row, path = node.reference_product_index, paths[edge.consumer_unique_id]
        if row >= len(products):  # a passage
            paths[number] = path
            continue
        paths[number] = (*path, products[row])
        if path:
            edges[row, products.index(path[-1])] += edge.amount
        amount = node.supply_amount * node.reference_product_production_amount
        visits.append(
            Visit(paths[number], amount, node.cumulative_score, node.direct_emissions_score)
        )
    return tuple(visits), edges


@dataclass
class _Matrices:
    """A release for bw2calc; ids are positions among the sorted products, passages after them.

    Attributes:
        needs: Input of each product (row) per unit of a product (column).
        entries: Row, column and value of every matrix.
    """

    products: tuple[str, ...]
    needs: Floats
    entries: dict[str, list[tuple[int, int, float]]]

    @cached_property
    def rows(self) -> dict[str, int]:
        """Positions of the products."""
        return {product: row for row, product in enumerate(self.products)}

    @classmethod
    def of(
        cls, snapshot: InventorySnapshot, method: MethodProfile, basis: UptakeBasis
    ) -> _Matrices:
        """One column for every product with its share of the process."""
        made = {
            name: (amount, share, unit, process)
            for process in snapshot.processes
            for name, amount, share, unit in (
                (process.id, process.reference_amount, process.reference_share, process.unit),
                *((c.product, c.amount, c.share, c.unit) for c in process.co_products),
            )
        }
        products = tuple(sorted(made))
        count = len(products)
        found = cls(products, np.zeros((count, count)), {"technosphere": [], "biosphere": []})
        keys: dict[EmissionKey, int] = {}
        for product, (amount, share, _, process) in made.items():
            column = found.rows[product]
            found.entries["technosphere"].append((column, column, float(amount)))
            for each in process.inputs:
                factor = conversion_factor(each.unit, made[each.provider][2])
                found._take(each.provider, column, float(each.amount * factor * share), amount)
            for emission in process.emissions:
                flow = keys.setdefault(emission.key, _FLOWS_FROM + len(keys))
                own = (flow, column, float(emission.amount_kg * share))
                found.entries["biosphere"].append(own)
        found.entries["characterization"] = [
            (flow, 0, method.factor(key, basis)) for key, flow in keys.items()
        ]
        return found

    def _take(self, provider: str, column: int, taken: float, made: Decimal) -> None:
        """An input; of its own product through a passage."""
        row, technosphere = self.rows[provider], self.entries["technosphere"]
        self.needs[row, column] += taken / float(made)
        if row == column:
            passage = len(self.products) + column
            technosphere += [(passage, passage, 1.0), (row, passage, -1.0)]
            row = passage
        technosphere.append((row, column, -taken))

    def lca(self, demand: Mapping[str, float]) -> Any:
        """bw2calc with the scores of a demand."""
        import bw2calc
        import bw_processing

        package = bw_processing.create_datapackage(sum_intra_duplicates=True)
        for name, listed in self.entries.items():
            package.add_persistent_vector(
                matrix=f"{name}_matrix",
                name=name,
                indices_array=np.array([e[:2] for e in listed], dtype=bw_processing.INDICES_DTYPE),
                data_array=np.array([e[2] for e in listed]),
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lca = bw2calc.LCA(
                {self.rows[product]: amount for product, amount in demand.items()},
                data_objs=[package],
            )
            lca.lci()
            lca.lcia()
        mapped = dict(lca.dicts.product)
        assert all(mapped[row] == row for row in self.rows.values())
        assert dict(lca.dicts.activity) == mapped
        return lca
