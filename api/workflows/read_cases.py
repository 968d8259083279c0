"""Reads certification cases and their private history, for their parties only."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.case import Case, CaseEvent
from labels.case_evidence import EvidenceStanding, standing_of
from lca_db.records.studies.values import Evidence
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_cases(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[Case]:
    """Cases one's organisation takes part in, newest first."""
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.cases.list_(after=after, limit=limit)


def read_case(context: Context, actor: Actor, case_id: str) -> Case:
    """One case, or :class:`NotFound` for anybody who is no party."""
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.cases.get(case_id)


def read_case_events(context: Context, actor: Actor, case_id: str) -> tuple[CaseEvent, ...]:
    """The history of a case, oldest first."""
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.cases.list_events(case_id)


def read_case_evidence(
    context: Context, actor: Actor, case_id: str
) -> tuple[tuple[Evidence, EvidenceStanding], ...]:
    """The documents behind a case in the order they came, and how each stands in it."""
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        case = uow.cases.get(case_id)
        evidence = uow.studies.list_evidence(case.study_id)
    return tuple((e, standing_of(case, e.kind, e.sha256, e.added_at)) for e in evidence)
