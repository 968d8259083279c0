"""Tables of certification cases, labels and their private histories.

The rules of four eyes, of separate bodies and of one live label stand here as constraints, so that
they hold whatever the code above does.
"""

from datetime import date, datetime

from sqlmodel import Field

from labels.case import CaseState
from labels.label_status import LabelState
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique, unique_where
from lca_db.types import Count, Day, Flag, Identifier, Octets, Plain, Sha256, UtcDateTime

_PERSONS_APART = (
    "preparer_id <> coalesce(verifier_id, '') AND preparer_id <> coalesce(reviewer_id, '')"
    " AND preparer_id <> coalesce(decision_maker_id, '')"
    " AND (verifier_id IS NULL OR reviewer_id IS NULL OR verifier_id <> reviewer_id)"
    " AND (verifier_id IS NULL OR decision_maker_id IS NULL OR verifier_id <> decision_maker_id)"
    " AND (reviewer_id IS NULL OR decision_maker_id IS NULL OR reviewer_id <> decision_maker_id)"
)
_ALL_FOUR = (
    "state NOT IN ('decided-granted', 'issued') OR (verifier_id IS NOT NULL"
    " AND reviewer_id IS NOT NULL AND decision_maker_id IS NOT NULL)"
)
_BODIES_APART = (
    "verification_body_id <> certification_body_id AND verification_body_id <> applicant_id"
    " AND certification_body_id <> applicant_id"
)


class CaseTransitionRow(Row, table=True):
    """A legal move of a case, written from ``labels.case_steps.TRANSITIONS``."""

    __tablename__ = "case_transition"
    __table_args__ = table_args()

    from_state: str = Field(sa_type=Identifier, primary_key=True)
    kind: str = Field(sa_type=Identifier, primary_key=True)
    to_state: str = Field(sa_type=Identifier, primary_key=True)
    role: str = Field(sa_type=Identifier, primary_key=True)


