"""A certification case as a frozen value: its state, people, findings, statement and decision.

The rules of its moves stand in ``labels/certification.py``; here is what a case is.

Rules:

* A case is about one study version, pinned by the hashes of its bill of materials and result.
* A case names natural persons once each: preparer, verifier, reviewer, decision-maker.
* Every event names who, in which role, for which organisation, under which scheme version and on
  which hashes; refused attempts are events too. Events are private and are never published.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import rfc8785

from labels.access import Consultancy
from labels.assessment import EvidenceItem
from labels.errors import LabelError
from labels.names import check_shown
from labels.scheme import SchemeReference

_SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_TEXT = 4000


class CaseState(StrEnum):
    """How far a case has come."""

    APPLICATION_SUBMITTED = "application-submitted"
    APPLICATION_REVIEWED = "application-reviewed"
    AGREEMENT_CONCLUDED = "agreement-concluded"
    IN_VERIFICATION = "in-verification"
    STATEMENT_ISSUED = "statement-issued"
    TECHNICALLY_REVIEWED = "technically-reviewed"
    DECIDED_GRANTED = "decided-granted"
    ISSUED = "issued"
    REFUSED = "refused"
    SURRENDERED = "surrendered"
    VOID = "void"


TERMINAL = frozenset({CaseState.ISSUED, CaseState.REFUSED, CaseState.SURRENDERED, CaseState.VOID})


class FindingSeverity(StrEnum):
    """How grave a nonconformity is."""

    MINOR = "minor"
    MAJOR = "major"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"


class Opinion(StrEnum):
    """The verification body's opinion (ISO 14064-3:2019)."""

    UNMODIFIED = "unmodified"
    MODIFIED = "modified"
    ADVERSE = "adverse"
    DISCLAIMED = "disclaimed"


class AssuranceLevel(StrEnum):
    """How sure the verification body is."""

    LIMITED = "limited"
    REASONABLE = "reasonable"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A nonconformity raised against the study.

    Attributes:
        place: JSON Pointer or line reference in the study the finding is about, "" for the whole.
        opened_by: Person who raised it; the same person closes it.
    """

    id: str
    severity: FindingSeverity
    text: str
    place: str
    opened_by: str
    opened_at: datetime
    due_on: date
    state: FindingState = FindingState.OPENED
    answer: str = ""
    answer_evidence: tuple[str, ...] = ()
    closing_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The verification statement; never called a certificate.

    Attributes:
        evidence: The documents the verifier examined, the report among them; what is filed later
            is no part of it (``labels/case_evidence.py``).
    """

    number: str
    opinion: Opinion
    assurance_level: AssuranceLevel
    report_sha256: str
    issued_at: datetime
    evidence: tuple[EvidenceItem, ...]


