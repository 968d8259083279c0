"""Shows which datasets wait for a reviewer: proposals for a second person, drafts for a first."""

from __future__ import annotations

from collections.abc import Callable

from api.context import Context
from api.review_views import ReviewQueueEntry, WaitsFor
from api.security.policy import Action, require
from api.workflows.calculate_footprint import current_release
from api.workflows.read_dataset_reviews import list_importers, list_open_moves, read_review
from footprint.inventory import ReviewStatus
from labels.access import Actor, Scope
from labels.dataset_review import DatasetReview, ReviewMove
from lca_db.inventory.evidence import obstacles
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.values import DatasetEntry
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50
LOOKED_AT = 2000  # datasets of one page whose reader asked for the own steps only
STRETCH = 200
STEPS = {
    WaitsFor.CONFIRMATION: frozenset({ReviewMove.CONFIRM, ReviewMove.DECLINE}),
    WaitsFor.PROPOSAL: frozenset({ReviewMove.PROPOSE}),
}
Read = Callable[[str | None, int], Page[ReviewQueueEntry]]


def view_review_queue(
    context: Context,
    actor: Actor,
    waits_for: WaitsFor,
    *,
    industry: str = "",
    can_act: bool = False,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[ReviewQueueEntry]:
    """Datasets of the current release with an open proposal, or those at draft.

    Args:
        context: The instance.
        actor: Who asks.
        waits_for: Which of the two lists.
        industry: Only datasets of that industry; all where "".
        can_act: Only those on which the actor may take the step they wait for. Such a page may be
            short although more follow: it ends after some thousand datasets.
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

        def queued(entry: DatasetEntry) -> ReviewQueueEntry:
            events = by_content.get((entry.dataset_id, entry.content_sha256), ())
            review = read_review(entry, events, is_test=actor.is_test)
            return _queued(actor, entry, review, list_importers(uow, entry))

        def read(behind: str | None, most: int) -> Page[ReviewQueueEntry]:
            return uow.inventory.list_to_review(
                release.id,
                industry=industry,
                content_sha256s=proposed if waits_for is WaitsFor.CONFIRMATION else None,
                after=behind,
                limit=most,
            ).map(queued)

        return _that_allow(STEPS[waits_for], read, after, limit) if can_act else read(after, limit)


def _queued(
    actor: Actor, entry: DatasetEntry, review: DatasetReview, importer_ids: frozenset[str]
) -> ReviewQueueEntry:
    against = obstacles(entry.body, shipped_sources())
    obstacle = against.get(ReviewStatus.REVIEWED)
    return ReviewQueueEntry(
        entry=entry,
        review=review,
        is_own=review.proposal is not None and review.proposal.person_id == actor.person_id,
        obstacle=obstacle.code if obstacle else "",
        moves=list_open_moves(actor, review, against, importer_ids),
    )


def _that_allow(
    steps: frozenset[ReviewMove], read: Read, after: str | None, limit: int
) -> Page[ReviewQueueEntry]:
    """The entries on which one of the steps is open, of as many as are looked at in one go."""
    found: list[ReviewQueueEntry] = []
    for _ in range(LOOKED_AT // STRETCH):
        page = read(after, STRETCH)
        for item in page.items:
            if len(found) == limit:
                return Page(tuple(found), found[-1].entry.dataset_id)
            if item.moves & steps:
                found.append(item)
        after = page.next_after
        if after is None:
            break
    return Page(tuple(found), after)
