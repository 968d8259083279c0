"""Table of the matches organisations confirmed: private, replaced by a later one, forgotten."""

from datetime import datetime

from sqlmodel import Field

from lca_db.rows import Row, refers, table_args, unique
from lca_db.types import Flag, Identifier, Plain, Sha256, UtcDateTime


class ConfirmedMatchRow(Row, table=True):
    """The dataset that one organisation chose for a text, whatever its script and spacing."""

    __tablename__ = "confirmed_match"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("confirmed_by", "person.id"),
        unique("organisation_id", "is_test", "text_sha256"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    text_sha256: str = Field(sa_type=Sha256)
    text: str = Field(sa_type=Plain)
    unit: str = Field(sa_type=Identifier)
    dataset_id: str = Field(sa_type=Identifier)
    confirmed_by: str = Field(sa_type=Identifier)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)
