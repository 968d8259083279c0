"""What stands beside a footprint: recycling credits, captured CO2, biogenic carbon in the product.

Rules (ISO 14067:2018, 6.4.6 and 6.4.9; docs/methodology.md):

* A credit is in the total, and its sum is shown apart.
* Captured CO2 is shown as a mass; whether it is netted is the method's word.
* The biogenic carbon in the product is what the lines say their materials hold, as kg C. Packaging
  is counted apart. A material that says nothing adds nothing, and where none says anything the
  result does not say zero.
"""

from __future__ import annotations

import math

from footprint.bom import LinePart, MaterialLine
from footprint.contribution import Impacts
from footprint.inventory import CAPTURED_CO2
from footprint.result import Beside
from footprint.system import ProductSystem


def beside(system: ProductSystem, impact: Impacts) -> Beside:
    """Credits, captured CO2 and biogenic carbon of the whole product."""
    carbon_kg = _carbon_kg(system)
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


def _carbon_kg(system: ProductSystem) -> dict[bool, list[float]]:
    """kg C of every line that states it, those of packaging apart."""
    stated: dict[bool, list[float]] = {False: [], True: []}
    for occurrence in system.lines:
        line = occurrence.line
        if isinstance(line, MaterialLine) and line.biogenic_carbon is not None:
            carbon = occurrence.held_count * line.quantity.amount * line.biogenic_carbon
            stated[line.is_packaging].append(float(carbon))
    return stated


def _sum(stated: list[float]) -> float | None:
    """None where no line states any."""
    return math.fsum(stated) if stated else None
