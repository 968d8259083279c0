"""From a bill of materials to a product system: linked, converted, with losses and their routes.

The system is a list of background demands (row of the intensity table, amount in the product's
own unit) and of direct emissions. Each entry remembers its line and stage, so that every
breakdown is a grouping of the same entries. Rules:

* net amount / (1 - loss rate) is bought, unless the lost part is remelted on site;
* the lost part that is treated as waste is a demand of its own, in manufacturing, and stands in
  the result as a part of its line of its own;
* all errors are found in one pass and reported together, each with the place of its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import singledispatch

from footprint.bom import (
    AssemblyLine,
    BillOfMaterials,
    DirectEmissionLine,
    EndOfLifeLine,
    EnergyLine,
    Line,
    LinePart,
    LossRoute,
    MaterialLine,
    Stage,
    SupplierFootprint,
    TransportLine,
    UseLine,
    multiplicities,
)
from footprint.errors import (
    MOST_ERRORS,
    BomError,
    FootprintError,
    LinkError,
    QuantityError,
    raise_all,
)
from footprint.intensities import IntensityTable
from footprint.inventory import EmissionKey
from footprint.methods import is_known_substance
from footprint.quantities import Quantity, conversion_factor

_EXACT = Context(prec=34)
MAX_LOOKS = 50_000  # names compared for suggestions: a second or two at worst


@dataclass(frozen=True, kw_only=True)
class LineOccurrence:
    """A line with the number of times the product holds it, and its place in the document."""

    assembly: str
    line: Line
    count: Decimal
    place: str


@dataclass(frozen=True, kw_only=True)
class BackgroundDemand:
    """An amount of one product of the release, in that product's unit."""

    line_index: int
    part: LinePart
    stage: Stage
    row: int
    amount: float


@dataclass(frozen=True, kw_only=True)
class DirectFlow:
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

    @property
    def entries(self) -> tuple[BackgroundDemand | DirectFlow, ...]:
        """Demands, then direct flows: the order of every array of impacts."""
        return (*self.demands, *self.flows)


@dataclass(frozen=True)
class _Wanted:
    """A demand before linking: so much of a dataset, or a direct flow.

    Attributes:
        member, unit_member: What to mend where the dataset, or the unit, does not fit.
        per_unit: kg of the flow for one unit of a supplier's footprint.
    """

    stage: Stage
    quantity: Quantity
    dataset: str = ""
    member: str = "dataset"
    unit_member: str = "unit"
    flow: EmissionKey | None = None
    supplier: SupplierFootprint | None = None
    per_unit: Decimal = Decimal(1)
    part: LinePart = LinePart.LINE


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
    for assembly, place, lines in bom.parts():
        for position, line in enumerate(lines):
            if not isinstance(line, AssemblyLine):
                where = line.place or f"{place}/lines/{position}"
                count = counts[assembly]
                yield LineOccurrence(assembly=assembly, line=line, count=count, place=where)


@singledispatch
def _demands_of(line: Line) -> Iterator[_Wanted]:
    raise BomError("line-kind-unknown", "", kind=type(line).__name__)


@_demands_of.register
def _(line: MaterialLine) -> Iterator[_Wanted]:
    bought = line.quantity
    if line.loss and line.loss.route is not LossRoute.INTERNAL_REMELT:
        bought = Quantity(_EXACT.divide(bought.amount, 1 - line.loss.rate), bought.unit)
    if line.supplier_footprint:
        supplier = line.supplier_footprint
        for key, per_unit in supplier.flows():
            yield _Wanted(
                line.stage,
                bought,
                unit_member="supplier_footprint/unit",
                flow=key,
                supplier=supplier,
                per_unit=per_unit,
            )
    else:
        yield _Wanted(line.stage, bought, line.dataset or "")
    if line.loss and line.loss.dataset:
        lost = Quantity(_EXACT.subtract(bought.amount, line.quantity.amount), bought.unit)
        member = "loss/dataset"
        yield _Wanted(
            Stage.MANUFACTURING,
            lost,
            line.loss.dataset,
            member,
            member,
            part=LinePart.LOSS_TREATMENT,
        )


