"""From a bill of materials to a product system: linked, converted, with losses and their routes.

The system is a list of background demands (row of the intensity table, amount in the product's
own unit) and of direct emissions. Each entry remembers its line and stage, so that every
breakdown is a grouping of the same entries. Rules:

* net amount / (1 - loss rate) is bought, unless the lost part is remelted on site;
* the lost part that is treated as waste is a demand of its own, in manufacturing, and stands in
  the result as a part of its line of its own;
* all errors are found in one pass and reported together, each with the place of its line.

What there is one of for every line is a named tuple: it is made in a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footprint.bom import (
    AssemblyLine,
    BillOfMaterials,
    Line,
    LinePart,
    MaterialLine,
    Stage,
    SupplierFootprint,
    multiplicities,
)
from footprint.demands import Wanted, check_leg, converted, demands_of
from footprint.errors import MOST_ERRORS, FootprintError, LinkError, raise_all
from footprint.intensities import IntensityTable
from footprint.inventory import EmissionKey
from footprint.quantities import Quantity

_EXACT = Context(prec=34)
_MAKING = frozenset({Stage.RAW_MATERIAL, Stage.MANUFACTURING})
MAX_LOOKS = 50_000  # names compared for suggestions: a second or two at worst


class LineOccurrence(NamedTuple):
    """A line with the number of times the product holds it, and its place in the document.

    Attributes:
        held_count: In one product that leaves the gate.
        made_count: In all that has to be made for it, with what internal loops use up.
    """

    assembly: str
    line: Line
    held_count: Decimal
    made_count: Decimal
    place: str

    def count_at(self, stage: Stage) -> Decimal:
        """How often the line counts in a stage: what is used up again is never packed or sold."""
        is_packed = isinstance(self.line, MaterialLine) and self.line.is_packaging
        return self.made_count if stage in _MAKING and not is_packed else self.held_count


class BackgroundDemand(NamedTuple):
    """An amount of one product of the release, in that product's unit."""

    line_index: int
    part: LinePart
    stage: Stage
    row: int
    amount: float


class DirectFlow(NamedTuple):
    """A mass of one emission key that the study itself states."""

    line_index: int
    part: LinePart
    stage: Stage
    key: EmissionKey
    mass_kg: float
    supplier: SupplierFootprint | None = None


@dataclass(frozen=True, kw_only=True)
class ProductSystem:
    """Everything the arithmetic needs; entries point into ``lines``."""

    lines: tuple[LineOccurrence, ...]
    demands: tuple[BackgroundDemand, ...]
    flows: tuple[DirectFlow, ...]

    @cached_property
    def entries(self) -> tuple[BackgroundDemand | DirectFlow, ...]:
        """Demands, then direct flows: the order of every array of impacts."""
        return (*self.demands, *self.flows)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of every demand."""
        return np.array([demand.row for demand in self.demands], dtype=np.int64)

    @cached_property
    def amounts(self) -> NDArray[np.float64]:
        """The amount of every demand."""
        return np.array([demand.amount for demand in self.demands], dtype=np.float64)


def product_system(bom: BillOfMaterials, table: IntensityTable) -> ProductSystem:
    """Links every line of the bill to the release.

    Raises:
        FootprintErrors: All unknown datasets, wrong units and unknown gases, with their places.
    """
    return linked(tuple(_occurrences(bom)), table)


def linked(lines: tuple[LineOccurrence, ...], table: IntensityTable) -> ProductSystem:
    """The same for some lines alone: each is linked by itself.

    Raises:
        FootprintErrors: All unknown datasets, wrong units and unknown gases, with their places.
    """
    links = _Links(table)
    for index, occurrence in enumerate(lines):
        links.add(index, occurrence)
        if len(links.errors) >= MOST_ERRORS:
            break
    raise_all(links.errors)
    return ProductSystem(lines=lines, demands=tuple(links.demands), flows=tuple(links.flows))


def _occurrences(bom: BillOfMaterials) -> Iterator[LineOccurrence]:
    """Every line that is not itself an assembly, with its count and place."""
    counts = multiplicities(bom)
    has_loops = any((bom.internal_loop, *(a.internal_loop for a in bom.assemblies.values())))
    made = multiplicities(bom, made=True) if has_loops else counts
    for assembly, place, lines in bom.parts():
        for position, line in enumerate(lines):
            if not isinstance(line, AssemblyLine):
                where = line.place or f"{place}/lines/{position}"
                yield LineOccurrence(assembly, line, counts[assembly], made[assembly], where)


@dataclass
class _Links:
    """What the lines became so far, and what could not be linked."""

    table: IntensityTable
    demands: list[BackgroundDemand] = field(default_factory=list)
    flows: list[DirectFlow] = field(default_factory=list)
    errors: list[FootprintError] = field(default_factory=list)
    nearest: dict[str, str] = field(default_factory=dict)
    ways: dict[type[Line], Callable[[Line], Iterator[Wanted]]] = field(default_factory=dict)

    def add(self, line_index: int, occurrence: LineOccurrence) -> None:
        """Links all a line wants; each thing that fails is kept as an error with its place."""
        kind = type(occurrence.line)
        if kind not in self.ways:
            self.ways[kind] = demands_of.dispatch(kind)
        try:
            wanted = tuple(self.ways[kind](occurrence.line))
        except FootprintError as error:
            self.errors.append(error.at(occurrence.place))
            return
        for one in wanted:
            try:
                self._link(line_index, one, one.quantity.times(occurrence.count_at(one.stage)))
            except FootprintError as error:
                self.errors.append(error.at(occurrence.place))

    def _link(self, line_index: int, wanted: Wanted, quantity: Quantity) -> None:
        if wanted.flow is not None:
            flow = DirectFlow(
                line_index=line_index,
                part=wanted.part,
                stage=wanted.stage,
                key=wanted.flow,
                mass_kg=_mass_kg(wanted, quantity),
                supplier=wanted.supplier,
            )
            self.flows.append(flow)
            return
        row = self.table.rows.get(wanted.dataset)
        if row is None:
            name = wanted.dataset[:80]
            near = self._nearest(name)
            raise LinkError("dataset-unknown", f"/{wanted.member}", dataset=name, nearest=near)
        if wanted.leg is not None:
            check_leg(wanted.leg, self.table.products[row])
        unit = self.table.products[row].unit
        amount = float(converted(quantity, unit, wanted.unit_member, wanted.dataset))
        self.demands.append(BackgroundDemand(line_index, wanted.part, wanted.stage, row, amount))

    def _nearest(self, name: str) -> str:
        """The nearest ids; each name costs a look at all of them, so only some names get them."""
        looks = (len(self.nearest) + 1) * len(self.table.products)
        if name not in self.nearest and (looks <= MAX_LOOKS or not self.nearest):
            self.nearest[name] = self.table.nearest(name)
        return self.nearest.get(name, "-")


def _mass_kg(wanted: Wanted, quantity: Quantity) -> float:
    """kg of the gas; for a supplier's footprint kgCO2e = amount x kgCO2e per unit."""
    if wanted.supplier is None:
        return float(converted(quantity, "kg", wanted.unit_member, ""))
    supplier = wanted.supplier
    supplied = converted(quantity, supplier.unit, wanted.unit_member, supplier.document)
    return float(_EXACT.multiply(supplied, wanted.per_unit))
