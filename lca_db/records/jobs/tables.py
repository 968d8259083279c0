"""Tables of durable jobs (the outbox) and of answers kept for idempotency keys."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from lca_db.records.jobs.values import JobState
from lca_db.rows import Row, check, index, one_of, refers, table_args
from lca_db.types import Count, Flag, Identifier, JsonText, Octets, Sha256, UtcDateTime


class JobRow(Row, table=True):
    """A piece of work promised in a transaction; only its newest attempt may write."""

    __tablename__ = "job"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        one_of("state", JobState),
        check("attempt_positive", "attempt > 0"),
        check(
            "progress_ordered",
            "progress_done >= 0 AND (progress_total = 0 OR progress_done <= progress_total)",
        ),
        check(
            "finished_when_over",
            "(state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
        ),
        index("ix_job_organisation_id", "organisation_id", "id"),
        index("ix_job_state", "state", "heartbeat_at"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    kind: str = Field(sa_type=Identifier)
    state: str = Field(sa_type=Identifier)
    attempt: int = Field(sa_type=Count)
    organisation_id: str = Field(sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    input: Any = Field(sa_type=JsonText, nullable=False)
    progress_done: int = Field(sa_type=Count)
    progress_total: int = Field(sa_type=Count)
    result: Any = Field(default=None, sa_type=JsonText, nullable=True)
    problem: Any = Field(default=None, sa_type=JsonText, nullable=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdempotencyRow(Row, table=True):
    """The answer given to a request with an idempotency key, stored with what it changed."""

    __tablename__ = "idempotency"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        check("answer_whole", "(status IS NULL) = (body IS NULL)"),
        check("no_server_error", "status IS NULL OR status < 500"),
        index("ix_idempotency_at", "at"),
    )

    organisation_id: str = Field(sa_type=Identifier, primary_key=True)
    key: str = Field(sa_type=Identifier, primary_key=True)
    route: str = Field(sa_type=Identifier)
    request_sha256: str = Field(sa_type=Sha256)
    status: int | None = Field(default=None, sa_type=Count)
    headers: Any = Field(default=None, sa_type=JsonText, nullable=True)
    body: bytes | None = Field(default=None, sa_type=Octets)
    at: datetime = Field(sa_type=UtcDateTime)
