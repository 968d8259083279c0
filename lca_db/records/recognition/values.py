"""Recognitions as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from labels.recognition import RecognitionStanding


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """This body's statement about another body's label.

    Attributes:
        body_id: The certification body whose recognition it is.
        label_credential: The exact bytes of the label recognised.
        signing_bytes: The bytes to be signed, stored before they were.
        credential: The signed bytes; None until they are.
        standing: Where it stands and why.
        state_version: Counts the changes of the standing.
        home_seen_at: As of when the status at home was last confirmed, changed or not.
    """

    id: str
    body_id: str
    label_url: str
    label_number: str
    label_sha256: str
    label_credential: bytes = field(repr=False)
    home_issuer: str
    arrangement_id: str
    arrangement_sha256: str
    signing_bytes: bytes = field(repr=False)
    standing: RecognitionStanding
    valid_until: datetime
    created_at: datetime
    changed_at: datetime
    credential: bytes | None = field(default=None, repr=False)
    state_version: int = 1
    home_seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HomeNotice:
    """A recognition whose home body has not yet taken what happened to it.

    Attributes:
        recognition: As it stands now.
        state_version: The change the home body is to be told of.
        attempts: How often it was tried in vain since that change.
        due_at: When it is tried next.
    """

    recognition: Recognition
    state_version: int
    attempts: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ForeignRecognition:
    """Another body's recognition of a label of ours, as it was last seen.

    Attributes:
        credential_id: Its address at the other body.
        verdict: State of its verdict when it was last judged.
        seen_at: When that verdict was first seen here; when it came about, nobody signed.
        confirmed_at: As of when its status was last confirmed, changed or not.
    """

    credential_id: str
    label_url: str
    issuer: str
    region: str
    content: bytes = field(repr=False)
    verdict: str
    seen_at: datetime
    confirmed_at: datetime
