"""Signs a recognition arrangement with another body: one proposes, the other countersigns."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from api.workflows.publish_trust_list import publish_trust_list
from labels.access import Actor, Scope
from labels.arrangement import (
    SignedArrangement,
    countersign_arrangement,
    parse_arrangement,
    propose_arrangement,
    verify_arrangement,
)
from labels.credential.keys import Purpose
from lca_db.unit_of_work import UnitOfWork


def propose(context: Context, actor: Actor, draft: bytes) -> bytes:
    """The arrangement with this body's signature, to be sent to the other one."""
    require(actor, Action.SIGN_ARRANGEMENT)
    arrangement = parse_arrangement(draft)
    now = context.now().replace(microsecond=0)
    proposed = propose_arrangement(arrangement, context.signer(Purpose.RECOGNITION), at=now)
    _store(context, arrangement.id, proposed, is_signed=False)
    return proposed


def countersign(context: Context, actor: Actor, proposed: bytes) -> bytes:
    """The arrangement with both signatures, after the first one was verified."""
    require(actor, Action.SIGN_ARRANGEMENT)
    now = context.now().replace(microsecond=0)
    signed = countersign_arrangement(
        proposed,
        context.signer(Purpose.RECOGNITION),
        trust_list=publish_trust_list(context),
        at=now,
    )
    accept(context, actor, signed)
    return signed


def accept(context: Context, actor: Actor, signed: bytes) -> SignedArrangement:
    """Keeps an arrangement both bodies signed."""
    require(actor, Action.SIGN_ARRANGEMENT)
    verified = verify_arrangement(signed, trust_list=publish_trust_list(context), at=context.now())
    _store(context, verified.arrangement.id, signed, is_signed=True)
    return verified


def _store(context: Context, arrangement_id: str, content: bytes, *, is_signed: bool) -> None:
    with UnitOfWork(context.engine, Scope.everything("store arrangement")) as uow:
        uow.recognitions.put_arrangement(
            arrangement_id, content, is_signed=is_signed, at=context.now()
        )
        uow.commit()
