"""The mass balance: a process does not make more mass than it takes in.

Rules:

* Looked at are unit processes whose product is a mass and which take at least one material by mass;
  energy and transport weigh nothing, and services (rolling, casting) are none. A process that
  takes a material by piece, area or energy content cannot be weighed and is left out.
* Water counts where it is an input by volume: 1000 kg per cubic metre.
* Products, co-products and wastes treated may exceed the inputs by 2 percent.
* A dataset that says what it leaves out (ore, air, water) gives a warning; any other one blocks.
* So does an imported draft: of what it takes from nature only greenhouse gases are kept, and many
  formats do not ask for the rest. Once somebody has reviewed it, it has to say what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from footprint.errors import InventoryError, QuantityError, pointer
from footprint.inventory import (
    DatasetKind,
    Exchange,
    InventorySnapshot,
    Process,
    ReviewStatus,
)
from footprint.quantities import conversion_factor, significant_string
from lca_db.inventory.checks.carbon import IMMATERIAL
from lca_db.inventory.checks.composition import Basis, Composition
from lca_db.inventory.checks.finding import Finding, Severity, found

TOLERANCE = Decimal("1.02")
WATER = "H2O"
KG_PER_M3_OF_WATER = 1000


@dataclass(frozen=True)
class Masses:
    """Masses of a process, kg per unit of its reference product."""

    inputs_kg: Decimal
    outputs_kg: Decimal


def masses_of(process: Process, known: Mapping[str, Composition]) -> Masses | None:
    """The masses of a process, None where it cannot be weighed or takes nothing by mass."""
    product = _kg(process.reference_amount, process.unit)
    if process.kind is not DatasetKind.UNIT_PROCESS or product is None:
        return None
    if process.id in known and known[process.id].basis in {Basis.SERVICE, Basis.WASTE}:
        return None
    inputs, outputs, is_weighed = Decimal(0), product, False
    for exchange in process.inputs:
        composition = known.get(exchange.provider)
        basis = None if composition is None else composition.basis
        if exchange.unit in IMMATERIAL or basis is Basis.SERVICE:
            continue
        mass = _material_kg(exchange, composition)
        if mass is None:
            return None
        if basis is Basis.WASTE:
            outputs += mass
        else:
            inputs, is_weighed = inputs + mass, True
    for co_product in process.co_products:
        mass = _kg(co_product.amount, co_product.unit)
        if mass is None:
            return None
        outputs += mass
    if not is_weighed:
        return None
    return Masses(inputs / process.reference_amount, outputs / process.reference_amount)


def _material_kg(exchange: Exchange, composition: Composition | None) -> Decimal | None:
    if composition is not None and composition.formula == WATER and exchange.unit == "m3":
        return exchange.amount * KG_PER_M3_OF_WATER
    return _kg(exchange.amount, exchange.unit)


def _kg(amount: Decimal, unit: str) -> Decimal | None:
    try:
        return amount * conversion_factor(unit, "kg")
    except QuantityError:
        return None


def check_mass(snapshot: InventorySnapshot, known: Mapping[str, Composition]) -> Iterator[Finding]:
    """Every process that makes more mass than it takes in."""
    for process in snapshot.processes:
        masses = masses_of(process, known)
        if masses is None or masses.outputs_kg <= masses.inputs_kg * TOLERANCE:
            continue
        error = InventoryError(
            "mass-not-balanced",
            pointer(process.id),
            dataset=process.id,
            mass_in=significant_string(masses.inputs_kg, 3),
            mass_out=significant_string(masses.outputs_kg, 3),
            unit=process.unit,
        )
        is_open = bool(process.cut_offs) or _is_imported_draft(process)
        severity = Severity.WARNING if is_open else Severity.BLOCKING
        size = float(masses.outputs_kg - masses.inputs_kg)
        yield found(severity, process.id, error, size=size)


def _is_imported_draft(process: Process) -> bool:
    return "imported" in process.content and process.review_status is ReviewStatus.DRAFT
