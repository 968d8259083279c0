"""Jobs on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.schemas.footprints import Out
from lca_db.records.jobs.values import Job


class JobOut(Out):
    """A job."""

    id: str
    kind: str
    state: str
    attempt: int
    done: Annotated[int, Field(description="Of an import: processes read so far")]
    total: Annotated[int, Field(description="0 while nobody knows it")]
    input: dict[str, Any]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def from_core(cls, job: Job) -> JobOut:
        """From what is stored."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state.value,
            attempt=job.attempt,
            done=job.progress_done,
            total=job.progress_total,
            input=dict(job.input),
            result=None if job.result is None else dict(job.result),
            problem=None if job.problem is None else dict(job.problem),
            created_at=job.created_at,
            finished_at=job.finished_at,
        )
