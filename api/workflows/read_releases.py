"""Reads frozen releases: what each holds, what it was made of, and the findings it carries.

A release never changes, so what is counted of it is counted once and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from api.context import Context
from api.inventory_views import Holdings, ReleasePage, SourceUse
from api.workflows.search_datasets import find_release
from footprint.inventory import DatasetSource, InventorySnapshot
from labels.access import Scope
from labels.label import LocalText
from lca_db.inventory.checks.finding import Finding
from lca_db.inventory.checks.run import Report, read_report
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.snapshots import read_snapshot
from lca_db.inventory.statistics import inventory_statistics, sources_by_dataset
from lca_db.inventory.values import Release
from lca_db.inventory.variants import read_variants
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_releases(context: Context, *, after: str | None = None, limit: int = 50) -> Page[Release]:
    """Frozen releases, newest first."""
    scope = Scope.everything("read inventory")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        return uow.inventory.list_releases(after=after, limit=limit)


def read_release(context: Context, release_id: str) -> ReleasePage:
    """One release with its counts and sources.

    Raises:
        NotFound: There is no such release here.
    """
    release = find_release(context, release_id)
    report = read_findings_report(context, release)
    scope = Scope.everything("read release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        imports = uow.inventory_imports.list_of_release(release_id)
    return ReleasePage(
        release=release,
        holdings=_holdings(context, release),
        counts=report.counts(),
        examined=report.examined,
        solved_by=report.solved_by,
        imports=imports,
    )


def read_findings(
    context: Context,
    release_id: str,
    *,
    severity: str = "",
    after: int = 0,
    limit: int = 50,
) -> Page[Finding]:
    """The findings a release was frozen with, the most serious first.

    Args:
        context: The instance.
        release_id: Whose.
        severity: Only these; all by default.
        after: How many to leave out: the findings of a release keep their places.
        limit: How many at most.

    Raises:
        NotFound: There is no such release here.
    """
    report = read_findings_report(context, find_release(context, release_id))
    found = [f for f in report.findings if severity in {"", f.severity.value}]
    end = after + limit
    return Page(tuple(found[after:end]), str(end) if end < len(found) else None)


def read_dataset_names(
    context: Context, dataset_ids: Iterable[str], *release_ids: str
) -> dict[str, LocalText]:
    """Names of some datasets, each from the last of the releases that holds it."""
    wanted = {dataset_id for dataset_id in dataset_ids if dataset_id}
    names: dict[str, LocalText] = {}
    scope = Scope.everything("read inventory")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        for release_id in release_ids:
            names |= uow.inventory.names_of(release_id, wanted)
    return names


def read_findings_report(context: Context, release: Release) -> Report:
    """The report of the checks a release was frozen with, read once."""
    key = release.findings_sha256
    if key not in context.reports:
        context.reports[key] = read_report(context.files.get(key))
    return context.reports[key]


def _holdings(context: Context, release: Release) -> Holdings:
    key = release.snapshot_sha256
    if key not in context.holdings:
        context.holdings[key] = _counted(read_snapshot(context.files.get(key), key))
    return context.holdings[key]


def _counted(snapshot: InventorySnapshot) -> Holdings:
    shipped = shipped_sources()
    named = sources_by_dataset(snapshot)
    every = {source for sources in named.values() for source in sources}
    known = {source: shipped[source] for source in sorted(every) if source in shipped}
    return Holdings(
        statistics=inventory_statistics(snapshot, known, read_variants()),
        sources=_uses(named, known),
        unlisted=len(every) - len(known),
    )


def _uses(
    named: Mapping[str, frozenset[str]], known: Mapping[str, DatasetSource]
) -> tuple[SourceUse, ...]:
    """The documents, those most datasets rest on first."""
    figures: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    datasets: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for dataset, sources in named.items():
        for source_id in sources & known.keys():
            source = known[source_id]
            key = (source.document, source.issuing_body, source.year, source.licence)
            figures[key].add(source_id)
            datasets[key].add(dataset)
    uses = (
        SourceUse(
            document=document,
            issuing_body=body,
            year=year,
            licence=licence,
            figures=len(figures[document, body, year, licence]),
            datasets=len(datasets[document, body, year, licence]),
        )
        for document, body, year, licence in figures
    )
    return tuple(sorted(uses, key=lambda use: (-use.datasets, use.document, use.year)))
