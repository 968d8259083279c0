"""Enters what a body is accredited for, and until when."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Body, Scope
from labels.names import checked_name
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("set body scope")


def set_body_scope(context: Context, actor: Actor, body: Body, accreditation: str) -> None:
    """Enters or changes what a body is accredited for."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.organisations.set_body(body, checked_name(accreditation, "/accreditation"))
        uow.commit()
