"""Reads a dataset in every frozen release: whether its content changed, how far its total moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.context import Context
from api.inventory_views import VersionState, VersionView
from api.solving import METHOD
from api.workflows.calculate_footprint import open_table
from footprint.methods import UptakeBasis, method_profile
from labels.access import Scope
from lca_db.errors import NotFound
from lca_db.inventory.release_diff import MOVED, relative_change
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.unit_of_work import UnitOfWork

MOST_VERSIONS = 30


def read_versions(
    context: Context, dataset_id: str, hidden: frozenset[str] = frozenset()
) -> tuple[VersionView, ...]:
    """The dataset in the newest releases, newest first; each is held against the one before it.

    Args:
        context: The instance.
        dataset_id: The dataset.
        hidden: Releases that are left out, as if they had never been.

    Raises:
        NotFound: None of them holds such a dataset.
    """
    scope = Scope.everything("read versions")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        found = uow.inventory.versions_of(dataset_id, MOST_VERSIONS + 1, hidden)
    if all(entry is None for _, entry in found):
        raise NotFound(kind="dataset")
    views = []
    before: tuple[DatasetEntry, float] | None = None
    for release, entry in reversed(found):
        view, before = _version(context, release, entry, before)
        views.append(view)
    while views and views[0].state is VersionState.ABSENT:
        del views[0]  # not there yet
    return tuple(reversed(views))[:MOST_VERSIONS]


def _version(
    context: Context,
    release: Release,
    entry: DatasetEntry | None,
    before: tuple[DatasetEntry, float] | None,
) -> tuple[VersionView, tuple[DatasetEntry, float] | None]:
    """The version, and what the next one is held against."""
    if entry is None:
        view = VersionView(
            release=release,
            state=VersionState.ABSENT,
            members=(),
            unit="",
            kg_co2e=None,
            relative=None,
        )
        return view, None
    total = _total(context, release, entry.dataset_id)
    state, relative = VersionState.FIRST, None
    members: tuple[str, ...] = ()
    if before is not None:
        members = _differing(before[0].body, entry.body)
        relative = relative_change(before[1], total)
        is_equal = abs(total - before[1]) <= MOVED * max(abs(total), abs(before[1]))
        state = VersionState.SAME if is_equal else VersionState.MOVED
        state = VersionState.CHANGED if members else state
    view = VersionView(
        release=release,
        state=state,
        members=members,
        unit=entry.unit,
        kg_co2e=total,
        relative=relative,
    )
    return view, (entry, total)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in after if after[name] != before.get(name))


def _total(context: Context, release: Release, dataset_id: str) -> float:
    table = open_table(context, release)
    factors = method_profile(METHOD).factors(table.keys, UptakeBasis.EXCLUDING)
    return float(table.intensities[table.row(dataset_id)] @ factors)
