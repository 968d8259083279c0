"""Documents an organisation keeps, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document that belongs to an organisation and to no study.

    Attributes:
        organisation_id: Whose it is; nobody else can name it.
        file_name: As it was called by whoever sent it; text for people, never a path.
    """

    id: str
    organisation_id: str
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    added_by: str
    added_at: datetime
    is_test: bool = False
