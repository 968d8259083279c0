"""Shows which datasets wait for a reviewer: proposals for a second person, drafts for a first."""

from __future__ import annotations

from api.context import Context
from api.review_views import ReviewQueueEntry, WaitsFor
from api.security.policy import Action, require
from api.workflows.calculate_footprint import current_release
from api.workflows.read_dataset_reviews import read_review
from footprint.inventory import ReviewStatus
from labels.access import Actor, Scope
from lca_db.inventory.evidence import obstacles
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.values import DatasetEntry
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50


def view_review_queue(
    context: Context,
    actor: Actor,
    waits_for: WaitsFor,
    *,
    industry: str = "",
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[ReviewQueueEntry]:
    """Datasets of the current release with an open proposal, or those at draft.

    Args:
        context: The instance.
        actor: Who asks.
        waits_for: Which of the two lists.
        industry: Only datasets of that industry; all where "".
        after: The id the last page ended with.
        limit: How many at most.

    Raises:
        NotAllowed: ``role-missing``.
        InventoryError: ``release-missing``.
    """
    require(actor, Action.READ_DATASET_REVIEWS)
    release = current_release(context)
    scope = Scope.everything("view review queue", is_test=actor.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        by_content = uow.dataset_reviews.list_by_content()
        proposed = {sha256 for (_, sha256), e in by_content.items() if e[-1].move == "propose"}
        page = uow.inventory.list_to_review(
            release.id,
            industry=industry,
            content_sha256s=proposed if waits_for is WaitsFor.CONFIRMATION else None,
            after=after,
            limit=limit,
        )

    def queued(entry: DatasetEntry) -> ReviewQueueEntry:
        events = by_content.get((entry.dataset_id, entry.content_sha256), ())
        review = read_review(entry, events, is_test=actor.is_test)
        obstacle = obstacles(entry.body, shipped_sources()).get(ReviewStatus.REVIEWED)
        return ReviewQueueEntry(
            entry=entry,
            review=review,
            is_own=review.proposal is not None and review.proposal.person_id == actor.person_id,
            obstacle=obstacle.code if obstacle else "",
        )

    return page.map(queued)
