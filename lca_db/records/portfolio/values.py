"""Runs that recompute a portfolio, and their chunks, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """How far a run has come."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PortfolioScope(StrEnum):
    """Whose studies are recomputed."""

    ORGANISATION = "organisation"
    REGISTER = "register"


@dataclass(frozen=True, kw_only=True)
class PortfolioRun:
    """Studies recomputed against a release; nothing stored about them is changed by it.

    Attributes:
        organisation_id: Who asked.
        asked_by: The person; None for the command line.
        chunk_count, study_count: 0 until the run is planned.
        summary_sha256: The file that says what moved and why, once it is over.
        problem: Code and parameters of why it failed.
    """

    id: str
    organisation_id: str
    scope: PortfolioScope
    release_id: str
    asked_by: str | None
    created_at: datetime
    is_test: bool = False
    state: RunState = RunState.WAITING
    study_count: int = 0
    chunk_count: int = 0
    chunks_done: int = 0
    summary_sha256: str | None = None
    problem: Mapping[str, object] | None = None
    finished_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state not in (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class PortfolioChunk:
    """Some studies of a run.

    Attributes:
        studies_sha256: The file that lists their ids.
        result_sha256: The file that says how each moved; None until it is done.
    """

    run_id: str
    number: int
    job_id: str
    studies_sha256: str
    study_count: int
    result_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredColumns:
    """The columnar form of a list of studies, made once.

    Attributes:
        columns_sha256: The file (:class:`footprint.portfolio.Portfolio`).
        failures: By study, code and parameters of why it has no columns.
    """

    columns_sha256: str
    failures: Mapping[str, Mapping[str, object]]
