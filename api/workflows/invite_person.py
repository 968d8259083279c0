"""Makes one-time links; a new instance starts with one and no users."""

from __future__ import annotations

from datetime import timedelta

from api.context import Context
from api.problems import Problem
from api.security.identities import identity_hash
from api.security.policy import Action, require
from api.security.tokens import new_token, token_sha256
from labels.access import Actor, OrganisationKind, Role, Scope, check_roles
from labels.identity_document import IdentityDocument
from lca_db.records.organisations.values import (
    Invitation,
    InvitationPurpose,
    Organisation,
)
from lca_db.unit_of_work import UnitOfWork

LINK_LASTS = timedelta(hours=24)
OPERATOR_NAMES = {
    "zh-Hans": "本实例运营方",
    "zh-Hant": "本執行個體營運方",
    "en": "Operator of this instance",
    "pt": "Operador desta instância",
}
_SCOPE = Scope.everything("invite person")


def invite_person(
    context: Context,
    actor: Actor,
    organisation_id: str,
    roles: frozenset[Role],
    identity: IdentityDocument,
) -> str:
    """The token of a one-time link for one more account of an organisation.

    Args:
        context: The instance.
        actor: An administrator.
        organisation_id: Whom the person acts for.
        roles: Those of the organisation's kind only.
        identity: An identity document of the person, which they must show to accept; the same
            document names the same person in every invitation.

    Raises:
        LabelError: ``role-not-of-kind``.
        NotFound: There is no such organisation.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    named = identity_hash(context, identity)
    now = context.now()
    token = new_token()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        check_roles(uow.organisations.get(organisation_id).kind, roles)
        uow.sign_in.add_invitation(
            Invitation(
                token_sha256=token_sha256(token),
                purpose=InvitationPurpose.JOIN,
                created_at=now,
                expires_at=now + LINK_LASTS,
                organisation_id=organisation_id,
                identity_hash=named,
                roles=roles,
            )
        )
        uow.commit()
    return token


def invite_first_administrator(context: Context) -> str:
    """The token of a one-time link that makes the first administrator; earlier links end.

    Raises:
        Problem: 409 ``accounts-exist`` once somebody can sign in.
    """
    now = context.now()
    token = new_token()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        if uow.organisations.count_accounts():
            raise Problem(409, "accounts-exist")
        operator = _operator(context, uow)
        uow.sign_in.end_invitations(operator.id, now)
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


def _operator(context: Context, uow: UnitOfWork) -> Organisation:
    """Who runs the instance; no body, so that its name does not take that of one."""
    for operator in uow.organisations.list_of_kind(OrganisationKind.OPERATOR):
        return operator
    operator = Organisation(
        id=context.ids("org"),
        kind=OrganisationKind.OPERATOR,
        names=OPERATOR_NAMES,
        legal_id=f"operator-{context.ids('org')[-8:]}",
        region=context.settings.region,
        created_at=context.now(),
    )
    uow.organisations.add(operator)
    return operator
