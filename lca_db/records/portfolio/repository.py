"""Portfolio runs: chunks that any number of workers share, each done once.

A chunk is the work of a job, and its result counts in the transaction in which that job succeeds:
whoever comes late, or comes after the run is over, changes nothing. The count of what is done is
on the row of the run, so that exactly one chunk is the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlmodel import col

from lca_db.errors import Conflict
from lca_db.records.portfolio.tables import (
    PortfolioChunkRow,
    PortfolioColumnsRow,
    PortfolioRunRow,
)
from lca_db.records.portfolio.values import (
    PortfolioChunk,
    PortfolioRun,
    PortfolioScope,
    RunState,
    StoredColumns,
)
from lca_db.repository import Page, Repository

_OPEN = (RunState.WAITING.value, RunState.RUNNING.value)


class PortfolioRepository(Repository):
    """Reads and changes portfolio runs."""

    def add(self, run: PortfolioRun) -> None:
        """A run that was asked for.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(run.organisation_id, is_test=run.is_test)
        self._insert(
            PortfolioRunRow(
                id=run.id,
                organisation_id=run.organisation_id,
                is_test=run.is_test,
                scope=run.scope.value,
                release_id=run.release_id,
                asked_by=run.asked_by,
                state=run.state.value,
                study_count=run.study_count,
                chunk_count=run.chunk_count,
                chunks_done=run.chunks_done,
                created_at=run.created_at,
            )
        )

    def get(self, run_id: str) -> PortfolioRun:
        """The run of that id, or :class:`NotFound`."""
        statement = select(PortfolioRunRow).where(
            col(PortfolioRunRow.id) == run_id,
            self._of_mode(PortfolioRunRow.is_test),
            self._owned(PortfolioRunRow.organisation_id),
        )
        return _run(self._one(statement, "portfolio-run"))

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[PortfolioRun]:
        """The organisation's runs, newest first."""
        statement = select(PortfolioRunRow).where(
            self._of_mode(PortfolioRunRow.is_test), self._owned(PortfolioRunRow.organisation_id)
        )
        return self._page(statement, PortfolioRunRow.id, after=after, limit=limit).map(_run)

    def begin(self, run_id: str, chunks: Sequence[PortfolioChunk]) -> None:
        """The run as it was planned; the jobs of its chunks are promised already.

        Raises:
            Conflict: ``portfolio-run-over``.
        """
        self._insert_many(
            PortfolioChunkRow,
            [
                {
                    "run_id": run_id,
                    "number": chunk.number,
                    "job_id": chunk.job_id,
                    "studies_sha256": chunk.studies_sha256,
                    "study_count": chunk.study_count,
                }
                for chunk in chunks
            ],
        )
        statement = self._open(run_id, RunState.WAITING.value).values(
            state=RunState.RUNNING.value,
            study_count=sum(chunk.study_count for chunk in chunks),
            chunk_count=len(chunks),
        )
        self._change_or_over(statement, run_id)

    def list_chunks(self, run_id: str) -> tuple[PortfolioChunk, ...]:
        """The chunks of a run in order, or :class:`NotFound`."""
        self.get(run_id)
        rows = self._all(
            select(PortfolioChunkRow)
            .where(col(PortfolioChunkRow.run_id) == run_id)
            .order_by(col(PortfolioChunkRow.number))
        )
        return tuple(_chunk(row) for row in rows)

    def get_chunk(self, run_id: str, number: int) -> PortfolioChunk:
        """One chunk of a run, or :class:`NotFound`."""
        self.get(run_id)
        statement = select(PortfolioChunkRow).where(
            col(PortfolioChunkRow.run_id) == run_id, col(PortfolioChunkRow.number) == number
        )
        return _chunk(self._one(statement, "portfolio-chunk"))

    def put_result(self, run_id: str, number: int, result_sha256: str) -> bool:
        """What became of a chunk, once; whether it was the last one.

        Raises:
            Conflict: ``portfolio-run-over``; ``conflict`` where the chunk has its result.
        """
        counted = self._open(run_id, RunState.RUNNING.value).values(
            chunks_done=PortfolioRunRow.chunks_done + 1  # locks the run: two are never both last
        )
        self._change_or_over(counted, run_id)
        chunk = update(PortfolioChunkRow).where(
            col(PortfolioChunkRow.run_id) == run_id,
            col(PortfolioChunkRow.number) == number,
            col(PortfolioChunkRow.result_sha256).is_(None),
        )
        self._change_or_conflict(chunk.values(result_sha256=result_sha256), "portfolio-chunk")
        run = self.get(run_id)
        return run.chunks_done == run.chunk_count

    def finish(self, run_id: str, summary_sha256: str, at: datetime) -> None:
        """The run with its summary.

        Raises:
            Conflict: ``portfolio-run-over``; ``rule-violated`` while a chunk is not done.
        """
        statement = self._open(run_id, RunState.RUNNING.value).values(
            state=RunState.SUCCEEDED.value, summary_sha256=summary_sha256, finished_at=at
        )
        self._change_or_over(statement, run_id)

    def fail(self, run_id: str, problem: Mapping[str, object], at: datetime) -> None:
        """The run cannot be ended, and why.

        Raises:
            Conflict: ``portfolio-run-over``.
        """
        statement = self._open(run_id, *_OPEN).values(
            state=RunState.FAILED.value, problem=dict(problem), finished_at=at
        )
        self._change_or_over(statement, run_id)

    def cancel(self, run_id: str, at: datetime) -> None:
        """Nobody wants the run any more; its jobs let go of it by themselves.

        Raises:
            NotFound: There is no such run in the scope.
            Conflict: ``portfolio-run-over``.
        """
        self.get(run_id)
        statement = self._open(run_id, *_OPEN).values(
            state=RunState.CANCELLED.value, finished_at=at
        )
        self._change_or_over(statement, run_id)

    def find_columns(self, studies_sha256: str, engine_version: str) -> StoredColumns | None:
        """The columnar form of a list of studies, where that version made it already."""
        row = self._first(
            select(PortfolioColumnsRow).where(
                col(PortfolioColumnsRow.studies_sha256) == studies_sha256,
                col(PortfolioColumnsRow.engine_version) == engine_version,
            )
        )
        if row is None:
            return None
        return StoredColumns(columns_sha256=row.columns_sha256, failures=row.failures)

    def put_columns(
        self, studies_sha256: str, engine_version: str, columns: StoredColumns, at: datetime
    ) -> None:
        """Remembers the columnar form; whoever made the same at the same time came first."""
        self._insert_if_new(
            PortfolioColumnsRow,
            studies_sha256=studies_sha256,
            engine_version=engine_version,
            columns_sha256=columns.columns_sha256,
            failures={study: dict(why) for study, why in columns.failures.items()},
            made_at=at,
        )

    def _open(self, run_id: str, *states: str) -> Update:
        """An update of the run while it is in one of the states."""
        return update(PortfolioRunRow).where(
            col(PortfolioRunRow.id) == run_id,
            col(PortfolioRunRow.state).in_(states),
            self._of_mode(PortfolioRunRow.is_test),
            self._owned(PortfolioRunRow.organisation_id),
        )

    def _change_or_over(self, statement: Update, run_id: str) -> None:
        if not self._change(statement):
            raise Conflict("portfolio-run-over", run=run_id)


def _run(row: PortfolioRunRow) -> PortfolioRun:
    return PortfolioRun(
        id=row.id,
        organisation_id=row.organisation_id,
        scope=PortfolioScope(row.scope),
        release_id=row.release_id,
        asked_by=row.asked_by,
        created_at=row.created_at,
        is_test=row.is_test,
        state=RunState(row.state),
        study_count=row.study_count,
        chunk_count=row.chunk_count,
        chunks_done=row.chunks_done,
        summary_sha256=row.summary_sha256,
        problem=row.problem,
        finished_at=row.finished_at,
    )


def _chunk(row: PortfolioChunkRow) -> PortfolioChunk:
    return PortfolioChunk(
        run_id=row.run_id,
        number=row.number,
        job_id=row.job_id,
        studies_sha256=row.studies_sha256,
        study_count=row.study_count,
        result_sha256=row.result_sha256,
    )
