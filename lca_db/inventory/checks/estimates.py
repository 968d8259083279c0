"""Cut-offs: how much of a product's total is the importer's estimate of what has no supplier.

Rules:

* Looked at is all that flows through a product: the estimates of its own dataset and of all that
  supply it, as the import wrote them into ``content`` (``imported.estimate_kg_co2e``), credits
  subtracted.
* More than a quarter of the total, without biogenic carbon, is a warning: the figure says more of
  the estimate than of the product. So is an estimate in a total that is not above zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, identity

from footprint.errors import InventoryError, pointer
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.linear import solved
from footprint.quantities import significant_string
from lca_db.inventory.checks.finding import Finding, Severity, found
from lca_db.inventory.checks.matrix import requirements
from lca_db.inventory.checks.totals import LEAST_KG, totals_of

MOST_ESTIMATED = 0.25


def check_estimates(snapshot: InventorySnapshot, table: IntensityTable) -> Iterator[Finding]:
    """Every product whose total is an estimate for more than a quarter."""
    own = dict(_own_estimates(snapshot))
    if not own:
        return
    totals = dict(zip((entry.id for entry in table.products), totals_of(table), strict=True))
    units = snapshot.product_units()
    for product, estimate in _cumulative(snapshot, own):
        total = float(totals[product])
        if estimate <= LEAST_KG or estimate <= MOST_ESTIMATED * total:
            continue
        error = InventoryError(
            "cut-offs-estimated",
            pointer(product),
            dataset=product,
            estimate=significant_string(estimate, 3),
            total=significant_string(total, 3),
            unit=units[product],
        )
        yield found(Severity.WARNING, product, error)


def _own_estimates(snapshot: InventorySnapshot) -> Iterator[tuple[str, float]]:
    """kg CO2e per unit of every product that its own dataset estimates."""
    for process in snapshot.processes:
        estimate = _estimate_of(process)
        if estimate:
            share = estimate * process.reference_share / process.reference_amount
            yield process.id, float(share)
            for product in process.co_products:
                yield product.product, float(estimate * product.share / product.amount)


def _estimate_of(process: Process) -> Decimal:
    """kg CO2e per reference amount; datasets that were not imported have none."""
    imported = cast("Mapping[str, str]", process.content.get("imported", {}))
    return Decimal(imported.get("estimate_kg_co2e", "0"))


def _cumulative(
    snapshot: InventorySnapshot, own: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """The same with all that supplies a product: what it takes times what that holds."""
    whole = requirements(snapshot)
    emitted: NDArray[np.float64] = np.array([[own.get(product, 0.0)] for product in whole.products])
    system = csc_matrix((identity(len(whole.products)) - whole.matrix).T)
    values = solved(system, emitted).values[:, 0]
    return zip(whole.products, map(float, values), strict=True)
