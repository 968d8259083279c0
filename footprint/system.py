"""From a bill of materials to a product system: linked, converted, with losses and their routes.

The system is a list of background demands (row of the intensity table, amount in the product's
own unit) and of direct emissions. Each entry remembers its line and stage, so that every
breakdown is a grouping of the same entries. Rules:

* net amount / (1 - loss rate) is bought, unless the lost part is remelted on site;
* the lost part that is treated as waste is a demand of its own, in manufacturing;
* all errors are found in one pass and reported together, each with the place of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import singledispatch

from footprint.bom import (
    AssemblyLine,
    BillOfMaterials,
    DirectEmissionLine,
    EndOfLifeLine,
    EnergyLine,
    Line,
    LossRoute,
    MaterialLine,
    Stage,
    SupplierFootprint,
    TransportLine,
    UseLine,
    multiplicities,
)
from footprint.errors import BomError, FootprintError, FootprintErrors, LinkError, QuantityError
from footprint.intensities import IntensityTable
from footprint.inventory import CO2E, EmissionKey, Origin
from footprint.methods import is_known_substance
from footprint.quantities import Quantity, conversion_factor

_EXACT = Context(prec=34)


@dataclass(frozen=True, kw_only=True)
class LineOccurrence:
    """A line with the number of times the product holds it."""

    assembly: str
    line: Line
    count: Decimal


@dataclass(frozen=True, kw_only=True)
class BackgroundDemand:
    """An amount of one product of the release, in that product's unit."""

    line_index: int
    stage: Stage
    row: int
    amount: float


@dataclass(frozen=True, kw_only=True)
class DirectFlow:
    """A mass of one emission key that the study itself states."""

    line_index: int
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


@dataclass(frozen=True)
class _Wanted:
    """A demand before linking: so much of a dataset, or a direct flow."""

    stage: Stage
    quantity: Quantity
    dataset: str = ""
    member: str = "dataset"
    flow: EmissionKey | None = None
    supplier: SupplierFootprint | None = None


def product_system(bom: BillOfMaterials, table: IntensityTable) -> ProductSystem:
    """Links every line of the bill to the release.

    Raises:
        FootprintErrors: All unknown datasets, wrong units and unknown gases, with their places.
    """
    counts = multiplicities(bom)
    occurrences: list[LineOccurrence] = []
    demands: list[BackgroundDemand] = []
    flows: list[DirectFlow] = []
    errors: list[FootprintError] = []
    for assembly, place, lines in bom.parts():
        for position, line in enumerate(lines):
            if isinstance(line, AssemblyLine):
                continue
            index = len(occurrences)
            occurrences.append(LineOccurrence(assembly=assembly, line=line, count=counts[assembly]))
            where = line.place or f"{place}/lines/{position}"
            for wanted in _wants(line, where, errors.append):
                try:
                    entry = _linked(wanted, index, counts[assembly], table, where)
                except FootprintError as error:
                    errors.append(error)
                    continue
                if isinstance(entry, DirectFlow):
                    flows.append(entry)
                else:
                    demands.append(entry)
    if errors:
        raise errors[0] if len(errors) == 1 else FootprintErrors(tuple(errors))
    return ProductSystem(lines=tuple(occurrences), demands=tuple(demands), flows=tuple(flows))


def _wants(line: Line, where: str, report: Callable[[FootprintError], None]) -> Iterator[_Wanted]:
    """The demands of a line; what cannot be expressed is reported at the line's place."""
    try:
        yield from _demands_of(line)
    except FootprintError as error:
        report(error if error.place else error.at(where))


@singledispatch
def _demands_of(line: Line) -> Iterator[_Wanted]:
    raise BomError("line-kind-unknown", line.place, kind=type(line).__name__)


@_demands_of.register
def _(line: MaterialLine) -> Iterator[_Wanted]:
    bought = line.quantity
    if line.loss and line.loss.route is not LossRoute.INTERNAL_REMELT:
        bought = Quantity(_EXACT.divide(bought.amount, 1 - line.loss.rate), bought.unit)
    if line.supplier_footprint:
        supplier = line.supplier_footprint
        yield _Wanted(
            line.stage,
            bought,
            member="supplier_footprint/unit",
            flow=EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=supplier.gwp_set),
            supplier=supplier,
        )
    else:
        yield _Wanted(line.stage, bought, line.dataset or "")
    if line.loss and line.loss.dataset:
        lost = Quantity(_EXACT.subtract(bought.amount, line.quantity.amount), bought.unit)
        yield _Wanted(Stage.MANUFACTURING, lost, line.loss.dataset, "loss/dataset")


@_demands_of.register
def _(line: EnergyLine) -> Iterator[_Wanted]:
    yield _Wanted(line.stage, line.quantity, line.dataset)


@_demands_of.register
def _(line: TransportLine) -> Iterator[_Wanted]:
    tonnes, kilometres = line.mass.to("t").amount, line.distance.to("km").amount
    yield _Wanted(line.stage, Quantity(_EXACT.multiply(tonnes, kilometres), "tkm"), line.dataset)


@_demands_of.register
def _(line: DirectEmissionLine) -> Iterator[_Wanted]:
    if not is_known_substance(line.substance):
        raise LinkError("gas-unknown", f"{line.place}/substance", substance=line.substance[:40])
    key = EmissionKey(line.substance, line.origin, line.direction)
    yield _Wanted(line.stage, line.quantity, flow=key)


@_demands_of.register
def _(line: UseLine) -> Iterator[_Wanted]:
    yield _Wanted(line.stage, line.quantity_per_service.times(line.services), line.dataset)


@_demands_of.register
def _(line: EndOfLifeLine) -> Iterator[_Wanted]:
    yield _Wanted(line.stage, line.mass.times(line.share), line.dataset)


def _linked(
    wanted: _Wanted, line_index: int, count: Decimal, table: IntensityTable, where: str
) -> BackgroundDemand | DirectFlow:
    quantity = wanted.quantity.times(count)
    if wanted.flow is not None:
        mass = _mass_kg(wanted, quantity, where)
        return DirectFlow(
            line_index=line_index,
            stage=wanted.stage,
            key=wanted.flow,
            mass_kg=mass,
            supplier=wanted.supplier,
        )
    row = table.row(wanted.dataset, f"{where}/{wanted.member}")
    expected = table.products[row].unit
    amount = _converted(quantity, expected, where, wanted.dataset)
    return BackgroundDemand(
        line_index=line_index, stage=wanted.stage, row=row, amount=float(amount)
    )


def _mass_kg(wanted: _Wanted, quantity: Quantity, where: str) -> float:
    """kg of the gas; for a supplier's footprint kgCO2e = amount x kgCO2e per unit."""
    if wanted.supplier is None:
        return float(_converted(quantity, "kg", where, ""))
    supplied = _converted(quantity, wanted.supplier.unit, where, wanted.supplier.document)
    return float(_EXACT.multiply(supplied, wanted.supplier.kg_co2e_per_unit))


def _converted(quantity: Quantity, unit: str, where: str, dataset: str) -> Decimal:
    try:
        factor = conversion_factor(quantity.unit, unit)
    except QuantityError:
        raise QuantityError(
            "unit-wrong-dimension",
            f"{where}/unit",
            unit=quantity.unit,
            expected=unit,
            dataset=dataset or "-",
        ) from None
    return _EXACT.multiply(quantity.amount, factor)
