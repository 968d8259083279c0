"""The table of steps of a certification case, and the guards on who may take them.

The table is exported as ``TRANSITIONS`` for the database, which refuses any other move by itself.
The rules are listed in ``labels/certification.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from labels.access import Actor, Role
from labels.case import Case, CaseState
from labels.case_commands import (
    AnswerFinding,
    CloseFinding,
    Command,
    CompleteTechnicalReview,
    ConcludeAgreement,
    Decide,
    IssueStatement,
    MarkIssued,
    OpenFinding,
    ReturnFinding,
    ReviewApplication,
    StartVerification,
    SurrenderApplication,
    VoidCase,
)
from labels.errors import NotAllowed, WrongState

_S = CaseState


class Side(StrEnum):
    """Whose step it is."""

    APPLICANT = "applicant"
    VERIFICATION_BODY = "verification-body"
    CERTIFICATION_BODY = "certification-body"


class Part(StrEnum):
    """The part a natural person has already played in a case."""

    PREPARER = "preparer"
    VERIFIER = "verifier"
    REVIEWER = "reviewer"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: its name in the history, whose it is, and the moves it makes.

    Attributes:
        moves: From each state where the step exists, the states it can lead to.
        is_open_to_service: The service itself may take it (finishing an interrupted issue).
    """

    kind: str
    side: Side
    roles: frozenset[Role]
    moves: Mapping[CaseState, tuple[CaseState, ...]]
    is_open_to_service: bool = False


_EXAMINED = (_S.IN_VERIFICATION, _S.STATEMENT_ISSUED, _S.TECHNICALLY_REVIEWED)
_BEFORE_DECISION = (
    _S.APPLICATION_SUBMITTED,
    _S.APPLICATION_REVIEWED,
    _S.AGREEMENT_CONCLUDED,
    *_EXAMINED,
)
_VERIFIER = frozenset({Role.VERIFIER})
_OFFICE = frozenset({Role.REVIEWER, Role.CERTIFIER})
_MAKER = frozenset({Role.MANUFACTURER})


def _staying(*states: CaseState) -> Mapping[CaseState, tuple[CaseState, ...]]:
    return {state: (state,) for state in states}


def _step(
    kind: str,
    side: Side,
    roles: frozenset[Role],
    moves: Mapping[CaseState, tuple[CaseState, ...]],
) -> Step:
    return Step(kind=kind, side=side, roles=roles, moves=moves)


STEPS: Mapping[type[Command], Step] = {
    ReviewApplication: _step(
        "application-reviewed",
        Side.CERTIFICATION_BODY,
        _OFFICE,
        {_S.APPLICATION_SUBMITTED: (_S.APPLICATION_REVIEWED, _S.REFUSED)},
    ),
    ConcludeAgreement: _step(
        "agreement-concluded",
        Side.CERTIFICATION_BODY,
        _OFFICE,
        {_S.APPLICATION_REVIEWED: (_S.AGREEMENT_CONCLUDED,)},
    ),
    StartVerification: _step(
        "verification-started",
        Side.VERIFICATION_BODY,
        _VERIFIER,
        {_S.AGREEMENT_CONCLUDED: (_S.IN_VERIFICATION,)},
    ),
    OpenFinding: _step(
        "finding-opened", Side.VERIFICATION_BODY, _VERIFIER, _staying(_S.IN_VERIFICATION)
    ),
    AnswerFinding: _step("finding-answered", Side.APPLICANT, _MAKER, _staying(*_EXAMINED)),
    ReturnFinding: _step(
        "finding-returned", Side.VERIFICATION_BODY, _VERIFIER, _staying(*_EXAMINED)
    ),
    CloseFinding: _step("finding-closed", Side.VERIFICATION_BODY, _VERIFIER, _staying(*_EXAMINED)),
    IssueStatement: _step(
        "statement-issued",
        Side.VERIFICATION_BODY,
        _VERIFIER,
        {_S.IN_VERIFICATION: (_S.STATEMENT_ISSUED,)},
    ),
    CompleteTechnicalReview: _step(
        "technical-review-completed",
        Side.CERTIFICATION_BODY,
        frozenset({Role.REVIEWER}),
        {_S.STATEMENT_ISSUED: (_S.TECHNICALLY_REVIEWED,)},
    ),
    Decide: _step(
        "decision-taken",
        Side.CERTIFICATION_BODY,
        frozenset({Role.CERTIFIER}),
        {_S.TECHNICALLY_REVIEWED: (_S.DECIDED_GRANTED, _S.REFUSED)},
    ),
    MarkIssued: Step(
        kind="label-issued",
        side=Side.CERTIFICATION_BODY,
        roles=frozenset({Role.CERTIFIER}),
        moves={_S.DECIDED_GRANTED: (_S.ISSUED,)},
        is_open_to_service=True,
    ),
    SurrenderApplication: _step(
        "application-surrendered",
        Side.APPLICANT,
        _MAKER,
        dict.fromkeys(_BEFORE_DECISION, (_S.SURRENDERED,)),
    ),
    VoidCase: _step(
        "case-voided",
        Side.APPLICANT,
        _MAKER,
        dict.fromkeys((*_BEFORE_DECISION, _S.DECIDED_GRANTED), (_S.VOID,)),
    ),
}

