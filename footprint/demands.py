"""What a line asks of the release before it is linked: so much of a dataset, or a direct flow.

One function a kind of line. A line is one demand, or several that the result keeps apart as parts
(:class:`LinePart`): what treats its loss, the two kinds of carbon that burn, a credit.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal
from functools import singledispatch
from typing import NamedTuple

from footprint.errors import BomError, LinkError, QuantityError
from footprint.intensities import ProductEntry
from footprint.inventory import CAPTURED_CO2, Direction, EmissionKey, Origin
from footprint.lifecycle_lines import (
    CapturedCarbonLine,
    EndOfLifeLine,
    IncinerationLine,
    LeakageLine,
    TransportLine,
    UseLine,
)
from footprint.lines import (
    DirectEmissionLine,
    EnergyLine,
    Line,
    LinePart,
    LossRoute,
    MaterialLine,
    Stage,
)
from footprint.methods import is_known_substance
from footprint.quantities import Quantity, conversion_factor
from footprint.recycling import Recycling
from footprint.suppliers import SupplierFootprint

_EXACT = Context(prec=34)


class Wanted(NamedTuple):
    """A demand before linking: so much of a dataset, or a direct flow.

    Attributes:
        member, unit_member: What to mend where the dataset, or the unit, does not fit.
        per_unit: kg of the flow for one unit of a supplier's footprint.
        leg: The transport leg it comes from, which the dataset has to fit.
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
    leg: TransportLine | None = None


@singledispatch
def demands_of(line: Line) -> Iterator[Wanted]:
    """What the line asks for.

    Raises:
        FootprintError: A unit or a gas that cannot be used, placed at its member.
    """
    raise BomError("line-kind-unknown", "", kind=type(line).__name__)


@demands_of.register
def _(line: MaterialLine) -> Iterator[Wanted]:
    bought = line.quantity
    if line.loss and line.loss.route is not LossRoute.INTERNAL_REMELT:
        bought = Quantity(_EXACT.divide(bought.amount, 1 - line.loss.rate), bought.unit)
    if line.supplier_footprint:
        supplier = line.supplier_footprint
        for key, per_unit in supplier.flows():
            yield Wanted(
                line.stage,
                bought,
                unit_member="supplier_footprint/unit",
                flow=key,
                supplier=supplier,
                per_unit=per_unit,
            )
    elif line.recycling:
        yield from _recycled(line, line.recycling, bought)
    else:
        yield Wanted(line.stage, bought, line.dataset or "")
    if line.loss and line.loss.dataset:
        lost = Quantity(_EXACT.subtract(bought.amount, line.quantity.amount), bought.unit)
        member = "loss/dataset"
        yield Wanted(
            Stage.MANUFACTURING,
            lost,
            line.loss.dataset,
            member,
            member,
            part=LinePart.LOSS_TREATMENT,
        )


def _recycled(line: MaterialLine, recycling: Recycling, bought: Quantity) -> Iterator[Wanted]:
    """The terms of the approach that are not zero; the virgin one always."""
    terms, virgin = recycling.terms, line.dataset or ""
    recycled, recycled_again = recycling.recycled_dataset, recycling.recycling_dataset
    displaced = recycling.displaced_dataset
    yield Wanted(line.stage, bought.times(terms.virgin), virgin)
    bought_terms = (
        (LinePart.RECYCLED_INPUT, terms.recycled, recycled, "recycling/recycled_dataset"),
        (LinePart.BORROWED_INPUT, terms.borrowed, virgin, "dataset"),
    )
    end_terms = (
        (LinePart.RECYCLING, terms.recycling, recycled_again, "recycling/recycling_dataset"),
        (
            LinePart.RECYCLING_CREDIT,
            terms.credit,
            displaced or virgin,
            "recycling/displaced_dataset" if displaced else "dataset",
        ),
    )
    for stage, amount, parts in (
        (line.stage, bought, bought_terms),
        (Stage.END_OF_LIFE, line.quantity, end_terms),
    ):
        for part, factor, dataset, member in parts:
            if factor:
                yield Wanted(stage, amount.times(factor), dataset or "", member, member, part=part)


