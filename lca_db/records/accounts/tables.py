"""Tables of carbon accounts: declared sales volumes and postings; append-only, whole milligrams."""

from datetime import date, datetime

from sqlmodel import Field

from labels.accounts.books import BookKind
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique
from lca_db.types import Day, Flag, Identifier, Milligrams, Plain, Sha256, UtcDateTime


class PostingRow(Row, table=True):
    """A transfer between two accounts of one book: balanced by its very form."""

    __tablename__ = "posting"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("posted_by", "person.id"),
        refers(
            ("organisation_id", "book", "reverses"),
            ("posting.organisation_id", "posting.book", "posting.id"),
        ),
        refers(
            ("product_id", "organisation_id", "is_test"),
            ("product.id", "product.organisation_id", "product.is_test"),
        ),
        unique("organisation_id", "book", "id"),
        unique("reverses"),
        one_of("book", BookKind),
        check("accounts_differ", "debit <> credit"),
        check("amount_positive", "amount_mg > 0"),
        check("period_ordered", "period_from <= period_to"),
        check("not_itself", "reverses IS NULL OR reverses <> id"),
        check("product_of_label", "(label_full_number = '') = (product_id IS NULL)"),
        index("ix_posting_organisation_id", "organisation_id", "product_id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    book: str = Field(sa_type=Identifier)
    debit: str = Field(sa_type=Identifier)
    credit: str = Field(sa_type=Identifier)
    amount_mg: int = Field(sa_type=Milligrams)
    period_from: date = Field(sa_type=Day)
    period_to: date = Field(sa_type=Day)
    label_full_number: str = Field(sa_type=Identifier)
    product_id: str | None = Field(default=None, sa_type=Identifier)
    formula: str = Field(sa_type=Plain)
    evidence_sha256: str = Field(sa_type=Identifier)
    reverses: str | None = Field(default=None, sa_type=Identifier)
    posted_by: str = Field(sa_type=Identifier)
    posted_at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)


class DeclaredVolumeRow(Row, table=True):
    """What a maker said it sold of a labelled product, and the posting made from it."""

    __tablename__ = "declared_volume"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("label_id", "label.id"),
        refers("posting_id", "posting.id"),
        unique("posting_id"),
        check("period_ordered", "period_from <= period_to"),
        index("ix_declared_volume_organisation_id", "organisation_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    label_id: str = Field(sa_type=Identifier)
    posting_id: str = Field(sa_type=Identifier)
    amount: str = Field(sa_type=Identifier)
    unit: str = Field(sa_type=Identifier)
    period_from: date = Field(sa_type=Day)
    period_to: date = Field(sa_type=Day)
    evidence_sha256: str = Field(sa_type=Sha256)
    declared_by: str = Field(sa_type=Identifier)
    declared_at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)
