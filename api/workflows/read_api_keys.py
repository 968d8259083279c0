"""Reads one's own API keys."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.organisations.values import ApiKey
from lca_db.unit_of_work import UnitOfWork


def list_api_keys(context: Context, actor: Actor) -> tuple[ApiKey, ...]:
    """The keys of the account, revoked ones included, newest first."""
    require(actor, Action.MANAGE_OWN_KEYS)
    with UnitOfWork(context.engine, Scope.everything("own API keys"), read_only=True) as uow:
        return uow.sign_in.list_api_keys(actor.account_id)
