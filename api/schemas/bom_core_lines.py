"""From a line of a bill on the wire to the line of the core, each number at its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict

from api.schemas.bom_lines import (
    AnyLineIn,
    AssemblyLineIn,
    CapturedCarbonIn,
    DirectEmissionIn,
    EndOfLifeIn,
    EnergyIn,
    IncinerationIn,
    LeakageIn,
    LineIn,
    LossIn,
    MaterialIn,
    RecyclingIn,
    TransportIn,
    UseIn,
)
from api.schemas.suppliers import core_supplier
from footprint import bom as core
from footprint.quantities import Quantity, decimal_amount, unit_name

DEFAULT_STAGE = {
    "material": core.Stage.RAW_MATERIAL,
    "packaging": core.Stage.RAW_MATERIAL,
    "energy": core.Stage.MANUFACTURING,
    "direct-emission": core.Stage.MANUFACTURING,
    "assembly": core.Stage.MANUFACTURING,
    "transport": core.Stage.DISTRIBUTION,
    "captured-co2": core.Stage.MANUFACTURING,
    "use": core.Stage.USE,
    "leakage": core.Stage.USE,
    "end-of-life": core.Stage.END_OF_LIFE,
    "incineration": core.Stage.END_OF_LIFE,
}


def core_line(line: AnyLineIn, place: str) -> core.Line:
    """The core line; its errors name the member below the line's ``place``.

    Raises:
        FootprintError: What is well-formed and impossible.
    """
    base = _Base(line, place)
    match line:
        case MaterialIn():
            return core.MaterialLine(
                **base.members,
                quantity=Quantity.parse(line.amount, line.unit, place),
                dataset=line.dataset,
                supplier_footprint=core_supplier(line.supplier_footprint, place),
                loss=_loss(line.loss, place),
                is_packaging=line.kind == "packaging",
                recycling=_recycling(line.recycling, place),
                biogenic_carbon=base.optional("biogenic_carbon"),
            )
        case EnergyIn():
            quantity = Quantity.parse(line.amount, line.unit, place)
            return core.EnergyLine(**base.members, quantity=quantity, dataset=line.dataset)
        case TransportIn():
            return _transport(line, base)
        case DirectEmissionIn():
            return core.DirectEmissionLine(
                **base.members,
                substance=line.substance,
                origin=line.origin,
                direction=line.direction,
                quantity=Quantity.parse(line.amount, line.unit, place),
            )
        case CapturedCarbonIn():
            return core.CapturedCarbonLine(
                **base.members,
                origin=line.origin,
                quantity=Quantity.parse(line.amount, line.unit, place),
                evidence=line.evidence,
            )
        case UseIn():
            return core.UseLine(
                **base.members,
                quantity_per_service=Quantity(
                    base.number("amount_per_service"), unit_name(line.unit, f"{place}/unit")
                ),
                services=base.number("services"),
                dataset=line.dataset,
                lifetime_years=base.optional("lifetime_years"),
            )
        case LeakageIn():
            return _leakage(line, base)
        case EndOfLifeIn() | IncinerationIn():
            return _treated(line, base)
        case AssemblyLineIn():
            return core.AssemblyLine(
                **base.members, assembly=line.assembly, quantity=base.number("quantity")
            )


def _transport(line: TransportIn, base: _Base) -> core.TransportLine:
    load = None if line.load is None else base.quantity(line.load, line.load_unit or "t", "load")
    return core.TransportLine(
        **base.members,
        mass=base.quantity(line.mass, line.mass_unit, "mass"),
        distance=base.quantity(line.distance, line.distance_unit, "distance"),
        dataset=line.dataset,
        load=load,
        return_share=base.optional("return_share"),
        is_refrigerated=line.is_refrigerated,
    )


def _leakage(line: LeakageIn, base: _Base) -> core.LeakageLine:
    return core.LeakageLine(
        **base.members,
        substance=line.substance,
        origin=line.origin,
        charge=base.quantity(line.charge, line.charge_unit, "charge"),
        yearly_rate=base.number("yearly_rate"),
        lifetime_years=base.number("lifetime_years"),
        recovered_share=base.number("recovered_share"),
        is_topped_up=line.is_topped_up,
    )


def _treated(line: EndOfLifeIn | IncinerationIn, base: _Base) -> core.Line:
    mass = base.quantity(line.mass, line.mass_unit, "mass")
    share, item = base.number("share"), line.item.strip()
    if isinstance(line, EndOfLifeIn):
        return core.EndOfLifeLine(
            **base.members, mass=mass, share=share, item=item, dataset=line.dataset
        )
    return core.IncinerationLine(
        **base.members,
        mass=mass,
        share=share,
        item=item,
        fossil_carbon=base.number("fossil_carbon"),
        biogenic_carbon=base.number("biogenic_carbon"),
        oxidation=base.number("oxidation"),
        dataset=line.dataset,
    )


class LineMembers(TypedDict):
    """Keyword arguments of every core line."""

    ref: str
    name: str
    stage: core.Stage
    activity_origin: core.ActivityOrigin
    note: str
    pedigree: Mapping[str, int] | None
    squared_deviation: Decimal | None
    place: str


class _Base:
    """The members every core line shares, and quantities whose error names their member."""

    def __init__(self, line: AnyLineIn, place: str) -> None:
        self.place = place
        self.line = line
        self.members = LineMembers(
            ref=line.ref,
            name=line.name,
            stage=line.stage or DEFAULT_STAGE[line.kind],
            activity_origin=line.activity_origin,
            note=line.note,
            pedigree=None if line.pedigree is None else line.pedigree.model_dump(),
            squared_deviation=_deviation(line, place),
            place=place,
        )

    def number(self, member: str) -> Decimal:
        return decimal_amount(getattr(self.line, member), f"{self.place}/{member}")

    def optional(self, member: str) -> Decimal | None:
        return None if getattr(self.line, member) is None else self.number(member)

    def quantity(self, amount: str, unit: str, member: str) -> Quantity:
        where = f"{self.place}/{member}"
        return Quantity(decimal_amount(amount, where), unit_name(unit, f"{where}_unit"))


def _deviation(line: LineIn, place: str) -> Decimal | None:
    if line.squared_deviation is None:
        return None
    return decimal_amount(line.squared_deviation, f"{place}/squared_deviation")


def _loss(loss: LossIn | None, place: str) -> core.Loss | None:
    if loss is None:
        return None
    rate = decimal_amount(loss.rate, f"{place}/loss/rate")
    return core.Loss(rate=rate, route=loss.route, dataset=loss.dataset)


def _recycling(recycling: RecyclingIn | None, place: str) -> core.Recycling | None:
    if recycling is None:
        return None

    def number(member: str) -> Decimal:
        return decimal_amount(getattr(recycling, member), f"{place}/recycling/{member}")

    def optional(member: str) -> Decimal | None:
        return None if getattr(recycling, member) is None else number(member)

    return core.Recycling(
        approach=recycling.approach,
        recycled_content=number("recycled_content"),
        recycled_dataset=recycling.recycled_dataset,
        recycling_rate=number("recycling_rate"),
        recycling_dataset=recycling.recycling_dataset,
        displaced_dataset=recycling.displaced_dataset,
        allocation_factor=optional("allocation_factor"),
        quality_in=optional("quality_in"),
        quality_out=optional("quality_out"),
    )
