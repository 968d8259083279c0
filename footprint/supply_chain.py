"""The supply chain of a product, or of a study, as a tree: what each input gives to the total.

Rules:

* What flows through a node is its amount times the cumulative intensity of its product, so loops
  are solved already: the part a node emits itself and its inputs add up to the node, exactly.
* A product that comes again below itself is a loop. Its whole contribution is shown where it comes
  again, and it is not opened there once more: the tree ends and the sums still hold.
* Inputs below the cut-off, measured against the total of the whole tree, are not shown but summed
  as the *rest* of their node, as is everything below the depth and beyond the number of nodes.
* The largest node is opened first: where the number of nodes runs out, the smallest stay closed.
* The tree of a study has the lines of its bill for its first level, each with what it emits itself.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from footprint.bom import Stage
from footprint.contribution import Impacts
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.system import BackgroundDemand, ProductSystem
from footprint.upstream import Input, Makers, Upstream

__all__ = [
    "DEEPEST",
    "MOST_NODES",
    "Ending",
    "LineBranch",
    "Makers",
    "StudyTree",
    "SupplyNode",
    "TreeLimits",
    "study_tree",
    "supply_tree",
]

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
    growth = _Growth(Upstream(table, made_by, method, basis), limits)
    root = growth.root(product, 1.0)
    growth.grow([root], limits.cutoff * abs(root.total))
    return growth.finished(root)


@dataclass(frozen=True, kw_only=True)
class LineBranch:
    """What a line of the bill gives in one stage; kg_co2e = direct + inputs + rest.

    Attributes:
        direct_kg_co2e: What the study states itself: emissions on site, suppliers' footprints.
        inputs: The datasets it demands, each with its own chain.
        rest_kg_co2e, rest_count: Its demands that are not shown.
    """

    assembly: str
    ref: str
    name: str
    stage: Stage
    kg_co2e: float
    direct_kg_co2e: float
    rest_kg_co2e: float
    rest_count: int
    inputs: tuple[SupplyNode, ...]


@dataclass(frozen=True, kw_only=True)
class StudyTree:
    """The tree of a whole study; the lines sum to its total."""

    kg_co2e: float
    lines: tuple[LineBranch, ...]


def study_tree(
    system: ProductSystem,
    impact: Impacts,
    table: IntensityTable,
    made_by: Makers,
    method: MethodProfile,
    limits: TreeLimits,
    basis: UptakeBasis,
) -> StudyTree:
    """The tree of one unit of a study: its lines, and the chains of what they demand.

    Args:
        system: The linked bill.
        impact: The impacts of its entries, of the same method and basis.
        table: The release.
        made_by: Reads the processes that the tree shows.
        method: Says what counts, and how much.
        limits: The cut-off is a share of the sum of absolute impacts, where credits cancel; lines
            are always shown and are no nodes.
        basis: Whether biogenic uptake counts.
    """
    growth = _Growth(Upstream(table, made_by, method, basis), limits)
    smallest = limits.cutoff * impact.scale
    groups: dict[tuple[int, Stage], list[tuple[float, _Branch | None]]] = {}
    for entry, kg_co2e in zip(system.entries, impact.entries, strict=True):
        root = None
        if isinstance(entry, BackgroundDemand):
            root = growth.root(table.products[entry.row].id, entry.amount)
        groups.setdefault((entry.line_index, entry.stage), []).append((float(kg_co2e), root))
    roots = [root for parts in groups.values() for _, root in parts if root is not None]
    roots = [root for root in roots if root.total != 0 and abs(root.total) >= smallest]
    roots.sort(key=lambda root: -abs(root.total))
    shown = roots[: limits.nodes]
    growth.grow(shown, smallest)
    kept = {id(root) for root in shown}
    lines = []
    for (index, stage), parts in groups.items():
        occurrence = system.lines[index]
        hidden = [kg for kg, root in parts if root is not None and id(root) not in kept]
        lines.append(
            LineBranch(
                assembly=occurrence.assembly,
                ref=occurrence.line.ref,
                name=occurrence.line.name,
                stage=stage,
                kg_co2e=math.fsum(kg for kg, _ in parts),
                direct_kg_co2e=math.fsum(kg for kg, root in parts if root is None),
                rest_kg_co2e=math.fsum(hidden),
                rest_count=len(hidden),
                inputs=tuple(
                    growth.finished(root) for _, root in parts if root and id(root) in kept
                ),
            )
        )
    lines.sort(key=lambda line: (-abs(line.kg_co2e), line.assembly, line.ref))
    return StudyTree(kg_co2e=impact.total, lines=tuple(lines))


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
    """Trees while they grow: the largest branch that is still closed is opened next."""

    def __init__(self, upstream: Upstream, limits: TreeLimits) -> None:
        self._upstream, self._limits = upstream, limits
        self._count = 0

    def root(self, product: str, amount: float) -> _Branch:
        total = amount * self._upstream.per_unit(product)
        return _Branch(product, amount, total, frozenset({product}), 0, False)

    def grow(self, roots: Sequence[_Branch], smallest: float) -> None:
        """Opens the roots and what is below them, down to the smallest total shown."""
        self._count += len(roots)
        waiting = [(-abs(root.total), number, root) for number, root in enumerate(roots)]
        heapq.heapify(waiting)
        number = len(roots)
        while waiting:
            branch = heapq.heappop(waiting)[2]
            for child in self._open(branch, smallest):
                number += 1
                heapq.heappush(waiting, (-abs(child.total), number, child))

    def _open(self, branch: _Branch, smallest: float) -> list[_Branch]:
        """The children to be opened later; a branch that ends here keeps its inputs as rest."""
        step = self._upstream.step(branch.product)
        branch.direct = branch.amount * step.own_kg_co2e
        inputs = [self._input(branch, each) for each in step.inputs]
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

    def _input(self, branch: _Branch, each: Input) -> _Branch:
        """An input as a branch."""
        amount = branch.amount * each.amount
        is_loop = each.product in branch.path
        return _Branch(
            product=each.product,
            amount=amount,
            total=amount * self._upstream.per_unit(each.product),
            path=branch.path | {each.product},
            level=branch.level + 1,
            is_credit=each.is_credit,
            ending=Ending.LOOP if is_loop else Ending.OPEN,
        )

    def finished(self, branch: _Branch) -> SupplyNode:
        return SupplyNode(
            product=branch.product,
            amount=branch.amount,
            unit=self._upstream.unit(branch.product),
            kg_co2e=branch.total,
            direct_kg_co2e=branch.direct,
            rest_kg_co2e=branch.rest,
            rest_count=branch.rest_count,
            ending=branch.ending,
            is_credit=branch.is_credit,
            children=tuple(self.finished(child) for child in branch.children),
        )
