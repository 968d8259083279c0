"""Pins the trust list by which labels and arrangements of other bodies are judged."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.credential.trust_list import parse_trust_list
from lca_db.unit_of_work import UnitOfWork


def pin_trust_list(context: Context, actor: Actor, content: bytes) -> None:
    """Pins the keys of partner bodies; weak keys and malformed lists are refused.

    Raises:
        CredentialError: ``key-weak``, ``document-...``, ``key-listed-twice`` ...
    """
    require(actor, Action.PIN_TRUST_LIST)
    parse_trust_list(content)
    with UnitOfWork(context.engine, Scope.everything("pin trust list")) as uow:
        uow.recognitions.pin_trust_list(content, actor.person_id, context.now())
        uow.commit()
