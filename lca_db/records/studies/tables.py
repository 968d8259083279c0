"""Tables of submitted bills of materials, studies and their evidence; all append-only."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from lca_db.rows import Row, check, index, refers, table_args, unique
from lca_db.types import Count, Flag, Identifier, JsonText, Octets, Plain, Sha256, UtcDateTime


class BomRow(Row, table=True):
    """The exact bytes of a bill of materials as they were submitted by one organisation."""

    __tablename__ = "bom"
    __table_args__ = table_args(refers("organisation_id", "organisation.id"))

    organisation_id: str = Field(sa_type=Identifier, primary_key=True)
    sha256: str = Field(sa_type=Sha256, primary_key=True)
    content: bytes = Field(sa_type=Octets)
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class StudyRow(Row, table=True):
    """One version of a product's footprint study; a change is a new version."""

    __tablename__ = "study"
    __table_args__ = table_args(
        refers(
            ("product_id", "organisation_id", "is_test"),
            ("product.id", "product.organisation_id", "product.is_test"),
        ),
        refers(("organisation_id", "bom_sha256"), ("bom.organisation_id", "bom.sha256")),
        refers("release_id", "release.id"),
        refers("preparer_id", "person.id"),
        unique("product_id", "version"),
        unique("id", "organisation_id", "is_test", "bom_sha256", "result_sha256"),
        check("version_positive", "version > 0"),
        index("ix_study_organisation_id", "organisation_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    product_id: str = Field(sa_type=Identifier)
    version: int = Field(sa_type=Count)
    bom_sha256: str = Field(sa_type=Sha256)
    release_id: str = Field(sa_type=Identifier)
    method: str = Field(sa_type=Identifier)
    result_sha256: str = Field(sa_type=Sha256)
    result: bytes = Field(sa_type=Octets)
    provenance: Any = Field(sa_type=JsonText, nullable=False)
    plant: str = Field(sa_type=Plain)
    preparer_id: str = Field(sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcDateTime)


class EvidenceRow(Row, table=True):
    """A document behind a study; the file itself lies under its hash (``lca_db/files.py``)."""

    __tablename__ = "evidence"
    __table_args__ = table_args(
        refers("study_id", "study.id"),
        refers("organisation_id", "organisation.id"),
        check("size_positive", "size_bytes > 0"),
        unique("study_id", "kind", "sha256"),
        index("ix_evidence_sha256", "sha256"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    study_id: str = Field(sa_type=Identifier)
    organisation_id: str = Field(sa_type=Identifier)
    kind: str = Field(sa_type=Identifier)
    sha256: str = Field(sa_type=Sha256)
    file_name: str = Field(sa_type=Plain)
    media_type: str = Field(sa_type=Plain)
    size_bytes: int = Field(sa_type=Count)
    added_by: str = Field(sa_type=Identifier)
    added_at: datetime = Field(sa_type=UtcDateTime)
