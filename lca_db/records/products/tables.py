"""Table of products."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from lca_db.rows import Row, index, refers, table_args, unique
from lca_db.types import Flag, Identifier, JsonText, Plain, UtcDateTime


class ProductRow(Row, table=True):
    """A product of one organisation; its studies are its versions."""

    __tablename__ = "product"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        unique("organisation_id", "is_test", "model"),
        unique("id", "organisation_id", "is_test"),
        index("ix_product_organisation_id", "organisation_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    names: Any = Field(sa_type=JsonText, nullable=False)
    model: str = Field(sa_type=Plain)
    category: str = Field(sa_type=Identifier)
    gtin: str | None = Field(default=None, sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcDateTime)
