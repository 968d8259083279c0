"""Shows the cases an organisation takes part in, those that wait for the reader first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.case import Case, CaseState, FindingState
from labels.case_steps import Side, organisation_of
from labels.label import LocalText
from labels.scheme import register_day
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50
_NEXT: dict[CaseState, Side] = {
    CaseState.APPLICATION_SUBMITTED: Side.CERTIFICATION_BODY,
    CaseState.APPLICATION_REVIEWED: Side.CERTIFICATION_BODY,
    CaseState.AGREEMENT_CONCLUDED: Side.VERIFICATION_BODY,
    CaseState.IN_VERIFICATION: Side.VERIFICATION_BODY,
    CaseState.STATEMENT_ISSUED: Side.CERTIFICATION_BODY,
    CaseState.TECHNICALLY_REVIEWED: Side.CERTIFICATION_BODY,
    CaseState.DECIDED_GRANTED: Side.CERTIFICATION_BODY,
}


@dataclass(frozen=True, kw_only=True)
class QueueEntry:
    """A case in a work list.

    Attributes:
        age_days: Whole days since the last step.
        waits_for: Whose step is next; None when the case is over.
        is_mine: The next step is the reader's organisation's.
        due_on: The earliest day an open finding is due, None where none is open.
    """

    case: Case
    product_names: LocalText
    model: str
    applicant: LocalText
    age_days: int
    waits_for: Side | None
    is_mine: bool
    open_findings: int
    due_on: date | None
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A stretch of the list: what waits for the reader, longest first; then the others."""

    waiting: tuple[QueueEntry, ...]
    others: tuple[QueueEntry, ...]
    next_after: str | None


def view_queue(context: Context, actor: Actor, after: str | None = None) -> Queue:
    """The cases of the actor's organisation.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.READ_CASES)
    today = register_day(context.now())
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        page = uow.cases.list_(after=after, limit=PAGE_SIZE)
        entries = [_entry(uow, case, actor, today) for case in page.items]
    mine = sorted((e for e in entries if e.is_mine), key=lambda e: e.case.updated_at)
    return Queue(
        waiting=tuple(mine),
        others=tuple(e for e in entries if not e.is_mine),
        next_after=page.next_after,
    )


def _entry(uow: UnitOfWork, case: Case, actor: Actor, today: date) -> QueueEntry:
    product = uow.products.get(uow.studies.get(case.study_id).product_id)
    side = next_side(case)
    findings = case.open_findings()
    due_on = min((f.due_on for f in findings), default=None)
    return QueueEntry(
        case=case,
        product_names=product.names,
        model=product.model,
        applicant=uow.organisations.get(case.applicant_id).names,
        age_days=max(0, (today - register_day(case.updated_at)).days),
        waits_for=side,
        is_mine=side is not None and organisation_of(case, side) == actor.organisation_id,
        open_findings=len(findings),
        due_on=due_on,
        is_overdue=due_on is not None and due_on < today,
    )


def next_side(case: Case) -> Side | None:
    """Whose step comes next: open findings wait for an answer, answered ones for the verifier."""
    states = {finding.state for finding in case.open_findings()}
    if case.is_terminal:
        return None
    if FindingState.OPENED in states:
        return Side.APPLICANT
    if FindingState.ANSWERED in states:
        return Side.VERIFICATION_BODY
    return _NEXT.get(case.state)
