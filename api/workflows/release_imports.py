"""Freezes a release of the shipped inventory with the datasets of imports, or says what blocks it.

Checks and solving run in the spawned child, whoever asks. The gates are those of every release.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from api.child.inventory import checked_snapshot
from api.child.process import ChildFailed, ChildLimits, ChildTask, run_in_child
from api.child.sampling import sampled_snapshot, sampling_request
from api.context import Context
from api.idempotency import Once
from api.problems import Problem
from api.security.policy import Action, require
from api.views import FrozenRelease
from api.workflows.combine_imports import combine_imports
from api.workflows.freeze_release import freeze_release
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.sampled_tables import SampledTables
from labels.access import Actor, Scope
from labels.errors import NotAllowed
from lca_db.inventory.checks.finding import Finding, Severity
from lca_db.inventory.checks.run import Report, read_report
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork

LIMITS = ChildLimits(memory_bytes=4_000_000_000, cpu_seconds=240, wall_seconds=300)


def release_imports(
    context: Context,
    actor: Actor,
    import_ids: Sequence[str],
    note: str,
    once: Once[FrozenRelease] | None = None,
) -> FrozenRelease:
    """The frozen release; the same inventory again is the release that is there.

    Raises:
        NotAllowed: ``role-missing``, or ``test-and-live-mixed`` for a test account.
        NotFound: An import that is none.
        InventoryError: ``import-ids-clash``, or every finding that blocks.
        Problem: 503 ``check-not-finished``.
    """
    require(actor, Action.KEEP_INVENTORY)
    if actor.is_test:  # every footprint, live ones too, is calculated on the newest release
        raise NotAllowed("test-and-live-mixed")
    if once is not None:
        with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
            once.look(uow)
    asked = tuple(dict.fromkeys(import_ids))

    def shown(release: Release) -> FrozenRelease:
        return _frozen(context, release, asked)

    release = freeze_release(
        context,
        combine_imports(context, asked),
        note,
        judge=_judged,
        sampler=_sampled,
        import_ids=asked,
        once=_of_release(once, shown),
        scope=Scope.of(actor),
    )
    return shown(release)


def check_imports(context: Context, actor: Actor, import_ids: Sequence[str]) -> Report:
    """What the gates would find in such a release, of the imports first; nothing is frozen.

    Raises:
        NotAllowed, NotFound, InventoryError, Problem: As :func:`release_imports`, but findings
            that block are in the report.
    """
    require(actor, Action.KEEP_INVENTORY)
    report, _ = _judged(combine_imports(context, import_ids))
    shipped = {process.id for process in load_reference()[0].processes}
    order = list(Severity)

    def place(finding: Finding) -> tuple[int, bool]:
        return order.index(finding.severity), finding.dataset in shipped

    return replace(report, findings=tuple(sorted(report.findings, key=place)))


def would_be_public(context: Context, actor: Actor, import_ids: Sequence[str]) -> bool:
    """Whether a release with these imports could be read by anybody.

    Raises:
        NotAllowed, NotFound: As :func:`release_imports`.
    """
    require(actor, Action.KEEP_INVENTORY)
    scope = Scope.everything("read imports")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        return all(uow.inventory_imports.get(each).terms.is_publishable for each in import_ids)


def _frozen(context: Context, release: Release, asked: tuple[str, ...]) -> FrozenRelease:
    """The release with its findings; what was asked for is what a release not yet written holds."""
    report = read_report(context.files.get(release.findings_sha256))
    scope = Scope.everything("read release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        return FrozenRelease(release, report, uow.inventory_imports.of_release(release.id) or asked)


def _of_release(
    once: Once[FrozenRelease] | None, shown: Callable[[Release], FrozenRelease]
) -> Once[Release] | None:
    """The same key for who only knows the release."""
    if once is None:
        return None
    render = once.render
    return Once(
        key=once.key,
        route=once.route,
        request_sha256=once.request_sha256,
        status=once.status,
        render=lambda release: render(shown(release)),
    )


def _judged(snapshot: InventorySnapshot) -> tuple[Report, IntensityTable | None]:
    content = snapshot.canonical_bytes()
    try:
        return checked_snapshot(run_in_child(ChildTask.CHECK_SNAPSHOT, content, LIMITS))
    except ChildFailed:
        raise Problem(503, "check-not-finished", headers={"Retry-After": "60"}) from None


def _sampled(
    snapshot: InventorySnapshot, table: IntensityTable, draws: int
) -> SampledTables | None:
    """Drawn in the child; where it cannot be finished, the release is frozen as not assessed."""
    if not draws:
        return None
    request = sampling_request(snapshot, table, draws)
    try:
        return sampled_snapshot(run_in_child(ChildTask.SAMPLE_SNAPSHOT, request, LIMITS))
    except ChildFailed:
        return None
