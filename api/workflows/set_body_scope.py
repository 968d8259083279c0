"""Enters what a body is accredited for, and until when; the history and the register say so too.

Whether a body may act is public: that it was listed, suspended, reinstated or withdrawn is entered
in the register in the transaction of the change. Who entered what stays in the body's own history.
"""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from api.workflows.enter_register import enter_register
from api.workflows.publish_checkpoint import publish_checkpoint
from labels.access import Actor, Body, BodyStanding, Scope, check_body_entry
from labels.label_status import ReasonClass
from labels.names import checked_name
from labels.register.entry import EntryKind, entries_of_body_change
from labels.scheme import register_day
from lca_db.records.organisations.values import AccreditedBody, BodyEvent
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("set body scope")


def set_body_scope(context: Context, actor: Actor, body: Body, accreditation: str) -> None:
    """Enters or changes what a body is accredited for; the same again changes nothing.

    Raises:
        NotFound: There is no such organisation.
        LabelError: It is another kind of organisation, or the dates are reversed.
        Conflict: Somebody else changed it meanwhile.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    entered = AccreditedBody(body=body, accreditation=checked_name(accreditation, "/accreditation"))
    now = context.now()
    today = register_day(now)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        organisation = uow.organisations.get(body.organisation_id)
        check_body_entry(body, organisation.kind)
        known = uow.organisations.hold_body(body.organisation_id)
        if known == entered:
            return
        history = uow.organisations.list_body_events(body.organisation_id)
        # the demonstration's bodies come without history: the register does not know them yet
        before = known.body.standing(today) if known is not None and history else None
        uow.organisations.set_body(body, entered.accreditation)
        uow.organisations.add_body_event(
            BodyEvent(
                number=len(history) + 1,
                at=now,
                person_id=actor.person_id,
                account_id=actor.account_id,
                entered=entered,
            )
        )
        _enter(context, uow, body, organisation.region, before)
        uow.commit()
    publish_checkpoint(context)


def _enter(
    context: Context, uow: UnitOfWork, body: Body, region: str, before: BodyStanding | None
) -> None:
    """What the public register says of the change, if anything."""
    after = body.standing(register_day(context.now()))
    for kind in entries_of_body_change(before, after):
        members = {"body": body.organisation_id}
        if kind is EntryKind.BODY_LISTED:
            members["region"] = region
        elif kind is not EntryKind.BODY_REINSTATED:
            members["reason_class"] = ReasonClass.BODY_SCOPE_LOST.value
        enter_register(context, uow, kind, **members)
