"""Compares two releases: by dataset, and by product, how far every stored study would move.

A study moves where its own bill, calculated on the newer release, gives another total. A bill that
the newer release can no longer calculate is told with the reason; nothing is stored. What differs
by dataset is for everybody; of the studies everybody sees those of the own organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from api.context import Context
from api.inventory_views import ReleaseDiff, StudyMove, StudyMoves
from api.schemas.bom import BomIn
from api.security.policy import Action, require
from api.solving import METHOD
from api.strict_json import strict_loads
from api.workflows.calculate_footprint import (
    ExactBom,
    exact_bom,
    open_snapshot,
    open_table,
)
from api.workflows.search_datasets import find_release
from footprint.calculate import calculate
from footprint.errors import FootprintError, FootprintErrors
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import MethodProfile, method_profile
from labels.access import Actor, Scope
from labels.errors import LabelError
from lca_db.inventory.release_diff import DatasetChange, diff
from lca_db.records.studies.values import StudySummary
from lca_db.unit_of_work import UnitOfWork

MOST_PRODUCTS = 500
_STUDIES_AT_A_TIME = 200
_DIFFS_KEPT = 16


def compare_releases(
    context: Context, before_id: str, after_id: str
) -> tuple[tuple[DatasetChange, ...], tuple[StudyMove, ...]]:
    """What differs between two frozen releases, and the products of everybody that would move.

    Raises:
        NotFound: There is no such release here.
        InventoryError: ``snapshot-altered``.
    """
    found = compare_datasets(context, before_id, after_id)
    tables = open_table(context, found.before), open_table(context, found.after)
    moves: list[StudyMove] = []
    for is_test in (False, True):
        scope = Scope.everything("compare releases", is_test=is_test)
        moves += filter(None, (_move(*s, *tables) for s in _newest_studies(context, scope)))
    return found.changes, tuple(moves)


def compare_datasets(context: Context, before_id: str, after_id: str) -> ReleaseDiff:
    """What differs between two frozen releases by dataset; found once and kept.

    Raises:
        NotFound: There is no such release here.
        InventoryError: ``snapshot-altered``.
    """
    before, after = find_release(context, before_id), find_release(context, after_id)
    key = before.id, after.id
    if key not in context.diffs:
        sides = [(open_snapshot(context, r), open_table(context, r)) for r in (before, after)]
        changes = diff(sides[0], sides[1], method_profile(METHOD))
        for oldest in list(context.diffs)[: 1 - _DIFFS_KEPT]:
            context.diffs.pop(oldest, None)
        context.diffs[key] = ReleaseDiff(before=before, after=after, changes=changes)
    return context.diffs[key]


def compare_studies(context: Context, actor: Actor, before_id: str, after_id: str) -> StudyMoves:
    """How far the newest study of every product of the actor's organisation would move.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such release here.
    """
    require(actor, Action.READ_STUDIES)
    before, after = find_release(context, before_id), find_release(context, after_id)
    tables = open_table(context, before), open_table(context, after)
    scope = Scope.of(actor)
    studies = list(islice(_newest_studies(context, scope), MOST_PRODUCTS + 1))
    looked_at = studies[:MOST_PRODUCTS]
    moves = tuple(filter(None, (_move(*study, *tables) for study in looked_at)))
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        names = {m.product_id: uow.products.get(m.product_id).names for m in moves}
    return StudyMoves(
        moves=moves,
        names=names,
        examined=len(looked_at),
        is_cut=len(studies) > len(looked_at),
    )


def read_release_snapshot(context: Context, release_id: str) -> InventorySnapshot:
    """The snapshot of a release, its hash checked."""
    return open_snapshot(context, find_release(context, release_id))


def _move(
    summary: StudySummary, bom_bytes: bytes, before: IntensityTable, after: IntensityTable
) -> StudyMove | None:
    """How far a study moves; None where it does not."""
    document = BomIn.model_validate(strict_loads(bom_bytes))
    (first, _), (second, reason) = _totals(document, before, after)
    if first == second and not reason:
        return None
    return StudyMove(
        study_id=summary.id,
        product_id=summary.product_id,
        before=first,
        after=second,
        reason=reason,
    )


def _newest_studies(context: Context, scope: Scope) -> Iterator[tuple[StudySummary, bytes]]:
    """The newest study of every product within a scope, with its bill."""
    seen: set[str] = set()
    after = None
    while True:
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            page = uow.studies.list_(after=after, limit=_STUDIES_AT_A_TIME)
            newest = []
            for study in page.items:  # newest first
                if study.product_id not in seen:
                    seen.add(study.product_id)
                    newest.append((study, uow.studies.bom_of(study.id)))
        yield from newest
        if page.next_after is None:
            break
        after = page.next_after


def _totals(
    document: BomIn, before: IntensityTable, after: IntensityTable
) -> tuple[tuple[float | None, str], tuple[float | None, str]]:
    """The total, or the reason against it, on both; a bill that is refused today has neither."""
    try:
        exact = exact_bom(document)
    except (FootprintError, LabelError) as fault:
        return (None, fault.code), (None, fault.code)
    method = method_profile(document.method, document.gwp_set or "")
    return _total(exact, method, before), _total(exact, method, after)


def _total(
    exact: ExactBom, method: MethodProfile, table: IntensityTable
) -> tuple[float | None, str]:
    try:
        result = calculate(exact.bom, table, method, bom_sha256=exact.sha256)
    except FootprintErrors as faults:
        return None, ", ".join(sorted({fault.code for fault in faults.errors}))
    except FootprintError as fault:
        return None, fault.code
    return result.total_kg_co2e, ""
