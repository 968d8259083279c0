"""Jobs and stored answers as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


PORTFOLIO_CHUNK = "portfolio-chunk"  # a part of a run: the run shows it, no list of jobs does
OVER = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})
Content = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of work promised in a transaction.

    Attributes:
        attempt: The attempt that may write; grows when the job is enqueued again.
        progress_total: Of what ``progress_done`` is a part; 0 where nobody knows it yet.
        problem: Code and parameters of why it failed.
    """

    id: str
    kind: str
    organisation_id: str
    input: Content
    created_at: datetime
    heartbeat_at: datetime
    state: JobState = JobState.QUEUED
    attempt: int = 1
    is_test: bool = False
    progress_done: int = 0
    progress_total: int = 0
    result: Content | None = None
    problem: Content | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state in OVER


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """What was answered to a request with this key."""

    status: int
    headers: Mapping[str, str]
    body: bytes
