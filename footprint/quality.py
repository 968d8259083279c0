"""What the figures rest on: primary data share, draft share, share that cannot be switched.

All shares are of the sum of absolute impacts, so that credits do not hide what carries a result.
Rules (PACT methodology 3; docs/methodology): an entry is primary when its activity was measured
and its emission was measured, calculated from fuel burnt, or comes from a verified supplier
footprint (times that footprint's own share). A design weight times a database factor is not, nor is
the supply of a fuel: only its burning is calculated from the fuel. A supplier footprint counts as
verified only where the line says how that can be checked (:class:`SupplierVerification`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from footprint.bom import ActivityOrigin
from footprint.contribution import Impacts
from footprint.lines import LinePart
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem


def primary_parts(system: ProductSystem, impact: Impacts) -> NDArray[np.float64]:
    """The part of every entry that is primary data, kgCO2e; demands first, then direct flows."""
    parts = np.zeros(len(impact.entries))
    lines = system.lines
    is_measured = [each.line.activity_origin is ActivityOrigin.MEASURED for each in lines]
    for number, entry in enumerate(system.entries):
        # How much of a line was lost is a rate, not a reading.
        if is_measured[entry.line_index] and entry.part is LinePart.LINE:
            whole, burnt = float(impact.entries[number]), float(impact.burnt[number])
            parts[number] = _primary_part(entry, whole, burnt)
    return parts


def _primary_part(entry: BackgroundDemand | DirectFlow, whole: float, burnt: float) -> float:
    """What was emitted where the fuel is burnt, the gas stated, or the supplier's own share."""
    if isinstance(entry, BackgroundDemand):
        return burnt
    return whole if entry.supplier is None else whole * float(entry.supplier.counted_primary_share)


def share_of_impact(parts: NDArray[np.float64], impact: Impacts) -> float:
    """Sum of |parts| over sum of |entries|; 0 where there is no impact at all."""
    whole = float(np.abs(impact.entries).sum())
    return float(np.abs(parts).sum()) / whole if whole else 0.0


def unswitchable_share(impact: Impacts) -> float:
    """The share of |impact| known only as CO2e, which no other GWP set can change."""
    is_pseudo = np.array([key.is_pseudo_flow for key in impact.keys], dtype=bool)
    by_key = np.abs(impact.masses_kg * impact.factors)
    whole = float(by_key.sum())
    return float(by_key[is_pseudo].sum()) / whole if whole else 0.0
