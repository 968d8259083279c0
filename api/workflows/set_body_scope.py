"""Enters what a body is accredited for, and until when; the history and the register say so too.

For what, on which days and whether a body may act is public: that it was announced, listed,
suspended, reinstated or withdrawn is entered in the register in the transaction of the change. Who
entered what stays in the body's own history.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from api.context import Context
from api.security.policy import Action, require
from api.workflows.enter_register import enter_register
from api.workflows.publish_checkpoint import publish_checkpoint
from labels.access import Actor, Body, Scope, check_affiliates, check_body_entry
from labels.names import checked_name, shown_name
from labels.register.bodies import entries_of_body_change
from labels.scheme import register_day
from lca_db.errors import Conflict
from lca_db.records.organisations.values import AccreditedBody, BodyEvent
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("set body scope")


def set_body_scope(
    context: Context,
    actor: Actor,
    body: Body,
    accreditation: str,
    contact: str = "",
    *,
    kept: Collection[str] = (),
    seen: int | None = None,
) -> bool:
    """Enters or changes what a body is accredited for; whether the register tells of it.

    The same again changes nothing.

    Args:
        context: The instance.
        actor: Who enters it.
        body: What it may do, and when.
        accreditation: Number of the accreditation.
        contact: Where the public complains or appeals; "" where none is stated.
        kept: What stays as it is entered: ``is_suspended``, ``affiliates``, ``contact``.
        seen: How many changes there were when the actor looked; None for whoever replaces it all.

    Raises:
        NotFound: There is no such organisation.
        LabelError: Another kind of organisation, dates reversed, or ``affiliate-unknown``.
        Conflict: Somebody else changed it since the actor looked, or meanwhile.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    entered = _entered(body, accreditation, contact)
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        organisation = uow.organisations.get(body.organisation_id)
        known = uow.organisations.hold_body(body.organisation_id)
        if known is not None:
            entered = _kept(entered, known, kept)
        body = entered.body
        check_body_entry(body, organisation.kind)
        check_affiliates(body, uow.organisations.known_ids(body.affiliates))
        if known == entered:
            return False
        history = uow.organisations.list_body_events(body.organisation_id)
        if seen is not None and seen != len(history):
            raise Conflict("conflict", kind="body")
        uow.organisations.set_body(body, entered.accreditation, entered.contact)
        uow.organisations.add_body_event(_event(actor, entered, len(history) + 1, now))
        told = entries_of_body_change(
            known.body if known else None, body, organisation.region, register_day(now)
        )
        for entry in told:
            enter_register(context, uow, entry.kind, **entry.members)
        uow.commit()
    publish_checkpoint(context)
    return bool(told)


def _event(actor: Actor, entered: AccreditedBody, number: int, at: datetime) -> BodyEvent:
    """That this person entered it."""
    return BodyEvent(
        number=number,
        at=at,
        person_id=actor.person_id,
        account_id=actor.account_id,
        entered=entered,
    )


def _entered(body: Body, accreditation: str, contact: str) -> AccreditedBody:
    """What was sent, its texts checked."""
    return AccreditedBody(
        body=body,
        accreditation=checked_name(accreditation, "/accreditation"),
        contact=shown_name(contact, "/contact") if contact.strip() else "",
    )


def _kept(entered: AccreditedBody, known: AccreditedBody, kept: Collection[str]) -> AccreditedBody:
    """What is entered, with what nobody spoke of as it is."""
    body = replace(
        entered.body,
        is_suspended=(known if "is_suspended" in kept else entered).body.is_suspended,
        affiliates=(known if "affiliates" in kept else entered).body.affiliates,
    )
    return replace(entered, body=body, contact=(known if "contact" in kept else entered).contact)
