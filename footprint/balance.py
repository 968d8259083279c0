"""Weighs what goes into the maker's own process and what comes out of it.

    materials + packaging + auxiliaries + uptake
        = product + packaging + co-products + losses + waste + emissions + captured + other

Only amounts in units of mass are weighed; the result names everything else that has a mass nobody
stated. Fuel burnt is left out with what it emits: most of that mass is oxygen of the air. So is the
CO2 of what is incinerated, which leaves as waste. Captured CO2 is a part of the CO2 that lines
state, and no second output. Lines inside a loop weigh as often as they are made. A balance that
does not close is a finding, never a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal

from footprint.allocation import SHARED_STAGES, AllocationMethod, LineName
from footprint.bom import BillOfMaterials
from footprint.declared_results import MassBalanceResult, NotWeighed, Side
from footprint.errors import QuantityError
from footprint.intensities import IntensityTable
from footprint.inventory import Direction, Origin
from footprint.lifecycle_lines import CapturedCarbonLine, TreatedLine
from footprint.limits import LimitName, study_limit
from footprint.lines import (
    DirectEmissionLine,
    EnergyLine,
    Line,
    LossRoute,
    MaterialLine,
)
from footprint.masses import MassBalance
from footprint.methods import MethodProfile
from footprint.quantities import Quantity
from footprint.system import LineOccurrence

INPUTS = ("materials", "packaging", "auxiliaries", "uptake")
OUTPUTS = (
    "product",
    "packaging",
    "co-products",
    "losses",
    "waste",
    "emissions",
    "captured",
    "other",
)
_ENERGY = frozenset({"Wh", "kWh", "MWh", "GWh", "MJ", "GJ", "TJ"})
_EXACT = Context(prec=34)


@dataclass
class _Scales:
    """What was weighed so far, kg per unit of the study, and what could not be.

    Attributes:
        co2: Of the emissions, by the origin of its carbon: what can have been captured.
        captured: Lines that capture, each with its kg.
    """

    inputs: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(INPUTS, Decimal(0)))
    outputs: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(OUTPUTS, Decimal(0)))
    not_weighed: list[NotWeighed] = field(default_factory=list)
    co2: dict[Origin, Decimal] = field(default_factory=dict)
    captured: list[tuple[LineName, CapturedCarbonLine, Decimal]] = field(default_factory=list)

    def into(self, kind: str, mass_kg: Decimal) -> None:
        self.inputs[kind] = _EXACT.add(self.inputs[kind], mass_kg)

    def out(self, kind: str, mass_kg: Decimal) -> None:
        self.outputs[kind] = _EXACT.add(self.outputs[kind], mass_kg)

    def without(self, assembly: str, ref: str, name: str, why: str) -> None:
        self.not_weighed.append(NotWeighed(assembly=assembly, ref=ref, name=name, why=why))


def mass_balance(
    bom: BillOfMaterials,
    occurrences: Sequence[LineOccurrence],
    table: IntensityTable,
    method: MethodProfile,
) -> MassBalanceResult | None:
    """The balance, where the bill asks for one.

    Args:
        bom: The bill.
        occurrences: Its lines as they are linked, before anything is shared.
        table: The release, which says what is a fuel.
        method: Whose tolerance counts.
    """
    declared = bom.declared.mass_balance
    if declared is None:
        return None
    scales = _Scales()
    left_out = {name for name, _ in declared.left_out}
    for occurrence in occurrences:
        name, line = (occurrence.assembly, occurrence.line.ref), occurrence.line
        if line.stage not in SHARED_STAGES:
            continue
        if name in left_out:
            scales.without(*name, line.name, "left-out")
        else:
            _weigh(scales, name, line, occurrence.count_at(line.stage), table)
    _weigh_captured(scales)
    _weigh_products(scales, bom, declared)
    _name_loops(scales, bom)
    limit = study_limit(method.id, LimitName.MASS_BALANCE)
    into = sum(scales.inputs.values(), Decimal(0))
    out = sum(scales.outputs.values(), Decimal(0))
    larger = max(into, out)
    share = abs(into - out) / larger if larger else Decimal(0)
    return MassBalanceResult(
        inputs=_sides(scales.inputs),
        outputs=_sides(scales.outputs),
        input_kg=float(into),
        output_kg=float(out),
        difference_kg=float(into - out),
        difference_share=float(share),
        tolerance=limit.value,
        is_tolerance_confirmed=limit.is_confirmed,
        is_over_tolerance=share > limit.value,
        not_weighed=tuple(scales.not_weighed),
    )


def _sides(masses: dict[str, Decimal]) -> tuple[Side, ...]:
    return tuple(Side(kind=kind, mass_kg=float(mass)) for kind, mass in masses.items())


def _weigh(
    scales: _Scales, name: LineName, line: Line, count: Decimal, table: IntensityTable
) -> None:
    match line:
        case MaterialLine():
            mass = _kg(line.quantity, count)
            if mass is None:
                scales.without(*name, line.name, "unit")
            else:
                _weigh_material(scales, line, mass)
        case EnergyLine():
            _weigh_energy(scales, name, line, _kg(line.quantity, count), table)
        case DirectEmissionLine():
            mass = _kg(line.quantity, count)
            if mass is not None and line.direction is Direction.REMOVAL:
                scales.into("uptake", mass)
            elif mass is not None:
                scales.out("emissions", mass)
                if line.substance == "CO2":
                    scales.co2[line.origin] = scales.co2.get(line.origin, Decimal(0)) + mass
        case CapturedCarbonLine():
            mass = _kg(line.quantity, count)
            if mass is not None:
                scales.captured.append((name, line, mass))
        case TreatedLine():
            mass = _kg(line.treated, count)
            if mass is not None:
                scales.out("waste", mass)


def _weigh_material(scales: _Scales, line: MaterialLine, net_kg: Decimal) -> None:
    """What is bought goes in; packaging comes out again, and what is lost comes out as loss."""
    kind = "packaging" if line.is_packaging else "materials"
    bought = net_kg
    if line.loss and line.loss.route is not LossRoute.INTERNAL_REMELT:
        bought = _EXACT.divide(net_kg, 1 - line.loss.rate)
        scales.out("losses", _EXACT.subtract(bought, net_kg))
    scales.into(kind, bought)
    if line.is_packaging:
        scales.out("packaging", net_kg)


def _weigh_energy(
    scales: _Scales, name: LineName, line: EnergyLine, mass: Decimal | None, table: IntensityTable
) -> None:
    row = table.rows.get(line.dataset)
    if row is not None and table.products[row].is_fuel_combustion:
        scales.without(*name, line.name, "fuel")
    elif mass is not None:
        scales.into("auxiliaries", mass)
    elif line.quantity.unit not in _ENERGY:
        scales.without(*name, line.name, "unit")


def _weigh_captured(scales: _Scales) -> None:
    """The process states what it makes before capture: of that CO2 it is a part, or not weighed."""
    for name, line, mass in scales.captured:
        stated = min(mass, scales.co2.get(line.origin, Decimal(0)))
        if stated:
            scales.co2[line.origin] -= stated
            scales.out("emissions", -stated)
            scales.out("captured", stated)
        if mass > stated:
            scales.without(*name, line.name, "captured")


def _name_loops(scales: _Scales, bom: BillOfMaterials) -> None:
    """What a loop uses up stays inside, by a mass nobody stated; what of it leaves is an output."""
    if bom.internal_loop:
        scales.without("", "", bom.product.model, "internal-loop")
    for name, assembly in bom.assemblies.items():
        if assembly.internal_loop:
            scales.without(name, "", assembly.name, "internal-loop")


def _weigh_products(scales: _Scales, bom: BillOfMaterials, declared: MassBalance) -> None:
    """The product itself, its co-products, and what else is said to leave."""
    unit = Quantity(bom.unit.amount, bom.unit.unit)
    scales.out("product", declared.product_kg(unit) or Decimal(0))
    allocation = bom.declared.allocation
    for co_product in allocation.co_products if allocation else ():
        mass = co_product.measures.of(AllocationMethod.MASS, co_product.quantity)
        if mass is None:
            scales.without("", "", co_product.name, "co-product")
        else:
            scales.out("co-products", mass)
    for output in declared.outputs:
        scales.out("other", output.mass_kg)


def _kg(quantity: Quantity, count: Decimal) -> Decimal | None:
    try:
        return _EXACT.multiply(quantity.to("kg").amount, count)
    except QuantityError:
        return None
