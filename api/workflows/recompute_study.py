"""Recomputes a stored study from its own artefacts, and says what differs where something does.

The bill, the release's table and the method profile a study names give its bytes again, on whatever
database and years later. Asked with another bill or release, the answer names every line and every
exchange that is not what it was. A table that is solved anew here may differ from the stored one in
the last bits of its numbers, from processor to processor: that is told as "equal within 1e-12",
where every figure is, before it is rounded to the twelve digits that are stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from api.context import Context
from api.schemas.bom import BomIn
from api.security.policy import Action, require
from api.solving import solve
from api.strict_json import strict_loads
from api.workflows.calculate_footprint import (
    exact_bom,
    open_sampled,
    open_snapshot,
    open_table,
)
from api.workflows.search_datasets import find_release
from footprint.calculate import calculate
from footprint.comparison import Difference, differences
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, process_body
from footprint.methods import method_profile
from footprint.result import FootprintResult
from footprint.sampled_tables import SampledTables
from labels.access import Actor, Scope
from lca_db.errors import StorageError
from lca_db.inventory.values import Release
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork

WITHIN = 1e-12
"""What a table solved on another processor may differ by, of the largest number in its row; and
what then a figure may differ by, of itself."""
MOST_TOLD = 200


class Verdict(StrEnum):
    """What the recomputation came to."""

    SAME_BYTES = "same-bytes"
    EQUAL_WITHIN = "equal-within-1e-12"
    DIFFERENT = "different"


class Subject(StrEnum):
    """What is not what it was."""

    BILL = "bill"
    EXCHANGE = "exchange"
    PROFILE = "profile"
    TABLE = "table"
    RESULT = "result"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One difference: of what, where, and the two values; "" where one side lacks it."""

    subject: Subject
    place: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Recomputed:
    """The study again.

    Attributes:
        release_id: The release it was recomputed on.
        is_rebuilt: The table was solved anew instead of read.
        findings: What differs, causes before the figures they changed; at most ``MOST_TOLD``.
    """

    study_id: str
    release_id: str
    is_rebuilt: bool
    stored_sha256: str
    recomputed_sha256: str
    verdict: Verdict
    findings: tuple[Finding, ...]


def recompute_study(
    context: Context,
    study_id: str,
    *,
    actor: Actor | None = None,
    bill: bytes | None = None,
    release_id: str = "",
    is_rebuilt: bool = False,
) -> Recomputed:
    """The study of that id again; nothing is stored.

    Args:
        context: The instance.
        study_id: Which one.
        actor: Who asks; without one, whoever has the shell.
        bill: Another bill in the place of its own.
        release_id: Another release in the place of its own.
        is_rebuilt: Solve the release's table anew.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study or release here.
        FootprintError: What of the other bill, or on the other release, cannot be used.
        StorageError: ``file-damaged`` where an artefact no longer has its hash.
    """
    if actor is not None:
        require(actor, Action.READ_STUDIES)
    scope = Scope.everything("recompute study") if actor is None else Scope.of(actor)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        study = uow.studies.get(study_id)
        own_bill = uow.studies.bom_of(study_id)
        own_release = uow.inventory.get_release(study.release_id)
    release = find_release(context, release_id) if release_id else own_release
    causes = [*_of_bills(own_bill, bill), *profile_changes(study)]
    if release.snapshot_sha256 != own_release.snapshot_sha256:
        before, after = (open_snapshot(context, one) for one in (own_release, release))
        causes += _of_snapshots(before, after)
    stored_table = table = _table(context, release)
    if is_rebuilt:
        table = solve(open_snapshot(context, release))
        causes += _of_tables(stored_table, table)
    asked = own_bill if bill is None else bill
    again = partial(_again, asked, sampled=open_sampled(context, release))
    result = again(table)
    verdict = Verdict.SAME_BYTES
    if result.sha256() != study.result_sha256:
        is_near = is_rebuilt and not causes and _is_within(study, again(stored_table), result)
        verdict = Verdict.EQUAL_WITHIN if is_near else Verdict.DIFFERENT
    apart = differences(json.loads(study.result), json.loads(result.canonical_bytes()))
    figures = [_finding(Subject.RESULT, difference) for difference in apart]
    return Recomputed(
        study_id=study.id,
        release_id=release.id,
        is_rebuilt=is_rebuilt,
        stored_sha256=study.result_sha256,
        recomputed_sha256=result.sha256(),
        verdict=verdict,
        findings=tuple([*causes, *figures][:MOST_TOLD]),
    )