@_demands_of.register
def _(line: EnergyLine) -> Iterator[_Wanted]:
    yield _Wanted(line.stage, line.quantity, line.dataset)


@_demands_of.register
def _(line: TransportLine) -> Iterator[_Wanted]:
    tonnes = _converted(line.mass, "t", "mass_unit", line.dataset)
    kilometres = _converted(line.distance, "km", "distance_unit", line.dataset)
    moved = Quantity(_EXACT.multiply(tonnes, kilometres), "tkm")
    yield _Wanted(line.stage, moved, line.dataset, unit_member="dataset")


@_demands_of.register
def _(line: DirectEmissionLine) -> Iterator[_Wanted]:
    if not is_known_substance(line.substance):
        raise LinkError("gas-unknown", "/substance", substance=line.substance[:40])
    key = EmissionKey(line.substance, line.origin, line.direction)
    yield _Wanted(line.stage, line.quantity, flow=key)


@_demands_of.register
def _(line: UseLine) -> Iterator[_Wanted]:
    yield _Wanted(line.stage, line.quantity_per_service.times(line.services), line.dataset)


@_demands_of.register
def _(line: EndOfLifeLine) -> Iterator[_Wanted]:
    treated = line.mass.times(line.share)
    yield _Wanted(line.stage, treated, line.dataset, unit_member="mass_unit")


@dataclass
class _Links:
    """What the lines became so far, and what could not be linked."""

    table: IntensityTable
    demands: list[BackgroundDemand] = field(default_factory=list)
    flows: list[DirectFlow] = field(default_factory=list)
    errors: list[FootprintError] = field(default_factory=list)
    nearest: dict[str, str] = field(default_factory=dict)

    def add(self, line_index: int, occurrence: LineOccurrence) -> None:
        """Links all a line wants; each thing that fails is kept as an error with its place."""
        try:
            wanted = tuple(_demands_of(occurrence.line))
        except FootprintError as error:
            self.errors.append(error.at(occurrence.place))
            return
        for one in wanted:
            try:
                self._link(line_index, one, one.quantity.times(occurrence.count))
            except FootprintError as error:
                self.errors.append(error.at(occurrence.place))

    def _link(self, line_index: int, wanted: _Wanted, quantity: Quantity) -> None:
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
        unit = self.table.products[row].unit
        amount = float(_converted(quantity, unit, wanted.unit_member, wanted.dataset))
        self.demands.append(
            BackgroundDemand(
                line_index=line_index,
                part=wanted.part,
                stage=wanted.stage,
                row=row,
                amount=amount,
            )
        )

    def _nearest(self, name: str) -> str:
        """The nearest ids; each name costs a look at all of them, so only some names get them."""
        looks = (len(self.nearest) + 1) * len(self.table.products)
        if name not in self.nearest and (looks <= MAX_LOOKS or not self.nearest):
            self.nearest[name] = self.table.nearest(name)
        return self.nearest.get(name, "-")


def _mass_kg(wanted: _Wanted, quantity: Quantity) -> float:
    """kg of the gas; for a supplier's footprint kgCO2e = amount x kgCO2e per unit."""
    if wanted.supplier is None:
        return float(_converted(quantity, "kg", wanted.unit_member, ""))
    supplier = wanted.supplier
    supplied = _converted(quantity, supplier.unit, wanted.unit_member, supplier.document)
    return float(_EXACT.multiply(supplied, wanted.per_unit))


def _converted(quantity: Quantity, unit: str, member: str, dataset: str) -> Decimal:
    """The amount in ``unit``; the error is placed at ``member`` of the line."""
    try:
        factor = conversion_factor(quantity.unit, unit)
    except QuantityError as error:
        if error.code == "gas-volume-without-condition":
            raise error.at(f"/{member}") from None
        raise QuantityError(
            "unit-wrong-dimension",
            f"/{member}",
            unit=quantity.unit,
            expected=unit,
            dataset=dataset[:80] or "-",
        ) from None
    return _EXACT.multiply(quantity.amount, factor)
