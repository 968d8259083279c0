"""Takes an account out of use, and back: its sessions and API keys end at once, its past stays."""

from __future__ import annotations

import structlog

from api.context import Context
from api.problems import Problem
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.errors import NotFound
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork

_LOG = structlog.get_logger("tanbiao.accounts")


def disable_account(context: Context, actor: Actor, account_id: str) -> Account:
    """The account, disabled; every session and key of it is ended in the same transaction.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such account.
        Problem: 409 ``administrator-last``, because nobody could let anybody in again.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    with UnitOfWork(context.engine, _scope(actor)) as uow:
        if uow.organisations.hold_administrators() == {account_id}:
            raise Problem(409, "administrator-last")
        uow.organisations.disable_account(account_id, context.now())
        account = _ended(context, uow, account_id)
        uow.commit()
    _LOG.info("account-disabled", account=account_id, by=actor.account_id)
    return account


def enable_account(context: Context, actor: Actor, account_id: str) -> Account:
    """The account, in use again; its person signs in anew and makes new keys.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such account.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    with UnitOfWork(context.engine, _scope(actor)) as uow:
        uow.organisations.enable_account(account_id)
        account = _ended(context, uow, account_id)  # what began while it was being disabled
        uow.commit()
    _LOG.info("account-enabled", account=account_id, by=actor.account_id)
    return account


def _scope(actor: Actor) -> Scope:
    return Scope.everything("manage accounts", is_test=actor.is_test)


def _ended(context: Context, uow: UnitOfWork, account_id: str) -> Account:
    uow.sign_in.end_sessions_of(account_id, context.now())
    uow.sign_in.revoke_api_keys_of(account_id, context.now())
    account = uow.organisations.find_account(account_id)
    if account is None:
        raise NotFound(kind="account")
    return account
