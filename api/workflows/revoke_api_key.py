"""Ends one of one's own API keys."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.unit_of_work import UnitOfWork


def revoke_api_key(context: Context, actor: Actor, key_id: str) -> None:
    """The key opens nothing from now on.

    Raises:
        NotFound: It is nobody's, somebody else's, or was revoked.
    """
    require(actor, Action.MANAGE_OWN_KEYS)
    with UnitOfWork(context.engine, Scope.everything("revoke API key")) as uow:
        uow.sign_in.revoke_api_key(actor.account_id, key_id, context.now())
        uow.commit()