def _again(bill: bytes, table: IntensityTable, *, sampled: SampledTables | None) -> FootprintResult:
    document = BomIn.model_validate(strict_loads(bill))
    exact = exact_bom(document)
    method = method_profile(document.method, document.gwp_set or "")
    return calculate(exact.bom, table, method, bom_sha256=exact.sha256, sampled=sampled)


def _is_within(study: Study, before: FootprintResult, after: FootprintResult) -> bool:
    """The stored table gives the study, the other no figure further off than ``WITHIN``."""
    if before.sha256() != study.result_sha256:
        return False
    apart = differences(before.written(_unrounded), after.written(_unrounded))
    return all(_is_as_good_as_equal(one.before, one.after) for one in apart)


def _unrounded(figure: float) -> str:
    return repr(float(figure))


def _is_as_good_as_equal(before: str, after: str) -> bool:
    try:
        one, other = float(before), float(after)
    except ValueError:
        return False
    return abs(one - other) <= WITHIN * max(abs(one), abs(other))


def _of_bills(own: bytes, other: bytes | None) -> Iterator[Finding]:
    if other is not None:
        for difference in differences(strict_loads(own), strict_loads(other)):
            yield _finding(Subject.BILL, difference)


def profile_changes(study: Study) -> Iterator[Finding]:
    """What of the study's profile is not as it was used: its version, or its rules themselves."""
    stored = json.loads(study.result)
    profile = method_profile(stored["method"], stored["gwp_set"])
    for member, after in (("version", profile.version), ("sha256", profile.sha256)):
        before = study.provenance[f"method_{member}"]
        if before != after:
            place = f"/methods/{profile.id}/{member}"
            yield Finding(subject=Subject.PROFILE, place=place, before=before, after=after)


def _of_snapshots(own: InventorySnapshot, other: InventorySnapshot) -> Iterator[Finding]:
    """Every member of a dataset that differs, down to the exchange."""
    for difference in differences(_bodies(own), _bodies(other)):
        yield _finding(Subject.EXCHANGE, difference)


def _of_tables(stored: IntensityTable, rebuilt: IntensityTable) -> Iterator[Finding]:
    """How far a rebuilt table is from the stored one, where that is more than last bits."""
    if stored.index_bytes() != rebuilt.index_bytes():
        yield Finding(subject=Subject.TABLE, place="/index", before="stored", after="rebuilt")
        return
    scale = np.max(np.abs(stored.values), axis=2, keepdims=True)
    apart = np.abs(np.asarray(stored.values) - rebuilt.values)
    shares = np.divide(apart, scale, out=np.where(apart > 0, np.inf, 0.0), where=scale > 0)
    worst = float(shares.max(initial=0.0))
    if worst > WITHIN:
        yield Finding(subject=Subject.TABLE, place="/values", before="0", after=f"{worst:.3g}")


def _table(context: Context, release: Release) -> IntensityTable:
    """The stored table, its bytes checked first: a memory map would read whatever lies there."""
    context.files.get(release.table_sha256)
    context.files.get(release.index_sha256)
    table = open_table(context, release)
    if table.release_sha256 != release.snapshot_sha256:
        raise StorageError("file-damaged", sha256=release.index_sha256)
    return table


def _bodies(snapshot: InventorySnapshot) -> Mapping[str, object]:
    return {process.id: process_body(process) for process in snapshot.processes}


def _finding(subject: Subject, difference: Difference) -> Finding:
    return Finding(
        subject=subject,
        place=difference.place,
        before=difference.before,
        after=difference.after,
    )
