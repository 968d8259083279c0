"""Reviews of datasets as workflows hand them to the doors: frozen joins of core values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from footprint.inventory import ReviewStatus
from labels.dataset_review import DatasetReview, ReviewEvent, ReviewMove
from labels.label import LocalText
from lca_db.inventory.values import DatasetEntry, Release


@dataclass(frozen=True, kw_only=True)
class PublicReviewStep:
    """A step of a dataset's review as everybody may see it: organisation and day, no person.

    Attributes:
        is_present: Whether it is about what the dataset says now, or about what it said earlier.
    """

    move: ReviewMove
    at: datetime
    from_status: ReviewStatus
    to_status: ReviewStatus
    organisation_id: str
    organisation: LocalText
    is_present: bool


@dataclass(frozen=True, kw_only=True)
class PublicReview:
    """Where the review of a dataset's present content stands, and its history.

    Attributes:
        status: What counts at the next release; differs from the release's after a step since.
        history: Oldest first; refused attempts are left out.
    """

    content_sha256: str
    status: ReviewStatus
    history: tuple[PublicReviewStep, ...]


class WaitsFor(StrEnum):
    """Whom a dataset waits for."""

    CONFIRMATION = "confirmation"
    PROPOSAL = "proposal"


@dataclass(frozen=True, kw_only=True)
class ReviewQueueEntry:
    """A dataset in the work list.

    Attributes:
        is_own: The open proposal is the reader's own, so that another must answer it.
        obstacle: Code of what keeps the dataset a draft, "" where it could be reviewed.
        moves: The steps the reader may take now.
    """

    entry: DatasetEntry
    review: DatasetReview
    is_own: bool
    obstacle: str
    moves: frozenset[ReviewMove]


@dataclass(frozen=True, kw_only=True)
class NamedReviewEvent:
    """A step with the names behind it, for those who review."""

    event: ReviewEvent
    person: str
    organisation: LocalText
    is_present: bool


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why the evidence does not allow a status."""

    code: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DatasetReviewView:
    """A dataset as its reviewers see it.

    Attributes:
        findings: What the checks of the release found in it, as they are kept.
        next_status: What could be proposed; None at the top, and while a proposal is open.
        obstacle: Why the evidence does not allow the next status, or the proposed one; else None.
        evidence: Sources that can be named.
        moves: The steps this person may take now.
        is_own_proposal: The open proposal is this person's.
        events: Newest first, refused attempts included.
    """

    entry: DatasetEntry
    release: Release
    review: DatasetReview
    proposed_by: LocalText
    findings: tuple[Mapping[str, Any], ...]
    next_status: ReviewStatus | None
    obstacle: Obstacle | None
    evidence: tuple[str, ...]
    moves: frozenset[ReviewMove]
    is_own_proposal: bool
    events: tuple[NamedReviewEvent, ...]
