"""Tables of portfolio runs, their chunks, and the columnar form of lists of studies."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from lca_db.records.portfolio.values import PortfolioScope, RunState
from lca_db.rows import Row, check, index, one_of, refers, table_args, unique
from lca_db.types import Count, Flag, Identifier, JsonText, Sha256, UtcDateTime


class PortfolioRunRow(Row, table=True):
    """Studies recomputed against a release, for who asked."""

    __tablename__ = "portfolio_run"
    __table_args__ = table_args(
        refers("organisation_id", "organisation.id"),
        refers("release_id", "release.id"),
        refers("asked_by", "person.id"),
        one_of("scope", PortfolioScope),
        one_of("state", RunState),
        check("chunks_ordered", "chunks_done >= 0 AND chunks_done <= chunk_count"),
        check(
            "finished_when_over",
            "(state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
        ),
        check(
            "whole_when_succeeded",
            "(state = 'succeeded') = (summary_sha256 IS NOT NULL)"
            " AND (state <> 'succeeded' OR chunks_done = chunk_count)",
        ),
        index("ix_portfolio_run_organisation_id", "organisation_id", "id"),
    )

    id: str = Field(sa_type=Identifier, primary_key=True)
    organisation_id: str = Field(sa_type=Identifier)
    is_test: bool = Field(sa_type=Flag)
    scope: str = Field(sa_type=Identifier)
    release_id: str = Field(sa_type=Identifier)
    asked_by: str | None = Field(default=None, sa_type=Identifier)
    state: str = Field(sa_type=Identifier)
    study_count: int = Field(sa_type=Count)
    chunk_count: int = Field(sa_type=Count)
    chunks_done: int = Field(sa_type=Count)
    summary_sha256: str | None = Field(default=None, sa_type=Sha256)
    problem: Any = Field(default=None, sa_type=JsonText, nullable=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PortfolioChunkRow(Row, table=True):
    """Some studies of a run: done once its result is named, and never twice."""

    __tablename__ = "portfolio_chunk"
    __table_args__ = table_args(
        refers("run_id", "portfolio_run.id"),
        refers("job_id", "job.id"),
        unique("job_id"),
        check("number_positive", "number > 0"),
        check("study_count_positive", "study_count > 0"),
    )

    run_id: str = Field(sa_type=Identifier, primary_key=True)
    number: int = Field(sa_type=Count, primary_key=True)
    job_id: str = Field(sa_type=Identifier)
    studies_sha256: str = Field(sa_type=Sha256)
    study_count: int = Field(sa_type=Count)
    result_sha256: str | None = Field(default=None, sa_type=Sha256)


class PortfolioColumnsRow(Row, table=True):
    """Which file holds the columnar form of a list of studies, as one version makes it."""

    __tablename__ = "portfolio_columns"
    __table_args__ = table_args()

    studies_sha256: str = Field(sa_type=Sha256, primary_key=True)
    engine_version: str = Field(sa_type=Identifier, primary_key=True)
    columns_sha256: str = Field(sa_type=Sha256)
    failures: Any = Field(sa_type=JsonText, nullable=False)
    made_at: datetime = Field(sa_type=UtcDateTime)
