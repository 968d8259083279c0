"""Reads who can sign in, for the administrator."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from api.views import NamedAccount
from labels.access import Actor, Scope
from lca_db.records.organisations.values import Account
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_accounts(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[NamedAccount]:
    """All accounts, disabled ones included, newest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with UnitOfWork(context.engine, Scope.everything("list accounts"), read_only=True) as uow:
        page = uow.organisations.list_accounts(after=after, limit=limit)
        names = uow.organisations.person_names(a.person_id for a in page.items)
        organisations = {
            organisation_id: uow.organisations.get(organisation_id).names
            for organisation_id in {a.organisation_id for a in page.items}
        }
    return page.map(
        lambda a: NamedAccount(
            account=a, person=names[a.person_id], organisation=organisations[a.organisation_id]
        )
    )


def read_account(context: Context, account: Account) -> NamedAccount:
    """One account with its names."""
    with UnitOfWork(context.engine, Scope.everything("name account"), read_only=True) as uow:
        names = uow.organisations.person_names((account.person_id,))
        organisation = uow.organisations.get(account.organisation_id).names
    return NamedAccount(account=account, person=names[account.person_id], organisation=organisation)
