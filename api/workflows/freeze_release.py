"""Freezes an inventory release: what passes the checks becomes files by their hash.

The reviews that people decided on exactly these contents are applied first. Snapshot, intensity
table, its index, the sampled tables, the structure, the report of the checks and the applied
reviews are kept. A snapshot with blocking findings is refused as a whole, with all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from api.context import Context
from api.idempotency import Once, claim, keep
from api.sampling import Sampler, sample
from api.solving import solve
from footprint.intensities import IntensityTable
from footprint.inventory import DatasetSource, InventorySnapshot
from footprint.sampled_tables import table_bytes
from footprint.structure import ReleaseStructure
from labels.access import Scope
from lca_db.inventory.checks.run import CheckTables, Report, read_check_tables, run_checks
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.reviewing import (
    AppliedReview,
    decided_reviews,
    reviewed_snapshot,
    reviews_bytes,
)
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
    sources: Mapping[str, DatasetSource] | None = None,
    judge: Judge | None = None,
    sampler: Sampler = sample,
    import_ids: Sequence[str] = (),
    once: Once[Release] | None = None,
    scope: Scope = _ITSELF,
) -> Release:
    """Checks and solves the snapshot, its reviews applied, once; the same one is frozen once.

    Args:
        context: The instance.
        snapshot: What to freeze, as its files say it.
        note: What is new in it.
        solver: Where the table comes from; solved here and now by default.
        tables: What the checks know beside the snapshot; the shipped tables by default.
        sources: What the figures rest on, which limits the reviews; the shipped sources by default.
        judge: Checks and solves in one, instead of these two (in the child).
        sampler: Where the sampled tables come from; drawn here and now by default.
        import_ids: The imports whose datasets are in the snapshot.
        once: The key it is frozen under.
        scope: Of who sent the key.

    Raises:
        InventoryError, FootprintErrors: What blocks, or a status that no evidence allows.
    """
    reviews = _decided(context, snapshot)
    known = shipped_sources() if sources is None else sources
    snapshot = reviewed_snapshot(snapshot, reviews, known)
    if (existing := _frozen_already(context, snapshot.sha256(), import_ids)) is not None:
        return _answered(context, existing, once, scope)
    report, table = _judged(
        judge or (lambda asked: run_checks(asked, solver, tables or read_check_tables())), snapshot
    )
    release = Release(
        id=context.ids("rel"),
        snapshot_sha256=context.files.put(snapshot.canonical_bytes()),
        table_sha256=context.files.put(table.value_bytes()),
        index_sha256=context.files.put(table.index_bytes()),
        findings_sha256=context.files.put(report.canonical_bytes()),
        reviews_sha256=context.files.put(reviews_bytes(reviews)),
        sampling_sha256=_kept_draws(context, sampler, snapshot, table),
        structure_sha256=_kept_structure(context, snapshot),
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


def _judged(judge: Judge, snapshot: InventorySnapshot) -> tuple[Report, IntensityTable]:
    """The report of the checks and the table, where nothing blocks."""
    report, table = judge(snapshot)
    if table is None or report.blocking:
        raise report.refusal()
    return report, table


def _kept_structure(context: Context, snapshot: InventorySnapshot) -> str:
    """The hash of who makes what, once it lies in the file store."""
    return context.files.put(ReleaseStructure.of(snapshot).to_bytes())


def _kept_draws(
    context: Context, sampler: Sampler, snapshot: InventorySnapshot, table: IntensityTable
) -> str | None:
    """The hash of the index of the draws, once the sampled tables lie in the file store."""
    sampled = sampler(snapshot, table, context.settings.sampling_draws)
    if sampled is None:
        return None
    for values in sampled.values.values():
        context.files.put(table_bytes(values))
    return context.files.put(sampled.index_bytes())


def _decided(context: Context, snapshot: InventorySnapshot) -> tuple[AppliedReview, ...]:
    """The reviews of live accounts that were decided on the contents of the snapshot."""
    scope = Scope.everything("freeze release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        events = uow.dataset_reviews.list_by_content()
    return decided_reviews(snapshot, events)


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


def _frozen_already(
    context: Context, snapshot_sha256: str, import_ids: Sequence[str]
) -> Release | None:
    """The current release where it holds the same, and under the same terms."""
    with UnitOfWork(context.engine, _ITSELF, read_only=True) as uow:
        current = uow.inventory.current_release()
        if current is None or current.snapshot_sha256 != snapshot_sha256:
            return None
        terms = {uow.inventory_imports.get(i).terms for i in import_ids}
        held = {each.terms for each in uow.inventory_imports.list_of_release(current.id)}
    return current if terms == held else None