@dataclass(frozen=True, kw_only=True)
class TechnicalReview:
    """The reviewer's recommendation; it binds nobody."""

    is_grant_recommended: bool
    note: str
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The certification decision with everything it was taken on.

    Attributes:
        evidence_sha256: Hash over study hashes, agreement, findings, statement and review.
        unmet_criteria: Criteria of the scheme that were not met but only disclose.
        unassessed_criteria: Those that were not assessed and only disclose.
    """

    is_granted: bool
    reason: str
    decided_at: datetime
    scheme: SchemeReference
    evidence_sha256: str
    preparer_id: str
    verifier_id: str
    reviewer_id: str
    decision_maker_id: str
    unmet_criteria: tuple[str, ...]
    unassessed_criteria: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person had before them when acting: case version and the hashes of the study."""

    case_version: int
    bom_sha256: str
    result_sha256: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A certification case.

    Attributes:
        study_id: The study version to be certified.
        applicant_id: Organisation that applies.
        contributor_ids: Further persons who helped to prepare the study (consultants too).
        consultancies: Organisations that helped, as the applicant declared them.
        version: Counts the moves; a write names the version it saw.
        label_id: The label issued, once there is one.
    """

    id: str
    study_id: str
    applicant_id: str
    product_category: str
    verification_body_id: str
    certification_body_id: str
    scheme: SchemeReference
    bom_sha256: str
    result_sha256: str
    preparer_id: str
    submitted_at: datetime
    updated_at: datetime
    state: CaseState = CaseState.APPLICATION_SUBMITTED
    version: int = 1
    is_test: bool = False
    contributor_ids: frozenset[str] = field(default_factory=frozenset)
    consultancies: tuple[Consultancy, ...] = ()
    verifier_id: str | None = None
    reviewer_id: str | None = None
    decision_maker_id: str | None = None
    agreement_number: str = ""
    agreement_sha256: str = ""
    findings: tuple[Finding, ...] = ()
    statement: Statement | None = None
    review: TechnicalReview | None = None
    decision: Decision | None = None
    label_id: str | None = None

    def __post_init__(self) -> None:
        checked_sha256(self.bom_sha256, "/bom_sha256")
        checked_sha256(self.result_sha256, "/result_sha256")
        if not self.preparer_id:
            raise LabelError("person-unknown", "/preparer_id")

    @property
    def is_terminal(self) -> bool:
        """Whether no further step exists."""
        return self.state in TERMINAL

    @property
    def seen(self) -> Seen:
        """What somebody who looks at the case now has before them."""
        return Seen(
            case_version=self.version,
            bom_sha256=self.bom_sha256,
            result_sha256=self.result_sha256,
        )

    def open_findings(self, *severities: FindingSeverity) -> tuple[Finding, ...]:
        """Findings not yet closed, of the given severities or of any."""
        wanted = severities or tuple(FindingSeverity)
        return tuple(
            f for f in self.findings if f.state is not FindingState.CLOSED and f.severity in wanted
        )

    def finding(self, finding_id: str) -> Finding:
        """The finding of that id.

        Raises:
            LabelError: ``finding-unknown``.
        """
        for finding in self.findings:
            if finding.id == finding_id:
                return finding
        raise LabelError("finding-unknown", "/finding_id", finding=finding_id[:60])

    def evidence_sha256(self) -> str:
        """Hash of everything a decision rests on (RFC 8785 bytes)."""
        content = {
            "case": self.id,
            "study": self.study_id,
            "bom_sha256": self.bom_sha256,
            "result_sha256": self.result_sha256,
            "agreement": [self.agreement_number, self.agreement_sha256],
            "findings": [
                [f.id, f.severity, f.state, f.text, f.answer, list(f.answer_evidence)]
                for f in self.findings
            ],
            "statement": _statement_content(self.statement),
            "review": _review_content(self.review),
        }
        return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


@dataclass(frozen=True, kw_only=True)
class CaseEvent:
    """One entry of the private history of a case.

    Attributes:
        kind: What happened (``decision-taken``), or ``attempt-refused``.
        case_version: Version of the case after the event; unchanged by a refused attempt.
        role: The role the person acted in; "" where none fitted.
        details: What else belongs to the event, as text.
    """

    case_id: str
    case_version: int
    kind: str
    at: datetime
    person_id: str
    account_id: str
    organisation_id: str
    role: str
    from_state: CaseState | None
    to_state: CaseState
    scheme: SchemeReference
    bom_sha256: str
    result_sha256: str
    details: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The content that is stored, as plain values."""
        return {
            "case_id": self.case_id,
            "case_version": self.case_version,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "person_id": self.person_id,
            "account_id": self.account_id,
            "organisation_id": self.organisation_id,
            "role": self.role,
            "from_state": self.from_state.value if self.from_state else None,
            "to_state": self.to_state.value,
            "scheme": [self.scheme.id, self.scheme.version, self.scheme.sha256],
            "bom_sha256": self.bom_sha256,
            "result_sha256": self.result_sha256,
            "details": dict(self.details),
        }


def checked_sha256(text: str, place: str) -> str:
    """The text itself when it is a lower-case hexadecimal SHA-256.

    Raises:
        LabelError: ``hash-malformed``.
    """
    if not _SHA256.fullmatch(text):
        raise LabelError("hash-malformed", place)
    return text


def checked_text(text: str, place: str, *, is_note: bool = False) -> str:
    """The text without outer blanks, when there is some, not too much, and all of it can be shown.

    Args:
        text: As it was written.
        place: JSON Pointer of it.
        is_note: Whether it may have line breaks, as a reason or a finding may.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused`` or
            ``text-marks-heaped``.
    """
    cleaned = text.strip()
    if not cleaned:
        raise LabelError("text-missing", place)
    if len(cleaned) > MAX_TEXT:
        raise LabelError("text-too-long", place, limit=str(MAX_TEXT))
    check_shown(cleaned, place, is_note=is_note)
    return cleaned


def checked_time(at: datetime) -> datetime:
    """The time itself when it has a zone.

    Raises:
        LabelError: ``time-without-zone``.
    """
    if at.tzinfo is None:
        raise LabelError("time-without-zone")
    return at


def _statement_content(statement: Statement | None) -> list[str | list[str]]:
    if statement is None:
        return []
    return [
        statement.number,
        statement.opinion.value,
        statement.assurance_level.value,
        statement.report_sha256,
        statement.issued_at.isoformat(),
        *([item.kind, item.sha256] for item in statement.evidence),
    ]


def _review_content(review: TechnicalReview | None) -> list[str]:
    if review is None:
        return []
    return [
        "grant" if review.is_grant_recommended else "refuse",
        review.note,
        review.completed_at.isoformat(),
    ]
