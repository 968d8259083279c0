"""Inventory releases: what was frozen, and the search for a dataset.

Releases are there for everybody who is signed in, so the scope does not limit them. Search needs
the index that ``lca_db/search_index.py`` keeps on each database.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    false,
    func,
    select,
    text,
    true,
    type_coerce,
)
from sqlmodel import col

from footprint.inventory import DatasetKind, ReviewStatus
from labels.label import LocalText
from lca_db.errors import NotFound
from lca_db.inventory.asking import asked_for, name_keys, standing
from lca_db.inventory.dataset_search import best_first, hits_of, holding, of_code, place_of
from lca_db.inventory.matching.values import Candidate
from lca_db.inventory.tables import ReleaseDatasetRow, ReleaseRow
from lca_db.inventory.trade_codes import joined
from lca_db.inventory.values import FACETS, DatasetEntry, DatasetQuery, Facets, Release
from lca_db.inventory.words import index_words
from lca_db.repository import LONGEST_PAGE, Page, Repository

_IDS_AT_A_TIME = 1_000  # databases bound how many values one statement takes
_FILL_SEARCH = text(
    "INSERT INTO dataset_search (release_id, dataset_id, name_keys, standing, word_count, words)"
    " SELECT release_id, dataset_id, name_keys, standing, word_count, words FROM release_dataset"
    " WHERE release_id = :release_id"
)
_NEWEST_FIRST = (col(ReleaseRow.created_at).desc(), col(ReleaseRow.id).desc())


class InventoryRepository(Repository):
    """Reads and adds releases."""

    def add_release(self, release: Release, datasets: Iterable[DatasetEntry]) -> None:
        """A new release with its datasets, once its files are stored.

        Raises:
            Conflict: ``conflict`` when the id is taken.
        """
        self._insert(ReleaseRow(**asdict(release)))  # the row has the members of the value
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
                "code_words": "".join(
                    f"{system}:{joined(code)} " for system, code in entry.code_pairs
                ),
                "name_keys": name_keys(entry),
                "standing": standing(entry, release.created_at.year),
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
        row = self._first(select(ReleaseRow).order_by(*_NEWEST_FIRST))
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

    def versions_of(
        self, dataset_id: str, limit: int, without: Collection[str] = ()
    ) -> tuple[tuple[Release, DatasetEntry | None], ...]:
        """The newest releases, newest first, each with the dataset where it holds it.

        Args:
            dataset_id: The dataset.
            limit: How many releases at most.
            without: Ids of releases to leave out, before they are counted.
        """
        statement = select(ReleaseRow).where(col(ReleaseRow.id).not_in(list(without)))
        rows = self._all(statement.order_by(*_NEWEST_FIRST).limit(limit))
        wanted = select(ReleaseDatasetRow).where(
            col(ReleaseDatasetRow.dataset_id) == dataset_id,
            col(ReleaseDatasetRow.release_id).in_([row.id for row in rows]),
        )
        entries = {row.release_id: _entry(row) for row in self._all(wanted)}
        return tuple((_release(row), entries.get(row.id)) for row in rows)

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

    def find_maker(self, release_id: str, product: str) -> DatasetEntry | None:
        """The dataset that makes a product, as its reference product or beside it."""
        of_release = col(ReleaseDatasetRow.release_id) == release_id
        named = select(ReleaseDatasetRow).where(
            of_release, col(ReleaseDatasetRow.dataset_id) == product
        )
        row = self._first(named)
        if row is None:
            member = f'"product":{json.dumps(product)}'
            body = type_coerce(col(ReleaseDatasetRow.body), Text)
            beside = select(ReleaseDatasetRow).where(
                of_release, body.contains(member, autoescape=True)
            )
            row = self._first(beside)
        return None if row is None else _entry(row)

    def names_of(self, release_id: str, dataset_ids: Iterable[str]) -> dict[str, LocalText]:
        """Names of some datasets of a release; nothing of those it does not hold."""
        wanted = sorted(set(dataset_ids))
        found: dict[str, LocalText] = {}
        for start in range(0, len(wanted), _IDS_AT_A_TIME):
            some = wanted[start : start + _IDS_AT_A_TIME]
            statement = select(
                col(ReleaseDatasetRow.dataset_id), col(ReleaseDatasetRow.names)
            ).where(
                col(ReleaseDatasetRow.release_id) == release_id,
                col(ReleaseDatasetRow.dataset_id).in_(some),
            )
            found |= {dataset: dict(names) for dataset, names in self._session.execute(statement)}
        return found

    def find(
        self, release_id: str, query: DatasetQuery, *, after: str | None = None, limit: int = 50
    ) -> Page[DatasetEntry]:
        """Datasets that fit, by id; where words are asked for, the best match first.

        What the best match is says ``lca_db/inventory/asking.py``; both databases give the same
        order.

        Args:
            release_id: Where to look.
            query: What is asked for.
            after: Id of the dataset the page begins after.
            limit: How many at most.

        Raises:
            NotFound: ``after`` is no dataset of the release.
        """
        limit = max(1, min(limit, LONGEST_PAGE))
        if query.text.strip():
            statement, order = self._best(release_id, query)
        else:
            by_id: Any = col(ReleaseDatasetRow.dataset_id)
            statement, order = select(by_id).where(self._fits(release_id, query)), (by_id,)
        if after is not None:
            statement = statement.where(self._comes_after(release_id, query, after, order))
        ids = list(self._session.execute(statement.order_by(*order).limit(limit + 1)).scalars())
        next_after = ids[limit - 1] if len(ids) > limit else None
        of_these = select(ReleaseDatasetRow).where(
            col(ReleaseDatasetRow.release_id) == release_id,
            col(ReleaseDatasetRow.dataset_id).in_(ids[:limit]),
        )
        rows = {row.dataset_id: row for row in self._all(of_these)}
        return Page(tuple(rows[one] for one in ids[:limit]), next_after).map(_entry)

    def facets(self, release_id: str, query: DatasetQuery) -> Facets:
        """How many datasets each choice would find, all other parts of the query kept."""
        return {
            name: self._facet(getattr(ReleaseDatasetRow, name), release_id, query, name)
            for name in FACETS
        }

    def count(self, release_id: str, query: DatasetQuery) -> int:
        """How many datasets fit."""
        statement = select(func.count()).where(self._fits(release_id, query))
        return int(self._session.execute(statement).scalar_one())

    def _facet(
        self, column: Any, release_id: str, query: DatasetQuery, name: str
    ) -> tuple[tuple[str, int], ...]:
        without: dict[str, Any] = {name: ""}
        counted = (
            select(column, func.count())
            .where(self._fits(release_id, replace(query, **without)), column != "")
            .group_by(column)
            .order_by(func.count().desc(), column)
        )
        return tuple((str(value), int(count)) for value, count in self._session.execute(counted))

    def _fits(self, release_id: str, query: DatasetQuery) -> ColumnElement[bool]:
        conditions = [col(ReleaseDatasetRow.release_id) == release_id]
        conditions += [
            getattr(ReleaseDatasetRow, name) == getattr(query, name)
            for name in FACETS
            if getattr(query, name)
        ]
        if query.code:
            conditions.append(of_code(query.code))
        if query.text.strip():
            asked = asked_for(query.text)
            held = holding(self._dialect, release_id, asked)
            named: Any = col(ReleaseDatasetRow.dataset_id).in_(held)
            conditions.append(named if asked.ways else false())
        return and_(*conditions)

    def _best(
        self, release_id: str, query: DatasetQuery
    ) -> tuple[Select[Any], tuple[ColumnElement[Any], ...]]:
        """The ids that fit, and what they are sorted by."""
        asked = asked_for(query.text)
        order = best_first(self._dialect, asked)
        if not asked.ways:
            return select(order[-1]).where(false()), order
        statement = holding(self._dialect, release_id, asked)
        without_words = replace(query, text="")
        if without_words != DatasetQuery():
            others = select(col(ReleaseDatasetRow.dataset_id)).where(
                self._fits(release_id, without_words)
            )
            statement = statement.where(order[-1].in_(others))
        return statement, order

    def _comes_after(
        self,
        release_id: str,
        query: DatasetQuery,
        after: str,
        order: tuple[ColumnElement[Any], ...],
    ) -> ColumnElement[bool]:
        """The condition that a row stands behind the dataset the last page ended with."""
        if query.text.strip():
            last = place_of(self._dialect, release_id, after, asked_for(query.text))
        else:
            by_id: Any = col(ReleaseDatasetRow.dataset_id)
            of_release = col(ReleaseDatasetRow.release_id) == release_id
            last = select(by_id).where(of_release, by_id == after)
        values = self._session.execute(last).first()
        if values is None:
            raise NotFound(kind="dataset")
        behind: ColumnElement[bool] = false()
        equal: ColumnElement[bool] = true()
        for one, value in zip(order, values, strict=True):
            behind = behind | and_(equal, one > value)
            equal = and_(equal, one == value)
        return behind

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
        sampling_sha256=row.sampling_sha256,
        structure_sha256=row.structure_sha256,
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
