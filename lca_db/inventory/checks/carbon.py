"""The carbon balance: the fossil carbon that enters a process leaves it.

Rules:

* Looked at are unit processes of which every input that hands over material, and every product, is
  in the table of compositions. Energy, transport and time hand over none. An input that stands for
  another product says nothing of what that other product holds, and leaves its process out.
* In: the inputs. Out: products, co-products, wastes treated, and the carbon of fossil gases.
* A treatment of waste is left out: the waste brings its own carbon.
* The two agree within 5 percent of the larger one, or within 5 g per kg of the product.
* A dataset that burns a fuel emits the CO2 of its carbon times the oxidation, within 1 percent.
* A gap is explained by what the dataset says it leaves out, up to half of the larger side; one
  beyond that, or in a dataset that leaves nothing out, blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from footprint.errors import InventoryError, pointer
from footprint.inventory import DatasetKind, Direction, InventorySnapshot, Origin, Process
from footprint.quantities import significant_string
from lca_db.inventory.checks.composition import CARBON_IN_CO2, Basis, Composition, carbon_share
from lca_db.inventory.checks.finding import Finding, Severity, found

TOLERANCE = 0.05
LEAST_KG_PER_KG, LEAST_KG = 0.005, 0.0001  # per unit of a product by mass, and of any other
BURNING_TOLERANCE = 0.01
CUT_OFFS_EXPLAIN = 0.5
IMMATERIAL = frozenset({"kWh", "MWh", "GWh", "Wh", "tkm", "kgkm", "vkm", "km", "h"})
_CARBON_OF_GAS = {
    "CO2": CARBON_IN_CO2,
    "CH4": carbon_share("CH4"),
    "CO": carbon_share("CO"),
    "HFC134a": carbon_share("C2H2F4"),
    "HFC152a": carbon_share("C2H4F2"),
    "CF4": carbon_share("CF4"),
    "C2F6": carbon_share("C2F6"),
}


@dataclass(frozen=True)
class Carbon:
    """Fossil carbon of a process, kg per unit of its reference product."""

    into: float
    out: float
    unit: str

    @property
    def difference_kg(self) -> float:
        """How much carbon is missing on one side, kg per unit of the product."""
        return abs(self.into - self.out)

    @property
    def gap(self) -> float:
        """The difference as a share of the larger side; 0 where it is too small to matter."""
        least = LEAST_KG_PER_KG if self.unit == "kg" else LEAST_KG
        larger = max(abs(self.into), abs(self.out))  # a credit may outweigh what goes in
        return self.difference_kg / larger if self.difference_kg > least else 0.0


def carbon_of(process: Process, known: Mapping[str, Composition]) -> Carbon | None:
    """The carbon of a process, None where the composition of something is unknown."""
    if process.kind is not DatasetKind.UNIT_PROCESS or process.id not in known:
        return None
    if known[process.id].basis is Basis.WASTE:
        return None
    into = Decimal(0)
    out = process.reference_amount * known[process.id].carbon_kg
    stand_ins = _stand_ins(process)
    for position, exchange in enumerate(process.inputs):
        if exchange.unit in IMMATERIAL:
            continue
        if exchange.provider not in known or f"/inputs/{position}" in stand_ins:
            return None
        composition = known[exchange.provider]
        if composition.basis is Basis.WASTE:
            out += composition.carbon_of(exchange)
        else:
            into += composition.carbon_of(exchange)
    for co_product in process.co_products:
        if co_product.product not in known:
            return None
        out += co_product.amount * known[co_product.product].carbon_kg
    gases = _carbon_of_gases(process)
    if gases is None:
        return None
    per_unit = 1 / process.reference_amount
    return Carbon(float(into * per_unit), float((out + gases) * per_unit), process.unit)


def _stand_ins(process: Process) -> frozenset[object]:
    """The members of the inputs that stand for another product; none of an imported dataset."""
    notes = process.content.get("derivations")
    if not isinstance(notes, list | tuple):
        return frozenset()
    return frozenset(note["member"] for note in notes if note.get("stands_for"))


def _carbon_of_gases(process: Process) -> Decimal | None:
    """kg of fossil carbon in what is emitted, None where a gas is known only as CO2e."""
    total = Decimal(0)
    for emission in process.emissions:
        key = emission.key
        if key.origin is Origin.BIOGENIC:
            continue
        if key.is_pseudo_flow:
            return None
        sign = -1 if key.direction is Direction.REMOVAL else 1
        total += sign * emission.amount_kg * _CARBON_OF_GAS.get(key.substance, Decimal(0))
    return total


def check_carbon(
    snapshot: InventorySnapshot, known: Mapping[str, Composition]
) -> Iterator[Finding]:
    """Every process whose fossil carbon does not balance."""
    for process in snapshot.processes:
        if process.is_fuel_combustion:
            yield from _check_burning(process, known)
            continue
        carbon = carbon_of(process, known)
        if carbon is None or carbon.gap <= TOLERANCE:
            continue
        error = InventoryError(
            "carbon-not-balanced",
            pointer(process.id),
            dataset=process.id,
            carbon_in=significant_string(carbon.into, 3),
            carbon_out=significant_string(carbon.out, 3),
            unit=process.unit,
        )
        is_said = bool(process.cut_offs) and carbon.gap <= CUT_OFFS_EXPLAIN
        severity = Severity.WARNING if is_said else Severity.BLOCKING
        yield found(severity, process.id, error, size=carbon.difference_kg)


def _check_burning(process: Process, known: Mapping[str, Composition]) -> Iterator[Finding]:
    """Whether the CO2 of a fuel burnt is that of its carbon."""
    place = pointer(process.id)
    expected = Decimal(0)
    for exchange in process.inputs:
        composition = known.get(exchange.provider)
        if composition is None:
            if exchange.unit not in IMMATERIAL:
                error = InventoryError(
                    "fuel-composition-unknown", place, fuel=exchange.provider[:80]
                )
                yield found(Severity.NOTE, process.id, error)
                return
            continue
        share = Decimal(1) if composition.oxidation is None else composition.oxidation
        expected += composition.carbon_of(exchange) * share / CARBON_IN_CO2
    emitted = sum(
        (
            e.amount_kg
            for e in process.emissions
            if e.key.substance == "CO2" and e.key.origin is not Origin.BIOGENIC
        ),
        Decimal(0),
    )
    largest = max(emitted, expected)
    gap = float(abs(emitted - expected) / largest) if largest else 0.0
    if gap > BURNING_TOLERANCE:
        error = InventoryError(
            "combustion-carbon-differs",
            place,
            dataset=process.id,
            emitted=significant_string(emitted / process.reference_amount, 4),
            expected=significant_string(expected / process.reference_amount, 4),
            unit=process.unit,
        )
        size = float(abs(emitted - expected) / process.reference_amount)
        yield found(Severity.BLOCKING, process.id, error, size=size)
