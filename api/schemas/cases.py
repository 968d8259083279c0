"""Certification cases on the wire: applications, steps and the case as its parties see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Shown, Strict
from api.schemas.footprints import EvidenceOut, Out
from api.schemas.numbers import WholeNumber
from labels.access import Consultancy
from labels.case import (
    AssuranceLevel,
    Case,
    CaseEvent,
    FindingSeverity,
    Opinion,
    Seen,
    Statement,
)
from labels.case_evidence import EvidenceStanding

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}_[0-9a-z]{26}$")]
ReleaseId = Annotated[str, StringConstraints(pattern=r"^rel_[0-9a-z]{26}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,59}$")]


class ConsultancyIn(Strict):
    """An organisation that helped to compute the product, and the last day it did."""

    organisation_id: Identifier
    ended_on: date

    def to_core(self) -> Consultancy:
        """The core value."""
        return Consultancy(organisation_id=self.organisation_id, ended_on=self.ended_on)


class ApplicationIn(Strict):
    """An application for a label on one study version."""

    study_id: Identifier
    verification_body_id: Identifier
    certification_body_id: Identifier
    scheme: Annotated[str, StringConstraints(max_length=60)] = "tanbiao-reference"
    consultancies: Annotated[
        tuple[ConsultancyIn, ...],
        Field(
            max_length=20,
            description="Who helped to compute the product; within the look-back period of the "
            "scheme neither they nor their people verify, review or decide",
        ),
    ] = ()


class SeenIn(Strict):
    """What the author of a step had before them; anything newer is a conflict."""

    case_version: Annotated[WholeNumber, Field(ge=1)]
    bom_sha256: Sha256
    result_sha256: Sha256

    def to_core(self) -> Seen:
        """The core value."""
        return Seen(
            case_version=self.case_version,
            bom_sha256=self.bom_sha256,
            result_sha256=self.result_sha256,
        )


class StepIn(Strict):
    """What every step carries."""

    seen: SeenIn


class ReviewApplicationIn(StepIn):
    """Accept or refuse the application."""

    action: Literal["review-application"]
    is_accepted: bool
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class ConcludeAgreementIn(StepIn):
    """The agreement is signed; its document is kept by the body or filed behind the study."""

    action: Literal["conclude-agreement"]
    number: Number
    document_sha256: Sha256


class StartVerificationIn(StepIn):
    """A verifier takes the case on."""

    action: Literal["start-verification"]


class OpenFindingIn(StepIn):
    """Raise a nonconformity."""

    action: Literal["open-finding"]
    severity: FindingSeverity
    text: Words
    due_on: date
    place: Annotated[str, StringConstraints(max_length=200), Shown] = ""


class AnswerFindingIn(StepIn):
    """Answer a finding."""

    action: Literal["answer-finding"]
    finding_id: Identifier
    text: Words
    evidence_sha256: Annotated[tuple[Sha256, ...], Field(max_length=20)] = ()


class ReturnFindingIn(StepIn):
    """The answer does not suffice."""

    action: Literal["return-finding"]
    finding_id: Identifier
    text: Words


class CloseFindingIn(StepIn):
    """The answer suffices."""

    action: Literal["close-finding"]
    finding_id: Identifier
    text: Words


class IssueStatementIn(StepIn):
    """The verification statement; its report is filed behind the study.

    Attributes:
        evidence_sha256: The documents the verifier examined; only these count at the decision.
    """

    action: Literal["issue-statement"]
    number: Number
    opinion: Opinion
    assurance_level: AssuranceLevel
    report_sha256: Sha256
    evidence_sha256: Annotated[
        tuple[Sha256, ...],
        Field(max_length=1000, description="The documents examined; no others count from here on"),
    ]


class CompleteTechnicalReviewIn(StepIn):
    """The reviewer's recommendation."""

    action: Literal["complete-technical-review"]
    is_grant_recommended: bool
    note: Words


class SurrenderApplicationIn(StepIn):
    """The applicant withdraws."""

    action: Literal["surrender-application"]
    reason: Words


