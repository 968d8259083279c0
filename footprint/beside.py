"""What stands beside a footprint: recycling credits, captured CO2, biogenic carbon in the product.

Rules (ISO 14067:2018, 6.4.6 and 6.4.9; docs/methodology.md):

* A credit is in the total, and its sum is shown apart.
* Captured CO2 is shown as a mass; whether it is netted is the method's word.
* The biogenic carbon in the product is what the lines say their materials hold, as kg C. Packaging
  is counted apart. A material that says nothing adds nothing, and where none says anything the
  result does not say zero. What a line holds that makes several products together is in all of
  them by their own carbon, which no share of a burden tells: then nothing is said.
"""

from __future__ import annotations

import math

from footprint.allocation import Allocation, is_before_split
from footprint.bom import LinePart, MaterialLine
from footprint.contribution import Impacts
from footprint.inventory import CAPTURED_CO2
from footprint.result import Beside
from footprint.system import ProductSystem


def beside(system: ProductSystem, impact: Impacts, allocation: Allocation | None = None) -> Beside:
    """Credits, captured CO2 and biogenic carbon of the whole product.

    Args:
        system: Of the product alone.
        impact: Of that system.
        allocation: The co-products its bill declares, if any.
    """
    carbon_kg = _carbon_kg(system, allocation)
    return Beside(
        credits_kg_co2e=math.fsum(
            float(impact.entries[number])
            for number, entry in enumerate(system.entries)
            if entry.part is LinePart.RECYCLING_CREDIT
        ),
        captured_co2_kg=math.fsum(
            flow.mass_kg for flow in system.flows if flow.key.substance == CAPTURED_CO2
        ),
        biogenic_carbon_kg=_sum(carbon_kg[False]),
        packaging_biogenic_carbon_kg=_sum(carbon_kg[True]),
    )


def _carbon_kg(
    system: ProductSystem, allocation: Allocation | None
) -> dict[bool, list[float] | None]:
    """kg C of every line that states it, those of packaging apart; None where it is shared."""
    stated: dict[bool, list[float]] = {False: [], True: []}
    is_shared = False
    owners = {own.line: own.product for own in allocation.own_lines} if allocation else {}
    for occurrence in system.lines:
        line = occurrence.line
        if isinstance(line, MaterialLine) and line.biogenic_carbon is not None:
            owner = owners.get((occurrence.assembly, line.ref))
            if owner:
                continue  # of a co-product
            if allocation and owner is None and is_before_split(line):
                is_shared = True
            carbon = occurrence.held_count * line.quantity.amount * line.biogenic_carbon
            stated[line.is_packaging].append(float(carbon))
    return {False: None if is_shared else stated[False], True: stated[True]}


def _sum(stated: list[float] | None) -> float | None:
    """None where no line states any, or it cannot be told whose it is."""
    return math.fsum(stated) if stated else None
