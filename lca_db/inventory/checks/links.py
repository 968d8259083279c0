"""What an inventory links to: refusals of the snapshot as findings, and datasets without any link.

A missing provider or alternative, a wrong dimension and a product supplied twice are refused where
a snapshot is made (:class:`footprint.inventory.InventorySnapshot`); here they become findings.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import FootprintError, FootprintErrors, InventoryError, pointer
from footprint.inventory import DatasetKind, InventorySnapshot
from lca_db.inventory.checks.finding import Finding, Severity, found


def refusals(error: FootprintError) -> Iterator[Finding]:
    """What refused an inventory as blocking findings, one for each fault."""
    for fault in error.errors if isinstance(error, FootprintErrors) else (error,):
        yield Finding(
            code=fault.code,
            severity=Severity.BLOCKING,
            dataset=fault.parameters.get("dataset", ""),
            place=fault.place,
            parameters=fault.parameters,
        )


def check_links(snapshot: InventorySnapshot) -> Iterator[Finding]:
    """Unit processes that link to nothing, emit nothing and say of nothing that it is left out."""
    for process in snapshot.processes:
        is_empty = not (process.inputs or process.emissions or process.cut_offs)
        if is_empty and process.kind is DatasetKind.UNIT_PROCESS:
            place = pointer(process.id)
            error = InventoryError("dataset-without-exchanges", place, dataset=process.id)
            yield found(Severity.WARNING, process.id, error)
