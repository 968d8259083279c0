"""Inventory releases: what was frozen, and the search for a dataset.

Releases are there for everybody who is signed in, so the scope does not limit them. Search needs
the index that ``lca_db/search_index.py`` keeps on each database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, text
from sqlmodel import col

from footprint.inventory import DatasetKind, ReviewStatus
from lca_db.inventory.dataset_search import best_ids, hits_of
from lca_db.inventory.matching.values import Candidate
from lca_db.inventory.tables import ReleaseDatasetRow, ReleaseRow
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.inventory.words import index_words, search_terms
from lca_db.repository import Page, Repository

MOST_FOUND = 100
_FILL_SEARCH = text(
    "INSERT INTO dataset_search (release_id, dataset_id, word_count, words)"
    " SELECT release_id, dataset_id, word_count, words FROM release_dataset"
    " WHERE release_id = :release_id"
)


class InventoryRepository(Repository):
    """Reads and adds releases."""

    def add_release(self, release: Release, datasets: Iterable[DatasetEntry]) -> None:
        """A new release with its datasets, once its files are stored.

        Raises:
            Conflict: ``conflict`` when the id is taken.
        """
        self._insert(
            ReleaseRow(
                id=release.id,
                snapshot_sha256=release.snapshot_sha256,
                table_sha256=release.table_sha256,
                index_sha256=release.index_sha256,
                findings_sha256=release.findings_sha256,
                reviews_sha256=release.reviews_sha256,
                dataset_count=release.dataset_count,
                note=release.note,
                created_at=release.created_at,
            )
        )
        rows = [
            {
                "release_id": release.id,
                "dataset_id": entry.dataset_id,
                "names": dict(entry.names),
                "synonyms": list(entry.synonyms),
                "unit": entry.unit,
                "location": entry.location,
                "year": entry.year,
                "kind": entry.kind.value,
                "review_status": entry.review_status.value,
                "industry": entry.industry,
                "codes": entry.codes,
                "word_count": words.count(" ") + 1,
                "content_sha256": entry.content_sha256,
                "body": dict(entry.body),
                "words": words,
            }
            for entry in datasets
            for words in (_words(entry),)
        ]
        self._insert_many(ReleaseDatasetRow, rows)
        if self._dialect == "sqlite":
            self._session.execute(_FILL_SEARCH, {"release_id": release.id})

    def get_release(self, release_id: str) -> Release:
        """The release of that id, or :class:`NotFound`."""
        statement = select(ReleaseRow).where(col(ReleaseRow.id) == release_id)
        return _release(self._one(statement, "release"))

    def current_release(self) -> Release | None:
        """The newest release, None before the first."""
        row = self._first(
            select(ReleaseRow).order_by(
                col(ReleaseRow.created_at).desc(), col(ReleaseRow.id).desc()
            )
        )
        return None if row is None else _release(row)

    def list_releases(self, *, after: str | None = None, limit: int = 50) -> Page[Release]:
        """All releases."""
        return self._page(select(ReleaseRow), ReleaseRow.id, after=after, limit=limit).map(_release)

    def get_dataset(self, release_id: str, dataset_id: str) -> DatasetEntry:
        """One dataset of a release, or :class:`NotFound`."""
        statement = select(ReleaseDatasetRow).where(
            col(ReleaseDatasetRow.release_id) == release_id,
            col(ReleaseDatasetRow.dataset_id) == dataset_id,
        )
        return _entry(self._one(statement, "dataset"))

    def list_datasets(
        self, release_id: str, *, after: str | None = None, limit: int = 50
    ) -> Page[DatasetEntry]:
        """Datasets of a release, from the end of the alphabet to its beginning."""
        statement = select(ReleaseDatasetRow).where(col(ReleaseDatasetRow.release_id) == release_id)
        page = self._page(statement, ReleaseDatasetRow.dataset_id, after=after, limit=limit)
        return page.map(_entry)

    def list_to_review(
        self,
        release_id: str,
        *,
        industry: str = "",
        content_sha256s: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[DatasetEntry]:
        """Datasets of a release for its reviewers, from the end of the alphabet to its beginning.

        Args:
            release_id: The release.
            industry: Only datasets of that industry; all where "".
            content_sha256s: Only these contents; where None, every dataset at draft.
            after: The id the last page ended with.
            limit: How many at most.
        """
        statement = select(ReleaseDatasetRow).where(col(ReleaseDatasetRow.release_id) == release_id)
        if industry:
            statement = statement.where(col(ReleaseDatasetRow.industry) == industry)
        if content_sha256s is None:
            draft = col(ReleaseDatasetRow.review_status) == ReviewStatus.DRAFT.value
            statement = statement.where(draft)
        else:
            of_these = col(ReleaseDatasetRow.content_sha256).in_(list(content_sha256s))
            statement = statement.where(of_these)
        page = self._page(statement, ReleaseDatasetRow.dataset_id, after=after, limit=limit)
        return page.map(_entry)

    def search(self, release_id: str, wanted: str, limit: int = 20) -> tuple[DatasetEntry, ...]:
        """Datasets whose names, synonyms, place or id hold every word that was asked for.

        The dataset of exactly that id comes first, then those with the fewest other words: both
        databases give the same order.
        """
        terms = search_terms(wanted)
        if not terms:
            return ()
        most = max(1, min(limit, MOST_FOUND))
        best = best_ids(self._dialect, release_id, terms, wanted.strip().lower(), most)
        ids = [str(row.dataset_id) for row in self._session.execute(best)]
        statement = select(ReleaseDatasetRow).where(
            col(ReleaseDatasetRow.release_id) == release_id,
            col(ReleaseDatasetRow.dataset_id).in_(ids),
        )
        found = {row.dataset_id: _entry(row) for row in self._all(statement)}
        return tuple(found[dataset_id] for dataset_id in ids)

    def hits(
        self, release_id: str, terms: Sequence[tuple[str, bool]]
    ) -> tuple[tuple[str, ...], ...]:
        """For each term (word, whether its beginning is enough) the datasets that carry it.

        More than ``MOST_HITS`` ids mean that the word is too common to tell anything.
        """
        if not terms:
            return ()
        found: list[list[str]] = [[] for _ in terms]
        for row in self._session.execute(hits_of(self._dialect, release_id, terms)):
            found[row.term].append(str(row.dataset_id))
        return tuple(tuple(sorted(ids)) for ids in found)

    def candidates(self, release_id: str, dataset_ids: Iterable[str]) -> tuple[Candidate, ...]:
        """Datasets as matching sees them, without their exchanges; unknown ids are left out."""
        row = ReleaseDatasetRow
        columns = (
            row.dataset_id,
            row.names,
            row.synonyms,
            row.unit,
            row.location,
            row.year,
            row.industry,
            row.codes,
        )
        statement = select(*(col(c) for c in columns)).where(
            col(row.release_id) == release_id, col(row.dataset_id).in_(list(dataset_ids))
        )
        found = self._session.execute(statement.order_by(col(row.dataset_id)))
        return tuple(
            Candidate(
                dataset_id=one.dataset_id,
                names=dict(one.names),
                synonyms=tuple(one.synonyms),
                unit=one.unit,
                location=one.location,
                year=one.year,
                industry=one.industry,
                codes={system: tuple(codes) for system, codes in one.codes.items()},
            )
            for one in found
        )


def _words(entry: DatasetEntry) -> str:
    codes = [code for system in entry.codes.values() for code in system]
    parts = (
        *(entry.dataset_id, *entry.names.values(), *entry.synonyms),
        *(entry.location, entry.year, *codes),
    )
    return index_words(parts)


def _release(row: ReleaseRow) -> Release:
    return Release(
        id=row.id,
        snapshot_sha256=row.snapshot_sha256,
        table_sha256=row.table_sha256,
        index_sha256=row.index_sha256,
        findings_sha256=row.findings_sha256,
        reviews_sha256=row.reviews_sha256,
        dataset_count=row.dataset_count,
        note=row.note,
        created_at=row.created_at,
    )


def _entry(row: ReleaseDatasetRow) -> DatasetEntry:
    return DatasetEntry(
        dataset_id=row.dataset_id,
        names=dict(row.names),
        synonyms=tuple(row.synonyms),
        unit=row.unit,
        location=row.location,
        year=row.year,
        kind=DatasetKind(row.kind),
        review_status=ReviewStatus(row.review_status),
        body=row.body,
    )
