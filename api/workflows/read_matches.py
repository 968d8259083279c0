"""Reads the matches that one's own organisation confirmed."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.matches.values import ConfirmedMatch
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_matches(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[ConfirmedMatch]:
    """One page of them.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.CONFIRM_MATCH)
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    with UnitOfWork(context.engine, own, read_only=True) as uow:
        return uow.matches.list_(after=after, limit=limit)
