"""Pins the trust list by which labels and arrangements of other bodies are judged."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.credential.trust_list import parse_trust_list
from lca_db.unit_of_work import UnitOfWork


def pin_trust_list(context: Context, actor: Actor, content: bytes) -> None:
    """Pins the keys of partner bodies; weak keys, malformed and older lists are refused.

    The list that is pinned already may come again, and nothing happens.

    Raises:
        CredentialError: ``trust-list-not-newer``, ``key-weak``, ``document-...`` ...
        Conflict: Another list was pinned at the same moment.
    """
    require(actor, Action.PIN_TRUST_LIST)
    offered = parse_trust_list(content)
    with UnitOfWork(context.engine, Scope.everything("pin trust list")) as uow:
        pinned = uow.recognitions.trust_list()
        if pinned is not None:
            current = parse_trust_list(pinned)
            if offered == current:
                return
            offered.check_follows(current)
        uow.recognitions.pin_trust_list(content, actor.person_id, context.now(), replaces=pinned)
        uow.commit()
