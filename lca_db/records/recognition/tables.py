"""Tables of trust lists, arrangements, recognitions and what was seen of other bodies."""

from datetime import datetime

from sqlmodel import Field

from labels.recognition import RecognitionState, SuspensionCause
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique_where
from lca_db.types import Count, Flag, Identifier, Octets, Sha256, UtcDateTime


class TrustListRow(Row, table=True):
    """A trust list that was pinned here; the newest one holds; append-only."""

    __tablename__ = "trust_list"
    __table_args__ = table_args(check("number_positive", "number > 0"))

    number: int = Field(sa_type=Count, primary_key=True)
    sha256: str = Field(sa_type=Sha256)
    content: bytes = Field(sa_type=Octets)
    pinned_by: str = Field(sa_type=Identifier)
    pinned_at: datetime = Field(sa_type=UtcDateTime)


class ArrangementRow(Row, table=True):
    """A recognition arrangement, as bytes: proposed by one party or signed by both."""

    __tablename__ = "arrangement"
    __table_args__ = table_args()

    id: str = Field(sa_type=Identifier, primary_key=True)
    is_signed: bool = Field(sa_type=Flag, primary_key=True)
    sha256: str = Field(sa_type=Sha256)
    content: bytes = Field(sa_type=Octets)
    received_at: datetime = Field(sa_type=UtcDateTime)


class RecognitionRow(Row, table=True):
    """This body's statement about another body's label, and how it stands."""

    __tablename__ = "recognition"
    __table_args__ = table_args(
        one_of("state", RecognitionState),
        one_of("cause", SuspensionCause),
        check("state_version_positive", "state_version > 0"),
        check("cause_of_suspension", "(state = 'suspended') = (cause <> 'none')"),
        refers("body_id", "organisation.id"),
        unique_where(
            "uq_recognition_live_label",
            ("label_sha256", "arrangement_sha256"),
            "state <> 'revoked'",
        ),
        index("ix_recognition_label_url", "label_url"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    body_id: str = Field(sa_type=Identifier)
    label_url: str = Field(sa_type=Identifier)
    label_number: str = Field(sa_type=Identifier)
    label_sha256: str = Field(sa_type=Sha256)
    label_credential: bytes = Field(sa_type=Octets)
    home_issuer: str = Field(sa_type=Identifier)
    arrangement_id: str = Field(sa_type=Identifier)
    arrangement_sha256: str = Field(sa_type=Sha256)
    signing_bytes: bytes = Field(sa_type=Octets)
    credential: bytes | None = Field(default=None, sa_type=Octets)
    state: str = Field(sa_type=Identifier)
    cause: str = Field(sa_type=Identifier)
    is_confirmed: bool = Field(sa_type=Flag)
    state_version: int = Field(sa_type=Count)
    home_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    valid_until: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class HomeNoticeRow(Row, table=True):
    """What the home body of a recognised label has still to be told; gone once it took it."""

    __tablename__ = "home_notice"
    __table_args__ = table_args(
        check("state_version_positive", "state_version > 0"),
        check("attempts_counted", "attempts >= 0"),
        refers("recognition_id", "recognition.id"),
        index("ix_home_notice_due_at", "due_at"),
    )

    recognition_id: str = Field(sa_type=Identifier, primary_key=True)
    state_version: int = Field(sa_type=Count)
    attempts: int = Field(sa_type=Count)
    due_at: datetime = Field(sa_type=UtcDateTime)


class ForeignRecognitionRow(Row, table=True):
    """Another body's recognition of a label of ours, as it was told to us and verified."""

    __tablename__ = "foreign_recognition"
    __table_args__ = table_args(index("ix_foreign_recognition_label_url", "label_url"))

    credential_id: str = Field(sa_type=Identifier, primary_key=True)
    label_url: str = Field(sa_type=Identifier)
    issuer: str = Field(sa_type=Identifier)
    region: str = Field(sa_type=Identifier)
    content: bytes = Field(sa_type=Octets)
    verdict: str = Field(sa_type=Identifier)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)


class StatusSightingRow(Row, table=True):
    """The newest status list seen of an address: an older one is a replay."""

    __tablename__ = "status_sighting"
    __table_args__ = table_args(check("sequence_positive", "sequence > 0"))

    url: str = Field(sa_type=Identifier, primary_key=True)
    sequence: int = Field(sa_type=Count)
    sha256: str = Field(sa_type=Sha256)


class SeenWithdrawnRow(Row, table=True):
    """A credential once seen withdrawn: it stays withdrawn here whatever comes later."""

    __tablename__ = "seen_withdrawn"
    __table_args__ = table_args()

    credential_id: str = Field(sa_type=Identifier, primary_key=True)
    seen_at: datetime = Field(sa_type=UtcDateTime)
