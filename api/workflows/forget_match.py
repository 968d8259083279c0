"""Forgets which dataset a text stood for in one's own organisation."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.unit_of_work import UnitOfWork


def forget_match(context: Context, actor: Actor, match_id: str) -> None:
    """Nothing is left of the choice.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: One's own organisation has no such match.
    """
    require(actor, Action.CONFIRM_MATCH)
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    with UnitOfWork(context.engine, own) as uow:
        uow.matches.forget(match_id)
        uow.commit()
