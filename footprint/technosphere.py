"""What the matrices of a snapshot hold: one activity per product, and the emission keys.

Rules: products are sorted by id; a process with co-products is one activity for each of them, which
carries its allocated share of every exchange.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from footprint.inventory import EmissionKey, InventorySnapshot, Process


@dataclass(frozen=True)
class Activity:
    """One column of the technosphere: a product with its allocated share of a process."""

    product: str
    amount: Decimal
    unit: str
    share: Decimal
    process: Process


def activities(snapshot: InventorySnapshot) -> list[Activity]:
    """One activity per product, sorted by product; co-products carry their share."""
    columns = []
    for process in snapshot.processes:
        columns.append(
            Activity(
                process.id,
                process.reference_amount,
                process.unit,
                process.reference_share,
                process,
            )
        )
        columns += [
            Activity(co.product, co.amount, co.unit, co.share, process)
            for co in process.co_products
        ]
    return sorted(columns, key=lambda activity: activity.product)


def emission_keys(snapshot: InventorySnapshot) -> tuple[EmissionKey, ...]:
    """Every emission key the snapshot uses, sorted."""
    return tuple(sorted({e.key for p in snapshot.processes for e in p.emissions}))
