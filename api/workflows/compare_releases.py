"""Compares two releases: by dataset, and by product, how far every stored study would move.

A study moves where its own bill, calculated on the newer release, gives another total. A bill that
the newer release can no longer calculate is told with the reason; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.context import Context
from api.schemas.bom import BomIn
from api.solving import METHOD
from api.strict_json import strict_loads
from api.workflows.calculate_footprint import ExactBom, exact_bom, open_table
from footprint.calculate import calculate
from footprint.errors import FootprintError, FootprintErrors
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import MethodProfile, method_profile
from labels.access import Scope
from labels.errors import LabelError
from lca_db.inventory.release_diff import DatasetChange, diff, relative_change
from lca_db.inventory.snapshots import read_snapshot
from lca_db.inventory.values import Release
from lca_db.records.studies.values import StudySummary
from lca_db.unit_of_work import UnitOfWork

_STUDIES_AT_A_TIME = 200


@dataclass(frozen=True, kw_only=True)
class StudyMove:
    """The newest study of a product on both releases.

    Attributes:
        before, after: kgCO2e per unit; None where the release cannot calculate the bill.
        reason: Codes of what stood in the way, "" where nothing did.
    """

    study_id: str
    product_id: str
    before: float | None
    after: float | None
    reason: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "study": self.study_id,
            "product": self.product_id,
            "before_kg_co2e": self.before,
            "after_kg_co2e": self.after,
            "relative": relative_change(self.before, self.after),
            "reason": self.reason,
        }


def compare_releases(
    context: Context, before_id: str, after_id: str
) -> tuple[tuple[DatasetChange, ...], tuple[StudyMove, ...]]:
    """What differs between two frozen releases, and the products that would move.

    Raises:
        NotFound: There is no such release here.
        InventoryError: ``snapshot-altered``.
    """
    before, after = _opened(context, before_id), _opened(context, after_id)
    changes = diff(before, after, method_profile(METHOD))
    moves = tuple(_moves(context, before[1], after[1]))
    return changes, moves


def read_release_snapshot(context: Context, release_id: str) -> InventorySnapshot:
    """The snapshot of a release, its hash checked."""
    return _snapshot(context, _release(context, release_id))


def _opened(context: Context, release_id: str) -> tuple[InventorySnapshot, IntensityTable]:
    release = _release(context, release_id)
    return _snapshot(context, release), open_table(context, release)


def _release(context: Context, release_id: str) -> Release:
    with UnitOfWork(context.engine, Scope.everything("compare releases"), read_only=True) as uow:
        return uow.inventory.get_release(release_id)


def _snapshot(context: Context, release: Release) -> InventorySnapshot:
    return read_snapshot(context.files.get(release.snapshot_sha256), release.snapshot_sha256)


def _moves(context: Context, before: IntensityTable, after: IntensityTable) -> Iterator[StudyMove]:
    for summary, bom_bytes in _newest_studies(context):
        document = BomIn.model_validate(strict_loads(bom_bytes))
        (first, _), (second, reason) = _totals(document, before, after)
        if first != second or reason:
            yield StudyMove(
                study_id=summary.id,
                product_id=summary.product_id,
                before=first,
                after=second,
                reason=reason,
            )


def _newest_studies(context: Context) -> Iterator[tuple[StudySummary, bytes]]:
    """The newest study of every product, real and test alike, with its bill."""
    for is_test in (False, True):
        scope = Scope.everything("compare releases", is_test=is_test)
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
    method = method_profile(document.method)
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
