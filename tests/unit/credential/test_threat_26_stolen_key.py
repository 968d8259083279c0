"""Threat 26: a signing key is stolen or replaced; the drills for rotation and compromise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from labels.credential.credential import sign_label
from labels.credential.document import sha256_hex
from labels.credential.keys import Purpose
from labels.credential.trust_list import KeyState, TrustedKey, TrustList
from labels.credential.verdict import RegisterEvidence
from tests.unit.credential.builders import (
    GUANGDONG,
    ISSUED,
    NOW,
    a_label,
    a_signed_label,
    a_trust_list,
    an_unsigned_label,
    judged,
)

STOLEN_AT = ISSUED + timedelta(hours=2)


def listing(*label_keys: TrustedKey) -> TrustList:
    others = [GUANGDONG.key(purpose) for purpose in Purpose if purpose is not Purpose.LABEL]
    return a_trust_list(GUANGDONG.trusted(*label_keys, *others))


def the_stolen_key() -> TrustedKey:
    return replace(
        GUANGDONG.key(Purpose.LABEL), state=KeyState.COMPROMISED, compromised_at=STOLEN_AT
    )


def logged(data: bytes, at: datetime) -> RegisterEvidence:
    return RegisterEvidence(credential_sha256=sha256_hex(data), logged_at=at)


def signed_with(name: str, issued_at: datetime) -> bytes:
    signer = GUANGDONG.signer(Purpose.LABEL, name)
    facts = a_label(number="TB-2026-000200", serial="BCDEFGHIJKLMNOPQRSTUVWXY23")
    return sign_label(an_unsigned_label(facts, kid=signer.kid, issued_at=issued_at), signer)


def test_rotation_old_labels_stay_valid_and_new_ones_need_the_new_key() -> None:
    rotated_at = ISSUED + timedelta(hours=1)
    old = replace(GUANGDONG.key(Purpose.LABEL), state=KeyState.RETIRED, valid_to=rotated_at)
    new = replace(
        GUANGDONG.key(Purpose.LABEL, "2"), added_at=NOW - timedelta(days=14), valid_from=ISSUED
    )
    trust_list = listing(old, new)
    after = rotated_at + timedelta(seconds=1)
    assert judged(a_signed_label(), trust_list=trust_list).is_valid
    assert judged(signed_with("2", after), trust_list=trust_list).is_valid
    late = judged(signed_with("1", after), trust_list=trust_list)
    assert (late.state, late.checks[1].detail) == ("unknown-issuer", "key-expired")


def test_compromise_a_label_logged_before_stays_valid() -> None:
    data = a_signed_label()
    evidence = logged(data, STOLEN_AT - timedelta(seconds=1))
    assert judged(data, trust_list=listing(the_stolen_key()), evidence=evidence).is_valid


@pytest.mark.parametrize("seconds", [0, 1])
def test_compromise_a_label_logged_later_is_not_confirmed(seconds: int) -> None:
    """The thief dates the label back; the register does not let him log it back."""
    data = a_signed_label()
    evidence = logged(data, STOLEN_AT + timedelta(seconds=seconds))
    verdict = judged(data, trust_list=listing(the_stolen_key()), evidence=evidence)
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[1].detail == "key-compromised-later"


def test_compromise_a_label_without_register_evidence_is_not_confirmed() -> None:
    verdict = judged(a_signed_label(), trust_list=listing(the_stolen_key()))
    assert verdict.state == "cannot-be-confirmed"


def test_compromise_evidence_of_another_label_does_not_help() -> None:
    evidence = RegisterEvidence(credential_sha256="0" * 64, logged_at=ISSUED)
    verdict = judged(a_signed_label(), trust_list=listing(the_stolen_key()), evidence=evidence)
    assert verdict.state == "cannot-be-confirmed"


def test_compromise_a_label_signed_after_the_theft_is_refused_even_when_logged() -> None:
    data = signed_with("1", STOLEN_AT + timedelta(minutes=1))
    evidence = logged(data, STOLEN_AT - timedelta(days=1))
    verdict = judged(data, trust_list=listing(the_stolen_key()), evidence=evidence)
    assert (verdict.state, verdict.checks[1].detail) == ("unknown-issuer", "key-compromised")


def test_a_key_slipped_into_a_list_for_another_body_is_refused_by_its_name() -> None:
    slipped = replace(GUANGDONG.key(Purpose.LABEL), kid=f"{GUANGDONG.did}#label-9")
    verdict = judged(a_signed_label(), trust_list=listing(slipped))
    assert (verdict.state, verdict.checks[1].detail) == ("unknown-issuer", "key-unknown")
