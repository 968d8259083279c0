"""What the register says of a body: enough to know on which days it may act, and for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from labels.access import Body, BodyKind, BodyStanding
from labels.register.bodies import entries_of_body_change
from labels.register.entry import EntryKind, parse_entry, register_entry
from tests.unit.credential.builders import GUANGDONG, ISSUED
from tests.unit.register.builders import ORIGIN

TODAY = date(2026, 11, 28)
TOMORROW = TODAY + timedelta(days=1)
IN_FORCE = Body(
    organisation_id="org_01kapd9z6c8q3v5x7y9abcdefg",
    kind=BodyKind.CERTIFICATION,
    categories=("cpc-464", "cpc-415"),
    scope_from=date(2026, 1, 1),
    scope_until=date(2031, 10, 31),
)
SUSPENDED = replace(IN_FORCE, is_suspended=True)
NOT_YET = replace(IN_FORCE, scope_from=TOMORROW)
NOT_YET_SUSPENDED = replace(NOT_YET, is_suspended=True)
OVER = replace(IN_FORCE, scope_until=TODAY - timedelta(days=1))
EARLIER = replace(OVER, scope_until=date(2026, 6, 30))
NARROWER = replace(IN_FORCE, categories=("cpc-415",))
LONGER = replace(IN_FORCE, scope_until=date(2032, 1, 1))
LATER = replace(NOT_YET, scope_from=TOMORROW + timedelta(days=1))
LISTED, ANNOUNCED, STOPPED, BACK, GONE = (
    EntryKind.BODY_LISTED,
    EntryKind.BODY_ANNOUNCED,
    EntryKind.BODY_SUSPENDED,
    EntryKind.BODY_REINSTATED,
    EntryKind.BODY_WITHDRAWN,
)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (None, IN_FORCE, (LISTED,)),
        (None, NOT_YET, (ANNOUNCED,)),
        (None, SUSPENDED, (LISTED, STOPPED)),
        (None, NOT_YET_SUSPENDED, (ANNOUNCED, STOPPED)),
        (None, OVER, ()),
        (IN_FORCE, IN_FORCE, ()),
        (IN_FORCE, replace(IN_FORCE, categories=("cpc-415", "cpc-464")), ()),
        (IN_FORCE, NARROWER, (LISTED,)),
        (IN_FORCE, LONGER, (LISTED,)),
        (IN_FORCE, NOT_YET, (ANNOUNCED,)),
        (IN_FORCE, SUSPENDED, (STOPPED,)),
        (IN_FORCE, OVER, (GONE,)),
        (NOT_YET, NOT_YET, ()),
        (NOT_YET, LATER, (ANNOUNCED,)),
        (NOT_YET, IN_FORCE, (LISTED,)),
        (NOT_YET, NOT_YET_SUSPENDED, (STOPPED,)),
        (NOT_YET, OVER, (GONE,)),
        (SUSPENDED, IN_FORCE, (BACK,)),
        (SUSPENDED, NOT_YET, (ANNOUNCED,)),
        (SUSPENDED, replace(NARROWER, is_suspended=True), ()),
        (SUSPENDED, OVER, (GONE,)),
        (OVER, IN_FORCE, (LISTED,)),
        (OVER, NOT_YET, (ANNOUNCED,)),
        (OVER, SUSPENDED, (LISTED, STOPPED)),
        (OVER, OVER, ()),
        (OVER, replace(OVER, is_suspended=True), ()),
        (OVER, EARLIER, (LISTED, GONE)),
    ],
)
def test_a_body_that_changes_is_told_of(
    before: Body | None, after: Body, kinds: tuple[EntryKind, ...]
) -> None:
    told = entries_of_body_change(before, after, "CN-GD", TODAY)
    assert tuple(entry.kind for entry in told) == kinds


def test_a_scope_is_told_with_its_days_and_categories() -> None:
    for before, after in ((None, IN_FORCE), (SUSPENDED, IN_FORCE), (None, NOT_YET)):
        (told,) = entries_of_body_change(before, after, "CN-GD", TODAY)
        entry = register_entry(
            origin=ORIGIN, index=0, at=ISSUED, kind=told.kind, issuer=GUANGDONG.did, **told.members
        )
        assert entry.members == {
            "body": IN_FORCE.organisation_id,
            "region": "CN-GD",
            "categories": "cpc-415 cpc-464",
            "scopeFrom": after.scope_from.isoformat(),
            "scopeUntil": "2031-10-31",
        }


def test_a_scope_corrected_backwards_after_a_lapse_is_told_with_its_true_last_day() -> None:
    told, _ = entries_of_body_change(OVER, EARLIER, "CN-GD", TODAY)
    assert told.members["scope_until"] == "2026-06-30"


def test_the_widest_scope_the_api_takes_fits_into_an_entry_and_reads_back() -> None:
    widest = replace(IN_FORCE, categories=tuple(f"abcdefgh-{10**7 + n}" for n in range(100)))
    (told,) = entries_of_body_change(None, widest, "CN-GD", TODAY)
    entry = register_entry(
        origin=ORIGIN, index=0, at=ISSUED, kind=told.kind, issuer=GUANGDONG.did, **told.members
    )
    assert parse_entry(entry.to_bytes()) == entry


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400, 1799, 1800, 4000])
@pytest.mark.parametrize("body", [IN_FORCE, NOT_YET, OVER, LATER])
def test_whoever_reads_the_newest_entry_knows_on_every_day_whether_the_body_may_act(
    body: Body, days: int
) -> None:
    """Also on days on which nobody entered anything."""
    on = TODAY + timedelta(days=days)
    told = entries_of_body_change(None, body, "CN-GD", TODAY)
    days_told = [(t.members["scope_from"], t.members["scope_until"]) for t in told]
    is_told = any(first <= on.isoformat() <= last for first, last in days_told)
    assert is_told is (body.standing(on) is BodyStanding.IN_FORCE and body is not OVER)
