"""The state machine of a certification case: what each step needs and what it changes.

    application-submitted -> application-reviewed -> agreement-concluded -> in-verification
      -> statement-issued -> technically-reviewed -> decided-granted -> issued
    refused: by the application review or by the decision
    surrendered: by the applicant, before the decision
    void: the study changed before the label was issued

Rules (ISO/IEC 17065:2012, 7.3 to 7.7; ISO/IEC 17029:2019, clause 9; ISO 14064-3:2019):

1. Preparer (with everyone who helped or answered findings), verifier, reviewer and decision-maker
   are four different natural persons, by person and not by account.
2. Each step belongs to one side: applicant, verification body, certification body. The bodies are
   apart and independent (``labels/access.py``), and in scope on the day they act.
3. The administrator takes no step. The service itself may only finish an issue.
4. A person acts on what they saw: a changed case version or study hash refuses the step. A changed
   study makes the case void, and with it every approval.
5. Findings are opened, answered (or returned) and closed; a major one blocks a favourable
   statement, and any open one blocks a grant.
6. A grant needs an accepted opinion and level of assurance, every criterion examined, none
   blocking, and the scheme version of the case, in force. A refusal needs a reason.
   Documents count only where the statement names them (``labels/case_evidence.py``).
7. Every step gives one event. An attempt that was not allowed is an event too
   (:func:`refusal_event`); the case stays as it was.

Example: ``case, event = apply(case, Decide(seen=case.seen, ...), certifier, at=now)``. Time is an
argument; an event is never earlier than the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from labels.access import Actor, BodyKind, Consultancy, Role
from labels.case import Case, CaseEvent, CaseState, checked_time
from labels.case_commands import CaseCommand
from labels.case_effects import effect_of
from labels.case_steps import STEPS, check_actor, check_seen, check_state, role_acted_in
from labels.errors import LabelError, NotAllowed, WrongState
from labels.scheme import SchemeReference


def submit_application(
    *,
    case_id: str,
    study_id: str,
    product_category: str,
    verification_body_id: str,
    certification_body_id: str,
    scheme: SchemeReference,
    bom_sha256: str,
    result_sha256: str,
    actor: Actor,
    at: datetime,
    contributor_ids: frozenset[str] = frozenset(),
    consultancies: tuple[Consultancy, ...] = (),
) -> tuple[Case, CaseEvent]:
    """A new case for one study version; the actor is its preparer and the applicant's person.

    Raises:
        NotAllowed: ``step-needs-role``, ``administrator-cannot-act``, ``bodies-not-separate`` or
            ``body-is-applicant``.
        LabelError: ``hash-malformed``, ``person-unknown``, ``time-without-zone``.
    """
    if actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrator-cannot-act")
    if not actor.has_role(Role.MANUFACTURER):
        raise NotAllowed("step-needs-role", role=Role.MANUFACTURER.value)
    if verification_body_id == certification_body_id:
        raise NotAllowed("bodies-not-separate", body=verification_body_id)
    if actor.organisation_id in (verification_body_id, certification_body_id):
        is_verifying = actor.organisation_id == verification_body_id
        kind = BodyKind.VERIFICATION if is_verifying else BodyKind.CERTIFICATION
        raise NotAllowed("body-is-applicant", kind=kind.value)
    case = Case(
        id=case_id,
        study_id=study_id,
        applicant_id=actor.organisation_id,
        product_category=product_category,
        verification_body_id=verification_body_id,
        certification_body_id=certification_body_id,
        scheme=scheme,
        bom_sha256=bom_sha256,
        result_sha256=result_sha256,
        preparer_id=actor.person_id,
        contributor_ids=contributor_ids,
        consultancies=consultancies,
        submitted_at=checked_time(at),
        updated_at=at,
        is_test=actor.is_test,
    )
    return case, _event(
        case,
        from_state=None,
        kind="application-submitted",
        role=Role.MANUFACTURER.value,
        actor=actor,
        at=at,
        details={"study": study_id, **_declared(consultancies)},
    )


def _declared(consultancies: tuple[Consultancy, ...]) -> dict[str, str]:
    said = ", ".join(f"{c.organisation_id} until {c.ended_on}" for c in consultancies)
    return {"consultancies": said} if said else {}


def apply(case: Case, command: CaseCommand, actor: Actor, at: datetime) -> tuple[Case, CaseEvent]:
    """The case after one step, and the event for its history; the given case is unchanged.

    Raises:
        NotAllowed: The person may not take this step (see ``labels/case_steps.py``), or a body is
            not in scope or not independent. Record it with :func:`refusal_event`.
        WrongState: The step does not exist now, what was seen has changed, or findings, opinion or
            criteria stand in the way.
        SchemeError: The scheme is not the one of the case, or not in force.
        LabelError: A text, hash or finding that cannot be used.
    """
    at = max(checked_time(at), case.updated_at)
    check_actor(case, command, actor)
    check_seen(case, command)
    check_state(case, command)
    changed, details = effect_of(case, command, actor, at)
    after = replace(changed, version=case.version + 1, updated_at=at)
    step = STEPS[type(command)]
    if after.state not in step.moves[case.state]:
        raise WrongState("case-state-wrong", state=after.state.value, step=step.kind)
    return after, _event(
        after,
        from_state=case.state,
        kind=step.kind,
        role=role_acted_in(command, actor),
        actor=actor,
        at=at,
        details=details,
    )


def refusal_event(
    case: Case, command: CaseCommand, actor: Actor, at: datetime, error: LabelError
) -> CaseEvent:
    """The event of an attempt that was refused; the case itself does not change."""
    details = {"step": STEPS[type(command)].kind, "code": error.code, **error.parameters}
    return _event(
        case,
        from_state=case.state,
        kind="attempt-refused",
        role=role_acted_in(command, actor),
        actor=actor,
        at=max(checked_time(at), case.updated_at),
        details=details,
    )


def must_be_recorded(error: LabelError) -> bool:
    """Whether a refused attempt belongs into the history: not allowed, or on changed evidence."""
    return isinstance(error, NotAllowed) or error.code == "case-evidence-changed"


def _event(
    case: Case,
    *,
    from_state: CaseState | None,
    kind: str,
    role: str,
    actor: Actor,
    at: datetime,
    details: Mapping[str, str],
) -> CaseEvent:
    return CaseEvent(
        case_id=case.id,
        case_version=case.version,
        kind=kind,
        at=at,
        person_id=actor.person_id,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        role=role,
        from_state=from_state,
        to_state=case.state,
        scheme=case.scheme,
        bom_sha256=case.bom_sha256,
        result_sha256=case.result_sha256,
        details=details,
    )
