"""Enters what a body is accredited for, and until when; the history and the register say so too.

For what, on which days and whether a body may act is public: that it was announced, listed,
suspended, reinstated or withdrawn is entered in the register in the transaction of the change. Who
entered what stays in the body's own history.
"""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from api.workflows.enter_register import enter_register
from api.workflows.publish_checkpoint import publish_checkpoint
from labels.access import Actor, Body, Scope, check_affiliates, check_body_entry
from labels.names import checked_name
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
    seen: int | None = None,
) -> None:
    """Enters or changes what a body is accredited for; the same again changes nothing.

    Args:
        context: The instance.
        actor: Who enters it.
        body: What it may do, and when.
        accreditation: Number of the accreditation.
        contact: Where the public complains or appeals; "" where none is stated.
        seen: How many changes there were when the actor looked; None for whoever replaces it all.

    Raises:
        NotFound: There is no such organisation.
        LabelError: It is another kind of organisation, the dates are reversed, or one of its group
            is not known here (``affiliate-unknown``).
        Conflict: Somebody else changed it since the actor looked, or meanwhile.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    entered = AccreditedBody(
        body=body,
        accreditation=checked_name(accreditation, "/accreditation"),
        contact=checked_name(contact, "/contact") if contact.strip() else "",
    )
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        organisation = uow.organisations.get(body.organisation_id)
        check_body_entry(body, organisation.kind)
        check_affiliates(body, uow.organisations.known_ids(body.affiliates))
        known = uow.organisations.hold_body(body.organisation_id)
        if known == entered:
            return
        history = uow.organisations.list_body_events(body.organisation_id)
        if seen is not None and seen != len(history):
            raise Conflict("conflict", kind="body")
        uow.organisations.set_body(body, entered.accreditation, entered.contact)
        uow.organisations.add_body_event(
            BodyEvent(
                number=len(history) + 1,
                at=now,
                person_id=actor.person_id,
                account_id=actor.account_id,
                entered=entered,
            )
        )
        before = None if known is None else known.body
        for entry in entries_of_body_change(before, body, organisation.region, register_day(now)):
            enter_register(context, uow, entry.kind, **entry.members)
        uow.commit()
    publish_checkpoint(context)
