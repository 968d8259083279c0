"""Turns a step asked for on the wire into a command with the facts of the day, and takes it."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once
from api.schemas import cases as wire
from api.workflows.act_on_case import act_on_case
from labels import case_commands as core
from labels.access import Actor, BodyKind
from labels.case import Case
from labels.case_commands import CaseCommand
from labels.scheme import scheme
from lca_db.unit_of_work import UnitOfWork


def take_case_step(
    context: Context,
    actor: Actor,
    case_id: str,
    step: wire.AnyStepIn,
    once: Once[Case] | None = None,
) -> Case:
    """The case after the step; see :func:`api.workflows.act_on_case.act_on_case`."""
    new_finding_id = context.ids("fnd")

    def command(uow: UnitOfWork, case: Case) -> CaseCommand:
        return _command(uow, case, step, new_finding_id)

    return act_on_case(context, actor, case_id, command, once)


def _command(uow: UnitOfWork, case: Case, step: wire.AnyStepIn, new_finding_id: str) -> CaseCommand:
    seen = step.seen.to_core()
    match step:
        case wire.ReviewApplicationIn():
            return core.ReviewApplication(
                seen=seen, is_accepted=step.is_accepted, reason=step.reason
            )
        case wire.ConcludeAgreementIn():
            return core.ConcludeAgreement(
                seen=seen,
                number=step.number,
                document_sha256=step.document_sha256,
                verification_body=uow.organisations.body(
                    case.verification_body_id, BodyKind.VERIFICATION
                ),
                certification_body=uow.organisations.body(
                    case.certification_body_id, BodyKind.CERTIFICATION
                ),
                scheme=scheme(case.scheme.id, case.scheme.version),
            )
        case wire.StartVerificationIn():
            body = uow.organisations.body(case.verification_body_id, BodyKind.VERIFICATION)
            return core.StartVerification(seen=seen, verification_body=body)
        case wire.IssueStatementIn():
            return core.IssueStatement(
                seen=seen,
                number=step.number,
                opinion=step.opinion,
                assurance_level=step.assurance_level,
                report_sha256=step.report_sha256,
                verification_body=uow.organisations.body(
                    case.verification_body_id, BodyKind.VERIFICATION
                ),
            )
        case wire.CompleteTechnicalReviewIn():
            return core.CompleteTechnicalReview(
                seen=seen, is_grant_recommended=step.is_grant_recommended, note=step.note
            )
        case wire.SurrenderApplicationIn():
            return core.SurrenderApplication(seen=seen, reason=step.reason)
        case _:
            return _finding_command(step, new_finding_id)


def _finding_command(
    step: wire.OpenFindingIn | wire.AnswerFindingIn | wire.ReturnFindingIn | wire.CloseFindingIn,
    new_finding_id: str,
) -> CaseCommand:
    seen = step.seen.to_core()
    match step:
        case wire.OpenFindingIn():
            return core.OpenFinding(
                seen=seen,
                finding_id=new_finding_id,
                severity=step.severity,
                text=step.text,
                due_on=step.due_on,
                place=step.place,
            )
        case wire.AnswerFindingIn():
            return core.AnswerFinding(
                seen=seen,
                finding_id=step.finding_id,
                text=step.text,
                evidence_sha256=step.evidence_sha256,
            )
        case wire.ReturnFindingIn():
            return core.ReturnFinding(seen=seen, finding_id=step.finding_id, text=step.text)
        case wire.CloseFindingIn():
            return core.CloseFinding(seen=seen, finding_id=step.finding_id, text=step.text)
