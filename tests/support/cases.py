"""Builders of certification cases: who takes part, and a case walked to any state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from labels.access import Actor, Body, BodyKind, Role
from labels.assessment import CriterionFinding, EvidenceItem, ResultSummary, assess
from labels.case import AssuranceLevel, Case, CaseState, FindingSeverity, Opinion
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
    ReviewApplication,
    StartVerification,
)
from labels.certification import apply, submit_application
from labels.scheme import scheme

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SCHEME = scheme("tanbiao-reference")
BOM_SHA256, RESULT_SHA256, REPORT_SHA256 = "b1" * 32, "c2" * 32, "d3" * 32
METERS = EvidenceItem(kind="activity-data", sha256="e4" * 32)
REPORT = EvidenceItem(kind="verification-report", sha256=REPORT_SHA256)
FILED = (METERS, REPORT)
CATEGORY = "cpc-46420"
MAKER, VERIFICATION_BODY, CERTIFICATION_BODY = "org_maker", "org_verifier", "org_certifier"


def an_actor(person: str, organisation: str, *roles: Role, is_test: bool = False) -> Actor:
    return Actor(
        person_id=person,
        account_id=f"acc_{person}_{organisation}",
        organisation_id=organisation,
        roles=frozenset(roles),
        is_test=is_test,
    )


PREPARER = an_actor("per_preparer", MAKER, Role.MANUFACTURER)
VERIFIER = an_actor("per_verifier", VERIFICATION_BODY, Role.VERIFIER)
REVIEWER = an_actor("per_reviewer", CERTIFICATION_BODY, Role.REVIEWER)
CERTIFIER = an_actor("per_certifier", CERTIFICATION_BODY, Role.CERTIFIER)


def a_body(kind: BodyKind, **changes: object) -> Body:
    is_verification = kind is BodyKind.VERIFICATION
    body = Body(
        organisation_id=VERIFICATION_BODY if is_verification else CERTIFICATION_BODY,
        kind=kind,
        categories=("cpc-46", "cpc-47", "cpc-41"),
        scope_from=date(2024, 1, 1),
        scope_until=date(2028, 12, 31),
    )
    return replace(body, **changes)  # type: ignore[arg-type]


VERIFYING_BODY = a_body(BodyKind.VERIFICATION)
CERTIFYING_BODY = a_body(BodyKind.CERTIFICATION)


def a_summary(**changes: object) -> ResultSummary:
    summary = ResultSummary(
        category=CATEGORY,
        method="gbt24067-2024",
        gwp_set="AR6",
        boundary="cradle-to-grave",
        period_from=date(2025, 1, 1),
        period_to=date(2025, 12, 31),
        total_kg_co2e=Decimal("93.57"),
        stages_kg_co2e=(Decimal("70.07"), Decimal("23.5")),
        draft_share=Decimal("0.05"),
        unswitchable_share=Decimal("0.55"),
        own_process_primary_share=Decimal("0.4"),
        completeness=Decimal("0.97"),
    )
    return replace(summary, **changes)  # type: ignore[arg-type]


def some_criteria(**changes: object) -> tuple[CriterionFinding, ...]:
    return assess(a_summary(**changes), FILED, SCHEME, TODAY)


CRITERIA = some_criteria()


def a_submitted_case(actor: Actor = PREPARER, **changes: object) -> Case:
    case, _ = submit_application(
        case_id="cse_1",
        study_id="stu_1",
        product_category=CATEGORY,
        verification_body_id=VERIFICATION_BODY,
        certification_body_id=CERTIFICATION_BODY,
        scheme=SCHEME.reference,
        bom_sha256=BOM_SHA256,
        result_sha256=RESULT_SHA256,
        actor=actor,
        at=NOW,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def to_review_application(case: Case) -> ReviewApplication:
    return ReviewApplication(seen=case.seen, is_accepted=True)


def to_conclude_agreement(case: Case) -> ConcludeAgreement:
    return ConcludeAgreement(
        seen=case.seen,
        number="AG-2026-7",
        document_sha256="a0" * 32,
        filed=frozenset({"a0" * 32}),
        verification_body=VERIFYING_BODY,
        certification_body=CERTIFYING_BODY,
        scheme=SCHEME,
    )


def to_start_verification(case: Case) -> StartVerification:
    return StartVerification(seen=case.seen, verification_body=VERIFYING_BODY)


def to_open_finding(
    case: Case, finding_id: str = "F1", severity: FindingSeverity = FindingSeverity.MINOR
) -> OpenFinding:
    return OpenFinding(
        seen=case.seen,
        finding_id=finding_id,
        severity=severity,
        text="The meter reading of March is missing.",
        due_on=TODAY + timedelta(days=30),
        place="/lines/3",
    )


def to_answer_finding(case: Case, finding_id: str = "F1") -> AnswerFinding:
    return AnswerFinding(
        seen=case.seen,
        finding_id=finding_id,
        text="Reading attached.",
        evidence_sha256=("f5" * 32,),
        filed=frozenset({"f5" * 32}),
    )


def to_close_finding(case: Case, finding_id: str = "F1") -> CloseFinding:
    return CloseFinding(seen=case.seen, finding_id=finding_id, text="Reading seen.")


def to_issue_statement(case: Case, opinion: Opinion = Opinion.UNMODIFIED) -> IssueStatement:
    return IssueStatement(
        seen=case.seen,
        number="VS-2026-42",
        opinion=opinion,
        assurance_level=AssuranceLevel.LIMITED,
        report_sha256=REPORT_SHA256,
        evidence_sha256=(METERS.sha256,),
        filed=FILED,
        verification_body=VERIFYING_BODY,
        certification_body=CERTIFYING_BODY,
    )


def to_complete_review(case: Case) -> CompleteTechnicalReview:
    return CompleteTechnicalReview(
        seen=case.seen, is_grant_recommended=True, note="Evaluation is complete."
    )


def to_decide(
    case: Case,
    *,
    is_granted: bool = True,
    reason: str = "",
    criteria: tuple[CriterionFinding, ...] = CRITERIA,
) -> Decide:
    return Decide(
        seen=case.seen,
        is_granted=is_granted,
        reason=reason,
        verification_body=VERIFYING_BODY,
        certification_body=CERTIFYING_BODY,
        scheme=SCHEME,
        criteria=criteria,
    )


def to_mark_issued(case: Case) -> MarkIssued:
    return MarkIssued(
        seen=case.seen,
        label_id="lbl_1",
        label_number="TB-2026-000001:001",
        verification_body=VERIFYING_BODY,
        certification_body=CERTIFYING_BODY,
    )


# The straight way: the step that leaves each state, and the person who takes it.
WAY: dict[CaseState, tuple[Callable[[Case], CaseCommand], Actor]] = {
    CaseState.APPLICATION_SUBMITTED: (to_review_application, CERTIFIER),
    CaseState.APPLICATION_REVIEWED: (to_conclude_agreement, CERTIFIER),
    CaseState.AGREEMENT_CONCLUDED: (to_start_verification, VERIFIER),
    CaseState.IN_VERIFICATION: (to_issue_statement, VERIFIER),
    CaseState.STATEMENT_ISSUED: (to_complete_review, REVIEWER),
    CaseState.TECHNICALLY_REVIEWED: (to_decide, CERTIFIER),
    CaseState.DECIDED_GRANTED: (to_mark_issued, CERTIFIER),
}


def a_case(state: CaseState = CaseState.APPLICATION_SUBMITTED, **changes: object) -> Case:
    """A case walked the straight way to a state; ``changes`` are made at submission."""
    case = a_submitted_case(**changes)  # type: ignore[arg-type]
    while case.state is not state:
        case = stepped(case)
    return case


def stepped(case: Case) -> Case:
    """The case one step further on the straight way."""
    make, actor = WAY[case.state]
    after, _ = apply(case, make(case), actor, NOW)
    return after