class CaseRow(Row, table=True):
    """A certification case; ``body`` is the whole of it, the columns are what rules need."""

    __tablename__ = "certification_case"
    __table_args__ = table_args(
        refers(
            ("study_id", "applicant_id", "is_test", "bom_sha256", "result_sha256"),
            (
                "study.id",
                "study.organisation_id",
                "study.is_test",
                "study.bom_sha256",
                "study.result_sha256",
            ),
        ),
        refers("verification_body_id", "organisation.id"),
        refers("certification_body_id", "organisation.id"),
        refers("preparer_id", "person.id"),
        refers("verifier_id", "person.id"),
        refers("reviewer_id", "person.id"),
        refers("decision_maker_id", "person.id"),
        one_of("state", CaseState),
        check("persons_apart", _PERSONS_APART),
        check("persons_complete", _ALL_FOUR),
        check("bodies_apart", _BODIES_APART),
        check("version_positive", "version > 0"),
        unique_where(
            "uq_certification_case_open_study",
            ("study_id", "scheme_id"),
            "state NOT IN ('refused', 'surrendered', 'void')",
        ),
        unique("id", "study_id", "applicant_id", "is_test"),
        index("ix_certification_case_applicant_id", "applicant_id", "id"),
        index("ix_certification_case_verification_body_id", "verification_body_id", "id"),
        index("ix_certification_case_certification_body_id", "certification_body_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    study_id: str = Field(sa_type=Identifier)
    applicant_id: str = Field(sa_type=Identifier)
    verification_body_id: str = Field(sa_type=Identifier)
    certification_body_id: str = Field(sa_type=Identifier)
    scheme_id: str = Field(sa_type=Identifier)
    state: str = Field(sa_type=Identifier)
    version: int = Field(sa_type=Count)
    bom_sha256: str = Field(sa_type=Sha256)
    result_sha256: str = Field(sa_type=Sha256)
    preparer_id: str = Field(sa_type=Identifier)
    verifier_id: str | None = Field(default=None, sa_type=Identifier)
    reviewer_id: str | None = Field(default=None, sa_type=Identifier)
    decision_maker_id: str | None = Field(default=None, sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Plain)


class CaseEventRow(Row, table=True):
    """One entry of a case's private history, refused attempts included; append-only."""

    __tablename__ = "case_event"
    __table_args__ = table_args(
        refers("case_id", "certification_case.id"),
        refers(
            ("from_state", "kind", "to_state", "role"),
            (
                "case_transition.from_state",
                "case_transition.kind",
                "case_transition.to_state",
                "case_transition.role",
            ),
        ),
        check("number_positive", "number > 0"),
    )

    case_id: str = Field(sa_type=Identifier, primary_key=True)
    number: int = Field(sa_type=Count, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(sa_type=Identifier)
    from_state: str | None = Field(default=None, sa_type=Identifier)
    to_state: str = Field(sa_type=Identifier)
    role: str = Field(sa_type=Identifier)
    body: bytes = Field(sa_type=Octets)


class InstrumentClaimRow(Row, table=True):
    """Certificates of electricity a case claims, from one serial to another; append-only.

    It holds while the case is not refused, surrendered or void.
    """

    __tablename__ = "instrument_claim"
    __table_args__ = table_args(
        refers(
            ("case_id", "study_id", "organisation_id", "is_test"),
            (
                "certification_case.id",
                "certification_case.study_id",
                "certification_case.applicant_id",
                "certification_case.is_test",
            ),
        ),
        check("number_positive", "number > 0"),
        check("serials_ordered", "first_number >= 0 AND first_number <= last_number"),
        index("ix_instrument_claim_registry_code", "registry_code", "prefix", "first_number"),
    )

    number: int = Field(sa_type=Count, primary_key=True)
    case_id: str = Field(sa_type=Identifier)
    study_id: str = Field(sa_type=Identifier)
    organisation_id: str = Field(sa_type=Identifier)
    registry_code: str = Field(sa_type=Identifier)
    prefix: str = Field(sa_type=Identifier)
    first_number: int = Field(sa_type=Count)
    last_number: int = Field(sa_type=Count)
    is_test: bool = Field(sa_type=Flag)
    claimed_at: datetime = Field(sa_type=UtcDateTime)


class LabelTransitionRow(Row, table=True):
    """A legal move of a label, written from ``labels.label_status.LABEL_TRANSITIONS``."""

    __tablename__ = "label_transition"
    __table_args__ = table_args()

    from_state: str = Field(sa_type=Identifier, primary_key=True)
    move: str = Field(sa_type=Identifier, primary_key=True)
    to_state: str = Field(sa_type=Identifier, primary_key=True)


class LabelRow(Row, table=True):
    """A label: facts, the bytes to be signed and the signed credential never change."""

    __tablename__ = "label"
    __table_args__ = table_args(
        refers(
            ("case_id", "study_id", "holder_id", "is_test"),
            (
                "certification_case.id",
                "certification_case.study_id",
                "certification_case.applicant_id",
                "certification_case.is_test",
            ),
        ),
        one_of("state", LabelState),
        unique("number", "version"),
        unique("serial"),
        unique("credential_sha256"),
        unique_where("uq_label_case_id", ("case_id",), "state <> 'void'"),
        unique_where(
            "uq_label_live_study",
            ("study_id",),
            "state IN ('prepared', 'active', 'suspended')",
        ),
        unique_where("uq_label_live_number", ("number",), "state IN ('active', 'suspended')"),
        check(
            "signed_when_shown",
            "state IN ('prepared', 'void') OR (credential IS NOT NULL"
            " AND credential_sha256 IS NOT NULL AND activated_at IS NOT NULL)",
        ),
        check("state_version_positive", "state_version > 0 AND version > 0"),
        check("validity_ordered", "issued_on <= valid_until"),
        index("ix_label_holder_id", "holder_id", "id"),
        index("ix_label_certification_body_id", "certification_body_id", "id"),
        index("ix_label_verification_body_id", "verification_body_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    case_id: str = Field(sa_type=Identifier)
    study_id: str = Field(sa_type=Identifier)
    holder_id: str = Field(sa_type=Identifier)
    verification_body_id: str = Field(sa_type=Identifier)
    certification_body_id: str = Field(sa_type=Identifier)
    number: str = Field(sa_type=Identifier)
    version: int = Field(sa_type=Count)
    serial: str = Field(sa_type=Identifier)
    gtin: str | None = Field(default=None, sa_type=Identifier)
    state: str = Field(sa_type=Identifier)
    state_version: int = Field(sa_type=Count)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    reason: str | None = Field(default=None, sa_type=Identifier)
    issued_on: date = Field(sa_type=Day)
    valid_until: date = Field(sa_type=Day)
    is_test: bool = Field(sa_type=Flag)
    facts: str = Field(sa_type=Plain)
    signing_bytes: bytes = Field(sa_type=Octets)
    credential: bytes | None = Field(default=None, sa_type=Octets)
    credential_sha256: str | None = Field(default=None, sa_type=Sha256)
    activated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LabelEventRow(Row, table=True):
    """One entry of a label's private history; append-only."""

    __tablename__ = "label_event"
    __table_args__ = table_args(
        refers("label_id", "label.id"),
        refers(
            ("from_state", "move", "to_state"),
            ("label_transition.from_state", "label_transition.move", "label_transition.to_state"),
        ),
    )

    label_id: str = Field(sa_type=Identifier, primary_key=True)
    state_version: int = Field(sa_type=Count, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    move: str = Field(sa_type=Identifier)
    from_state: str = Field(sa_type=Identifier)
    to_state: str = Field(sa_type=Identifier)
    body: bytes = Field(sa_type=Octets)


class LabelPageRow(Row, table=True):
    """The public page of a label in one language, as the bytes that are served."""

    __tablename__ = "label_page"
    __table_args__ = table_args(refers("label_id", "label.id"))

    label_id: str = Field(sa_type=Identifier, primary_key=True)
    language: str = Field(sa_type=Identifier, primary_key=True)
    state_version: int = Field(sa_type=Count)
    content: bytes = Field(sa_type=Octets)
    etag: str = Field(sa_type=Identifier)
    rendered_at: datetime = Field(sa_type=UtcDateTime)


class LabelArtefactRow(Row, table=True):
    """A file made for a label (certificate, artwork), by its hash; append-only."""

    __tablename__ = "label_artefact"
    __table_args__ = table_args(refers("label_id", "label.id"))

    label_id: str = Field(sa_type=Identifier, primary_key=True)
    kind: str = Field(sa_type=Identifier, primary_key=True)
    sha256: str = Field(sa_type=Sha256)
    media_type: str = Field(sa_type=Plain)
    size_bytes: int = Field(sa_type=Count)
    made_at: datetime = Field(sa_type=UtcDateTime)
