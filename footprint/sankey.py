"""The merged Sankey of a study: every dataset once, however often the chain comes back to it.

Rules (docs/methodology-scenarios.md):

* What flows through a dataset is the amount of it that is made, times its cumulative intensity.
  The amounts of the datasets shown are solved together, so that a loop is corrected exactly: they
  are what its other users and its own return take, added up.
* For every node what comes in (its own emission, its inputs, the rest) is what goes out. In a loop
  both are larger than the study, for what goes round passes again.
* The largest dataset that is still closed is opened next, down to the cut-off or the number of
  nodes. A closed one is answered from the intensity table, all of it: its users show it as *rest*,
  and whatever of a shown dataset it needs itself stays in there.
* The study takes from its stages, the stages from datasets and from what the study states itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from footprint.bom import Stage
from footprint.contribution import Impacts
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.system import BackgroundDemand, ProductSystem
from footprint.upstream import Makers, Upstream

MOST_DATASETS = 300
STUDY = "study"
_STEP = 0.5  # what is at least half of the largest closed one is opened in the same round


class NodeKind(StrEnum):
    """What a node stands for."""

    STUDY = "study"
    STAGE = "stage"
    DATASET = "dataset"


@dataclass(frozen=True, kw_only=True)
class SankeyLimits:
    """Where a Sankey ends.

    Attributes:
        cutoff: Smallest flow that is opened, as a share of the sum of absolute impacts, 0..1.
        datasets: How many datasets at most.

    Raises:
        InventoryError: ``supply-chain-limit``.
    """

    cutoff: float = 0.01
    datasets: int = 40

    def __post_init__(self) -> None:
        limits = (("cutoff", self.cutoff, 1), ("datasets", self.datasets, MOST_DATASETS))
        for name, value, most in limits:
            if not 0 <= value <= most:
                raise InventoryError(
                    "supply-chain-limit", f"/{name}", name=name, least="0", most=str(most)
                )


@dataclass(frozen=True, kw_only=True)
class SankeyNode:
    """A node; kg_co2e = direct + what its links bring + rest = what its links take.

    Attributes:
        id: Of the dataset, name of the stage, or ``study``.
        amount: How much of a dataset is made for the study, in ``unit``; 0 of anything else.
        direct_kg_co2e: What the dataset emits itself, or the study states in the stage.
        rest_kg_co2e, rest_count: Inputs that are not shown.
        is_closed: What the dataset is made of may not be shown; all of it counts as direct.
    """

    id: str
    kind: NodeKind
    kg_co2e: float
    direct_kg_co2e: float
    rest_kg_co2e: float
    rest_count: int
    amount: float = 0.0
    unit: str = ""
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class SankeyLink:
    """kgCO2e that flow from one node to another; below zero for an avoided product."""

    source: str
    target: str
    kg_co2e: float


@dataclass(frozen=True, kw_only=True)
class Sankey:
    """Nodes, the study first and the largest datasets before the others, and their links."""

    nodes: tuple[SankeyNode, ...]
    links: tuple[SankeyLink, ...]
    total_kg_co2e: float


def study_sankey(
    system: ProductSystem,
    impact: Impacts,
    table: IntensityTable,
    made_by: Makers,
    method: MethodProfile,
    limits: SankeyLimits,
    basis: UptakeBasis,
) -> Sankey:
    """The Sankey of one unit of a study.

    Args:
        system: The linked bill.
        impact: The impacts of its entries, of the same method and basis.
        table: The release.
        made_by: Reads a process; only those that are shown are read.
        method: Says what counts, and how much.
        limits: Where it ends.
        basis: Whether biogenic uptake counts.

    Raises:
        InventoryError: ``matrix-singular`` where credits cancel a loop.
    """
    upstream = Upstream(table, made_by, method, basis)
    study = _Study.of(system, impact, table)
    flows = _Flows(upstream, study.demands)
    flows.open_all(limits, limits.cutoff * impact.scale)
    return _drawn(study, flows, impact.total)


@dataclass(frozen=True)
class _Study:
    """What the stages demand of each product, and what they emit themselves."""

    by_stage: dict[Stage, dict[str, float]]
    direct: dict[Stage, list[float]]

    @classmethod
    def of(cls, system: ProductSystem, impact: Impacts, table: IntensityTable) -> _Study:
        by_stage: dict[Stage, dict[str, float]] = {stage: {} for stage in Stage}
        direct: dict[Stage, list[float]] = {stage: [] for stage in Stage}
        for entry, kg_co2e in zip(system.entries, impact.entries, strict=True):
            if isinstance(entry, BackgroundDemand):
                product, held = table.products[entry.row].id, by_stage[entry.stage]
                held[product] = held.get(product, 0.0) + entry.amount
            else:
                direct[entry.stage].append(float(kg_co2e))
        return cls(by_stage, direct)

    @property
    def demands(self) -> dict[str, float]:
        """The amount of each product over all stages."""
        demands: dict[str, float] = {}
        for held in self.by_stage.values():
            for product, amount in held.items():
                demands[product] = demands.get(product, 0.0) + amount
        return demands


class _Flows:
    """The datasets that are open, and how much of each is made for the study."""

    def __init__(self, upstream: Upstream, demands: dict[str, float]) -> None:
        self.upstream = upstream
        self._demands = demands
        self.opened: dict[str, int] = {}
        self.made: NDArray[np.float64] = np.zeros(0)

    def open_all(self, limits: SankeyLimits, smallest: float) -> None:
        """Opens what is large enough, the largest first."""
        while len(self.opened) < limits.datasets:
            closed = {
                product: abs(amount * self.upstream.per_unit(product))
                for product, amount in self._closed().items()
            }
            large = [p for p, flow in closed.items() if flow > 0 and flow >= smallest]
            if not large:
                return
            large.sort(key=lambda product: (-closed[product], product))
            least = _STEP * closed[large[0]]
            for product in large[: limits.datasets - len(self.opened)]:
                if closed[product] >= least:
                    self.opened[product] = len(self.opened)
            self._solve()

    def _solve(self) -> None:
        """made = demand + inputs x made, over the open datasets alone."""
        count = len(self.opened)
        needs = np.eye(count)
        for product, column in self.opened.items():
            for each in self.upstream.step(product).inputs:
                row = self.opened.get(each.product)
                if row is not None:
                    needs[row, column] -= each.amount
        demand = np.array([self._demands.get(product, 0.0) for product in self.opened])
        try:
            self.made = np.linalg.solve(needs, demand)
        except np.linalg.LinAlgError as error:
            raise InventoryError("matrix-singular") from error

    def _closed(self) -> dict[str, float]:
        """How much of every dataset that is still closed is asked for."""
        asked = {p: amount for p, amount in self._demands.items() if p not in self.opened}
        for product, column in self.opened.items():
            for each in self.upstream.step(product).inputs:
                if each.product not in self.opened:
                    more = each.amount * float(self.made[column])
                    asked[each.product] = asked.get(each.product, 0.0) + more
        return asked


def _drawn(study: _Study, flows: _Flows, total: float) -> Sankey:
    stages = [_stage(study, flows, stage) for stage in Stage]
    datasets = [_dataset(flows, product) for product in flows.opened]
    datasets.sort(key=lambda found: (-abs(found[0].kg_co2e), found[0].id))
    found = [node for node in stages if node[0].kg_co2e or node[1]] + datasets
    root = SankeyNode(
        id=STUDY,
        kind=NodeKind.STUDY,
        kg_co2e=total,
        direct_kg_co2e=0.0,
        rest_kg_co2e=0.0,
        rest_count=0,
    )
    to_study = (
        SankeyLink(source=node.id, target=STUDY, kg_co2e=node.kg_co2e)
        for node, _ in found
        if node.kind is NodeKind.STAGE
    )
    return Sankey(
        nodes=(root, *(node for node, _ in found)),
        links=(*to_study, *(link for _, links in found for link in links)),
        total_kg_co2e=total,
    )


def _stage(study: _Study, flows: _Flows, stage: Stage) -> tuple[SankeyNode, list[SankeyLink]]:
    taken = study.by_stage[stage].items()
    inputs = [(p, amount * flows.upstream.per_unit(p)) for p, amount in taken]
    return _node(stage.value, NodeKind.STAGE, math.fsum(study.direct[stage]), inputs, flows)


def _dataset(flows: _Flows, product: str) -> tuple[SankeyNode, list[SankeyLink]]:
    made = float(flows.made[flows.opened[product]])
    step = flows.upstream.step(product)
    inputs = [
        (each.product, made * each.amount * flows.upstream.per_unit(each.product))
        for each in step.inputs
    ]
    return _node(product, NodeKind.DATASET, made * step.own_kg_co2e, inputs, flows, made)


def _node(
    name: str,
    kind: NodeKind,
    direct: float,
    inputs: list[tuple[str, float]],
    flows: _Flows,
    made: float = 0.0,
) -> tuple[SankeyNode, list[SankeyLink]]:
    """A node with the links that come in; a dataset used twice by it is one link."""
    shown: dict[str, float] = {}
    hidden: list[float] = []
    for product, kg_co2e in inputs:
        if product in flows.opened:
            shown[product] = shown.get(product, 0.0) + kg_co2e
        elif kg_co2e:
            hidden.append(kg_co2e)
    is_dataset = kind is NodeKind.DATASET
    whole = math.fsum([direct, *hidden, *shown.values()])
    node = SankeyNode(
        id=name,
        kind=kind,
        kg_co2e=made * flows.upstream.per_unit(name) if is_dataset else whole,
        direct_kg_co2e=direct,
        rest_kg_co2e=math.fsum(hidden),
        rest_count=len(hidden),
        amount=made,
        unit=flows.upstream.unit(name) if is_dataset else "",
        is_closed=is_dataset and flows.upstream.step(name).is_closed,
    )
    links = [
        SankeyLink(source=product, target=name, kg_co2e=kg_co2e)
        for product, kg_co2e in sorted(shown.items(), key=lambda one: (-abs(one[1]), one[0]))
        if kg_co2e
    ]
    return node, links
