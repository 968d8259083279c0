"""Durable jobs: promised in the transaction of their use case, fenced by their attempt.

A job's row is the outbox: whatever runs jobs finds it there after the commit. When its heartbeat
stops it is enqueued again with the next attempt, and every write of an older attempt is refused,
together with whatever stands in the same unit of work.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlmodel import col

from lca_db.errors import Conflict
from lca_db.records.jobs.tables import JobRow
from lca_db.records.jobs.values import PORTFOLIO_CHUNK, Content, Job, JobState
from lca_db.repository import Page, Repository

_WAITING = (JobState.QUEUED.value, JobState.RUNNING.value)


class JobRepository(Repository):
    """Reads and changes jobs."""

    def add(self, job: Job) -> None:
        """A promised job.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(job.organisation_id, is_test=job.is_test)
        self._insert(
            JobRow(
                id=job.id,
                kind=job.kind,
                state=job.state.value,
                attempt=job.attempt,
                organisation_id=job.organisation_id,
                is_test=job.is_test,
                input=dict(job.input),
                progress_done=job.progress_done,
                progress_total=job.progress_total,
                created_at=job.created_at,
                heartbeat_at=job.heartbeat_at,
            )
        )

    def get(self, job_id: str) -> Job:
        """The job of that id, or :class:`NotFound`."""
        statement = select(JobRow).where(
            col(JobRow.id) == job_id,
            self._of_mode(JobRow.is_test),
            self._owned(JobRow.organisation_id),
        )
        return _job(self._one(statement, "job"))

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[Job]:
        """The organisation's jobs, without the chunks of portfolio runs."""
        statement = select(JobRow).where(
            col(JobRow.kind) != PORTFOLIO_CHUNK,
            self._of_mode(JobRow.is_test),
            self._owned(JobRow.organisation_id),
        )
        return self._page(statement, JobRow.id, after=after, limit=limit).map(_job)

    def list_waiting(self, kind: str) -> tuple[Job, ...]:
        """The organisation's jobs of a kind that have not ended, oldest first."""
        rows = self._all(
            select(JobRow)
            .where(col(JobRow.kind) == kind, col(JobRow.state).in_(_WAITING))
            .where(self._of_mode(JobRow.is_test), self._owned(JobRow.organisation_id))
            .order_by(col(JobRow.id))
        )
        return tuple(_job(row) for row in rows)

    def find_newest(self, kind: str, input_: Content) -> Job | None:
        """The organisation's newest job of a kind with exactly that input, over or not."""
        row = self._first(
            select(JobRow)
            .where(col(JobRow.kind) == kind, col(JobRow.input) == dict(input_))
            .where(self._of_mode(JobRow.is_test), self._owned(JobRow.organisation_id))
            .order_by(col(JobRow.created_at).desc(), col(JobRow.id).desc())
        )
        return None if row is None else _job(row)

    def list_queued(self, created_before: datetime, limit: int = 100) -> tuple[Job, ...]:
        """Jobs of either mode that wait since before that time, oldest first: for the sweep."""
        return self._swept(JobState.QUEUED, col(JobRow.heartbeat_at) < created_before, limit)

    def list_stale(self, heartbeat_before: datetime, limit: int = 100) -> tuple[Job, ...]:
        """Running jobs of either mode whose heartbeat has stopped: for the sweep."""
        return self._swept(JobState.RUNNING, col(JobRow.heartbeat_at) < heartbeat_before, limit)

    def start(self, job_id: str, attempt: int, at: datetime) -> Job:
        """The attempt begins, or begins again after a crash.

        Raises:
            Conflict: ``job-attempt-superseded`` when the job is over or a later attempt exists.
        """
        statement = self._attempt(job_id, attempt, *_WAITING)
        self._fenced(
            statement.values(state=JobState.RUNNING.value, started_at=at, heartbeat_at=at), job_id
        )
        return self._read(job_id)

    def progress(self, job_id: str, attempt: int, done: int, total: int, at: datetime) -> bool:
        """How far the attempt has come; False when it must stop (cancelled, superseded).

        A total of 0 is one that is not known yet.
        """
        statement = self._attempt(job_id, attempt, JobState.RUNNING.value)
        return self._change(
            statement.values(progress_done=done, progress_total=total, heartbeat_at=at)
        )

    def succeed(self, job_id: str, attempt: int, result: Content, at: datetime) -> None:
        """The attempt has done its work; the results of its unit of work count with it.

        Raises:
            Conflict: ``job-attempt-superseded``: a late twin changes nothing.
        """
        statement = self._attempt(job_id, attempt, JobState.RUNNING.value)
        self._fenced(
            statement.values(
                state=JobState.SUCCEEDED.value,
                result=dict(result),
                progress_done=JobRow.progress_total,
                heartbeat_at=at,
                finished_at=at,
            ),
            job_id,
        )

    def fail(self, job_id: str, attempt: int, problem: Content, at: datetime) -> None:
        """The attempt has failed for good, with code and parameters.

        Raises:
            Conflict: ``job-attempt-superseded``.
        """
        statement = self._attempt(job_id, attempt, *_WAITING)
        self._fenced(
            statement.values(
                state=JobState.FAILED.value,
                problem=dict(problem),
                heartbeat_at=at,
                finished_at=at,
            ),
            job_id,
        )

    def cancel(self, job_id: str, at: datetime) -> None:
        """Nobody wants the result any more.

        Raises:
            NotFound: There is no such job in the scope.
            Conflict: ``job-over``.
        """
        self.get(job_id)
        statement = update(JobRow).where(
            col(JobRow.id) == job_id,
            col(JobRow.state).in_(_WAITING),
            self._owned(JobRow.organisation_id),
        )
        if not self._change(statement.values(state=JobState.CANCELLED.value, finished_at=at)):
            raise Conflict("job-over")

    def requeue(self, job_id: str, attempt: int, at: datetime) -> Job:
        """The attempt has gone silent: the job waits again, as the next attempt.

        Raises:
            Conflict: ``job-attempt-superseded``.
        """
        statement = self._attempt(job_id, attempt, *_WAITING)
        self._fenced(
            statement.values(
                state=JobState.QUEUED.value, attempt=attempt + 1, started_at=None, heartbeat_at=at
            ),
            job_id,
        )
        return self._read(job_id)

    def _attempt(self, job_id: str, attempt: int, *states: str) -> Update:
        """An update of the job while this attempt is its newest."""
        return update(JobRow).where(
            col(JobRow.id) == job_id,
            col(JobRow.attempt) == attempt,
            col(JobRow.state).in_(states),
            self._owned(JobRow.organisation_id),
        )

    def _fenced(self, statement: Update, job_id: str) -> None:
        if not self._change(statement):
            raise Conflict("job-attempt-superseded", job=job_id)

    def _read(self, job_id: str) -> Job:
        return _job(self._one(select(JobRow).where(col(JobRow.id) == job_id), "job"))

    def _swept(self, state: JobState, condition: Any, limit: int) -> tuple[Job, ...]:
        rows = self._all(
            select(JobRow)
            .where(col(JobRow.state) == state.value, condition)
            .where(self._owned(JobRow.organisation_id))
            .order_by(col(JobRow.id))
            .limit(limit)
        )
        return tuple(_job(row) for row in rows)


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        organisation_id=row.organisation_id,
        input=row.input,
        created_at=row.created_at,
        heartbeat_at=row.heartbeat_at,
        state=JobState(row.state),
        attempt=row.attempt,
        is_test=row.is_test,
        progress_done=row.progress_done,
        progress_total=row.progress_total,
        result=row.result,
        problem=row.problem,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