# Who must not take a step: persons who already played one of these parts in the case.
FOUR_EYES: Mapping[type[Command], tuple[Part, ...]] = {
    ReviewApplication: (Part.PREPARER,),
    ConcludeAgreement: (Part.PREPARER,),
    StartVerification: (Part.PREPARER,),
    OpenFinding: (Part.PREPARER,),
    ReturnFinding: (Part.PREPARER,),
    CloseFinding: (Part.PREPARER,),
    IssueStatement: (Part.PREPARER,),
    AnswerFinding: (Part.VERIFIER, Part.REVIEWER),
    CompleteTechnicalReview: (Part.PREPARER, Part.VERIFIER),
    Decide: (Part.PREPARER, Part.VERIFIER, Part.REVIEWER),
}

# Steps that belong to the verifier who started the verification.
ASSIGNED = frozenset({OpenFinding, ReturnFinding, CloseFinding, IssueStatement})


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One legal move: a row of the database's table of transitions."""

    from_state: CaseState
    kind: str
    to_state: CaseState
    role: Role


TRANSITIONS: tuple[Transition, ...] = tuple(
    Transition(from_state=from_state, kind=step.kind, to_state=to_state, role=role)
    for step in STEPS.values()
    for from_state, to_states in step.moves.items()
    for to_state in to_states
    for role in sorted(step.roles)
)


def check_actor(case: Case, command: Command, actor: Actor) -> None:
    """The actor may take this step in this case.

    Raises:
        NotAllowed: ``administrator-cannot-act``, ``service-cannot-act``, ``test-and-live-mixed``,
            ``person-unknown``, ``person-prepared-case``, ``person-verified-case``,
            ``person-reviewed-case``, ``organisation-not-party``, ``step-needs-role`` or
            ``person-not-assigned``.
    """
    step = STEPS[type(command)]
    if actor.is_test is not case.is_test:
        raise NotAllowed("test-and-live-mixed")
    if actor.is_service:
        if not step.is_open_to_service:
            raise NotAllowed("service-cannot-act")
        return
    if actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrator-cannot-act")
    if not actor.person_id:
        raise NotAllowed("person-unknown", "/person_id")
    played = parts_played(case, actor.person_id)
    for part in FOUR_EYES.get(type(command), ()):
        if part in played:
            raise NotAllowed(PART_CODES[part])
    if actor.organisation_id != organisation_of(case, step.side):
        raise NotAllowed("organisation-not-party", side=step.side.value)
    if not actor.roles & step.roles:
        raise NotAllowed("step-needs-role", role=", ".join(sorted(step.roles)))
    if type(command) in ASSIGNED and actor.person_id != case.verifier_id:
        raise NotAllowed("person-not-assigned")


PART_CODES: Mapping[Part, str] = {
    Part.PREPARER: "person-prepared-case",
    Part.VERIFIER: "person-verified-case",
    Part.REVIEWER: "person-reviewed-case",
}


def parts_played(case: Case, person_id: str) -> frozenset[Part]:
    """The parts this person already has in the case; contributors count as preparers."""
    parts = set()
    if person_id == case.preparer_id or person_id in case.contributor_ids:
        parts.add(Part.PREPARER)
    if person_id == case.verifier_id:
        parts.add(Part.VERIFIER)
    if person_id == case.reviewer_id:
        parts.add(Part.REVIEWER)
    return frozenset(parts)


def organisation_of(case: Case, side: Side) -> str:
    """The organisation that stands on that side of the case."""
    return {
        Side.APPLICANT: case.applicant_id,
        Side.VERIFICATION_BODY: case.verification_body_id,
        Side.CERTIFICATION_BODY: case.certification_body_id,
    }[side]


def role_acted_in(command: Command, actor: Actor) -> str:
    """The role the step was taken in, "" where the actor has none that fits."""
    fitting = sorted(actor.roles & STEPS[type(command)].roles)
    return fitting[0].value if fitting else ""


def check_state(case: Case, command: Command) -> None:
    """The step exists in the case's present state.

    Raises:
        WrongState: ``case-state-wrong``.
    """
    step = STEPS[type(command)]
    if case.state not in step.moves:
        raise WrongState("case-state-wrong", state=case.state.value, step=step.kind)


def check_seen(case: Case, command: Command) -> None:
    """What the actor had seen is what the case is.

    Raises:
        WrongState: ``case-evidence-changed`` or ``case-version-stale``.
    """
    seen = command.seen
    if (seen.bom_sha256, seen.result_sha256) != (case.bom_sha256, case.result_sha256):
        raise WrongState("case-evidence-changed", "/seen")
    if seen.case_version != case.version:
        raise WrongState(
            "case-version-stale",
            "/seen/case_version",
            seen=str(seen.case_version),
            version=str(case.version),
        )
