"""Reviews of datasets on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.review_views import DatasetReviewView, NamedReviewEvent, ReviewQueueEntry, WaitsFor
from api.schemas.bom_members import Strict
from api.schemas.cases import Sha256, Words
from api.schemas.footprints import Out
from api.schemas.inventory import DatasetSummaryOut
from api.schemas.numbers import WholeNumber
from footprint.inventory import ReviewStatus
from labels.dataset_review import DatasetReview, ReviewMove, ReviewStep
from lca_db.inventory.description import Industry

IndustryName = Industry
WaitsForName = WaitsFor
MOST_EVIDENCE = 100
EvidenceName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ReviewStepIn(Strict):
    """A step in the review of a dataset."""

    move: Literal["propose", "confirm", "decline", "withdraw"]
    content_sha256: Annotated[Sha256, Field(description="Of the dataset as you saw it")]
    seen_version: Annotated[WholeNumber, Field(ge=0, description="Of the review as you saw it")]
    comment: Annotated[Words, Field(description="Why; every step needs it")]
    to_status: Annotated[
        Literal["reviewed", "official"] | None, Field(description="Only where it is proposed")
    ] = None
    evidence: Annotated[
        tuple[EvidenceName, ...],
        Field(
            max_length=MOST_EVIDENCE,
            description="What you opened: ids of the dataset's sources, or SHA-256 of documents "
            "your organisation keeps; a proposal needs at least one",
        ),
    ] = ()

    def to_core(self) -> ReviewStep:
        """The core value."""
        return ReviewStep(
            move=ReviewMove(self.move),
            comment=self.comment,
            seen_version=self.seen_version,
            to_status=ReviewStatus(self.to_status) if self.to_status else None,
            evidence=self.evidence,
        )


class ProposalOut(Out):
    """An open proposal, for another person to answer."""

    to_status: str
    organisation_id: str
    at: datetime


class DatasetReviewOut(Out):
    """Where the review of a dataset's content stands."""

    dataset_id: str
    content_sha256: str
    version: int
    status: Annotated[str, Field(description="Counts from the next release on")]
    stated: Annotated[str, Field(description="In the current release")]
    decided_at: datetime | None
    proposal: ProposalOut | None

    @classmethod
    def from_core(cls, review: DatasetReview) -> DatasetReviewOut:
        """From the core value."""
        return cls(**_standing(review))


def _standing(review: DatasetReview) -> dict[str, Any]:
    proposal = review.proposal
    return {
        "dataset_id": review.dataset_id,
        "content_sha256": review.content_sha256,
        "version": review.version,
        "status": review.status.value,
        "stated": review.stated.value,
        "decided_at": review.decided_at,
        "proposal": proposal
        and ProposalOut(
            to_status=proposal.to_status.value,
            organisation_id=proposal.organisation_id,
            at=proposal.at,
        ),
    }


class ReviewEventOut(Out):
    """One step of a review, refused attempts included, for those who review."""

    move: str
    at: datetime
    from_status: str
    to_status: str
    person_id: str
    organisation_id: str
    role: str
    comment: str
    evidence: list[str]
    details: dict[str, str]
    content_sha256: str
    is_present: bool

    @classmethod
    def from_core(cls, named: NamedReviewEvent) -> ReviewEventOut:
        """From the workflow's view."""
        event = named.event
        return cls(
            move=event.move.value,
            at=event.at,
            from_status=event.from_status.value,
            to_status=event.to_status.value,
            person_id=event.person_id,
            organisation_id=event.organisation_id,
            role=event.role,
            comment=event.comment,
            evidence=list(event.evidence),
            details=dict(event.details),
            content_sha256=event.content_sha256,
            is_present=named.is_present,
        )


class ObstacleOut(Out):
    """Why the evidence does not allow the next status."""

    code: str
    parameters: Mapping[str, str]


class DatasetReviewDetailOut(DatasetReviewOut):
    """A review with its history and what a reviewer needs to judge."""

    release_id: str
    next_status: str | None
    obstacle: ObstacleOut | None
    moves: Annotated[list[str], Field(description="Steps open to who asks")]
    evidence: Annotated[list[str], Field(description="Sources that can be named")]
    findings: Annotated[list[dict[str, Any]], Field(description="Of the checks of the release")]
    events: list[ReviewEventOut]

    @classmethod
    def from_core(cls, view: DatasetReviewView) -> DatasetReviewDetailOut:  # type: ignore[override]
        """From the workflow's view."""
        obstacle = view.obstacle
        return cls(
            **_standing(view.review),
            release_id=view.release.id,
            next_status=view.next_status.value if view.next_status else None,
            obstacle=(
                ObstacleOut(code=obstacle.code, parameters=obstacle.parameters)
                if obstacle
                else None
            ),
            moves=sorted(move.value for move in view.moves),
            evidence=list(view.evidence),
            findings=[dict(finding) for finding in view.findings],
            events=[ReviewEventOut.from_core(event) for event in view.events],
        )


class AppliedReviewOut(Out):
    """A decided status as it went into a release, without persons."""

    dataset: str
    content_sha256: str
    stated: Annotated[str, Field(description="In the inventory's file")]
    status: str
    decided_at: datetime
    organisations: list[str]


class QueuedDatasetOut(Out):
    """A dataset that waits for a reviewer."""

    dataset: DatasetSummaryOut
    industry: str
    review: DatasetReviewOut
    is_own: Annotated[bool, Field(description="Your proposal, which another must answer")]
    obstacle: Annotated[str, Field(description="Code of what keeps it a draft; empty for none")]
    moves: Annotated[list[str], Field(description="Steps open to who asks")]

    @classmethod
    def from_core(cls, queued: ReviewQueueEntry) -> QueuedDatasetOut:
        """From the workflow's view."""
        return cls(
            dataset=DatasetSummaryOut.from_core(queued.entry),
            industry=queued.entry.industry,
            review=DatasetReviewOut.from_core(queued.review),
            is_own=queued.is_own,
            obstacle=queued.obstacle,
            moves=sorted(move.value for move in queued.moves),
        )
