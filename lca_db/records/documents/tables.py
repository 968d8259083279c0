"""Table of the documents organisations keep: signed agreements, sales records, enterprise data."""

from datetime import datetime

from sqlmodel import Field

from lca_db.rows import Row, check, refers, table_args, unique
from lca_db.types import Count, Flag, Identifier, Plain, Sha256, UtcDateTime


class DocumentRow(Row, table=True):
    """A document of one organisation; the file itself lies under its hash; append-only."""

    __tablename__ = "document"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("added_by", "person.id"),
        check("size_positive", "size_bytes > 0"),
        unique("organisation_id", "sha256", "is_test"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    sha256: str = Field(sa_type=Sha256)
    file_name: str = Field(sa_type=Plain)
    media_type: str = Field(sa_type=Plain)
    size_bytes: int = Field(sa_type=Count)
    added_by: str = Field(sa_type=Identifier)
    added_at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)
