"""The supply chain of one product as a tree: what each input gives to the product's total.

Rules:

* What flows through a node is its amount times the cumulative intensity of its product, so loops
  are solved already: the part a node emits itself and its inputs add up to the node, exactly.
* A product that comes again below itself is a loop. Its whole contribution is shown where it comes
  again, and it is not opened there once more: the tree ends and the sums still hold.
* Inputs below the cut-off, measured against the total of the whole tree, are not shown but summed
  as the *rest* of their node, as is everything below the depth and beyond the number of nodes.
* The largest node is opened first: where the number of nodes runs out, the smallest stay closed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import Exchange, Process
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quantities import conversion_factor

Makers = Callable[[str], Process]
"""The process that makes a product, be it its reference product or a co-product."""

DEEPEST = 20
MOST_NODES = 2_000


class Ending(StrEnum):
    """Why a node shows no inputs, or not all that are large enough."""

    OPEN = "open"
    LOOP = "loop"
    DEPTH = "depth"
    NODES = "nodes"


@dataclass(frozen=True, kw_only=True)
class TreeLimits:
    """Where a tree ends.

    Attributes:
        cutoff: Smallest share of the total that is shown, 0..1.
        depth: How many levels below the product.
        nodes: How many nodes at most, the product itself among them.

    Raises:
        InventoryError: ``supply-chain-limit`` for what lies outside the limits of the limits.
    """

    cutoff: float = 0.01
    depth: int = 6
    nodes: int = 200

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("cutoff", self.cutoff, 0, 1),
            ("depth", self.depth, 0, DEEPEST),
            ("nodes", self.nodes, 1, MOST_NODES),
        ):
            if not least <= value <= most:
                raise InventoryError(
                    "supply-chain-limit", f"/{name}", name=name, least=str(least), most=str(most)
                )


@dataclass(frozen=True, kw_only=True)
class SupplyNode:
    """A product at one place of the chain; kg_co2e = direct + children + rest.

    Attributes:
        amount: In the product's own unit, for the amount the tree is made for; below zero below
            a credit.
        kg_co2e: Everything that flows through this node, loops included.
        direct_kg_co2e: What its process emits itself.
        rest_kg_co2e: The inputs that are not shown, together.
        rest_count: How many inputs these are.
        is_credit: The input is an avoided product.
    """

    product: str
    amount: float
    unit: str
    kg_co2e: float
    direct_kg_co2e: float
    rest_kg_co2e: float
    rest_count: int
    ending: Ending
    is_credit: bool
    children: tuple[SupplyNode, ...]

    def walk(self) -> Iterator[SupplyNode]:
        """This node and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def supply_tree(
    table: IntensityTable,
    product: str,
    made_by: Makers,
    method: MethodProfile,
    limits: TreeLimits,
    basis: UptakeBasis = UptakeBasis.EXCLUDING,
) -> SupplyNode:
    """The tree of one unit of a product.

    Raises:
        LinkError: ``dataset-unknown``.
    """
    return _Growth(table, made_by, method, limits, basis).tree(product)


@dataclass
class _Branch:
    """A node while the tree grows; ``path`` are the products it hangs from, itself included."""

    product: str
    amount: float
    total: float
    path: frozenset[str]
    level: int
    is_credit: bool
    direct: float = 0.0
    rest: float = 0.0
    rest_count: int = 0
    ending: Ending = Ending.OPEN
    children: list[_Branch] = field(default_factory=list)


class _Growth:
    """One tree while it grows: the largest branch that is still closed is opened next."""

    def __init__(
        self,
        table: IntensityTable,
        made_by: Makers,
        method: MethodProfile,
        limits: TreeLimits,
        basis: UptakeBasis,
    ) -> None:
        self._table, self._made_by = table, made_by
        self._method, self._limits, self._basis = method, limits, basis
        self._factors = method.factors(table.keys, basis)
        self._known: dict[str, tuple[Process, float]] = {}
        self._count = 1

    def tree(self, product: str) -> SupplyNode:
        root = _Branch(product, 1.0, self._per_unit(product), frozenset({product}), 0, False)
        smallest = self._limits.cutoff * abs(root.total)
        waiting: list[tuple[float, int, _Branch]] = [(0.0, 0, root)]
        number = 0
        while waiting:
            branch = heapq.heappop(waiting)[2]
            for child in self._open(branch, smallest):
                number += 1
                heapq.heappush(waiting, (-abs(child.total), number, child))
        return self._finished(root)

    def _open(self, branch: _Branch, smallest: float) -> list[_Branch]:
        """The children to be opened later; a branch that ends here keeps its inputs as rest."""
        process, share = self._process(branch.product)
        branch.direct = branch.amount * share * self._own_per_share(process)
        inputs = [self._input(branch, share, exchange) for exchange in process.inputs]
        inputs.sort(key=lambda child: (-abs(child.total), child.product))
        shown = [c for c in inputs if c.total != 0 and abs(c.total) >= smallest]
        if branch.ending is Ending.LOOP:
            shown = []
        elif shown and branch.level >= self._limits.depth:
            branch.ending, shown = Ending.DEPTH, []
        elif self._count + len(shown) > self._limits.nodes:
            branch.ending, shown = Ending.NODES, shown[: self._limits.nodes - self._count]
        self._count += len(shown)
        branch.children = shown
        hidden = [child for child in inputs if not any(child is one for one in shown)]
        branch.rest = sum(child.total for child in hidden)
        branch.rest_count = len(hidden)
        return shown

    def _input(self, branch: _Branch, share: float, exchange: Exchange) -> _Branch:
        """An input as a branch, in its provider's own unit."""
        unit = self._table.products[self._table.row(exchange.provider)].unit
        needed = float(exchange.amount * conversion_factor(exchange.unit, unit))
        amount = branch.amount * share * needed
        is_loop = exchange.provider in branch.path
        return _Branch(
            product=exchange.provider,
            amount=amount,
            total=amount * self._per_unit(exchange.provider),
            path=branch.path | {exchange.provider},
            level=branch.level + 1,
            is_credit=exchange.is_credit,
            ending=Ending.LOOP if is_loop else Ending.OPEN,
        )

    def _process(self, product: str) -> tuple[Process, float]:
        """The maker of a product, and the part of its exchanges that one unit of it carries."""
        if product not in self._known:
            process = self._made_by(product)
            made, share = process.reference_amount, process.reference_share
            for other in process.co_products:
                if other.product == product:
                    made, share = other.amount, other.share
            self._known[product] = (process, float(share / made))
        return self._known[product]

    def _own_per_share(self, process: Process) -> float:
        return sum(
            float(emission.amount_kg) * self._method.factor(emission.key, self._basis)
            for emission in process.emissions
        )

    def _per_unit(self, product: str) -> float:
        masses: NDArray[np.float64] = self._table.intensities[self._table.row(product)]
        return float(masses @ self._factors)

    def _finished(self, branch: _Branch) -> SupplyNode:
        return SupplyNode(
            product=branch.product,
            amount=branch.amount,
            unit=self._table.products[self._table.row(branch.product)].unit,
            kg_co2e=branch.total,
            direct_kg_co2e=branch.direct,
            rest_kg_co2e=branch.rest,
            rest_count=branch.rest_count,
            ending=branch.ending,
            is_credit=branch.is_credit,
            children=tuple(self._finished(child) for child in branch.children),
        )
