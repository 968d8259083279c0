"""Accounts people sign in with and their API keys on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Strict
from api.schemas.footprints import Out
from api.views import NamedAccount, NewApiKey
from lca_db.records.organisations.values import ApiKey


class UserAccountOut(Out):
    """An account as the administrator sees it; two of one human have the same ``person_id``."""

    id: str
    person_id: str
    person: str
    organisation_id: str
    email: str
    roles: list[str]
    created_at: datetime
    disabled_at: datetime | None

    @classmethod
    def from_core(cls, named: NamedAccount) -> UserAccountOut:
        """From what is stored."""
        account = named.account
        return cls(
            id=account.id,
            person_id=account.person_id,
            person=named.person,
            organisation_id=account.organisation_id,
            email=account.email,
            roles=sorted(account.roles),
            created_at=account.created_at,
            disabled_at=account.disabled_at,
        )


class ApiKeyIn(Strict):
    """A new API key of one's own."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class ApiKeyOut(Out):
    """An API key as its owner sees it: how it begins, never the whole."""

    id: str
    name: str
    prefix: str
    roles: list[str]
    created_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="To the minute")]
    revoked_at: datetime | None

    @classmethod
    def from_core(cls, key: ApiKey) -> ApiKeyOut:
        """From what is stored."""
        return cls(
            id=key.id,
            name=key.label,
            prefix=key.prefix,
            roles=sorted(key.roles),
            created_at=key.created_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )


class NewApiKeyOut(Out):
    """An API key just made; ``secret`` is shown this once."""

    key: ApiKeyOut
    secret: str

    @classmethod
    def from_new(cls, made: NewApiKey) -> NewApiKeyOut:
        """From the key and its secret."""
        return cls(key=ApiKeyOut.from_core(made.stored), secret=made.secret)
