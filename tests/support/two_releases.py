"""A second release beside the shipped one: one dataset heavier, one renewed, one left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from api.workflows.calculate_footprint import current_release
from api.workflows.freeze_release import freeze_release
from footprint.inventory import InventorySnapshot
from lca_db.inventory.reference_files import load_reference
from tests.support.instance import Instance

HEAVIER = "natural-gas-burned-cn"
RENAMED = "ceramic-tile-cn"
LEFT_OUT = "pv-module-cis-cn"


@dataclass(frozen=True)
class TwoReleases:
    """Ids, the older one first."""

    first: str
    second: str


def changed(snapshot: InventorySnapshot) -> InventorySnapshot:
    """Too little of a change for the gates to find anything."""
    processes = []
    for process in snapshot.processes:
        if process.id == HEAVIER:
            first, *rest = process.emissions
            more = replace(first, amount_kg=first.amount_kg * Decimal("1.001"))
            processes.append(replace(process, emissions=(more, *rest)))
        elif process.id == RENAMED:
            content = {**process.content, "comment": "Seen again."}
            processes.append(replace(process, content=content))
        elif process.id != LEFT_OUT:
            processes.append(process)
    return InventorySnapshot.of(processes)


def freeze_second(instance: Instance) -> TwoReleases:
    """The shipped release and the changed one, now the current one."""
    first = current_release(instance.context).id
    shipped, _ = load_reference()
    second = freeze_release(instance.context, changed(shipped), "natural gas looked at again")
    return TwoReleases(first, second.id)
