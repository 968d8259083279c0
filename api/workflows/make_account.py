"""Makes organisations and accounts; a new instance starts with a one-time link and no users."""

from __future__ import annotations

from datetime import timedelta

from api.context import Context
from api.problems import Problem
from api.security.passwords import MAX_LENGTH, MIN_LENGTH, password_hash
from api.security.policy import Action, require
from api.security.tokens import LIVE_PREFIX, TEST_PREFIX, new_token, token_sha256
from labels.access import Actor, Role, Scope
from labels.names import checked_name
from lca_db.records.organisations.values import (
    Account,
    ApiKey,
    Invitation,
    InvitationPurpose,
    Organisation,
    OrganisationKind,
    Person,
    email_skeleton,
)
from lca_db.unit_of_work import UnitOfWork

LINK_LASTS = timedelta(hours=24)
_SCOPE = Scope.everything("make account")


def first_invitation(context: Context) -> str:
    """The token of a one-time link that makes the first administrator.

    Raises:
        Problem: 409 ``accounts-exist`` once somebody can sign in.
    """
    now = context.now()
    token = new_token()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        if uow.organisations.count_accounts():
            raise Problem(409, "accounts-exist")
        operator = Organisation(
            id=context.ids("org"),
            kind=OrganisationKind.OPERATOR,
            names={"zh-Hans": context.settings.body_name_zh, "en": context.settings.body_name_en},
            legal_id=f"operator-{context.ids('org')[-8:]}",
            region=context.settings.region,
            created_at=now,
        )
        uow.organisations.add(operator)
        uow.sign_in.add_invitation(
            Invitation(
                token_sha256=token_sha256(token),
                purpose=InvitationPurpose.SET_UP,
                created_at=now,
                expires_at=now + LINK_LASTS,
                organisation_id=operator.id,
                roles=frozenset({Role.ADMINISTRATOR}),
            )
        )
        uow.commit()
    return token


def invite(context: Context, actor: Actor, organisation_id: str, roles: frozenset[Role]) -> str:
    """The token of a one-time link for one more person of an organisation."""
    require(actor, Action.MANAGE_ACCOUNTS)
    now = context.now()
    token = new_token()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.organisations.get(organisation_id)
        uow.sign_in.add_invitation(
            Invitation(
                token_sha256=token_sha256(token),
                purpose=InvitationPurpose.JOIN,
                created_at=now,
                expires_at=now + LINK_LASTS,
                organisation_id=organisation_id,
                roles=roles,
            )
        )
        uow.commit()
    return token


def accept_invitation(
    context: Context, token: str, *, name: str, email: str, password: str
) -> Account:
    """The account a one-time link makes; the link works once.

    Raises:
        Problem: 422 ``password-too-short``, ``email-malformed``.
        NotFound: The link is unknown, used or expired.
        Conflict: The email address has an account.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Problem(
            422, "password-too-short", "/password", parameters={"length": str(MIN_LENGTH)}
        )
    skeleton = email_skeleton(email)
    if "@" not in skeleton[1:-1] or len(skeleton) > 200 or " " in skeleton:
        raise Problem(422, "email-malformed", "/email")
    display_name = checked_name(name, "/name")
    stored = password_hash(password)
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        invitation = uow.sign_in.use_invitation(token_sha256(token), now)
        person = Person(id=context.ids("psn"), display_name=display_name)
        uow.organisations.add_person(person)
        account = Account(
            id=context.ids("acc"),
            person_id=person.id,
            organisation_id=str(invitation.organisation_id),
            email=skeleton,
            password_hash=stored,
            roles=invitation.roles,
            created_at=now,
        )
        uow.organisations.add_account(account)
        uow.commit()
    return account


def make_api_key(context: Context, account: Account, label: str) -> str:
    """A new key of an account, shown once; only its hash is stored."""
    key = new_token(TEST_PREFIX if account.is_test else LIVE_PREFIX)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.add_api_key(
            ApiKey(
                id=context.ids("key"),
                key_sha256=token_sha256(key),
                account_id=account.id,
                label=checked_name(label, "/label"),
                roles=account.roles,
                created_at=context.now(),
                is_test=account.is_test,
            )
        )
        uow.commit()
    return key
