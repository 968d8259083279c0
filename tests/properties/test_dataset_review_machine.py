"""Laws of dataset reviews, whatever people ask in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import FootprintError, InventoryError
from footprint.inventory import ReviewStatus
from labels.access import Actor, Role
from labels.dataset_review import (
    NEXT_STATUS,
    DatasetReview,
    ReviewEvent,
    ReviewMove,
    ReviewStep,
    refusal_event,
    replay,
    take_step,
)
from labels.errors import LabelError

AT = datetime(2026, 11, 28, tzinfo=UTC)
ORDER = tuple(ReviewStatus)
MOVES = (ReviewMove.PROPOSE, ReviewMove.CONFIRM, ReviewMove.DECLINE, ReviewMove.WITHDRAW)
TOO_WEAK = InventoryError("unconfirmed-figure-in-dataset", "/steel", source="b")

asked = st.tuples(
    st.sampled_from(MOVES),
    st.sampled_from(("ann", "ben", "cho")),
    st.sampled_from((Role.REVIEWER, Role.VERIFIER, Role.CERTIFIER)),
    st.sampled_from((None, *ORDER)),
    st.integers(0, 1),  # how far behind what was seen lies
)
limits = st.sampled_from(
    ({}, {ReviewStatus.OFFICIAL: TOO_WEAK}, dict.fromkeys(ORDER[1:], TOO_WEAK))
)


def walked(
    start: DatasetReview,
    steps: list[tuple[ReviewMove, str, Role, ReviewStatus | None, int]],
    obstacles: dict[ReviewStatus, FootprintError],
) -> list[ReviewEvent]:
    """The history after everybody asked."""
    events: list[ReviewEvent] = []
    for number, (move, person, role, to_status, behind) in enumerate(steps):
        review = replay(start, events)
        actor = Actor(
            person_id=person,
            account_id=f"acc_{person}_{role}",
            organisation_id="org",
            roles=frozenset({role}),
        )
        step = ReviewStep(
            move=move,
            comment="why",
            seen_version=max(0, review.version - behind),
            to_status=to_status if move is ReviewMove.PROPOSE else None,
            evidence=("s",) if move is ReviewMove.PROPOSE else (),
        )
        at = AT + timedelta(minutes=number)
        try:
            event = take_step(
                review, step, actor, at, obstacles=obstacles, known_evidence=frozenset("s")
            )
        except (LabelError, FootprintError) as error:
            event = refusal_event(review, step, actor, at, error)
        events.append(event)
    return events


@given(st.lists(asked, max_size=25), limits, st.sampled_from(ORDER))
def test_a_status_rises_by_two_people_one_step_at_a_time_and_never_above_the_evidence(
    steps: list[tuple[ReviewMove, str, Role, ReviewStatus | None, int]],
    obstacles: dict[ReviewStatus, FootprintError],
    stated: ReviewStatus,
) -> None:
    start = DatasetReview(dataset_id="steel", content_sha256="ab" * 32, stated=stated)
    events = walked(start, steps, obstacles)
    for position, event in enumerate(events):
        before = replay(start, events[:position])
        now = replay(start, events[: position + 1])
        if event.move is ReviewMove.ATTEMPT_REFUSED:
            assert now == before
            continue
        assert now.version == before.version + 1
        if ORDER.index(now.status) > ORDER.index(before.status):
            assert event.move is ReviewMove.CONFIRM
            assert before.proposal is not None
            assert before.proposal.person_id != event.person_id
            assert NEXT_STATUS[before.status] is now.status
            assert now.status not in obstacles
        elif ORDER.index(now.status) < ORDER.index(before.status):
            assert event.move is ReviewMove.WITHDRAW
            assert now.status is ReviewStatus.DRAFT


@given(st.lists(asked, max_size=25))
def test_who_is_neither_reviewer_nor_verifier_changes_nothing(
    steps: list[tuple[ReviewMove, str, Role, ReviewStatus | None, int]],
) -> None:
    start = DatasetReview(dataset_id="x", content_sha256="cd" * 32, stated=ReviewStatus.REVIEWED)
    others = [(m, p, Role.CERTIFIER, s, b) for m, p, _, s, b in steps]
    assert replay(start, walked(start, others, {})) == start
