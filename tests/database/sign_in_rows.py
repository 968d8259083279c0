"""Rows of people and how they sign in: accounts, sessions, keys, invitations, changes of a body."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from labels.access import BodyKind, Role
from lca_db.records.organisations.values import (
    Account,
    AccreditedBody,
    ApiKey,
    BodyEvent,
    Invitation,
    InvitationPurpose,
    SignInSession,
)
from tests.database.world import (
    an_account,
)
from tests.support.cases import (
    MAKER,
    NOW,
    a_body,
)

KEPT_SHA256 = "2d" * 32  # of no evidence
LIST_URL = "https://gd.example/status/1"
LABEL_URL = "HTTPS://GD.EXAMPLE/L/AAAAAAAAAAAAAAAAAAAAAAAAAE"
DID = "did:web:gd.example"
SHA256, IDENTITY = "ab" * 32, "1d" * 32
OPERATOR, ADMINISTRATOR = "org_operator", "per_other"
IN_A_YEAR = NOW + timedelta(days=365)


def an_administrator(account_id: str = "acc_administrator") -> Account:
    account = an_account(ADMINISTRATOR, OPERATOR, Role.ADMINISTRATOR)
    return replace(account, id=account_id, email=f"{account_id}@specimen.example")


def a_session(token_sha256: str = SHA256) -> SignInSession:
    return SignInSession(
        token_sha256=token_sha256,
        account_id="acc_per_preparer",
        created_at=NOW,
        last_seen_at=NOW,
        expires_at=IN_A_YEAR,
    )


def an_api_key(key_id: str = "key_1", key_sha256: str = SHA256) -> ApiKey:
    return ApiKey(
        id=key_id,
        key_sha256=key_sha256,
        prefix="tb_live_Ab3d",
        account_id="acc_per_preparer",
        label="ERP",
        roles=frozenset({Role.MANUFACTURER}),
        created_at=NOW,
    )


def an_invitation(token_sha256: str = SHA256) -> Invitation:
    return Invitation(
        token_sha256=token_sha256,
        purpose=InvitationPurpose.JOIN,
        created_at=NOW,
        expires_at=IN_A_YEAR,
        organisation_id=MAKER,
        identity_hash=IDENTITY,
        roles=frozenset({Role.MANUFACTURER}),
    )


def a_body_event(number: int = 1) -> BodyEvent:
    """The verification body entered by the administrator."""
    return BodyEvent(
        number=number,
        at=NOW,
        person_id="per_admin",
        account_id="acc_admin",
        entered=AccreditedBody(body=a_body(BodyKind.VERIFICATION), accreditation="CNAS-1"),
    )
