"""The steps a person can ask for in a certification case, as small frozen values.

Each step carries what its author had seen (case version, hashes of the study), so that an approval
signs exactly that, and the facts of the day its rules need: the bodies as they stand, the scheme,
the findings of the criteria. ``labels/certification.py`` says who may take which step when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from labels.access import Body
from labels.assessment import CriterionFinding, EvidenceItem
from labels.case import AssuranceLevel, FindingSeverity, Opinion, Seen
from labels.scheme import Scheme


@dataclass(frozen=True, kw_only=True)
class Command:
    """What every step carries."""

    seen: Seen


@dataclass(frozen=True, kw_only=True)
class ReviewApplication(Command):
    """The certification body accepts the application, or refuses it with a reason."""

    is_accepted: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ConcludeAgreement(Command):
    """The certification agreement is signed; independence of both bodies is checked here.

    Attributes:
        filed: Hashes of the study's documents and of those the certification body keeps.
    """

    number: str
    document_sha256: str
    filed: frozenset[str]
    verification_body: Body
    certification_body: Body
    scheme: Scheme


@dataclass(frozen=True, kw_only=True)
class StartVerification(Command):
    """A verifier takes the case on; from here on it is this person's."""

    verification_body: Body


@dataclass(frozen=True, kw_only=True)
class OpenFinding(Command):
    """The verifier raises a nonconformity."""

    finding_id: str
    severity: FindingSeverity
    text: str
    due_on: date
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerFinding(Command):
    """The applicant answers a finding, with documents by their hash.

    Attributes:
        filed: Hashes of the study's documents.
    """

    finding_id: str
    text: str
    evidence_sha256: tuple[str, ...] = ()
    filed: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ReturnFinding(Command):
    """The verifier is not content with the answer: the finding is open again."""

    finding_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CloseFinding(Command):
    """The verifier accepts the answer."""

    finding_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class IssueStatement(Command):
    """The verification statement: number, opinion, level of assurance, report, what was examined.

    Attributes:
        evidence_sha256: The documents the verifier examined; the report is one of them anyway.
        filed: The study's documents as of now.
    """

    number: str
    opinion: Opinion
    assurance_level: AssuranceLevel
    report_sha256: str
    evidence_sha256: tuple[str, ...]
    filed: tuple[EvidenceItem, ...]
    verification_body: Body
    certification_body: Body


@dataclass(frozen=True, kw_only=True)
class CompleteTechnicalReview(Command):
    """The reviewer recommends for or against a grant."""

    is_grant_recommended: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class Decide(Command):
    """The certification decision."""

    is_granted: bool
    reason: str
    verification_body: Body
    certification_body: Body
    scheme: Scheme
    criteria: tuple[CriterionFinding, ...]


@dataclass(frozen=True, kw_only=True)
class MarkIssued(Command):
    """The label granted has been signed and activated."""

    label_id: str
    label_number: str
    verification_body: Body
    certification_body: Body


@dataclass(frozen=True, kw_only=True)
class SurrenderApplication(Command):
    """The applicant withdraws before the decision."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class VoidCase(Command):
    """The study changed: a new version exists, and every approval of this one is void."""

    new_study_id: str


CaseCommand = (
    ReviewApplication
    | ConcludeAgreement
    | StartVerification
    | OpenFinding
    | AnswerFinding
    | ReturnFinding
    | CloseFinding
    | IssueStatement
    | CompleteTechnicalReview
    | Decide
    | MarkIssued
    | SurrenderApplication
    | VoidCase
)
