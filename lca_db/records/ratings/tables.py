"""Tables of indicators, ratings, consents, readings and banks' tables."""

from datetime import date, datetime

from sqlmodel import Field

from labels.ratings.consent import ConsentPurpose
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique
from lca_db.types import Day, Flag, Identifier, Octets, Plain, Sha256, UtcDateTime


class IndicatorRow(Row, table=True):
    """One reported fact about an enterprise; append-only, a correction is a later one."""

    __tablename__ = "indicator"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        check("period_ordered", "period_from <= period_to"),
        index("ix_indicator_organisation_id", "organisation_id", "kind", "received_at"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    kind: str = Field(sa_type=Identifier)
    value: str = Field(sa_type=Plain)
    period_from: date = Field(sa_type=Day)
    period_to: date = Field(sa_type=Day)
    source: str = Field(sa_type=Plain)
    evidence_sha256: str = Field(sa_type=Sha256)
    is_verified: bool = Field(sa_type=Flag)
    reported_by: str = Field(sa_type=Identifier)
    received_at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)


class RatingRow(Row, table=True):
    """A rating as it was calculated; append-only."""

    __tablename__ = "rating"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        index("ix_rating_organisation_id", "organisation_id", "as_of"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    model_id: str = Field(sa_type=Identifier)
    model_version: str = Field(sa_type=Identifier)
    score: str | None = Field(default=None, sa_type=Identifier)
    grade: str = Field(sa_type=Identifier)
    as_of: datetime = Field(sa_type=UtcDateTime)
    valid_until: date = Field(sa_type=Day)
    sha256: str = Field(sa_type=Sha256)
    body: bytes = Field(sa_type=Octets)
    content: str = Field(sa_type=Plain)
    is_test: bool = Field(sa_type=Flag)


class ConsentRow(Row, table=True):
    """An enterprise's consent to one bank; only its revocation is ever added."""

    __tablename__ = "consent"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("bank_id", "organisation.id"),
        refers("given_by", "person.id"),
        one_of("purpose", ConsentPurpose),
        check("expiry_later", "expires_at > given_at"),
        check("parties_differ", "organisation_id <> bank_id"),
        unique("id", "organisation_id", "bank_id"),
        index("ix_consent_organisation_id", "organisation_id", "id"),
        index("ix_consent_bank_id", "bank_id", "organisation_id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    bank_id: str = Field(sa_type=Identifier)
    purpose: str = Field(sa_type=Identifier)
    given_by: str = Field(sa_type=Identifier)
    given_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)


class RatingReadingRow(Row, table=True):
    """One reading of a rating by a bank, allowed or refused; append-only."""

    __tablename__ = "rating_reading"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers(
            ("consent_id", "organisation_id", "bank_id"),
            ("consent.id", "consent.organisation_id", "consent.bank_id"),
        ),
        one_of("purpose", ConsentPurpose),
        index("ix_rating_reading_organisation_id", "organisation_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    bank_id: str = Field(sa_type=Identifier)
    person_id: str = Field(sa_type=Identifier)
    account_id: str = Field(sa_type=Identifier)
    purpose: str = Field(sa_type=Identifier)
    consent_id: str | None = Field(default=None, sa_type=Identifier)
    at: datetime = Field(sa_type=UtcDateTime)
    is_test: bool = Field(sa_type=Flag)


class BankTableRow(Row, table=True):
    """A bank's own table of basis points; append-only, versions are kept."""

    __tablename__ = "bank_table"
    __table_args__ = table_args(
        refers("bank_id", "organisation.id"), check("validity_ordered", "valid_from <= valid_to")
    )

    bank_id: str = Field(sa_type=Identifier, primary_key=True)
    version: str = Field(sa_type=Identifier, primary_key=True)
    valid_from: date = Field(sa_type=Day)
    valid_to: date = Field(sa_type=Day)
    body: str = Field(sa_type=Plain)
    set_by: str = Field(sa_type=Identifier)
    set_at: datetime = Field(sa_type=UtcDateTime)
