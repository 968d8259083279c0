"""What is signed about the register, and where credentials stand, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class StoredCheckpoint:
    """A signed statement of the register's size and root."""

    size: int
    root_sha256: str
    note: bytes = field(repr=False)
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredStatusList:
    """A signed status list, served as it is."""

    url: str
    sequence: int
    content: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, kw_only=True)
class StatusStanding:
    """Slots of one list whose credentials are revoked or suspended now, in ascending order."""

    revoked: tuple[int, ...]
    suspended: tuple[int, ...]
