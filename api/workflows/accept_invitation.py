"""Makes the account of a person who opened a one-time link.

One human is one person: who is signed in already stays that person, and so does whoever has the
identity document the link was made for. Only a document nobody has shown before makes a new one.
"""

from __future__ import annotations

import hmac

from api.context import Context
from api.problems import Problem
from api.security.identities import checked_salt, identity_hash, salt_sha256
from api.security.passwords import MAX_LENGTH, MIN_LENGTH, password_hash
from api.security.tokens import token_sha256
from labels.access import Scope, check_roles
from labels.identity_document import IdentityDocument
from labels.names import checked_name
from lca_db.errors import NotFound
from lca_db.records.organisations.values import Account, Invitation, Person, email_skeleton
from lca_db.unit_of_work import UnitOfWork

ATTEMPTS_PER_LINK = 5
_SCOPE = Scope.everything("accept invitation")


def accept_invitation(
    context: Context,
    token: str,
    *,
    name: str,
    email: str,
    password: str,
    identity: IdentityDocument | None = None,
    signed_in: Account | None = None,
) -> Account:
    """The account a one-time link makes; the link works once.

    Args:
        context: The instance.
        token: Of the link.
        name: The person's; an existing person keeps theirs.
        email: To sign in with.
        password: To sign in with.
        identity: The document the inviter named; the first administrator, whom nobody
            invites, shows their own. None is refused.
        signed_in: The account the link was opened with, where somebody is signed in.

    Raises:
        Problem: 422 ``password-too-short``, ``email-malformed``, ``identity-missing`` or
            ``identity-not-the-invited``, 409 ``email-taken`` or ``identity-of-another-person``.
        NotFound: The link is unknown, used, expired or was tried with too many wrong documents.
        CredentialError: The salt of identity documents is not there whole.
    """
    skeleton = _checked_email(email, password)
    display_name = checked_name(name, "/name")
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        # before any hashing, which costs: nobody without a link makes us spend it
        invitation = uow.sign_in.get_open_invitation(token_sha256(token), now)
    shown = _checked_identity(context, invitation, identity)
    stored = password_hash(password)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        invitation = uow.sign_in.use_invitation(token_sha256(token), now)
        if uow.organisations.find_account_by_email(skeleton):
            raise Problem(409, "email-taken", "/email")
        account = Account(
            id=context.ids("acc"),
            person_id=_person(context, uow, shown, display_name, signed_in),
            organisation_id=str(invitation.organisation_id),
            email=skeleton,
            password_hash=stored,
            roles=invitation.roles,
            created_at=now,
        )
        check_roles(uow.organisations.get(account.organisation_id).kind, account.roles)
        uow.organisations.add_account(account)
        uow.commit()
    return account


def _checked_email(email: str, password: str) -> str:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Problem(
            422, "password-too-short", "/password", parameters={"length": str(MIN_LENGTH)}
        )
    skeleton = email_skeleton(email)
    if "@" not in skeleton[1:-1] or len(skeleton) > 200 or " " in skeleton:
        raise Problem(422, "email-malformed", "/email")
    return skeleton


def _checked_identity(
    context: Context, invitation: Invitation, identity: IdentityDocument | None
) -> str:
    """The hash of the document of whoever opened the link, who is whom it was made for.

    After a few wrong documents it is a link no more; every try is counted before its document is
    looked at, and taken back when it was the right one. The first link is made for nobody known:
    whoever shows a document is known by it from then on.
    """
    if identity is None:
        raise Problem(422, "identity-missing", "/identity_number")
    if invitation.identity_hash is None:
        return identity_hash(context, identity)
    checked_salt(context)  # what the guest cannot mend costs them no try
    key = f"link:{invitation.token_sha256}"
    with UnitOfWork(context.engine, _SCOPE) as uow:
        tried = uow.sign_in.add_attempt(key, invitation.created_at)
        uow.commit()
    if tried > ATTEMPTS_PER_LINK:
        raise NotFound(kind="invitation")
    shown = identity_hash(context, identity)
    if not hmac.compare_digest(shown, invitation.identity_hash):
        raise Problem(422, "identity-not-the-invited", "/identity_number")
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.take_back_attempt(key, invitation.created_at)
        uow.commit()
    return shown


def _person(
    context: Context,
    uow: UnitOfWork,
    shown: str,
    display_name: str,
    signed_in: Account | None,
) -> str:
    """The person the new account belongs to, made where nobody knows them yet."""
    known = uow.organisations.find_person_by_identity(shown)
    if known and signed_in and known != signed_in.person_id:
        raise Problem(409, "identity-of-another-person")
    person_id = known or (signed_in.person_id if signed_in else None)
    if person_id is None:
        person_id = context.ids("psn")
        uow.organisations.add_person(Person(id=person_id, display_name=display_name))
    if not known:
        uow.organisations.add_identity(person_id, shown, salt_sha256(context))
    return person_id
