"""What each step of a certification case changes, once the guards have let its author through.

One small function per step: it checks the facts the step carries and returns the changed case and
the details for the history. The rules are listed in ``labels/certification.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from labels.access import Actor, Body, check_bodies, check_body_scope
from labels.assessment import Criterion, Outcome
from labels.case import (
    Case,
    CaseState,
    Decision,
    Finding,
    FindingSeverity,
    FindingState,
    Opinion,
    Statement,
    TechnicalReview,
    checked_text,
)
from labels.case_commands import (
    AnswerFinding,
    CaseCommand,
    CloseFinding,
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
from labels.case_evidence import checked_document, checked_documents
from labels.errors import LabelError, NotAllowed, SchemeError, WrongState
from labels.scheme import Scheme, register_day

FAVOURABLE = frozenset({Opinion.UNMODIFIED, Opinion.MODIFIED})
MAX_FINDINGS = 1000
Effect = tuple[Case, Mapping[str, str]]


def effect_of(case: Case, command: CaseCommand, actor: Actor, at: datetime) -> Effect:
    """The case changed by the step, and what the history keeps of it."""
    match command:
        case ReviewApplication():
            return _review_application(case, command)
        case ConcludeAgreement():
            return _conclude_agreement(case, command, at)
        case StartVerification():
            return _start_verification(case, command, actor, at)
        case OpenFinding():
            return _open_finding(case, command, actor, at)
        case AnswerFinding():
            return _answer_finding(case, command, actor)
        case ReturnFinding() | CloseFinding():
            return _settle_finding(case, command)
        case IssueStatement():
            return _issue_statement(case, command, at)
        case CompleteTechnicalReview():
            return _complete_review(case, command, actor, at)
        case Decide():
            return _decide(case, command, actor, at)
        case MarkIssued():
            return _mark_issued(case, command, at)
        case SurrenderApplication():
            reason = checked_text(command.reason, "/reason", is_note=True)
            return replace(case, state=CaseState.SURRENDERED), {"reason": reason}
        case VoidCase():
            new_study = checked_text(command.new_study_id, "/new_study_id")
            return replace(case, state=CaseState.VOID), {"new_study": new_study}
        case _:
            assert_never(command)


def _review_application(case: Case, command: ReviewApplication) -> Effect:
    if command.is_accepted:
        return replace(case, state=CaseState.APPLICATION_REVIEWED), {"outcome": "accepted"}
    reason = checked_text(command.reason, "/reason", is_note=True)
    return replace(case, state=CaseState.REFUSED), {"outcome": "refused", "reason": reason}


def _conclude_agreement(case: Case, command: ConcludeAgreement, at: datetime) -> Effect:
    _check_engaged(case.verification_body_id, command.verification_body)
    _check_engaged(case.certification_body_id, command.certification_body)
    _check_pinned(case, command.scheme, at)
    on = register_day(at)
    check_bodies(
        case.applicant_id,
        command.verification_body,
        command.certification_body,
        case.consultancies,
        command.scheme.look_back_from(on),
    )
    for body in (command.verification_body, command.certification_body):
        check_body_scope(body, case.product_category, on)
    after = replace(
        case,
        state=CaseState.AGREEMENT_CONCLUDED,
        agreement_number=checked_text(command.number, "/number"),
        agreement_sha256=checked_document(
            command.document_sha256, command.filed, "/document_sha256"
        ),
    )
    return after, {"agreement": after.agreement_number, "document": after.agreement_sha256}


def _start_verification(
    case: Case, command: StartVerification, actor: Actor, at: datetime
) -> Effect:
    _check_acting(case.verification_body_id, command.verification_body, case, at)
    after = replace(case, state=CaseState.IN_VERIFICATION, verifier_id=actor.person_id)
    return after, {}


def _open_finding(case: Case, command: OpenFinding, actor: Actor, at: datetime) -> Effect:
    if any(f.id == command.finding_id for f in case.findings):
        raise LabelError("finding-exists", "/finding_id", finding=command.finding_id[:60])
    if len(case.findings) >= MAX_FINDINGS:
        raise LabelError("findings-too-many", "/finding_id", limit=str(MAX_FINDINGS))
    if command.due_on < register_day(at):
        raise LabelError("finding-due-in-past", "/due_on", due=command.due_on.isoformat())
    finding = Finding(
        id=checked_text(command.finding_id, "/finding_id"),
        severity=command.severity,
        text=checked_text(command.text, "/text", is_note=True),
        place=command.place,
        opened_by=actor.person_id,
        opened_at=at,
        due_on=command.due_on,
    )
    details = {"finding": finding.id, "severity": finding.severity.value, "text": finding.text}
    return replace(case, findings=(*case.findings, finding)), details


def _answer_finding(case: Case, command: AnswerFinding, actor: Actor) -> Effect:
    finding = _finding_in(case, command.finding_id, FindingState.OPENED)
    answered = replace(
        finding,
        state=FindingState.ANSWERED,
        answer=checked_text(command.text, "/text", is_note=True),
        answer_evidence=checked_documents(
            command.evidence_sha256, command.filed, "/evidence_sha256"
        ),
    )
    after = _with_finding(case, answered)
    after = replace(after, contributor_ids=after.contributor_ids | {actor.person_id})
    return after, {
        "finding": finding.id,
        "answer": answered.answer,
        "evidence": " ".join(answered.answer_evidence),
    }


def _settle_finding(case: Case, command: ReturnFinding | CloseFinding) -> Effect:
    finding = _finding_in(case, command.finding_id, FindingState.ANSWERED)
    is_closed = isinstance(command, CloseFinding)
    settled = replace(
        finding,
        state=FindingState.CLOSED if is_closed else FindingState.OPENED,
        closing_note=checked_text(command.text, "/text", is_note=True),
    )
    return _with_finding(case, settled), {"finding": finding.id, "text": settled.closing_note}


def _issue_statement(case: Case, command: IssueStatement, at: datetime) -> Effect:
    _check_acting(case.verification_body_id, command.verification_body, case, at)
    _check_independent(case, command.verification_body, command.certification_body)
    grave = case.open_findings(FindingSeverity.MAJOR)
    if grave and command.opinion in FAVOURABLE:
        raise WrongState("findings-open", count=str(len(grave)))
    filed = {item.sha256 for item in command.filed}
    examined = {
        *checked_documents(command.evidence_sha256, filed, "/evidence_sha256"),
        command.report_sha256,
    }
    statement = Statement(
        number=checked_text(command.number, "/number"),
        opinion=command.opinion,
        assurance_level=command.assurance_level,
        report_sha256=checked_document(command.report_sha256, filed, "/report_sha256"),
        issued_at=at,
        evidence=tuple(dict.fromkeys(item for item in command.filed if item.sha256 in examined)),
    )
    return replace(case, state=CaseState.STATEMENT_ISSUED, statement=statement), {
        "statement": statement.number,
        "opinion": statement.opinion.value,
        "assurance_level": statement.assurance_level.value,
        "report": statement.report_sha256,
        "evidence": " ".join(item.sha256 for item in statement.evidence),
    }


def _complete_review(
    case: Case, command: CompleteTechnicalReview, actor: Actor, at: datetime
) -> Effect:
    review = TechnicalReview(
        is_grant_recommended=command.is_grant_recommended,
        note=checked_text(command.note, "/note", is_note=True),
        completed_at=at,
    )
    after = replace(
        case,
        state=CaseState.TECHNICALLY_REVIEWED,
        reviewer_id=actor.person_id,
        review=review,
    )
    recommended = "grant" if review.is_grant_recommended else "refuse"
    return after, {"recommended": recommended, "note": review.note}


def _decide(case: Case, command: Decide, actor: Actor, at: datetime) -> Effect:
    _check_pinned(case, command.scheme, at)
    if command.is_granted:
        _check_bodies_today(case, command, at)
        _check_grantable(case, command)
    reason = command.reason.strip()
    if reason or not command.is_granted:
        reason = checked_text(reason, "/reason", is_note=True)
    unmet = _criteria_that_were(Outcome.NOT_MET, command)
    unassessed = _criteria_that_were(Outcome.NOT_ASSESSED, command)
    decision = Decision(
        is_granted=command.is_granted,
        reason=reason,
        decided_at=at,
        scheme=case.scheme,
        evidence_sha256=case.evidence_sha256(),
        preparer_id=case.preparer_id,
        verifier_id=case.verifier_id or "",
        reviewer_id=case.reviewer_id or "",
        decision_maker_id=actor.person_id,
        unmet_criteria=unmet,
        unassessed_criteria=unassessed,
    )
    after = replace(
        case,
        state=CaseState.DECIDED_GRANTED if command.is_granted else CaseState.REFUSED,
        decision_maker_id=actor.person_id,
        decision=decision,
    )
    return after, {
        "outcome": "granted" if decision.is_granted else "refused",
        "reason": decision.reason,
        "evidence": decision.evidence_sha256,
        "persons": " ".join(
            (case.preparer_id, decision.verifier_id, decision.reviewer_id, actor.person_id)
        ),
        "unmet_criteria": " ".join(unmet),
        "unassessed_criteria": " ".join(unassessed),
    }


def _criteria_that_were(outcome: Outcome, command: Decide) -> tuple[str, ...]:
    return tuple(c.criterion.value for c in command.criteria if c.outcome is outcome)


def _mark_issued(case: Case, command: MarkIssued, at: datetime) -> Effect:
    _check_bodies_today(case, command, at)
    label_id = checked_text(command.label_id, "/label_id")
    after = replace(case, state=CaseState.ISSUED, label_id=label_id)
    return after, {"label": label_id, "number": command.label_number}


def _check_grantable(case: Case, command: Decide) -> None:
    still_open = case.open_findings()
    if still_open:
        raise WrongState("findings-open", count=str(len(still_open)))
    statement = case.statement
    if statement is None or statement.opinion.value not in command.scheme.opinions:
        opinion = statement.opinion.value if statement else ""
        raise WrongState("opinion-not-accepted", opinion=opinion)
    if statement.assurance_level.value not in command.scheme.assurance_levels:
        raise WrongState("assurance-not-accepted", level=statement.assurance_level.value)
    missing = set(Criterion) - {finding.criterion for finding in command.criteria}
    if missing:
        raise WrongState("criteria-not-examined", criteria=", ".join(sorted(missing)))
    blocking = [finding for finding in command.criteria if finding.is_blocking]
    if blocking:
        names = ", ".join(finding.criterion.value for finding in blocking)
        raise WrongState("criteria-not-met", criteria=names)


def _check_engaged(body_id: str, body: Body) -> None:
    if body.organisation_id != body_id:
        raise NotAllowed("body-not-engaged", body=body.organisation_id)


def _check_acting(body_id: str, body: Body, case: Case, at: datetime) -> None:
    _check_engaged(body_id, body)
    check_body_scope(body, case.product_category, register_day(at))


def _check_independent(case: Case, verification_body: Body, certification_body: Body) -> None:
    """As on the day of the agreement; who helped to compute the product was settled there."""
    _check_engaged(case.verification_body_id, verification_body)
    _check_engaged(case.certification_body_id, certification_body)
    check_bodies(case.applicant_id, verification_body, certification_body)


def _check_bodies_today(case: Case, command: Decide | MarkIssued, at: datetime) -> None:
    """Who grants or issues is in scope now, both are independent, and the verifier not suspended.

    The scope of the verification body matters on the day it acted; it may have ended since.
    """
    verification_body = command.verification_body
    _check_acting(case.certification_body_id, command.certification_body, case, at)
    _check_independent(case, verification_body, command.certification_body)
    if verification_body.is_suspended:
        check_body_scope(verification_body, case.product_category, register_day(at))


def _check_pinned(case: Case, scheme: Scheme, at: datetime) -> None:
    if scheme.reference != case.scheme:
        raise SchemeError("scheme-not-pinned", "/scheme", scheme=f"{scheme.id} {scheme.version}")
    if not scheme.is_in_force(register_day(at)):
        raise SchemeError("scheme-not-in-force", "/scheme", scheme=f"{scheme.id} {scheme.version}")


def _finding_in(case: Case, finding_id: str, state: FindingState) -> Finding:
    finding = case.finding(finding_id)
    if finding.state is not state:
        raise WrongState("finding-state-wrong", finding=finding.id, state=finding.state.value)
    return finding


def _with_finding(case: Case, changed: Finding) -> Case:
    return replace(
        case, findings=tuple(changed if f.id == changed.id else f for f in case.findings)
    )
