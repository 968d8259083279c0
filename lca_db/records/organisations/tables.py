"""Tables of organisations, people, accounts and what people sign in with."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from labels.access import OrganisationKind
from lca_db.records.organisations.values import InvitationPurpose
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique
from lca_db.types import Count, Day, Flag, Identifier, JsonText, Plain, Sha256, UtcDateTime


class OrganisationRow(Row, table=True):
    """A maker, body, bank or authority; what it is called and registered as is public."""

    __tablename__ = "organisation"
    __table_args__ = table_args(
        one_of("kind", OrganisationKind),
        unique("region", "legal_id_skeleton"),
        check("id_given", "id <> ''"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    kind: str = Field(sa_type=Identifier)
    names: Any = Field(sa_type=JsonText, nullable=False)
    legal_id: str = Field(sa_type=Identifier)
    legal_id_skeleton: str = Field(sa_type=Identifier)
    region: str = Field(sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcDateTime)


class OrganisationNameRow(Row, table=True):
    """What a name of an organisation looks like, in any language; no other may look the same."""

    __tablename__ = "organisation_name"
    __table_args__ = table_args(refers("organisation_id", "organisation.id"))

    name_skeleton: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)


class BodyRow(Row, table=True):
    """What a conformity-assessment body is accredited for."""

    __tablename__ = "body"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        check("scope_ordered", "scope_from <= scope_until"),
        one_of("kind", (OrganisationKind.VERIFICATION_BODY, OrganisationKind.CERTIFICATION_BODY)),
    )

    organisation_id: str = Field(sa_type=Identifier, primary_key=True)
    kind: str = Field(sa_type=Identifier)
    accreditation: str = Field(sa_type=Plain)
    contact: str = Field(sa_type=Plain)
    categories: Any = Field(sa_type=JsonText, nullable=False)
    scope_from: date = Field(sa_type=Day)
    scope_until: date = Field(sa_type=Day)
    is_suspended: bool = Field(sa_type=Flag)
    affiliates: Any = Field(sa_type=JsonText, nullable=False)


class BodyEventRow(Row, table=True):
    """One change of what a body is accredited for: who entered what, when; append-only."""

    __tablename__ = "body_event"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        check("number_positive", "number > 0"),
    )

    organisation_id: str = Field(sa_type=Identifier, primary_key=True)
    number: int = Field(sa_type=Count, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    person_id: str = Field(sa_type=Identifier)
    account_id: str = Field(sa_type=Identifier)
    content: Any = Field(sa_type=JsonText, nullable=False)


class PersonRow(Row, table=True):
    """A natural person; rules about people are about this id, never about an account."""

    __tablename__ = "person"
    __table_args__ = table_args(check("id_given", "id <> ''"))

    id: str = Field(sa_type=Identifier, primary_key=True)
    display_name: str = Field(sa_type=Plain)


class PersonIdentityRow(Row, table=True):
    """An identity document of a person as a slow salted hash, never the number itself."""

    __tablename__ = "person_identity"
    __table_args__ = table_args(
        refers("person_id", "person.id"),
        index("ix_person_identity_person_id", "person_id"),
    )

    identity_hash: str = Field(sa_type=Sha256, primary_key=True)
    person_id: str = Field(sa_type=Identifier)
    salt_sha256: str = Field(sa_type=Sha256)


class AccountRow(Row, table=True):
    """A person's sign-in for one organisation."""

    __tablename__ = "account"
    __table_args__ = table_args(
        refers("person_id", "person.id"),
        refers("organisation_id", "organisation.id"),
        unique("email_skeleton"),
        index("ix_account_organisation_id", "organisation_id"),
        index("ix_account_person_id", "person_id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    person_id: str = Field(sa_type=Identifier)
    organisation_id: str = Field(sa_type=Identifier)
    email: str = Field(sa_type=Plain)
    email_skeleton: str = Field(sa_type=Identifier)
    password_hash: str = Field(sa_type=Plain)
    roles: Any = Field(sa_type=JsonText, nullable=False)
    is_test: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(Row, table=True):
    """A signed-in browser; the token itself is never stored."""

    __tablename__ = "session"
    __table_args__ = table_args(
        refers("account_id", "account.id"),
        check("expiry_later", "expires_at > created_at"),
        index("ix_session_account_id", "account_id"),
    )

    token_sha256: str = Field(sa_type=Sha256, primary_key=True)
    account_id: str = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiKeyRow(Row, table=True):
    """A key of a program; it acts for one account with some of its roles."""

    __tablename__ = "api_key"
    __table_args__ = table_args(
        refers("account_id", "account.id"),
        unique("key_sha256"),
        index("ix_api_key_account_id", "account_id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    key_sha256: str = Field(sa_type=Sha256)
    prefix: str = Field(sa_type=Identifier)
    account_id: str = Field(sa_type=Identifier)
    label: str = Field(sa_type=Plain)
    roles: Any = Field(sa_type=JsonText, nullable=False)
    is_test: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InvitationRow(Row, table=True):
    """A one-time link: to set up an instance, to join an organisation, to set a new password."""

    __tablename__ = "invitation"
    __table_args__ = table_args(
        one_of("purpose", InvitationPurpose),
        check("person_named", "purpose <> 'join' OR identity_hash IS NOT NULL"),
        refers("organisation_id", "organisation.id"),
        refers("account_id", "account.id"),
    )

    token_sha256: str = Field(sa_type=Sha256, primary_key=True)
    purpose: str = Field(sa_type=Identifier)
    organisation_id: str | None = Field(default=None, sa_type=Identifier)
    account_id: str | None = Field(default=None, sa_type=Identifier)
    identity_hash: str | None = Field(default=None, sa_type=Sha256)
    roles: Any = Field(sa_type=JsonText, nullable=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInAttemptRow(Row, table=True):
    """How often a key (account or address) was tried in one window of time."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = table_args(check("count_positive", "count > 0"))

    key: str = Field(sa_type=Identifier, primary_key=True)
    window_started_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    count: int = Field(sa_type=Count)
