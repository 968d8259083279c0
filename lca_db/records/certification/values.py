"""Labels as they are stored, and what is made for them, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from labels.label import LabelFacts
from labels.label_status import Label


@dataclass(frozen=True, kw_only=True)
class LabelRecord:
    """A label with everything that was signed.

    Attributes:
        label: Its state in the register.
        facts: What it says.
        signing_bytes: The bytes to be signed, stored before they were.
        credential: The signed bytes, served as they are; None while it is only prepared.
    """

    label: Label
    study_id: str
    verification_body_id: str
    facts: LabelFacts = field(repr=False)
    signing_bytes: bytes = field(repr=False)
    credential: bytes | None = field(default=None, repr=False)
    credential_sha256: str | None = None
    activated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LabelPage:
    """The public page of a label in one language.

    Attributes:
        state_version: State version of the label the page shows.
    """

    language: str
    content: bytes = field(repr=False)
    etag: str
    state_version: int
    rendered_at: datetime


@dataclass(frozen=True, kw_only=True)
class LabelArtefact:
    """A file made for a label; the file lies under its hash."""

    kind: str
    sha256: str
    media_type: str
    size_bytes: int
    made_at: datetime
