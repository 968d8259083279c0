"""Makes the account of a person who opened a one-time link."""

from __future__ import annotations

from api.context import Context
from api.problems import Problem
from api.security.passwords import MAX_LENGTH, MIN_LENGTH, password_hash
from api.security.tokens import token_sha256
from labels.access import Scope
from labels.names import checked_name
from lca_db.records.organisations.values import Account, Person, email_skeleton
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("accept invitation")


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
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        uow.sign_in.get_open_invitation(token_sha256(token), now)  # before any hashing: that costs
    stored = password_hash(password)
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
