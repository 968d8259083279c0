"""Portfolio runs on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.bom_members import Strict
from api.schemas.cases import ReleaseId
from api.schemas.footprints import Out
from lca_db.records.portfolio.values import PortfolioRun, PortfolioScope


class PortfolioRunIn(Strict):
    """Which studies to recompute, and against which release."""

    release_id: Annotated[ReleaseId, Field(description="The release to compare with")]
    scope: Annotated[
        Literal["organisation", "register"],
        Field(
            description="Studies of one's organisation, or of everybody: for the authority and "
            "who runs the service"
        ),
    ] = "organisation"

    @property
    def portfolio_scope(self) -> PortfolioScope:
        """The core value."""
        return PortfolioScope(self.scope)


class DriverOut(Out):
    """A dataset that moved a study, and by how much per unit."""

    dataset: str
    kg_co2e: str


class MovedStudyOut(Out):
    """A study on its own release and on the other one, per unit."""

    study: str
    before_kg_co2e: str
    after_kg_co2e: str
    change_kg_co2e: str
    relative_change: str | None
    drivers: list[DriverOut]


class MovingDatasetOut(Out):
    """A dataset, how many studies it moved, and what its change alone does to them on average."""

    dataset: str
    studies: int
    mean_relative_change: str


class RefusedStudyOut(Out):
    """A study that could not be recomputed, and why."""

    study: str
    code: str
    parameters: dict[str, str]


class PortfolioSummaryOut(Out):
    """What moved and why; the longest lists are cut, ``results.csv`` has everything."""

    studies: int
    recomputed: int
    moved: int
    failed: int
    relative_change_quantiles: dict[str, str]
    datasets: list[MovingDatasetOut]
    largest: list[MovedStudyOut]
    failure_codes: dict[str, int]
    failures: list[RefusedStudyOut]


class PortfolioRunOut(Out):
    """A run: how far it is, and what it found once it has ended well."""

    id: str
    state: str
    scope: str
    release_id: str
    studies: int
    chunks_done: int
    chunks: int
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    summary: PortfolioSummaryOut | None = None

    @classmethod
    def from_core(
        cls, run: PortfolioRun, summary: Mapping[str, Any] | None = None
    ) -> PortfolioRunOut:
        """From what is stored."""
        return cls(
            id=run.id,
            state=run.state.value,
            scope=run.scope.value,
            release_id=run.release_id,
            studies=run.study_count,
            chunks_done=run.chunks_done,
            chunks=run.chunk_count,
            problem=None if run.problem is None else dict(run.problem),
            created_at=run.created_at,
            finished_at=run.finished_at,
            summary=None if summary is None else PortfolioSummaryOut.model_validate(summary),
        )
