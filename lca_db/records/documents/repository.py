"""Documents an organisation keeps, and whether a hash it names is one of its own.

An organisation's documents are those it keeps here, those it filed behind any study, and those
behind its own studies. Another organisation's document is not there, whoever knows its hash.
"""

from __future__ import annotations

from sqlalchemy import Select, exists, or_, select
from sqlmodel import col

from lca_db.records.documents.tables import DocumentRow
from lca_db.records.documents.values import Document
from lca_db.records.studies.tables import EvidenceRow, StudyRow
from lca_db.repository import Page, Repository


class DocumentRepository(Repository):
    """Reads and adds documents."""

    def keep(self, document: Document) -> Document:
        """The document as it is kept, once its file is stored; the same bytes again are there.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(document.organisation_id, is_test=document.is_test)
        self._insert_if_new(
            DocumentRow,
            ["organisation_id", "sha256", "is_test"],
            id=document.id,
            organisation_id=document.organisation_id,
            sha256=document.sha256,
            file_name=document.file_name,
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            added_by=document.added_by,
            added_at=document.added_at,
            is_test=document.is_test,
        )
        kept = select(DocumentRow).where(
            col(DocumentRow.organisation_id) == document.organisation_id,
            col(DocumentRow.sha256) == document.sha256,
            self._of_mode(DocumentRow.is_test),
        )
        return _document(self._one(kept, "document"))

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[Document]:
        """Documents the organisation keeps here, newest first."""
        return self._page(self._visible(), DocumentRow.id, after=after, limit=limit).map(_document)

    def get(self, document_id: str) -> Document:
        """A document within the scope, or :class:`NotFound`."""
        return _document(
            self._one(self._visible().where(col(DocumentRow.id) == document_id), "document")
        )

    def find(self, organisation_id: str, sha256: str) -> Document | None:
        """The document of that hash which the organisation, within the scope, keeps here."""
        row = self._first(
            self._visible().where(
                col(DocumentRow.organisation_id) == organisation_id,
                col(DocumentRow.sha256) == sha256,
            )
        )
        return None if row is None else _document(row)

    def is_kept(self, organisation_id: str, sha256: str) -> bool:
        """Whether the organisation, within the scope, has a document of that hash."""
        kept = exists().where(
            col(DocumentRow.organisation_id) == organisation_id,
            col(DocumentRow.sha256) == sha256,
            self._of_mode(DocumentRow.is_test),
            self._owned(DocumentRow.organisation_id),
        )
        filed = exists().where(
            or_(
                col(EvidenceRow.organisation_id) == organisation_id,
                col(StudyRow.organisation_id) == organisation_id,
            ),
            col(EvidenceRow.sha256) == sha256,
            col(EvidenceRow.study_id) == col(StudyRow.id),
            self._of_mode(StudyRow.is_test),
            self._owned(EvidenceRow.organisation_id, StudyRow.organisation_id),
        )
        return bool(self._session.execute(select(or_(kept, filed))).scalar_one())

    def _visible(self) -> Select[DocumentRow]:
        return select(DocumentRow).where(
            self._of_mode(DocumentRow.is_test), self._owned(DocumentRow.organisation_id)
        )


def _document(row: DocumentRow) -> Document:
    return Document(
        id=row.id,
        organisation_id=row.organisation_id,
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        added_by=row.added_by,
        added_at=row.added_at,
        is_test=row.is_test,
    )
