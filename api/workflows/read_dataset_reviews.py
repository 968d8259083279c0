"""Reads the reviews of datasets: where one stands, and what everybody may know of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from api.context import Context
from api.review_views import PublicReview, PublicReviewStep
from api.security.policy import Action, can
from footprint.inventory import ReviewStatus
from labels.access import Actor, Scope
from labels.dataset_review import (
    NEXT_STATUS,
    DatasetReview,
    Obstacles,
    ReviewEvent,
    ReviewMove,
    replay,
)
from lca_db.inventory.values import DatasetEntry
from lca_db.unit_of_work import UnitOfWork


def read_review(
    entry: DatasetEntry, events: tuple[ReviewEvent, ...], *, is_test: bool = False
) -> DatasetReview:
    """Where the review of what a dataset says now stands.

    Args:
        entry: The dataset in the current release.
        events: Steps about it; those on earlier contents do not count.
        is_test: Whose reviews they are.
    """
    start = DatasetReview(
        dataset_id=entry.dataset_id,
        content_sha256=entry.content_sha256,
        stated=entry.review_status,
        is_test=is_test,
    )
    return replay(start, (e for e in events if e.content_sha256 == entry.content_sha256))


def list_importers(uow: UnitOfWork, entry: DatasetEntry) -> frozenset[str]:
    """Who imported the file that the dataset came from; nobody for the shipped ones."""
    imported: Mapping[str, object] | None = entry.content.get("imported")
    if imported is None:
        return frozenset()
    return uow.inventory_imports.importers_of(str(imported["sha256"]))


def list_open_moves(
    actor: Actor, review: DatasetReview, against: Obstacles, importer_ids: Collection[str]
) -> frozenset[ReviewMove]:
    """The steps the rules leave to this person now; they are checked again when one is taken.

    Args:
        actor: Who reads.
        review: The review as it stands.
        against: For each status the evidence does not allow, why not.
        importer_ids: Persons who imported the dataset.
    """
    if not can(actor, Action.REVIEW_DATASET):
        return frozenset()
    moves: set[ReviewMove] = set()
    proposal = review.proposal
    if proposal is not None or review.status is not ReviewStatus.DRAFT:
        moves.add(ReviewMove.WITHDRAW)
    if actor.person_id in importer_ids:
        return frozenset(moves)
    if proposal is None:
        next_status = NEXT_STATUS.get(review.status)
        if next_status is not None and next_status not in against:
            moves.add(ReviewMove.PROPOSE)
    elif proposal.person_id != actor.person_id:
        moves.add(ReviewMove.DECLINE)
        if proposal.to_status not in against:
            moves.add(ReviewMove.CONFIRM)
    return frozenset(moves)


def read_public_review(uow: UnitOfWork, entry: DatasetEntry) -> PublicReview:
    """The review without persons, comments and evidence."""
    events = uow.dataset_reviews.list_events(entry.dataset_id)
    return PublicReview(
        content_sha256=entry.content_sha256,
        status=read_review(entry, events).status,
        history=tuple(
            PublicReviewStep(
                move=event.move,
                at=event.at,
                from_status=event.from_status,
                to_status=event.to_status,
                organisation_id=event.organisation_id,
                organisation=uow.organisations.get(event.organisation_id).names,
                is_present=event.content_sha256 == entry.content_sha256,
            )
            for event in events
            if event.move is not ReviewMove.ATTEMPT_REFUSED
        ),
    )


def read_release_reviews(context: Context, release_id: str) -> bytes:
    """The reviews that were applied to a release, as the JSON that is kept with it.

    Raises:
        NotFound: There is no such release.
    """
    with UnitOfWork(context.engine, Scope.everything("read inventory"), read_only=True) as uow:
        release = uow.inventory.get_release(release_id)
    return context.files.get(release.reviews_sha256)
