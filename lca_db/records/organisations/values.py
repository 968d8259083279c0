"""Organisations, people and accounts as values."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from labels.access import Actor, Body, OrganisationKind, Role
from labels.label import LocalText


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation as the public may know it.

    Attributes:
        names: In each language.
        legal_id: Registration number (unified social credit code, business registration).
        region: CN-GD, HK, MO.
        is_test: A fictional organisation of test mode.
    """

    id: str
    kind: OrganisationKind
    names: LocalText
    legal_id: str
    region: str
    created_at: datetime
    is_test: bool = False


@dataclass(frozen=True, kw_only=True)
class AccreditedBody:
    """A body, the number of its accreditation, and where the public reaches it.

    Attributes:
        contact: Where to complain or appeal, shown with every label it issues; "" where none is
            stated.
    """

    body: Body
    accreditation: str
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class BodyEvent:
    """One change of what a body is accredited for.

    Attributes:
        number: 1, 2, ... of the body.
        person_id: Who entered it.
        account_id: With which account or key.
        entered: What holds from then on.
    """

    number: int
    at: datetime
    person_id: str
    account_id: str
    entered: AccreditedBody


@dataclass(frozen=True, kw_only=True)
class Person:
    """A natural person."""

    id: str
    display_name: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person's sign-in for one organisation; ``password_hash`` is never shown to anybody."""

    id: str
    person_id: str
    organisation_id: str
    email: str
    password_hash: str
    roles: frozenset[Role]
    created_at: datetime
    is_test: bool = False
    disabled_at: datetime | None = None

    def actor(self, roles: frozenset[Role] | None = None) -> Actor:
        """Who acts when this account is used, with all of its roles or some."""
        return Actor(
            person_id=self.person_id,
            account_id=self.id,
            organisation_id=self.organisation_id,
            roles=self.roles if roles is None else self.roles & roles,
            is_test=self.is_test,
        )


@dataclass(frozen=True, kw_only=True)
class SignInSession:
    """A signed-in browser."""

    token_sha256: str
    account_id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key of a program, known by its hash alone.

    Attributes:
        prefix: How the key begins, to tell one from another; far too short to use.
        label: What its owner calls it.
    """

    id: str
    key_sha256: str
    prefix: str
    account_id: str
    label: str
    roles: frozenset[Role]
    created_at: datetime
    is_test: bool = False
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class InvitationPurpose(StrEnum):
    """What a one-time link is for."""

    SET_UP = "set-up"
    JOIN = "join"


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A one-time link, known by its hash alone.

    Attributes:
        identity_hash: Whom it is for (``api/security/identities.py``); None for the first
            administrator, whom nobody invites and who shows a document of their own.
    """

    token_sha256: str
    purpose: InvitationPurpose
    created_at: datetime
    expires_at: datetime
    organisation_id: str | None = None
    account_id: str | None = None
    identity_hash: str | None = None
    roles: frozenset[Role] = frozenset()
    used_at: datetime | None = None


def email_skeleton(email: str) -> str:
    """What two spellings of one address have in common: NFKC and case folded."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def role_names(roles: frozenset[Role]) -> list[str]:
    """Roles as they are stored: sorted words."""
    return sorted(role.value for role in roles)


def roles_of(names: list[str]) -> frozenset[Role]:
    """Roles as they were stored."""
    return frozenset(Role(name) for name in names)
