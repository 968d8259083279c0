"""Searches and reads the datasets of a release: the current one, or an older one by its id."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.inventory_views import DatasetView, GasIntensity
from api.solving import METHOD
from api.workflows.calculate_footprint import current_release, open_table
from api.workflows.read_dataset_reviews import read_public_review
from footprint.methods import UptakeBasis, method_profile
from labels.access import Scope
from lca_db.inventory.values import DatasetEntry, DatasetQuery, Facets, Release
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

_PUBLIC = Scope.everything("read inventory")


@dataclass(frozen=True, kw_only=True)
class DatasetList:
    """A page of datasets, how many fit in all, and what each further choice would find."""

    release: Release
    page: Page[DatasetEntry]
    count: int
    facets: Facets


def search_datasets(
    context: Context,
    query: DatasetQuery,
    *,
    after: str | None = None,
    limit: int = 50,
    release_id: str = "",
) -> Page[DatasetEntry]:
    """The best matches for the words of a query, or all that fit in order where it has none.

    Raises:
        NotFound: There is no such release, or ``after`` is none of its datasets.
        InventoryError: ``release-missing``.
    """
    release = find_release(context, release_id)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        return uow.inventory.find(release.id, query, after=after, limit=limit)


def browse_datasets(
    context: Context, query: DatasetQuery, *, after: str | None = None, limit: int = 50
) -> DatasetList:
    """The same of the current release, with the counts a page for people shows."""
    release = current_release(context)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        return DatasetList(
            release=release,
            page=uow.inventory.find(release.id, query, after=after, limit=limit),
            count=uow.inventory.count(release.id, query),
            facets=uow.inventory.facets(release.id, query),
        )


def read_dataset(context: Context, dataset_id: str, release_id: str = "") -> DatasetView:
    """One dataset of a release with its result by gas (AR6, excluding uptake)."""
    release = find_release(context, release_id)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        entry = uow.inventory.get_dataset(release.id, dataset_id)
        review = read_public_review(uow, entry)
    table = open_table(context, release)
    row = table.row(dataset_id)
    factors = method_profile(METHOD).factors(table.keys, UptakeBasis.EXCLUDING)
    masses, drafts = table.intensities[row], table.draft_intensities[row]
    parts = masses * factors
    whole = float(abs(parts).sum())
    return DatasetView(
        entry=entry,
        release=release,
        method=METHOD,
        total_kg_co2e=float(parts.sum()),
        draft_share=min(float(abs(drafts * factors).sum()) / whole, 1.0) if whole else 0.0,
        gases=tuple(
            GasIntensity(key, float(mass), float(part))
            for key, mass, part in zip(table.keys, masses, parts, strict=True)
            if mass != 0
        ),
        review=review,
    )


def find_release(context: Context, release_id: str = "") -> Release:
    """The release of that id, the current one where none is named.

    Raises:
        NotFound: There is no such release here.
        InventoryError: ``release-missing``.
    """
    if not release_id:
        return current_release(context)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        return uow.inventory.get_release(release_id)
