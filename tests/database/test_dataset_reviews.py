"""Reviews of datasets on both databases: their order, their mode, and two people by the tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from footprint.inventory import ReviewStatus
from labels.access import Scope
from labels.dataset_review import ReviewEvent, ReviewMove
from lca_db.errors import Conflict, StorageError
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import CERTIFYING, OWN, VERIFYING, a_proposal, found
from tests.support.cases import CERTIFICATION_BODY, VERIFICATION_BODY

PROPOSAL = a_proposal()
CONFIRMATION = replace(
    PROPOSAL,
    version=2,
    move=ReviewMove.CONFIRM,
    person_id="per_verifier",
    account_id="acc_per_verifier",
    organisation_id=VERIFICATION_BODY,
    role="verifier",
    comment="Found the same.",
    evidence=(),
)


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    return database


def add(engine: Engine, *events: ReviewEvent, scope: Scope | None = None) -> None:
    for event in events:
        own = Scope(organisation_id=event.organisation_id, is_test=event.is_test)
        with UnitOfWork(engine, scope or own) as uow:
            uow.dataset_reviews.add(event)
            uow.commit()


def test_steps_come_back_as_they_were_in_their_order(engine: Engine) -> None:
    earlier = replace(PROPOSAL, content_sha256="cd" * 32)
    refused = replace(CONFIRMATION, move=ReviewMove.ATTEMPT_REFUSED, details={"code": "x"})
    add(engine, earlier, PROPOSAL, refused, CONFIRMATION)
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        listed = uow.dataset_reviews.list_events("steel-bof-cn")
        assert listed == (PROPOSAL, refused, CONFIRMATION, earlier)
        assert uow.dataset_reviews.list_by_content() == {
            ("steel-bof-cn", PROPOSAL.content_sha256): (PROPOSAL, CONFIRMATION),
            ("steel-bof-cn", "cd" * 32): (earlier,),
        }
        assert uow.dataset_reviews.list_events("other") == ()


def test_the_proposer_cannot_confirm_or_decline_whatever_the_code_above_says(
    engine: Engine,
) -> None:
    add(engine, PROPOSAL)
    for move in (ReviewMove.CONFIRM, ReviewMove.DECLINE):
        own = replace(CONFIRMATION, move=move, person_id=PROPOSAL.person_id)
        with pytest.raises(Conflict) as refused:
            add(engine, own)
        assert refused.value.parameters["rule"] == "review_by_two"
    add(engine, CONFIRMATION)


def test_nothing_is_confirmed_that_was_not_proposed(engine: Engine) -> None:
    with pytest.raises(Conflict):
        add(engine, CONFIRMATION)
    add(engine, PROPOSAL)
    higher = replace(
        CONFIRMATION, from_status=ReviewStatus.REVIEWED, to_status=ReviewStatus.OFFICIAL
    )
    with pytest.raises(Conflict):
        add(engine, higher)
    add(engine, replace(CONFIRMATION, move=ReviewMove.DECLINE))
    with pytest.raises(Conflict):
        add(engine, CONFIRMATION)


def test_a_second_proposal_waits_also_behind_a_refused_attempt(engine: Engine) -> None:
    add(engine, PROPOSAL, replace(PROPOSAL, move=ReviewMove.ATTEMPT_REFUSED))
    with pytest.raises(Conflict) as refused:
        add(engine, replace(PROPOSAL, person_id="per_other"))
    assert refused.value.parameters["rule"] == "review_one_proposal"


def test_no_status_is_skipped_and_a_withdrawal_leads_to_draft_only(engine: Engine) -> None:
    with pytest.raises(Conflict):
        add(engine, replace(PROPOSAL, to_status=ReviewStatus.OFFICIAL))
    with pytest.raises(Conflict):
        add(engine, replace(PROPOSAL, move=ReviewMove.WITHDRAW))


def test_reviews_of_test_accounts_never_meet_live_ones(engine: Engine) -> None:
    add(engine, replace(PROPOSAL, is_test=True))
    add(engine, PROPOSAL)
    testing = Scope(organisation_id=CERTIFICATION_BODY, is_test=True)
    for scope, is_test in ((CERTIFYING, False), (testing, True)):
        with UnitOfWork(engine, scope, read_only=True) as uow:
            (event,) = uow.dataset_reviews.list_events("steel-bof-cn")
            assert event.is_test is is_test
    with pytest.raises(StorageError, match="scope-violated"):
        add(engine, replace(CONFIRMATION, is_test=True), scope=VERIFYING)
    with pytest.raises(StorageError, match="scope-violated"):
        add(engine, CONFIRMATION, scope=CERTIFYING)
