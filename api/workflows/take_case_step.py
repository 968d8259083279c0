"""Turns a step asked for on the wire into a command with the facts of the day, and takes it."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once
from api.schemas import cases as wire
from api.workflows.act_on_case import act_on_case
from api.workflows.file_with_step import SentDocument, file_with_step, store_for_step
from api.workflows.keep_document import is_kept_by
from labels import case_commands as core
from labels.access import Actor, BodyKind
from labels.assessment import EvidenceItem
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
    document: SentDocument | None = None,
) -> Case:
    """The case after the step; see :func:`api.workflows.act_on_case.act_on_case`.

    A document sent with the step is filed with it or, where the step is refused, not at all.

    Raises:
        Problem: As :func:`api.workflows.file_with_step.store_for_step`.
    """
    new_finding_id = context.ids("fnd")
    stored = (
        None if document is None else store_for_step(context, actor, case_id, step.action, document)
    )

    def command(uow: UnitOfWork, case: Case) -> CaseCommand:
        if stored is not None:
            file_with_step(context, uow, actor, case, stored)
        return _command(context, uow, case, step, new_finding_id)

    return act_on_case(context, actor, case_id, command, once)


def _command(
    context: Context, uow: UnitOfWork, case: Case, step: wire.AnyStepIn, new_finding_id: str
) -> CaseCommand:
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
                filed=_named_by_body(context, uow, case, step.document_sha256),
                verification_body=uow.organisations.hold(
                    case.verification_body_id, BodyKind.VERIFICATION
                ),
                certification_body=uow.organisations.hold(
                    case.certification_body_id, BodyKind.CERTIFICATION
                ),
                scheme=scheme(case.scheme.id, case.scheme.version),
            )
        case wire.StartVerificationIn():
            body = uow.organisations.hold(case.verification_body_id, BodyKind.VERIFICATION)
            return core.StartVerification(seen=seen, verification_body=body)
        case wire.IssueStatementIn():
            return core.IssueStatement(
                seen=seen,
                number=step.number,
                opinion=step.opinion,
                assurance_level=step.assurance_level,
                report_sha256=step.report_sha256,
                evidence_sha256=step.evidence_sha256,
                filed=_filed(context, uow, case),
                verification_body=uow.organisations.hold(
                    case.verification_body_id, BodyKind.VERIFICATION
                ),
                certification_body=uow.organisations.hold(
                    case.certification_body_id, BodyKind.CERTIFICATION
                ),
            )
        case wire.CompleteTechnicalReviewIn():
            return core.CompleteTechnicalReview(
                seen=seen, is_grant_recommended=step.is_grant_recommended, note=step.note
            )
        case wire.SurrenderApplicationIn():
            return core.SurrenderApplication(seen=seen, reason=step.reason)
        case _:
            filed = frozenset(item.sha256 for item in _filed(context, uow, case))
            return _finding_command(step, new_finding_id, filed)


def _filed(context: Context, uow: UnitOfWork, case: Case) -> tuple[EvidenceItem, ...]:
    """The documents behind the case's study whose files are stored."""
    return tuple(
        EvidenceItem(kind=item.kind, sha256=item.sha256)
        for item in uow.studies.list_evidence(case.study_id)
        if context.files.has(item.sha256)
    )


def _named_by_body(context: Context, uow: UnitOfWork, case: Case, sha256: str) -> frozenset[str]:
    """What the certification body may name: the study's documents, and those it keeps itself."""
    filed = {item.sha256 for item in _filed(context, uow, case)}
    if is_kept_by(context, uow, sha256, case.certification_body_id):
        filed.add(sha256)
    return frozenset(filed)


def _finding_command(
    step: wire.OpenFindingIn | wire.AnswerFindingIn | wire.ReturnFindingIn | wire.CloseFindingIn,
    new_finding_id: str,
    filed: frozenset[str],
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
                filed=filed,
            )
        case wire.ReturnFindingIn():
            return core.ReturnFinding(seen=seen, finding_id=step.finding_id, text=step.text)
        case wire.CloseFindingIn():
            return core.CloseFinding(seen=seen, finding_id=step.finding_id, text=step.text)
