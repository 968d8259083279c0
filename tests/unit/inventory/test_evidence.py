"""What the evidence of a dataset allows, and the reviews that go into a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from footprint.errors import FootprintErrors, InventoryError
from footprint.inventory import (
    DatasetSource,
    InventorySnapshot,
    Process,
    ReviewStatus,
    process_body,
)
from labels.dataset_review import ReviewEvent, ReviewMove
from lca_db.inventory.evidence import AUTHORITY_LICENCES, obstacles, source_ids
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.reference_sources import OPEN_LICENCES
from lca_db.inventory.reviewing import (
    decided_reviews,
    read_statuses,
    reviewed_snapshot,
    reviews_bytes,
    with_statuses,
)
from lca_db.inventory.values import content_sha256
from tests.support.builders import a_process, an_emission, an_input

DRAFT, REVIEWED, OFFICIAL = ReviewStatus.DRAFT, ReviewStatus.REVIEWED, ReviewStatus.OFFICIAL
AT = datetime(2026, 11, 28, tzinfo=UTC)


def a_source(name: str, confidence: str = "a", licence: str = "MIT") -> DatasetSource:
    return DatasetSource(
        id=name,
        document="A document",
        issuing_body="A body",
        year="2024",
        table_or_row="1",
        licence=licence,
        confidence=confidence,
    )


SOURCES = {
    "read": a_source("read"),
    "unsure": a_source("unsure", confidence="b"),
    "ministry": a_source("ministry", licence="OGL-3.0"),
    "computed": a_source("computed", confidence="c", licence="OGL-3.0"),
}


def of_source(name: str, /, **content: object) -> Process:
    emission = replace(an_emission(), sources=(name,))
    process = a_process("steel", emissions=[emission])
    return replace(process, review_status=DRAFT, content=dict(content))


def codes(process: Process) -> dict[ReviewStatus, str]:
    found = obstacles(process_body(process), SOURCES)
    return {status: error.code for status, error in found.items()}


@pytest.mark.parametrize(
    ("source", "reviewed", "official"),
    [
        ("read", "", "source-not-of-authority"),
        ("unsure", "unconfirmed-figure-in-dataset", "unconfirmed-figure-in-dataset"),
        ("ministry", "", ""),
        ("computed", "", "source-not-of-authority"),
        ("nobody-knows", "", "source-not-of-authority"),
    ],
)
def test_the_sources_say_how_far_a_dataset_can_rise(
    source: str, reviewed: str, official: str
) -> None:
    found = codes(of_source(source))
    assert (found.get(REVIEWED, ""), found.get(OFFICIAL, "")) == (reviewed, official)


@pytest.mark.parametrize(
    "content",
    [
        {"proxy": "another country"},
        {"comment": "The American figure stands in."},
        {"name": {"pt": "aproximação"}},
        {"derivations": [{"member": "/inputs/0", "stands_for": "bauxite", "sources": []}]},
    ],
)
def test_a_proxy_stays_a_draft_however_it_says_so(content: dict[str, object]) -> None:
    assert codes(of_source("ministry", **content)) == {
        REVIEWED: "proxy-keeps-draft",
        OFFICIAL: "proxy-keeps-draft",
    }


def test_a_derived_figure_or_none_is_not_an_authoritys_own() -> None:
    derived = of_source(
        "ministry", derivations=[{"derivation": "{ministry} * 2", "sources": ["ministry"]}]
    )
    assert codes(derived) == {OFFICIAL: "figure-not-of-authority"}
    bare = replace(a_process("bare"), review_status=DRAFT)
    assert codes(bare) == {OFFICIAL: "figure-not-of-authority"}


def test_sources_of_co_products_count_as_well() -> None:
    process = of_source("read", derivations=[{"sources": ["unsure"]}])
    assert source_ids(process_body(process)) == ("read", "unsure")
    assert codes(process)[REVIEWED] == "unconfirmed-figure-in-dataset"


def test_every_shipped_dataset_states_what_its_evidence_allows() -> None:
    snapshot, sources = load_reference()
    above = [
        process.id
        for process in snapshot.processes
        if process.review_status in obstacles(process_body(process), sources)
    ]
    assert above == []
    assert AUTHORITY_LICENCES < OPEN_LICENCES


# Shipped drafts whose figures stand for what they name, and why they are drafts all the same.
OPEN_TO_REVIEW = {
    "backsheet-cn": "composition of one inventory, no adhesives",
    "cobalt-metal-cn": "one study",
    "lfp-battery-dismantling-cn": "one paper",
    "lfp-cell-can-cn": "one paper",
    "lfp-electrolyte-incineration-cn": "stoichiometry alone",
    "pig-live-cn": "read in an abstract",
    "t-shirt-cotton-cn": "read in an abstract",
}


def test_a_draft_in_which_something_stands_in_says_so_and_cannot_be_raised() -> None:
    """Steel by a global model could be raised while the document told that it stands in."""
    snapshot, sources = load_reference()
    found = {
        process.id
        for process in snapshot.processes
        if process.review_status is DRAFT
        and REVIEWED not in obstacles(process_body(process), sources)
    }
    assert found == set(OPEN_TO_REVIEW)


def test_the_hash_of_a_content_follows_all_it_says_but_its_status() -> None:
    body = process_body(of_source("read"))
    assert content_sha256({**body, "review_status": "official"}) == content_sha256(body)
    for member in body.keys() - {"review_status"}:
        assert content_sha256({**body, member: "other"}) != content_sha256(body), member


def steps(process: Process, *moves: tuple[ReviewMove, ReviewStatus]) -> list[ReviewEvent]:
    return [
        ReviewEvent(
            dataset_id=process.id,
            content_sha256=content_sha256(process_body(process)),
            version=number,
            move=move,
            at=AT,
            from_status=process.review_status,
            to_status=status,
            person_id=f"per_{number}",
            account_id="acc",
            organisation_id=f"org_{number}",
            role="reviewer",
            comment="why",
        )
        for number, (move, status) in enumerate(moves, start=1)
    ]


def by_content(events: list[ReviewEvent]) -> dict[tuple[str, str], list[ReviewEvent]]:
    return {(events[0].dataset_id, events[0].content_sha256): events}


CONFIRMED = ((ReviewMove.PROPOSE, REVIEWED), (ReviewMove.CONFIRM, REVIEWED))
STEEL = of_source("read")
CHAIR = a_process("chair", inputs=[an_input("steel", "2", "kg")])
FILES = InventorySnapshot.of([STEEL, CHAIR])


def test_a_confirmed_review_of_exactly_this_content_goes_into_the_snapshot() -> None:
    reviews = decided_reviews(FILES, by_content(steps(STEEL, *CONFIRMED)))
    after = reviewed_snapshot(FILES, reviews, SOURCES)
    assert {p.id: p.review_status for p in after.processes}["steel"] is REVIEWED
    assert after.sha256() != FILES.sha256()
    assert [r.organisation_ids for r in reviews] == [("org_1", "org_2")]


def test_a_changed_dataset_falls_back_to_what_its_file_says() -> None:
    changed = replace(STEEL, year="1999")
    reviews = decided_reviews(
        InventorySnapshot.of([changed, CHAIR]), by_content(steps(STEEL, *CONFIRMED))
    )
    assert reviews == ()


def test_a_proposal_alone_changes_nothing_and_a_withdrawal_lowers_what_a_file_states() -> None:
    assert decided_reviews(FILES, by_content(steps(STEEL, CONFIRMED[0]))) == ()
    stated = replace(STEEL, review_status=REVIEWED)
    files = InventorySnapshot.of([stated, CHAIR])
    events = by_content(steps(stated, (ReviewMove.WITHDRAW, DRAFT)))
    after = reviewed_snapshot(files, decided_reviews(files, events), SOURCES)
    assert {p.id: p.review_status for p in after.processes}["steel"] is DRAFT


def test_a_figure_found_unconfirmed_since_refuses_the_release_by_name() -> None:
    reviews = decided_reviews(FILES, by_content(steps(STEEL, *CONFIRMED)))
    weaker = {**SOURCES, "read": a_source("read", confidence="b")}
    with pytest.raises(InventoryError) as refused:
        reviewed_snapshot(FILES, reviews, weaker)
    assert (refused.value.code, refused.value.place) == ("unconfirmed-figure-in-dataset", "/steel")
    other = replace(STEEL, id="other")
    files = InventorySnapshot.of([STEEL, other])
    events = by_content(steps(STEEL, *CONFIRMED)) | by_content(steps(other, *CONFIRMED))
    with pytest.raises(FootprintErrors):
        reviewed_snapshot(files, decided_reviews(files, events), weaker)


def test_the_files_and_the_kept_reviews_give_the_release_again() -> None:
    reviews = decided_reviews(FILES, by_content(steps(STEEL, *CONFIRMED)))
    released = reviewed_snapshot(FILES, reviews, SOURCES)
    kept = reviews_bytes(reviews)
    assert b"per_" not in kept
    assert with_statuses(FILES, read_statuses(kept)).sha256() == released.sha256()
    assert with_statuses(FILES, read_statuses(b"[]")) == FILES
