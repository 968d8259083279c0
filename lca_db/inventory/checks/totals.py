"""Negative totals: a product takes greenhouse gases out of the air only where a credit says so.

A total without biogenic carbon below zero needs an avoided product (``is_credit``) somewhere in its
supply chain. With one it is a warning for the reviewer, without one it blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from footprint.errors import InventoryError, pointer
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import UptakeBasis, method_profile
from footprint.quantities import significant_string
from lca_db.inventory.checks.finding import Finding, Severity, found

METHOD = "gbt24067-2024"
LEAST_KG = 1e-9


def totals_of(table: IntensityTable) -> NDArray[np.float64]:
    """kg CO2e per unit of every product, without biogenic uptake and release."""
    factors = method_profile(METHOD).factors(table.keys, UptakeBasis.EXCLUDING)
    result: NDArray[np.float64] = table.intensities @ factors
    return result


def check_totals(snapshot: InventorySnapshot, table: IntensityTable) -> Iterator[Finding]:
    """Every product whose total is below zero."""
    totals = totals_of(table)
    makers = {p.id: p for p in snapshot.processes}
    makers |= {c.product: p for p in snapshot.processes for c in p.co_products}
    for row in np.flatnonzero(totals < -LEAST_KG):
        product = table.products[int(row)]
        has_credit = _has_credit(product.id, makers)
        total = significant_string(float(totals[row]), 3)
        place = pointer(product.id)
        if has_credit:
            error = InventoryError("total-negative-by-credit", place, total=total)
        else:
            error = InventoryError("total-negative-without-credit", place, total=total)
        severity = Severity.WARNING if has_credit else Severity.BLOCKING
        yield found(severity, product.id, error)


def _has_credit(product: str, makers: Mapping[str, Process]) -> bool:
    """Whether an avoided product stands anywhere in the supply chain."""
    waiting, seen = [product], {product}
    while waiting:
        for exchange in makers[waiting.pop()].inputs:
            if exchange.is_credit:
                return True
            if exchange.provider not in seen:
                seen.add(exchange.provider)
                waiting.append(exchange.provider)
    return False
