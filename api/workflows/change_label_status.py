"""Suspends, reinstates, withdraws or surrenders a label, publicly and at once."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.by_itself import by_itself
from api.workflows.enter_register import enter_register
from api.workflows.publish_checkpoint import publish_checkpoint
from api.workflows.publish_label_pages import publish_label_pages
from api.workflows.publish_status_list import publish_status_list
from labels.access import Actor, Scope
from labels.label_status import Label, LabelMove, LabelState, ReasonClass, change_status
from labels.register.entry import EntryKind
from labels.scheme import register_day
from lca_db.records.certification.values import LabelRecord
from lca_db.unit_of_work import UnitOfWork

_ENTRY_KINDS = {
    LabelMove.SUSPEND: EntryKind.LABEL_SUSPENDED,
    LabelMove.REINSTATE: EntryKind.LABEL_REINSTATED,
    LabelMove.WITHDRAW: EntryKind.LABEL_WITHDRAWN,
    LabelMove.SURRENDER: EntryKind.LABEL_SURRENDERED,
    LabelMove.EXPIRE: EntryKind.LABEL_EXPIRED,
}


def change_label_status(
    context: Context,
    actor: Actor,
    label_id: str,
    move: LabelMove,
    *,
    seen_state_version: int,
    reason: ReasonClass | None = None,
    note: str = "",
    once: Once[Label] | None = None,
) -> Label:
    """The label after the move; register, status list and pages say so when this returns.

    Raises:
        NotAllowed: Not a certifier of the body (or, to surrender, not the holder); to reinstate,
            the accreditation of the body does not cover the product today.
        WrongState: The label is in another state, or changed since it was seen.
    """
    if not actor.is_service:
        is_surrender = move is LabelMove.SURRENDER
        require(actor, Action.SURRENDER if is_surrender else Action.CHANGE_LABEL_STATUS)
    now = context.now()
    scope = (
        Scope.everything("change label status", is_test=actor.is_test)
        if actor.is_service
        else Scope.of(actor)
    )
    with UnitOfWork(context.engine, scope) as uow:
        claim(once, uow, now)
        record = uow.labels.get(label_id)
        after, event = change_status(
            record.label,
            move,
            actor,
            now,
            seen_state_version=seen_state_version,
            reason=reason,
            note=note,
            body=uow.organisations.hold_certification_body(record.label.certification_body_id),
            category=record.facts.product.category,
        )
        uow.labels.change(record.label, after, event)
        keep(once, uow, after)
        enter_register(context, uow, _ENTRY_KINDS[move], **_members(record, after, move))
        uow.commit()
    publish_status_list(context)
    publish_checkpoint(context)
    publish_label_pages(context, after.serial)
    return after


def _members(record: LabelRecord, label: Label, move: LabelMove) -> dict[str, str]:
    """What the public register says of the change."""
    members = {
        "label_url": record.facts.url,
        "label_number": record.facts.full_number,
        "credential_sha256": str(record.credential_sha256),
    }
    if move in {LabelMove.SUSPEND, LabelMove.WITHDRAW} and label.reason is not None:
        members["reason_class"] = label.reason.value
    return members


def expire_overdue_labels(context: Context, page_size: int = 100) -> int:
    """Writes down the expiry of labels past their last day; how many.

    Args:
        context: The instance.
        page_size: How many are read at a time; all of them are tried.
    """
    return sum(_expire_overdue(context, page_size, is_test=is_test) for is_test in (False, True))


def _expire_overdue(context: Context, page_size: int, *, is_test: bool) -> int:
    expired, after = 0, None
    scope = Scope.everything("expire labels", is_test=is_test)
    while True:
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            overdue = uow.labels.list_overdue(
                register_day(context.now()), after=after, limit=page_size
            )
        for label in overdue.items:
            if label.state not in {LabelState.ACTIVE, LabelState.SUSPENDED}:
                continue
            with by_itself("expire label", label.id):
                change_label_status(
                    context,
                    Actor.service("expire-labels", is_test=is_test),
                    label.id,
                    LabelMove.EXPIRE,
                    seen_state_version=label.state_version,
                )
                expired += 1
        after = overdue.next_after
        if after is None:
            return expired
