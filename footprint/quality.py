"""What the figures rest on: primary data share, draft share, share that cannot be switched.

All shares are of the sum of absolute impacts, so that credits do not hide what carries a result.
Rules (PACT methodology 3; docs/methodology): an entry is primary when its activity was measured
and its emission was measured, calculated from fuel burnt, or comes from a verified supplier
footprint (times that footprint's own share). A design weight times a database factor is not, nor is
the supply of a fuel: only its burning is calculated from the fuel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from footprint.bom import ActivityOrigin
from footprint.contribution import Impacts
from footprint.intensities import IntensityTable
from footprint.system import DirectFlow, ProductSystem


def primary_parts(
    system: ProductSystem, table: IntensityTable, impact: Impacts
) -> NDArray[np.float64]:
    """The part of every entry that is primary data, kgCO2e; demands first, then direct flows.

    Of a fuel burnt that is what its emissions by gas make up. Its supply is another's data, and is
    known as CO2e only; what of a supply is known by gas is counted with the burning.
    """
    burnt = impact.by_gas_entries[: len(system.demands)].copy()
    for i, demand in enumerate(system.demands):
        is_fuel = table.products[demand.row].is_fuel_combustion
        if not (is_fuel and _is_measured(system, demand.line_index)):
            burnt[i] = 0.0
    shares = np.array([_flow_share(system, flow) for flow in system.flows], dtype=np.float64)
    return np.concatenate([burnt, impact.entries[len(system.demands) :] * shares])


def _is_measured(system: ProductSystem, line_index: int) -> bool:
    return system.lines[line_index].line.activity_origin is ActivityOrigin.MEASURED


def _flow_share(system: ProductSystem, flow: DirectFlow) -> float:
    if not _is_measured(system, flow.line_index):
        return 0.0
    if flow.supplier is None:
        return 1.0
    return float(flow.supplier.primary_share) if flow.supplier.is_verified else 0.0


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
