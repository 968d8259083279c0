"""Studies, the exact bills of materials they rest on, and their evidence.

A study is seen by its organisation and by the two bodies of a case on it. Nothing here is ever
changed: a new bill is a new version of the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlmodel import col

from labels.case import CaseState
from lca_db.errors import NotFound
from lca_db.records.certification.tables import CaseRow
from lca_db.records.numbers.counters import next_value
from lca_db.records.studies.tables import BomRow, EvidenceRow, StudyRow
from lca_db.records.studies.values import Evidence, Study, StudySummary
from lca_db.repository import Page, Repository
from lca_db.rows import METADATA

_ENDED = tuple(
    state.value
    for state in (CaseState.ISSUED, CaseState.REFUSED, CaseState.SURRENDERED, CaseState.VOID)
)
_ITS_BILL = and_(
    col(BomRow.organisation_id) == col(StudyRow.organisation_id),
    col(BomRow.sha256) == col(StudyRow.bom_sha256),
)


class StudyRepository(Repository):
    """Reads and adds studies."""

    def add_bom(self, organisation_id: str, sha256: str, content: bytes, at: datetime) -> None:
        """The exact bytes of a bill of materials; the same bytes again are already there."""
        self._admit(organisation_id)
        self._insert_if_new(
            BomRow,
            organisation_id=organisation_id,
            sha256=sha256,
            content=content,
            submitted_at=at,
        )

    def next_version(self, product_id: str) -> int:
        """The number of the product's next study, from 1; held until the commit.

        Raises:
            NotFound: The organisation has no such product.
        """
        product = METADATA.tables["product"]  # its module imports this area's tables
        owned = select(product.c.id).where(
            product.c.id == product_id,
            self._of_mode(product.c.is_test),
            self._owned(product.c.organisation_id),
        )
        if self._session.execute(owned).first() is None:
            raise NotFound(kind="product")
        return next_value(self._session, f"study:{product_id}")

    def add(self, study: Study) -> None:
        """A new study.

        Raises:
            Conflict: ``conflict`` when the version is taken.
            StorageError: ``scope-violated``.
        """
        self._admit(study.organisation_id, is_test=study.is_test)
        self._insert(
            StudyRow(
                id=study.id,
                organisation_id=study.organisation_id,
                product_id=study.product_id,
                version=study.version,
                bom_sha256=study.bom_sha256,
                release_id=study.release_id,
                method=study.method,
                result_sha256=study.result_sha256,
                result=study.result,
                provenance=dict(study.provenance),
                plant=study.plant,
                preparer_id=study.preparer_id,
                is_test=study.is_test,
                created_at=study.created_at,
            )
        )

    def get(self, study_id: str) -> Study:
        """The study of that id, or :class:`NotFound`."""
        return _study(self._study_row(study_id))

    def bom_of(self, study_id: str) -> bytes:
        """The exact bytes submitted for a study, or :class:`NotFound`."""
        study = self._study_row(study_id)
        row = self._one(
            select(BomRow).where(
                col(BomRow.organisation_id) == study.organisation_id,
                col(BomRow.sha256) == study.bom_sha256,
            ),
            "bom",
        )
        return row.content

    def list_(
        self, *, product_id: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[StudySummary]:
        """The organisation's own studies, of one product or all."""
        statement = select(StudyRow).where(
            self._of_mode(StudyRow.is_test), self._owned(StudyRow.organisation_id)
        )
        if product_id is not None:
            statement = statement.where(col(StudyRow.product_id) == product_id)
        return self._page(statement, StudyRow.id, after=after, limit=limit).map(_summary)

    def list_sizes(self, *, after: str = "", limit: int = 10_000) -> tuple[tuple[str, int], ...]:
        """Id and bytes of the bill of the organisation's own studies above ``after``, by id."""
        statement = (
            select(col(StudyRow.id), func.length(col(BomRow.content)))
            .join(BomRow, _ITS_BILL)
            .where(
                col(StudyRow.id) > after,
                self._of_mode(StudyRow.is_test),
                self._owned(StudyRow.organisation_id),
            )
            .order_by(col(StudyRow.id))
            .limit(limit)
        )
        return tuple((study, size) for study, size in self._session.execute(statement))

    def list_with_bills(self, study_ids: Sequence[str]) -> tuple[tuple[Study, bytes], ...]:
        """Those of the studies that are the organisation's own, by id, with their exact bills."""
        statement = (
            select(StudyRow, col(BomRow.content))
            .join(BomRow, _ITS_BILL)
            .where(
                col(StudyRow.id).in_(study_ids),
                self._of_mode(StudyRow.is_test),
                self._owned(StudyRow.organisation_id),
            )
            .order_by(col(StudyRow.id))
        )
        return tuple((_study(row), content) for row, content in self._session.execute(statement))

    def newest(self, product_id: str) -> StudySummary:
        """The newest version of a product's study, or :class:`NotFound`."""
        statement = (
            select(StudyRow)
            .where(
                col(StudyRow.product_id) == product_id,
                self._of_mode(StudyRow.is_test),
                self._owned(StudyRow.organisation_id),
            )
            .order_by(col(StudyRow.version).desc())
        )
        row = self._first(statement)
        if row is None:
            raise NotFound(kind="study")
        return _summary(row)

    def list_cases_under_way(self, product_id: str) -> tuple[str, ...]:
        """Ids of the cases on any version of a product that may still end in a label."""
        statement = (
            select(col(CaseRow.id))
            .join(StudyRow, col(StudyRow.id) == col(CaseRow.study_id))
            .where(
                col(StudyRow.product_id) == product_id,
                self._of_mode(StudyRow.is_test),
                self._owned(StudyRow.organisation_id),
                col(CaseRow.state).not_in(_ENDED),
            )
            .order_by(col(CaseRow.id))
        )
        return tuple(self._session.execute(statement).scalars())

    def add_evidence(self, evidence: Evidence) -> Evidence:
        """A document as it is filed behind a study, once its file is stored.

        The same bytes of the same kind again are the document that is there, whoever filed it.

        Raises:
            NotFound: The study is outside the scope.
            StorageError: ``scope-violated``.
        """
        self._admit(evidence.organisation_id)
        self._study_row(evidence.study_id)
        self._insert_if_new(
            EvidenceRow,
            ["study_id", "kind", "sha256"],
            id=evidence.id,
            study_id=evidence.study_id,
            organisation_id=evidence.organisation_id,
            kind=evidence.kind,
            sha256=evidence.sha256,
            file_name=evidence.file_name,
            media_type=evidence.media_type,
            size_bytes=evidence.size_bytes,
            added_by=evidence.added_by,
            added_at=evidence.added_at,
        )
        filed = select(EvidenceRow).where(
            col(EvidenceRow.study_id) == evidence.study_id,
            col(EvidenceRow.kind) == evidence.kind,
            col(EvidenceRow.sha256) == evidence.sha256,
        )
        return _evidence(self._one(filed, "evidence"))

    def list_evidence(self, study_id: str) -> tuple[Evidence, ...]:
        """Documents of a study in the order they came, or :class:`NotFound`."""
        self._study_row(study_id)
        rows = self._all(
            select(EvidenceRow)
            .where(col(EvidenceRow.study_id) == study_id)
            .order_by(col(EvidenceRow.id))
        )
        return tuple(_evidence(row) for row in rows)

    def get_evidence(self, evidence_id: str) -> Evidence:
        """A document of a study within the scope, or :class:`NotFound`."""
        row = self._one(select(EvidenceRow).where(col(EvidenceRow.id) == evidence_id), "evidence")
        try:
            self._study_row(row.study_id)
        except NotFound:
            raise NotFound(kind="evidence") from None
        return _evidence(row)

    def _study_row(self, study_id: str) -> StudyRow:
        return self._one(
            select(StudyRow).where(
                col(StudyRow.id) == study_id,
                self._of_mode(StudyRow.is_test),
                self._owned(StudyRow.organisation_id) | self._examined(),
            ),
            "study",
        )

    def _examined(self) -> ColumnElement[bool]:
        """The condition that the scope's body has a case on the study."""
        return (
            exists()
            .where(
                col(CaseRow.study_id) == col(StudyRow.id),
                self._owned(CaseRow.verification_body_id, CaseRow.certification_body_id),
            )
            .correlate(StudyRow)
        )


def _study(row: StudyRow) -> Study:
    return Study(
        id=row.id,
        organisation_id=row.organisation_id,
        product_id=row.product_id,
        version=row.version,
        bom_sha256=row.bom_sha256,
        release_id=row.release_id,
        method=row.method,
        result_sha256=row.result_sha256,
        result=row.result,
        provenance=dict(row.provenance),
        plant=row.plant,
        preparer_id=row.preparer_id,
        created_at=row.created_at,
        is_test=row.is_test,
    )


def _summary(row: StudyRow) -> StudySummary:
    return StudySummary(
        id=row.id,
        product_id=row.product_id,
        version=row.version,
        method=row.method,
        result_sha256=row.result_sha256,
        created_at=row.created_at,
    )


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        id=row.id,
        study_id=row.study_id,
        organisation_id=row.organisation_id,
        kind=row.kind,
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        added_by=row.added_by,
        added_at=row.added_at,
    )