@demands_of.register
def _(line: EnergyLine) -> Iterator[Wanted]:
    yield Wanted(line.stage, line.quantity, line.dataset)


@demands_of.register
def _(line: TransportLine) -> Iterator[Wanted]:
    tonnes = converted(line.mass, "t", "mass_unit", line.dataset)
    kilometres = converted(line.distance, "km", "distance_unit", line.dataset)
    moved = Quantity(_EXACT.multiply(tonnes, kilometres), "tkm")
    if line.load is not None:
        load = converted(line.load, "t", "load_unit", line.dataset)
        there_and_back = 1 + (line.return_share or 0)
        driven = _EXACT.multiply(_EXACT.divide(moved.amount, load), there_and_back)
        moved = Quantity(driven, "vkm")
    yield Wanted(line.stage, moved, line.dataset, unit_member="dataset", leg=line)


def check_leg(leg: TransportLine, product: ProductEntry) -> None:
    """Nothing where the dataset takes what the leg states, and the leg what the dataset needs.

    Raises:
        LinkError: ``transport-load-missing``, ``transport-load-not-taken`` or
            ``transport-not-refrigerated``.
    """
    given = {"load": leg.load, "return_share": leg.return_share}
    is_by_vehicle = product.unit == "vkm"
    for member, value in given.items():
        if is_by_vehicle and value is None:
            raise LinkError("transport-load-missing", f"/{member}", dataset=product.id)
        if not is_by_vehicle and value is not None:
            raise LinkError("transport-load-not-taken", f"/{member}", dataset=product.id)
    if leg.is_refrigerated and not product.is_refrigerated:
        raise LinkError("transport-not-refrigerated", "/dataset", dataset=product.id)


@demands_of.register
def _(line: DirectEmissionLine) -> Iterator[Wanted]:
    key = EmissionKey(_known(line.substance), line.origin, line.direction)
    yield Wanted(line.stage, line.quantity, flow=key)


@demands_of.register
def _(line: UseLine) -> Iterator[Wanted]:
    yield Wanted(line.stage, line.used, line.dataset)


@demands_of.register
def _(line: LeakageLine) -> Iterator[Wanted]:
    key = EmissionKey(_known(line.substance), line.origin)
    yield Wanted(line.stage, line.leaked, flow=key, part=LinePart.LEAKAGE)
    if line.let_off.amount:
        yield Wanted(Stage.END_OF_LIFE, line.let_off, flow=key, part=LinePart.END_OF_LIFE_RELEASE)


@demands_of.register
def _(line: EndOfLifeLine) -> Iterator[Wanted]:
    yield Wanted(line.stage, line.treated, line.dataset, unit_member="mass_unit")


@demands_of.register
def _(line: IncinerationLine) -> Iterator[Wanted]:
    if line.dataset is not None:
        yield Wanted(line.stage, line.treated, line.dataset, unit_member="mass_unit")
    for part, origin, carbon in (
        (LinePart.FOSSIL_CARBON, Origin.FOSSIL, line.fossil_carbon),
        (LinePart.BIOGENIC_CARBON, Origin.BIOGENIC, line.biogenic_carbon),
    ):
        flow = EmissionKey("CO2", origin)
        yield Wanted(line.stage, line.co2(carbon), unit_member="mass_unit", flow=flow, part=part)


@demands_of.register
def _(line: CapturedCarbonLine) -> Iterator[Wanted]:
    flow = EmissionKey(CAPTURED_CO2, line.origin, Direction.REMOVAL)
    yield Wanted(line.stage, line.quantity, flow=flow)


def _known(substance: str) -> str:
    """The gas itself, when some GWP set has it."""
    if not is_known_substance(substance):
        raise LinkError("gas-unknown", "/substance", substance=substance[:40])
    return substance


def converted(quantity: Quantity, unit: str, member: str, dataset: str) -> Decimal:
    """The amount in ``unit``; the error is placed at ``member`` of the line."""
    if quantity.unit == unit:
        return quantity.amount
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
