"""Shows a certification case to one of its parties: study, history, people, and the steps open.

The steps offered are those the rules of ``labels/case_steps.py`` leave to this person now; the
state machine checks them again when one is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.context import Context
from api.security.policy import Action, require
from api.workflows.decide_certification import assess_case
from api.workflows.view_queue import next_side
from api.workflows.view_study import StudyView, standings_of, view_study
from labels.access import Actor, Role, Scope
from labels.assessment import CriterionFinding
from labels.case import Case, CaseEvent, CaseState
from labels.case_commands import Command, Decide
from labels.case_evidence import EvidenceStanding
from labels.case_steps import (
    ASSIGNED,
    FOUR_EYES,
    PART_CODES,
    STEPS,
    Part,
    Side,
    organisation_of,
    parts_played,
)
from labels.label import LocalText
from labels.label_status import Label
from labels.scheme import register_day, scheme
from lca_db.unit_of_work import UnitOfWork

FINDING_DAYS = 30
_DECIDING = frozenset(
    {CaseState.STATEMENT_ISSUED, CaseState.TECHNICALLY_REVIEWED, CaseState.DECIDED_GRANTED}
)


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One event of the case's private history, with names."""

    kind: str
    at: datetime
    person: str
    organisation: LocalText
    role: str
    to_state: str
    details: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CasePerson:
    """Who plays which part; ``name`` is "" while nobody does."""

    part: str
    name: str
    is_reader: bool


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case as one of its parties sees it.

    Attributes:
        steps: Names of the commands this person may take now (``OpenFinding``).
        blocked_by: Code of the rule on persons that keeps this person from the next step, "".
        criteria: The scheme's criteria on the recalculated study; only for those who decide.
        criteria_problem: Code of why they could not be assessed, "".
        standings: How each document stands in this case, by its id.
        finding_due_on: A day offered for answering a new finding.
    """

    case: Case
    study: StudyView
    standings: Mapping[str, EvidenceStanding]
    parties: Mapping[str, LocalText]
    consultancies: tuple[tuple[LocalText, date], ...]
    people: tuple[CasePerson, ...]
    events: tuple[TimelineEntry, ...]
    waits_for: Side | None
    is_mine: bool
    steps: frozenset[str]
    blocked_by: str
    criteria: tuple[CriterionFinding, ...]
    scheme_name: LocalText
    opinions: tuple[str, ...]
    assurance_levels: tuple[str, ...]
    label: Label | None
    can_issue: bool
    finding_due_on: date
    today: date


def view_case(context: Context, actor: Actor, case_id: str) -> CaseView:
    """The case of that id.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: The actor's organisation is no party, or there is none.
    """
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        case = uow.cases.get(case_id)
        events = uow.cases.list_events(case_id)
        record = uow.labels.find_of_case(case_id)
        names = uow.organisations.person_names(
            {event.person_id for event in events} | _people_of(case)
        )
        parties = {side.value: organisation_of(case, side) for side in Side}
        organisations = {
            id_: uow.organisations.get(id_).names
            for id_ in {
                *parties.values(),
                *(e.organisation_id for e in events),
                *(c.organisation_id for c in case.consultancies),
            }
            if id_
        }
    steps, blocked_by = open_steps(case, actor)
    today = register_day(context.now())
    side = next_side(case)
    rules = scheme(case.scheme.id, case.scheme.version)
    study = view_study(context, actor, case.study_id)
    return CaseView(
        case=case,
        study=study,
        standings=standings_of(case, study.evidence),
        parties={name: organisations[id_] for name, id_ in parties.items()},
        consultancies=tuple(
            (organisations[c.organisation_id], c.ended_on) for c in case.consultancies
        ),
        people=_people(case, names, actor),
        events=tuple(_timeline_entry(e, names, organisations) for e in reversed(events)),
        waits_for=side,
        is_mine=side is not None and organisation_of(case, side) == actor.organisation_id,
        steps=steps,
        blocked_by=blocked_by,
        criteria=_criteria(context, actor, case),
        scheme_name=rules.name,
        opinions=rules.opinions,
        assurance_levels=rules.assurance_levels,
        label=record.label if record else None,
        can_issue=(
            case.state is CaseState.DECIDED_GRANTED
            and actor.has_role(Role.CERTIFIER)
            and actor.organisation_id == case.certification_body_id
        ),
        finding_due_on=today + timedelta(days=FINDING_DAYS),
        today=today,
    )


def open_steps(case: Case, actor: Actor) -> tuple[frozenset[str], str]:
    """The commands this person may take now, and the code of what keeps them from others."""
    allowed: set[str] = set()
    blocked_by = ""
    played = parts_played(case, actor.person_id)
    for command, step in STEPS.items():
        is_theirs = (
            case.state in step.moves
            and actor.organisation_id == organisation_of(case, step.side)
            and bool(actor.roles & step.roles)
        )
        if not is_theirs:
            continue
        reason = _refused_because(command, case, actor, played)
        if reason:
            blocked_by = reason
        else:
            allowed.add(command.__name__)
    return frozenset(allowed), blocked_by


def _refused_because(
    command: type[Command], case: Case, actor: Actor, played: frozenset[Part]
) -> str:
    for part in FOUR_EYES.get(command, ()):
        if part in played:
            return PART_CODES[part]
    is_of_another = command in ASSIGNED and actor.person_id != case.verifier_id
    return "person-not-assigned" if is_of_another else ""


def _criteria(context: Context, actor: Actor, case: Case) -> tuple[CriterionFinding, ...]:
    """Assessed for the certification body only, once there is something to decide on."""
    is_theirs = actor.organisation_id == case.certification_body_id
    may_read = bool(actor.roles & (STEPS[Decide].roles | {Role.REVIEWER}))
    if case.state not in _DECIDING or not is_theirs or not may_read:
        return ()
    return assess_case(context, actor, case.id)


def _people_of(case: Case) -> set[str]:
    people = {case.preparer_id, case.verifier_id, case.reviewer_id, case.decision_maker_id}
    return {person for person in people if person}


def _people(case: Case, names: Mapping[str, str], actor: Actor) -> tuple[CasePerson, ...]:
    parts = (
        ("preparer", case.preparer_id),
        ("verifier", case.verifier_id),
        ("reviewer", case.reviewer_id),
        ("decision_maker", case.decision_maker_id),
    )
    return tuple(
        CasePerson(
            part=part,
            name=names.get(person or "", ""),
            is_reader=person == actor.person_id,
        )
        for part, person in parts
    )


def _timeline_entry(
    event: CaseEvent, names: Mapping[str, str], organisations: Mapping[str, LocalText]
) -> TimelineEntry:
    return TimelineEntry(
        kind=event.kind,
        at=event.at,
        person=names.get(event.person_id, ""),
        organisation=organisations.get(event.organisation_id, {}),
        role=event.role,
        to_state=event.to_state.value,
        details=event.details,
    )