AnyStepIn = Annotated[
    ReviewApplicationIn
    | ConcludeAgreementIn
    | StartVerificationIn
    | OpenFindingIn
    | AnswerFindingIn
    | ReturnFindingIn
    | CloseFindingIn
    | IssueStatementIn
    | CompleteTechnicalReviewIn
    | SurrenderApplicationIn,
    Field(discriminator="action"),
]


class DecisionIn(StepIn):
    """The certification decision."""

    is_granted: bool
    reason: Words


class FindingOut(Out):
    """A nonconformity as the parties see it."""

    id: str
    severity: str
    state: str
    text: str
    place: str
    due_on: date
    answer: str
    closing_note: str


class ItemOut(Out):
    """A document by its hash and what it was filed as."""

    kind: str
    sha256: str


class StatementOut(Out):
    """The verification statement with the documents the verifier examined."""

    number: str
    opinion: str
    assurance_level: str
    report_sha256: str
    issued_at: datetime
    evidence: list[ItemOut]

    @classmethod
    def from_core(cls, statement: Statement) -> StatementOut:
        """From the core value."""
        return cls(
            number=statement.number,
            opinion=statement.opinion.value,
            assurance_level=statement.assurance_level.value,
            report_sha256=statement.report_sha256,
            issued_at=statement.issued_at,
            evidence=[ItemOut(kind=i.kind, sha256=i.sha256) for i in statement.evidence],
        )


class CaseEvidenceOut(Out):
    """A document behind the case, and how it stands in it."""

    evidence: EvidenceOut
    standing: Annotated[
        EvidenceStanding,
        Field(description="open before a statement; only in-statement counts after one"),
    ]


class ConsultancyOut(Out):
    """A consultancy as the applicant declared it."""

    organisation_id: str
    ended_on: date


class CaseOut(Out):
    """A case as its parties see it."""

    id: str
    study_id: str
    applicant_id: str
    verification_body_id: str
    certification_body_id: str
    scheme: str
    scheme_version: str
    state: str
    version: int
    seen: Annotated[dict[str, int | str], Field(description="To be sent back with a step")]
    consultancies: list[ConsultancyOut]
    findings: list[FindingOut]
    statement_number: str | None
    statement: StatementOut | None
    label_id: str | None
    submitted_at: datetime
    updated_at: datetime

    @classmethod
    def from_core(cls, case: Case) -> CaseOut:
        """From the core value."""
        return cls(
            id=case.id,
            study_id=case.study_id,
            applicant_id=case.applicant_id,
            verification_body_id=case.verification_body_id,
            certification_body_id=case.certification_body_id,
            scheme=case.scheme.id,
            scheme_version=case.scheme.version,
            state=case.state.value,
            version=case.version,
            seen={
                "case_version": case.version,
                "bom_sha256": case.bom_sha256,
                "result_sha256": case.result_sha256,
            },
            consultancies=[
                ConsultancyOut(organisation_id=c.organisation_id, ended_on=c.ended_on)
                for c in case.consultancies
            ],
            findings=[
                FindingOut(
                    id=f.id,
                    severity=f.severity.value,
                    state=f.state.value,
                    text=f.text,
                    place=f.place,
                    due_on=f.due_on,
                    answer=f.answer,
                    closing_note=f.closing_note,
                )
                for f in case.findings
            ],
            statement_number=case.statement.number if case.statement else None,
            statement=StatementOut.from_core(case.statement) if case.statement else None,
            label_id=case.label_id,
            submitted_at=case.submitted_at,
            updated_at=case.updated_at,
        )


class CaseEventOut(Out):
    """One entry of a case's private history."""

    kind: str
    at: datetime
    person_id: str
    role: str
    from_state: str | None
    to_state: str
    details: dict[str, str]

    @classmethod
    def from_core(cls, event: CaseEvent) -> CaseEventOut:
        """From the core value."""
        return cls(
            kind=event.kind,
            at=event.at,
            person_id=event.person_id,
            role=event.role,
            from_state=event.from_state.value if event.from_state else None,
            to_state=event.to_state.value,
            details=dict(event.details),
        )
