"""Tables of inventory releases and their datasets; append-only."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from footprint.inventory import DatasetKind, ReviewStatus
from lca_db.rows import Row, check, one_of, refers, table_args
from lca_db.types import Count, Flag, Identifier, JsonText, Plain, Sha256, UtcDateTime


class ReleaseRow(Row, table=True):
    """A frozen inventory: the hashes of its snapshot, its intensity table, its findings and, where
    it was sampled, the index of its draws."""

    __tablename__ = "release"
    __table_args__ = table_args(check("dataset_count_positive", "dataset_count > 0"))

    id: str = Field(sa_type=Identifier, primary_key=True)
    snapshot_sha256: str = Field(sa_type=Sha256)
    table_sha256: str = Field(sa_type=Sha256)
    index_sha256: str = Field(sa_type=Sha256)
    findings_sha256: str = Field(sa_type=Sha256)
    reviews_sha256: str = Field(sa_type=Sha256)
    sampling_sha256: str | None = Field(default=None, sa_type=Sha256)
    structure_sha256: str | None = Field(default=None, sa_type=Sha256)
    dataset_count: int = Field(sa_type=Count)
    note: str = Field(sa_type=Plain)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ReleaseDatasetRow(Row, table=True):
    """A dataset of a release as people look for it; ``words`` is what search reads.

    ``industry`` is "" where none is given. ``code_words`` are the codes, each behind its system
    and before a blank, as digits alone: ``HS:760611 CPC:41531 ``. By ``name_keys`` and ``standing``
    answers are sorted (``lca_db/inventory/asking.py``).
    """

    __tablename__ = "release_dataset"
    __table_args__ = table_args(
        refers("release_id", "release.id"),
        one_of("kind", DatasetKind),
        one_of("review_status", ReviewStatus),
    )

    release_id: str = Field(sa_type=Identifier, primary_key=True)
    dataset_id: str = Field(sa_type=Identifier, primary_key=True)
    names: Any = Field(sa_type=JsonText, nullable=False)
    synonyms: Any = Field(sa_type=JsonText, nullable=False)
    unit: str = Field(sa_type=Identifier)
    location: str = Field(sa_type=Identifier)
    year: str = Field(sa_type=Identifier)
    kind: str = Field(sa_type=Identifier)
    review_status: str = Field(sa_type=Identifier)
    industry: str = Field(sa_type=Identifier)
    codes: Any = Field(sa_type=JsonText, nullable=False)
    code_words: str = Field(sa_type=Identifier)
    name_keys: str = Field(sa_type=Identifier)
    standing: int = Field(sa_type=Count)
    word_count: int = Field(sa_type=Count)
    content_sha256: str = Field(sa_type=Sha256)
    body: Any = Field(sa_type=JsonText, nullable=False)
    words: str = Field(sa_type=Plain)


class InventoryImportRow(Row, table=True):
    """A foreign file that was imported: who, when, with what choices, and the hashes of the file,
    of its report and of the datasets that came in; append-only."""

    __tablename__ = "inventory_import"
    __table_args__ = table_args(
        refers("imported_by", "person.id"),
        check("size_positive", "size_bytes > 0"),
        check("datasets_when_any", "(dataset_count > 0) = (datasets_sha256 IS NOT NULL)"),
        check("publishable_by_licence", "licence <> '' OR is_publishable = 0"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    imported_by: str | None = Field(default=None, sa_type=Identifier)
    imported_at: datetime = Field(sa_type=UtcDateTime)
    file_name: str = Field(sa_type=Plain)
    file_sha256: str = Field(sa_type=Sha256)
    size_bytes: int = Field(sa_type=Count)
    format: str = Field(sa_type=Identifier)
    options: Any = Field(sa_type=JsonText, nullable=False)
    report_sha256: str = Field(sa_type=Sha256)
    datasets_sha256: str | None = Field(default=None, sa_type=Sha256)
    dataset_count: int = Field(sa_type=Count)
    licence: str = Field(sa_type=Plain)
    is_publishable: bool = Field(sa_type=Flag)


class ReleaseImportRow(Row, table=True):
    """That a release holds the datasets of an import; append-only."""

    __tablename__ = "release_import"
    __table_args__ = table_args(
        refers("release_id", "release.id"), refers("import_id", "inventory_import.id")
    )

    release_id: str = Field(sa_type=Identifier, primary_key=True)
    import_id: str = Field(sa_type=Identifier, primary_key=True)
