"""Applies the reviews of people to a snapshot before it is frozen.

Rules:

* A decided status counts where dataset and content hash are exactly those that were reviewed; a
  changed dataset keeps what its file says.
* No review lifts a dataset above what its evidence allows as of now: a figure found unconfirmed
  since refuses the release until the status is withdrawn.
* Snapshot and applied reviews together are reproducible: the files and the list kept with a release
  give its hash again (:func:`with_statuses`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import rfc8785

from footprint.errors import FootprintError, raise_all
from footprint.inventory import (
    DatasetSource,
    InventorySnapshot,
    Process,
    ReviewStatus,
    process_body,
)
from labels.dataset_review import DatasetReview, ReviewEvent, replay
from lca_db.inventory.evidence import obstacles
from lca_db.inventory.values import content_sha256

Content = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class AppliedReview:
    """A decided status as it went into a release.

    Attributes:
        stated: What the file says.
        organisation_ids: Whose people proposed and confirmed it, or who withdrew it.
    """

    dataset_id: str
    content_sha256: str
    stated: ReviewStatus
    status: ReviewStatus
    decided_at: datetime
    organisation_ids: tuple[str, ...]

    def body(self) -> dict[str, object]:
        """The review as plain JSON values, without persons: it is published with the release."""
        return {
            "dataset": self.dataset_id,
            "content_sha256": self.content_sha256,
            "stated": self.stated.value,
            "status": self.status.value,
            "decided_at": self.decided_at.isoformat(),
            "organisations": list(self.organisation_ids),
        }


def decided_reviews(
    snapshot: InventorySnapshot, events: Mapping[Content, Iterable[ReviewEvent]]
) -> tuple[AppliedReview, ...]:
    """The reviews that were decided on exactly the contents of a snapshot, by dataset."""
    reviewed = {dataset_id for dataset_id, _ in events}
    found = []
    for process in snapshot.processes:
        if process.id not in reviewed:
            continue
        sha256 = content_sha256(process_body(process))
        start = DatasetReview(
            dataset_id=process.id, content_sha256=sha256, stated=process.review_status
        )
        review = replay(start, events.get((process.id, sha256), ()))
        if review.decided is not None and review.decided_at is not None:
            found.append(
                AppliedReview(
                    dataset_id=process.id,
                    content_sha256=sha256,
                    stated=review.stated,
                    status=review.decided,
                    decided_at=review.decided_at,
                    organisation_ids=review.organisation_ids,
                )
            )
    return tuple(found)


def reviewed_snapshot(
    snapshot: InventorySnapshot,
    reviews: Iterable[AppliedReview],
    sources: Mapping[str, DatasetSource],
) -> InventorySnapshot:
    """The snapshot with the decided statuses.

    Raises:
        InventoryError: A status the evidence no longer allows, or FootprintErrors with several.
    """
    by_id = {review.dataset_id: review for review in reviews}
    errors: list[FootprintError] = []
    for process in snapshot.processes:
        review = by_id.get(process.id)
        obstacle = review and obstacles(process_body(process), sources).get(review.status)
        if obstacle:
            errors.append(obstacle)
    raise_all(tuple(errors))
    return with_statuses(
        snapshot, {(r.dataset_id, r.content_sha256): r.status for r in by_id.values()}
    )


def with_statuses(
    snapshot: InventorySnapshot, statuses: Mapping[Content, ReviewStatus]
) -> InventorySnapshot:
    """The snapshot with the statuses of exactly these contents; others stay as they are."""
    if not statuses:
        return snapshot
    named = {dataset_id for dataset_id, _ in statuses}
    return InventorySnapshot.of(
        _with_status(process, statuses) if process.id in named else process
        for process in snapshot.processes
    )


def _with_status(process: Process, statuses: Mapping[Content, ReviewStatus]) -> Process:
    status = statuses.get((process.id, content_sha256(process_body(process))))
    return process if status is None else replace(process, review_status=status)


def reviews_bytes(reviews: Iterable[AppliedReview]) -> bytes:
    """RFC 8785 bytes of the applied reviews: what is kept with a release."""
    bodies: object = [review.body() for review in reviews]
    return rfc8785.dumps(bodies)  # type: ignore[arg-type]


def read_statuses(content: bytes) -> dict[Content, ReviewStatus]:
    """The statuses of kept reviews by dataset and content."""
    return {
        (body["dataset"], body["content_sha256"]): ReviewStatus(body["status"])
        for body in json.loads(content)
    }
