"""Searches and reads the datasets of the current release."""

from __future__ import annotations

from api.context import Context
from api.views import DatasetView, GasIntensity
from api.workflows.calculate_footprint import current_release, open_table
from api.workflows.read_dataset_reviews import read_public_review
from footprint.methods import UptakeBasis, method_profile
from labels.access import Scope
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

_PUBLIC = Scope.everything("read inventory")
_DEFAULT_METHOD = "gbt24067-2024"


def search_datasets(
    context: Context, text: str, *, after: str | None = None, limit: int = 50
) -> Page[DatasetEntry]:
    """The best matches for a text, or all datasets in order where there is none."""
    release = current_release(context)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        if text.strip():
            return Page(uow.inventory.search(release.id, text, limit=limit))
        return uow.inventory.list_datasets(release.id, after=after, limit=limit)


def read_dataset(context: Context, dataset_id: str) -> DatasetView:
    """One dataset of the current release with its result by gas (AR6, excluding uptake)."""
    release = current_release(context)
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        entry = uow.inventory.get_dataset(release.id, dataset_id)
        review = read_public_review(uow, entry)
    table = open_table(context, release)
    row = table.row(dataset_id)
    factors = method_profile(_DEFAULT_METHOD).factors(table.keys, UptakeBasis.EXCLUDING)
    masses, drafts = table.intensities[row], table.draft_intensities[row]
    parts = masses * factors
    whole = float(abs(parts).sum())
    return DatasetView(
        entry=entry,
        release=release,
        method=_DEFAULT_METHOD,
        total_kg_co2e=float(parts.sum()),
        draft_share=min(float(abs(drafts * factors).sum()) / whole, 1.0) if whole else 0.0,
        gases=tuple(
            GasIntensity(key, float(mass), float(part))
            for key, mass, part in zip(table.keys, masses, parts, strict=True)
            if mass != 0
        ),
        review=review,
    )


def list_releases(context: Context, *, limit: int = 50) -> tuple[Release, ...]:
    """Frozen releases, newest first."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        return uow.inventory.list_releases(limit=limit).items
