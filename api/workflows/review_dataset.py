"""Takes one step in the review of a dataset; a refused attempt is recorded in its history."""

from __future__ import annotations

from collections.abc import Iterable

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.calculate_footprint import current_release
from api.workflows.keep_document import is_kept_by
from api.workflows.read_dataset_reviews import list_importers, read_review
from footprint.errors import FootprintError
from labels.access import Actor, Scope
from labels.dataset_review import (
    DatasetReview,
    ReviewEvent,
    ReviewStep,
    must_be_recorded,
    refusal_event,
    replay,
    take_step,
)
from labels.errors import LabelError, WrongState
from lca_db.inventory.evidence import obstacles, source_ids
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.unit_of_work import UnitOfWork

_SHA256_LENGTH = 64


def review_dataset(
    context: Context,
    actor: Actor,
    dataset_id: str,
    content_sha256: str,
    step: ReviewStep,
    once: Once[DatasetReview] | None = None,
) -> DatasetReview:
    """The review after the step; a decided status counts from the next release on.

    Args:
        context: The instance.
        actor: Who takes the step.
        dataset_id: The dataset, in the current release.
        content_sha256: What it said when the actor looked at it.
        step: What is asked.
        once: Idempotency key, where one was sent.

    Raises:
        NotAllowed: ``role-missing``, or this person may not take the step; the attempt is recorded.
        WrongState: ``review-content-changed``, or the step does not exist now.
        FootprintError: The evidence does not allow the status; the attempt is recorded.
        LabelError: Comment or evidence missing, or evidence unknown.
        NotFound: There is no such dataset.
        Conflict: Somebody was faster.
    """
    require(actor, Action.REVIEW_DATASET)
    release, now = current_release(context), context.now()
    with UnitOfWork(context.engine, _own(actor)) as uow:
        claim(once, uow, now)
        entry = uow.inventory.get_dataset(release.id, dataset_id)
        if entry.content_sha256 != content_sha256:
            raise WrongState("review-content-changed", dataset=dataset_id)
        events = uow.dataset_reviews.list_events(dataset_id)
        review = read_review(entry, events, is_test=actor.is_test)
        try:
            event = take_step(
                review,
                step,
                actor,
                now,
                obstacles=obstacles(entry.body, shipped_sources()),
                known_evidence={
                    *source_ids(entry.body),
                    *_kept(context, uow, actor, step.evidence),
                },
                importer_ids=list_importers(uow, entry),
            )
        except (LabelError, FootprintError) as error:
            refused = error
        else:
            uow.dataset_reviews.add(event)
            after = replay(review, (event,))
            keep(once, uow, after)
            uow.commit()
            return after
    if must_be_recorded(refused):
        _record(context, actor, refusal_event(review, step, actor, now, refused))
    raise refused


def _own(actor: Actor) -> Scope:
    return Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)


def _kept(context: Context, uow: UnitOfWork, actor: Actor, named: Iterable[str]) -> Iterable[str]:
    """Documents among the evidence that the actor's organisation keeps."""
    hashes = (name for name in named if len(name) == _SHA256_LENGTH)
    return (each for each in hashes if is_kept_by(context, uow, each, actor.organisation_id))


def _record(context: Context, actor: Actor, event: ReviewEvent) -> None:
    """The attempt in a transaction of its own, because the step's one was rolled back."""
    with UnitOfWork(context.engine, _own(actor)) as uow:
        uow.dataset_reviews.add(event)
        uow.commit()
