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
    return Beside(
        credits_kg_co2e=math.fsum(
            float(impact.entries[number])
            for number, entry in enumerate(system.entries)
            if entry.part is LinePart.RECYCLING_CREDIT
        ),
        captured_co2_kg=math.fsum(
            flow.mass_kg for flow in system.flows if flow.key.substance == CAPTURED_CO2
        ),
        biogenic_carbon_kg=_carbon_kg(system, is_packaging=False),
        packaging_biogenic_carbon_kg=_carbon_kg(system, is_packaging=True),
    )


def _carbon_kg(system: ProductSystem, *, is_packaging: bool) -> float | None:
    """kg C that the lines state; None where no line states any."""
    stated = [
        float(occurrence.held_count * line.quantity.amount * line.biogenic_carbon)
        for occurrence in system.lines
        if isinstance(line := occurrence.line, MaterialLine)
        and line.biogenic_carbon is not None
        and line.is_packaging is is_packaging
    ]
    return math.fsum(stated) if stated else None
