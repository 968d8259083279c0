"""Verdicts: every state is reached, in plain order of checks, and nothing uncertain is valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labels.credential.keys import Purpose
from labels.credential.trust_list import KeyState
from labels.credential.verdict import (
    NOTHING_REMEMBERED,
    CheckName,
    Outcome,
    RegisterEvidence,
    Remembered,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    ISSUED,
    MACAO,
    NOW,
    SLOT,
    a_label,
    a_signed_label,
    a_status_list,
    a_trust_list,
    judged,
)

LAST_MOMENT = datetime(2029, 11, 20, 15, 59, 59, tzinfo=UTC)


def test_a_label_is_valid_when_every_check_passes() -> None:
    verdict = judged(a_signed_label())
    assert verdict.is_valid
    assert [(check.name, check.outcome, check.detail) for check in verdict.checks] == [
        (name, Outcome.PASSED, "") for name in CheckName
    ]
    assert verdict.content is not None
    assert verdict.content.facts == a_label()
    assert verdict.issuer == GUANGDONG.trusted()
    assert verdict.status_as_of == NOW


def test_a_suspended_label_is_suspended() -> None:
    verdict = judged(a_signed_label(), status_list=a_status_list(suspended=(SLOT,)))
    assert verdict.state == "suspended"
    assert verdict.checks[-1].detail == "status-suspended"
    assert verdict.is_signature_valid


def test_a_withdrawn_label_is_withdrawn_even_when_also_suspended() -> None:
    both = a_status_list(suspended=(SLOT,), revoked=(SLOT,))
    assert judged(a_signed_label(), status_list=both).state == "withdrawn"


def test_the_status_of_a_neighbour_does_not_touch_a_label() -> None:
    neighbours = a_status_list(revoked=(SLOT - 1, SLOT + 1), suspended=(SLOT - 1, SLOT + 1))
    assert judged(a_signed_label(), status_list=neighbours).is_valid


def test_a_label_is_valid_through_its_last_second_and_expired_after() -> None:
    trust_list = a_trust_list(next_update=LAST_MOMENT + timedelta(days=1))
    last = judged(a_signed_label(), trust_list=trust_list, at=LAST_MOMENT)
    assert last.is_valid
    after = judged(a_signed_label(), trust_list=trust_list, at=LAST_MOMENT + timedelta(seconds=1))
    assert after.state == "expired"
    assert after.check(CheckName.VALIDITY).detail == "credential-expired"


def test_a_withdrawn_label_that_has_also_expired_is_withdrawn() -> None:
    at = LAST_MOMENT + timedelta(days=1)
    verdict = judged(
        a_signed_label(),
        trust_list=a_trust_list(next_update=at),
        at=at,
        status_list=a_status_list(revoked=(SLOT,), made_at=at),
    )
    assert verdict.state == "withdrawn"


def test_a_label_dated_in_the_future_is_not_confirmed() -> None:
    early = ISSUED - timedelta(seconds=121)
    verdict = judged(a_signed_label(), at=early)
    assert verdict.state == "unknown-issuer"  # its signature claims a moment that has not come
    assert verdict.checks[1].detail == "key-not-yet-valid"


def test_a_clock_two_minutes_behind_is_tolerated() -> None:
    assert judged(a_signed_label(), at=ISSUED - timedelta(seconds=120)).is_valid


def test_a_superseded_label_is_superseded_when_the_register_shows_it() -> None:
    data = a_signed_label()
    verdict = judged(data, status_list=a_status_list(revoked=(SLOT,)))
    evidence = RegisterEvidence(
        credential_sha256=verdict.credential_sha256, logged_at=ISSUED, is_superseded=True
    )
    shown = judged(data, status_list=a_status_list(revoked=(SLOT,)), evidence=evidence)
    assert (verdict.state, shown.state) == ("withdrawn", "superseded")
    other = replace(evidence, credential_sha256="0" * 64)
    assert (
        judged(data, status_list=a_status_list(revoked=(SLOT,)), evidence=other).state
        == "withdrawn"
    )


def test_a_label_of_an_unlisted_body_is_of_an_unknown_issuer() -> None:
    verdict = judged(a_signed_label(body=MACAO))
    assert verdict.state == "unknown-issuer"
    assert verdict.checks[1].detail == "issuer-unknown"
    assert verdict.content is None
    assert [check.outcome for check in verdict.checks[2:]] == [Outcome.NOT_MADE] * 3


def test_a_label_whose_address_is_another_bodys_is_refused() -> None:
    facts = replace(a_label(GUANGDONG), url=f"https://{HONG_KONG.host}/L/{a_label().serial}")
    verdict = judged(a_signed_label(facts))
    assert verdict.state == "unknown-issuer"
    assert verdict.checks[1].detail == "address-not-of-issuer"


def test_bytes_that_are_no_label_are_malformed() -> None:
    verdict = judged(b'{"hello":"world"}')
    assert verdict.state == "malformed"
    assert verdict.checks[0].detail == "document-member-missing"
    assert verdict.credential_id == ""


def test_a_reformatted_label_is_malformed_and_says_so() -> None:
    verdict = judged(a_signed_label() + b"\n")
    assert verdict.state == "malformed"
    assert verdict.checks[0].detail == "document-not-canonical"


def test_nothing_is_confirmed_by_a_stale_trust_list() -> None:
    verdict = judged(a_signed_label(), trust_list=a_trust_list(next_update=NOW - timedelta(days=1)))
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[1].detail == "trust-list-stale"
    assert verdict.is_signature_valid


def test_offline_without_a_status_list_the_signature_is_valid_and_the_status_unchecked() -> None:
    verdict = judged(a_signed_label(), offline=True)
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.is_signature_valid
    assert verdict.status_as_of is None
    assert verdict.checks[-1].detail == "status-not-checked"


def test_offline_with_an_old_status_list_the_status_has_a_date() -> None:
    made_at = NOW - timedelta(days=3)
    verdict = judged(a_signed_label(), status_list=a_status_list(made_at=made_at))
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.is_signature_valid
    assert verdict.status_as_of == made_at
    assert verdict.checks[-1].detail == "status-list-expired"


def test_offline_an_old_list_still_shows_a_withdrawal_and_a_suspension() -> None:
    made_at = NOW - timedelta(days=3)
    withdrawn = a_status_list(made_at=made_at, revoked=(SLOT,))
    suspended = a_status_list(made_at=made_at, suspended=(SLOT,))
    assert judged(a_signed_label(), status_list=withdrawn).state == "withdrawn"
    verdict = judged(a_signed_label(), status_list=suspended)
    assert (verdict.state, verdict.status_as_of) == ("suspended", made_at)


@pytest.mark.parametrize("junk", [b"", b"{}", b"\xff", b"x" * 70_000])
def test_a_status_list_that_cannot_be_read_confirms_nothing(junk: bytes) -> None:
    verdict = judged(a_signed_label(), status_list=junk)
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[-1].outcome is Outcome.UNCERTAIN


def test_a_status_list_of_another_body_confirms_nothing() -> None:
    verdict = judged(a_signed_label(), status_list=a_status_list(body=HONG_KONG))
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[-1].detail == "status-list-of-another"


def test_a_status_list_of_a_compromised_key_confirms_nothing() -> None:
    stolen = replace(
        GUANGDONG.key(Purpose.STATUS_LIST),
        state=KeyState.COMPROMISED,
        compromised_at=NOW - timedelta(hours=1),
    )
    others = [GUANGDONG.key(p) for p in Purpose if p is not Purpose.STATUS_LIST]
    verdict = judged(a_signed_label(), trust_list=a_trust_list(GUANGDONG.trusted(stolen, *others)))
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[-1].detail == "key-compromised"


def test_the_memory_reads_back_from_the_disk() -> None:
    verdict = judged(a_signed_label(), status_list=a_status_list(sequence=5, revoked=(SLOT,)))
    memory = NOTHING_REMEMBERED.after(verdict)
    assert Remembered.from_bytes(memory.to_bytes()) == memory
    assert memory.withdrawn == {verdict.credential_id}
    assert [seen.sequence for seen in memory.sightings.values()] == [5]


def test_a_damaged_memory_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(CredentialError):
        Remembered.from_bytes(b"")


def test_the_memory_keeps_the_highest_sequence_whatever_the_order() -> None:
    memory = NOTHING_REMEMBERED
    for sequence in (4, 9, 2):
        memory = memory.after(
            judged(a_signed_label(), status_list=a_status_list(sequence=sequence))
        )
    assert [seen.sequence for seen in memory.sightings.values()] == [9]
