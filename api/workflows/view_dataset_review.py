"""Shows the review of a dataset: evidence, findings, history, and the steps open to the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api.context import Context
from api.review_views import DatasetReviewView, NamedReviewEvent, Obstacle
from api.security.policy import Action, can, require
from api.workflows.read_dataset_reviews import list_importers, list_open_moves, read_review
from api.workflows.search_datasets import read_dataset
from footprint.inventory import ReviewStatus
from labels.access import Actor, Scope
from labels.dataset_review import NEXT_STATUS, Obstacles
from lca_db.inventory.evidence import obstacles, source_ids
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork


def view_dataset_review(context: Context, actor: Actor, dataset_id: str) -> DatasetReviewView:
    """The dataset of the current release, with all that was said of it.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such dataset.
    """
    require(actor, Action.READ_DATASET_REVIEWS)
    page = read_dataset(context, dataset_id)
    scope = Scope.everything("view dataset review", is_test=actor.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        events = uow.dataset_reviews.list_events(dataset_id)
        people = uow.organisations.person_names({event.person_id for event in events})
        organisations = {
            id_: uow.organisations.get(id_).names for id_ in {e.organisation_id for e in events}
        }
        importer_ids = list_importers(uow, page.entry)
    review = read_review(page.entry, events, is_test=actor.is_test)
    proposal = review.proposal
    next_status = NEXT_STATUS.get(review.status) if proposal is None else None
    is_own = proposal is not None and proposal.person_id == actor.person_id
    against = obstacles(page.entry.body, shipped_sources())
    obstacle = _obstacle(against, proposal.to_status if proposal else next_status)
    return DatasetReviewView(
        entry=page.entry,
        release=page.release,
        review=review,
        proposed_by=organisations[proposal.organisation_id] if proposal else {},
        findings=_findings(context, page.release, dataset_id),
        next_status=next_status,
        obstacle=obstacle,
        evidence=source_ids(page.entry.body),
        moves=list_open_moves(actor, review, against, importer_ids),
        is_own_proposal=is_own,
        events=tuple(
            NamedReviewEvent(
                event=event,
                person=people.get(event.person_id, ""),
                organisation=organisations[event.organisation_id],
                is_present=event.content_sha256 == page.entry.content_sha256,
            )
            for event in reversed(events)
        ),
    )


def can_read_reviews(actor: Actor) -> bool:
    """Whether the actor may open the page of a review."""
    return can(actor, Action.READ_DATASET_REVIEWS)


def _obstacle(against: Obstacles, status: ReviewStatus | None) -> Obstacle | None:
    error = against.get(status) if status else None
    return None if error is None else Obstacle(code=error.code, parameters=error.parameters)


def _findings(context: Context, release: Release, dataset_id: str) -> tuple[Mapping[str, Any], ...]:
    report = json.loads(context.files.get(release.findings_sha256))
    return tuple(f for f in report["findings"] if f["dataset"] == dataset_id)
