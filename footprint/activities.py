"""An inventory as columns of plain numbers: one activity for each product, with its share.

What both the solver and the emitters of a study build their matrices from; nothing here imports
Brightway.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from footprint.inventory import EmissionKey, InventorySnapshot, Process
from footprint.quantities import conversion_factor

Entries = list[tuple[int, int, float]]
"""Row, column, value; entries of the same place add up."""


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


def technosphere_entries(columns: list[Activity]) -> Entries:
    """What each activity makes, and with a minus what it takes, in the units of the products."""
    rows = {activity.product: row for row, activity in enumerate(columns)}
    units = {activity.product: activity.unit for activity in columns}
    entries: Entries = []
    for column, activity in enumerate(columns):
        entries.append((column, column, float(activity.amount)))
        for exchange in activity.process.inputs:
            factor = conversion_factor(exchange.unit, units[exchange.provider])
            amount = float(exchange.amount * factor * activity.share)
            entries.append((rows[exchange.provider], column, -amount))
    return entries


def elementary_entries(columns: list[Activity], keys: tuple[EmissionKey, ...]) -> Entries:
    """kg of each key that each activity emits or takes up itself."""
    rows = {key: row for row, key in enumerate(keys)}
    return [
        (rows[emission.key], column, float(emission.amount_kg * activity.share))
        for column, activity in enumerate(columns)
        for emission in activity.process.emissions
    ]
