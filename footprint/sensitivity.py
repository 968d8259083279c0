"""What another choice of a dataset would make of the total: one parameter at a time.

Which datasets are the same product by another choice (a smelter on coal or hydropower in the place
of the grid average) is said by the inventory (``Process.alternatives``). All lines that take the
dataset are swapped together; everything else stays (ISO 14067:2018, 6.6: sensitivity of choices).
"""

from __future__ import annotations

import numpy as np

from footprint.contribution import counted_intensities
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.result import Sensitivity
from footprint.system import ProductSystem


def sensitivities(
    system: ProductSystem,
    table: IntensityTable,
    method: MethodProfile,
    basis: UptakeBasis,
    total_kg_co2e: float,
) -> tuple[Sensitivity, ...]:
    """The total with each alternative of each dataset of the bill, in the order of the release."""
    amounts: dict[int, float] = {}
    for demand in system.demands:
        if demand.row in table.with_alternatives:
            amounts[demand.row] = amounts.get(demand.row, 0.0) + demand.amount
    if not amounts:
        return ()
    factors = method.factors(table.keys, basis)
    counted = counted_intensities(table, method)

    def kg_co2e_per_unit(row: int) -> float:
        return float(np.sum(np.asarray(counted[row], dtype=np.float64) * factors))

    def swapped(row: int, alternative: str) -> Sensitivity:
        per_unit = kg_co2e_per_unit(table.row(alternative)) - kg_co2e_per_unit(row)
        change = amounts[row] * per_unit
        return Sensitivity(
            dataset=table.products[row].id,
            alternative=alternative,
            total_kg_co2e=total_kg_co2e + change,
            change_kg_co2e=change,
        )

    return tuple(
        swapped(row, alternative)
        for row in sorted(amounts)
        for alternative in table.products[row].alternatives
        if amounts[row]
    )
