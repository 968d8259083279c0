"""Imports as they are stored: who imported what, the hashes of its report and of its datasets.

Rules:

* The three files (what was sent, the report, the datasets) lie in the file store before the row
  names them, and the row never changes: an import is there as a whole or not at all.
* Imports belong to the instance, as releases do: the scope does not limit them; who may see them
  is said by the policy of the shell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from lca_db.inventory.tables import InventoryImportRow, ReleaseImportRow
from lca_db.repository import Page, Repository


@dataclass(frozen=True, kw_only=True)
class ImportTerms:
    """Under what terms a foreign inventory was given to this instance.

    Attributes:
        licence: Of the data, or whose they are; "" where nobody said so.
        is_publishable: Whether anybody may see the datasets; by default nobody but who is signed in
            here, and what is inside them only who keeps the inventory.
    """

    licence: str = ""
    is_publishable: bool = False


@dataclass(frozen=True, kw_only=True)
class StoredImport:
    """One import.

    Attributes:
        imported_by: The person; None from the command line, where nobody signs in.
        file_name: As the file was called; text for people, never a path.
        file_sha256: The file itself, in the file store.
        format: Key of the format it was read as, "" where none was recognised.
        options: What was chosen, as the report says it.
        report_sha256: The report as canonical JSON.
        datasets_sha256: The datasets that came in as canonical JSON; None where none did.
    """

    id: str
    imported_by: str | None
    imported_at: datetime
    file_name: str
    file_sha256: str
    size_bytes: int
    format: str
    options: Mapping[str, object]
    report_sha256: str
    datasets_sha256: str | None
    dataset_count: int
    terms: ImportTerms = ImportTerms()


class StoredImportRepository(Repository):
    """Reads and adds imports."""

    def add(self, stored: StoredImport) -> None:
        """A new import, once its files are stored.

        Raises:
            Conflict: ``conflict`` when the id is taken, ``reference-missing`` for nobody's person.
        """
        self._insert(
            InventoryImportRow(
                id=stored.id,
                imported_by=stored.imported_by,
                imported_at=stored.imported_at,
                file_name=stored.file_name,
                file_sha256=stored.file_sha256,
                size_bytes=stored.size_bytes,
                format=stored.format,
                options=dict(stored.options),
                report_sha256=stored.report_sha256,
                datasets_sha256=stored.datasets_sha256,
                dataset_count=stored.dataset_count,
                licence=stored.terms.licence,
                is_publishable=stored.terms.is_publishable,
            )
        )

    def get(self, import_id: str) -> StoredImport:
        """The import of that id, or :class:`NotFound`."""
        statement = select(InventoryImportRow).where(col(InventoryImportRow.id) == import_id)
        return _stored(self._one(statement, "inventory-import"))

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[StoredImport]:
        """All imports, newest first."""
        page = self._page(
            select(InventoryImportRow), InventoryImportRow.id, after=after, limit=limit
        )
        return page.map(_stored)

    def find_same(self, stored: StoredImport) -> StoredImport | None:
        """An import that differs from this one in nothing but its id and time; the oldest."""
        row = InventoryImportRow
        rows = self._all(
            select(row)
            .where(
                col(row.file_sha256) == stored.file_sha256,
                col(row.report_sha256) == stored.report_sha256,
            )
            .order_by(col(row.id))
        )
        for known in map(_stored, rows):
            if replace(known, id=stored.id, imported_at=stored.imported_at) == stored:
                return known
        return None

    def importers_of(self, file_sha256: str) -> frozenset[str]:
        """Persons who imported a file with this hash; nobody where nobody signed in."""
        rows = self._all(
            select(InventoryImportRow).where(col(InventoryImportRow.file_sha256) == file_sha256)
        )
        return frozenset(row.imported_by for row in rows if row.imported_by is not None)

    def put_in_release(self, release_id: str, import_ids: Iterable[str]) -> None:
        """Notes that a new release holds the datasets of these imports."""
        for import_id in import_ids:
            self._insert(ReleaseImportRow(release_id=release_id, import_id=import_id))

    def of_release(self, release_id: str) -> tuple[str, ...]:
        """Ids of the imports whose datasets a release holds."""
        rows = self._all(
            select(ReleaseImportRow)
            .where(col(ReleaseImportRow.release_id) == release_id)
            .order_by(col(ReleaseImportRow.import_id))
        )
        return tuple(row.import_id for row in rows)

    def list_of_release(self, release_id: str) -> tuple[StoredImport, ...]:
        """The imports whose datasets a release holds, oldest first."""
        rows = self._all(
            select(InventoryImportRow)
            .join(ReleaseImportRow, col(ReleaseImportRow.import_id) == col(InventoryImportRow.id))
            .where(col(ReleaseImportRow.release_id) == release_id)
            .order_by(col(InventoryImportRow.id))
        )
        return tuple(_stored(row) for row in rows)

    def closed_releases(self) -> frozenset[str]:
        """Ids of the releases that hold an import which may not be published."""
        statement = (
            select(col(ReleaseImportRow.release_id))
            .join(InventoryImportRow, col(ReleaseImportRow.import_id) == col(InventoryImportRow.id))
            .where(col(InventoryImportRow.is_publishable) == False)  # noqa: E712
        )
        return frozenset(self._session.scalars(statement))

    def releases_of(self, import_id: str) -> tuple[str, ...]:
        """Ids of the releases that hold the datasets of an import, oldest first."""
        rows = self._all(
            select(ReleaseImportRow)
            .where(col(ReleaseImportRow.import_id) == import_id)
            .order_by(col(ReleaseImportRow.release_id))
        )
        return tuple(row.release_id for row in rows)


def _stored(row: InventoryImportRow) -> StoredImport:
    return StoredImport(
        id=row.id,
        imported_by=row.imported_by,
        imported_at=row.imported_at,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        size_bytes=row.size_bytes,
        format=row.format,
        options=dict(row.options),
        report_sha256=row.report_sha256,
        datasets_sha256=row.datasets_sha256,
        dataset_count=row.dataset_count,
        terms=ImportTerms(licence=row.licence, is_publishable=row.is_publishable),
    )
