"""Freezes an inventory release: what passes the checks becomes files by their hash.

Snapshot, intensity table, its index and the report of the checks are kept. A snapshot with blocking
findings is refused as a whole, with all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.context import Context
from api.idempotency import Once, claim, keep
from api.solving import solve
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from labels.access import Scope
from lca_db.inventory.checks.run import CheckTables, Report, read_check_tables, run_checks
from lca_db.inventory.values import Release, dataset_entry
from lca_db.unit_of_work import UnitOfWork

Solver = Callable[[InventorySnapshot], IntensityTable]
_ITSELF = Scope.everything("freeze release")
Judge = Callable[[InventorySnapshot], tuple[Report, IntensityTable | None]]


def freeze_release(
    context: Context,
    snapshot: InventorySnapshot,
    note: str,
    solver: Solver = solve,
    tables: CheckTables | None = None,
    *,
    judge: Judge | None = None,
    import_ids: Sequence[str] = (),
    once: Once[Release] | None = None,
    scope: Scope = _ITSELF,
) -> Release:
    """Checks and solves the snapshot once and records the release; the same one is frozen once.

    Args:
        context: The instance.
        snapshot: What to freeze.
        note: What is new in it.
        solver: Where the table comes from; solved here and now by default.
        tables: What the checks know beside the snapshot; the shipped tables by default.
        judge: Checks and solves in one, instead of these two (in the child).
        import_ids: The imports whose datasets are in the snapshot.
        once: The key it is frozen under.
        scope: Of who sent the key.

    Raises:
        InventoryError: The blocking finding, or FootprintErrors with several of them.
    """
    existing = _frozen_already(context, snapshot.sha256())
    if existing is not None:
        return _answered(context, existing, once, scope)
    judge = judge or (lambda asked: run_checks(asked, solver, tables or read_check_tables()))
    report, table = judge(snapshot)
    if table is None or report.blocking:
        raise report.refusal()
    release = Release(
        id=context.ids("rel"),
        snapshot_sha256=context.files.put(snapshot.canonical_bytes()),
        table_sha256=context.files.put(table.value_bytes()),
        index_sha256=context.files.put(table.index_bytes()),
        findings_sha256=context.files.put(report.canonical_bytes()),
        dataset_count=len(snapshot.processes),
        note=note,
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, scope) as uow:
        claim(once, uow, release.created_at)
        uow.inventory.add_release(release, (dataset_entry(p) for p in snapshot.processes))
        uow.inventory_imports.put_in_release(release.id, import_ids)
        keep(once, uow, release)
        uow.commit()
    return release


def _answered(
    context: Context, release: Release, once: Once[Release] | None, scope: Scope
) -> Release:
    """The release that is there already, its answer kept for the key that was sent."""
    if once is not None:
        with UnitOfWork(context.engine, scope) as uow:
            claim(once, uow, context.now())
            keep(once, uow, release)
            uow.commit()
    return release


def _frozen_already(context: Context, snapshot_sha256: str) -> Release | None:
    with UnitOfWork(context.engine, _ITSELF, read_only=True) as uow:
        current = uow.inventory.current_release()
    is_same = current is not None and current.snapshot_sha256 == snapshot_sha256
    return current if is_same else None
