"""The review of a dataset: two people, one step up at a time, never above the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from footprint.errors import FootprintError, InventoryError
from footprint.inventory import ReviewStatus
from labels.access import Actor, Role
from labels.dataset_review import (
    DatasetReview,
    ReviewEvent,
    ReviewMove,
    ReviewStep,
    must_be_recorded,
    refusal_event,
    replay,
    take_step,
)
from labels.errors import LabelError, NotAllowed, WrongState

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
DRAFT, REVIEWED, OFFICIAL = ReviewStatus.DRAFT, ReviewStatus.REVIEWED, ReviewStatus.OFFICIAL
UNCONFIRMED = InventoryError("unconfirmed-figure-in-dataset", "/steel", source="src-b")
START = DatasetReview(dataset_id="steel", content_sha256="ab" * 32, stated=DRAFT)
SOURCES = ("src-1", "src-2")


def someone(person: str, *roles: Role, account: str = "", is_test: bool = False) -> Actor:
    return Actor(
        person_id=person,
        account_id=account or f"acc_{person}",
        organisation_id=f"org_{person}",
        roles=frozenset(roles or {Role.REVIEWER}),
        is_test=is_test,
    )


ANN, BEN = someone("ann"), someone("ben", Role.VERIFIER)


def a_step(review: DatasetReview, move: ReviewMove, **changes: object) -> ReviewStep:
    is_proposal = move is ReviewMove.PROPOSE
    step = ReviewStep(
        move=move,
        comment="Compared with the source.",
        seen_version=review.version,
        to_status=REVIEWED if is_proposal else None,
        evidence=("src-1",) if is_proposal else (),
    )
    return replace(step, **changes)  # type: ignore[arg-type]


def event_of(
    review: DatasetReview,
    move: ReviewMove,
    actor: Actor,
    obstacles: Mapping[ReviewStatus, FootprintError] | None = None,
    **changes: object,
) -> ReviewEvent:
    step = a_step(review, move, **changes)
    return take_step(
        review, step, actor, AT, obstacles=obstacles or {}, known_evidence=frozenset(SOURCES)
    )


def after(
    review: DatasetReview, move: ReviewMove, actor: Actor, **changes: object
) -> DatasetReview:
    return replay(review, [event_of(review, move, actor, None, **changes)])


PROPOSED = after(START, ReviewMove.PROPOSE, ANN)
CONFIRMED = after(PROPOSED, ReviewMove.CONFIRM, BEN)


def test_one_proposes_and_another_confirms() -> None:
    assert (PROPOSED.status, PROPOSED.version) == (DRAFT, 1)
    assert PROPOSED.proposal is not None
    assert (CONFIRMED.status, CONFIRMED.proposal, CONFIRMED.version) == (REVIEWED, None, 2)
    assert CONFIRMED.organisation_ids == ("org_ann", "org_ben")
    assert CONFIRMED.decided_at == AT


@pytest.mark.parametrize("move", [ReviewMove.CONFIRM, ReviewMove.DECLINE])
def test_nobody_answers_their_own_proposal_from_whatever_account(move: ReviewMove) -> None:
    for again in (ANN, someone("ann", Role.VERIFIER, account="acc_other")):
        with pytest.raises(NotAllowed) as refused:
            event_of(PROPOSED, move, again)
        assert refused.value.code == "review-own-proposal"


def test_a_declined_proposal_leaves_the_status_and_can_be_made_again() -> None:
    declined = after(PROPOSED, ReviewMove.DECLINE, BEN)
    assert (declined.status, declined.decided, declined.proposal) == (DRAFT, None, None)
    assert after(declined, ReviewMove.PROPOSE, BEN).proposal is not None


def test_official_comes_after_reviewed_only() -> None:
    with pytest.raises(WrongState) as refused:
        event_of(START, ReviewMove.PROPOSE, ANN, to_status=OFFICIAL)
    assert refused.value.code == "review-step-wrong"
    up = after(CONFIRMED, ReviewMove.PROPOSE, BEN, to_status=OFFICIAL)
    assert after(up, ReviewMove.CONFIRM, ANN).status is OFFICIAL
    top = after(up, ReviewMove.CONFIRM, ANN)
    with pytest.raises(WrongState, match="review-step-wrong"):
        event_of(top, ReviewMove.PROPOSE, ANN, to_status=OFFICIAL)


@pytest.mark.parametrize("actor", [ANN, BEN])
def test_one_reviewer_alone_takes_a_status_back_at_once(actor: Actor) -> None:
    assert after(CONFIRMED, ReviewMove.WITHDRAW, actor).status is DRAFT
    stated = replace(START, stated=OFFICIAL)
    assert after(stated, ReviewMove.WITHDRAW, actor).status is DRAFT


def test_a_withdrawal_ends_an_open_proposal_and_needs_something_to_withdraw() -> None:
    ended = after(PROPOSED, ReviewMove.WITHDRAW, ANN)
    assert (ended.status, ended.proposal) == (DRAFT, None)
    with pytest.raises(WrongState, match="review-nothing-to-withdraw"):
        event_of(ended, ReviewMove.WITHDRAW, ANN)


def test_no_status_goes_above_the_evidence_not_even_when_it_got_weaker_meanwhile() -> None:
    obstacles = {REVIEWED: UNCONFIRMED}
    with pytest.raises(InventoryError, match="unconfirmed-figure-in-dataset"):
        event_of(START, ReviewMove.PROPOSE, ANN, obstacles)
    with pytest.raises(InventoryError, match="unconfirmed-figure-in-dataset"):
        event_of(PROPOSED, ReviewMove.CONFIRM, BEN, obstacles)
    assert event_of(PROPOSED, ReviewMove.DECLINE, BEN, obstacles).to_status is DRAFT


def test_a_second_proposal_waits_for_the_first() -> None:
    with pytest.raises(WrongState, match="review-proposal-open"):
        event_of(PROPOSED, ReviewMove.PROPOSE, BEN)


@pytest.mark.parametrize("move", [ReviewMove.CONFIRM, ReviewMove.DECLINE])
def test_without_a_proposal_there_is_nothing_to_answer(move: ReviewMove) -> None:
    with pytest.raises(WrongState, match="review-proposal-missing"):
        event_of(START, move, BEN)


def test_who_saw_an_earlier_version_is_refused() -> None:
    with pytest.raises(WrongState, match="review-version-stale"):
        event_of(PROPOSED, ReviewMove.CONFIRM, BEN, seen_version=0)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor.service("freeze"), "service-cannot-act"),
        (someone("adm", Role.ADMINISTRATOR, Role.REVIEWER), "administrator-cannot-act"),
        (someone("mak", Role.MANUFACTURER), "step-needs-role"),
        (someone("cer", Role.CERTIFIER), "step-needs-role"),
        (someone("reg", Role.REGULATOR), "step-needs-role"),
        (someone("tes", is_test=True), "test-and-live-mixed"),
    ],
)
def test_others_take_no_step(actor: Actor, code: str) -> None:
    for move in (ReviewMove.PROPOSE, ReviewMove.CONFIRM, ReviewMove.DECLINE, ReviewMove.WITHDRAW):
        with pytest.raises(NotAllowed, match=code):
            event_of(PROPOSED, move, actor)


def test_who_imported_a_dataset_takes_it_back_and_no_other_step() -> None:
    for review, move in (
        (START, ReviewMove.PROPOSE),
        (PROPOSED, ReviewMove.CONFIRM),
        (PROPOSED, ReviewMove.DECLINE),
        (PROPOSED, ReviewMove.WITHDRAW),
    ):

        def taken(review: DatasetReview = review, move: ReviewMove = move) -> ReviewEvent:
            known = frozenset(SOURCES)
            step = a_step(review, move)
            return take_step(
                review, step, BEN, AT, obstacles={}, known_evidence=known, importer_ids=("ben",)
            )

        if move is ReviewMove.WITHDRAW:
            assert taken().to_status is DRAFT
        else:
            with pytest.raises(NotAllowed, match="review-own-import"):
                taken()


def test_a_proposal_names_evidence_that_is_there_and_every_step_says_why() -> None:
    with pytest.raises(LabelError, match="review-evidence-missing"):
        event_of(START, ReviewMove.PROPOSE, ANN, evidence=())
    with pytest.raises(LabelError, match="review-evidence-unknown"):
        event_of(START, ReviewMove.PROPOSE, ANN, evidence=("src-1", "elsewhere"))
    for review, move in ((START, ReviewMove.PROPOSE), (PROPOSED, ReviewMove.CONFIRM)):
        with pytest.raises(LabelError, match="text-missing"):
            event_of(review, move, ANN if review is START else BEN, comment="  ")


def test_a_refused_attempt_is_an_event_that_changes_nothing() -> None:
    step = a_step(PROPOSED, ReviewMove.CONFIRM)
    with pytest.raises(NotAllowed) as refused:
        event_of(PROPOSED, ReviewMove.CONFIRM, ANN)
    assert must_be_recorded(refused.value)
    assert must_be_recorded(UNCONFIRMED)
    assert not must_be_recorded(WrongState("review-version-stale"))
    event = refusal_event(PROPOSED, step, ANN, AT, refused.value)
    assert event.details == {"step": "confirm", "code": "review-own-proposal"}
    assert replay(PROPOSED, [event]) == PROPOSED


def test_no_step_is_earlier_than_the_one_before_it() -> None:
    later = replace(PROPOSED, changed_at=AT + timedelta(hours=1))
    assert event_of(later, ReviewMove.CONFIRM, BEN).at == AT + timedelta(hours=1)
