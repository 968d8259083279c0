"""The trust list: strict reading, and which key counts for which signature when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from labels.credential.document import JsonValue
from labels.credential.keys import Purpose
from labels.credential.proof import sign, to_be_signed
from labels.credential.trust_list import (
    KeyState,
    TrustedKey,
    TrustList,
    parse_trust_list,
    verify_trust_list,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    ISSUED,
    MACAO,
    NOW,
    START,
    a_trust_list,
    dumped,
    loaded,
)

KID = GUANGDONG.signer(Purpose.LABEL).kid


def with_label_key(key: TrustedKey) -> TrustList:
    others = [GUANGDONG.key(purpose) for purpose in Purpose if purpose is not Purpose.LABEL]
    return a_trust_list(GUANGDONG.trusted(key, *others), HONG_KONG.trusted())


def test_a_list_reads_back_as_itself() -> None:
    assert parse_trust_list(a_trust_list().to_bytes()) == a_trust_list()


def test_a_pinned_list_may_be_laid_out_for_people() -> None:
    pretty = json.dumps(loaded(a_trust_list().to_bytes()), indent=2).encode()
    assert parse_trust_list(pretty) == a_trust_list()


def test_a_key_is_found_by_name_purpose_and_time() -> None:
    found = a_trust_list().find_key(KID, Purpose.LABEL, signed_at=ISSUED, at=NOW)
    assert found.key == GUANGDONG.signer(Purpose.LABEL).public_key


def test_a_key_is_refused_when_it_is_not_listed() -> None:
    with pytest.raises(CredentialError, match="key-unknown"):
        a_trust_list().find_key(f"{GUANGDONG.did}#new", Purpose.LABEL, signed_at=ISSUED, at=NOW)


def test_a_key_is_refused_when_it_is_listed_for_another_purpose() -> None:
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        a_trust_list().find_key(KID, Purpose.RECOGNITION, signed_at=ISSUED, at=NOW)


def test_no_key_is_found_in_a_stale_list() -> None:
    stale = a_trust_list(next_update=NOW - timedelta(seconds=1))
    with pytest.raises(CredentialError, match="trust-list-stale"):
        stale.find_key(KID, Purpose.LABEL, signed_at=ISSUED, at=NOW)


def test_no_key_is_found_in_a_list_from_the_future() -> None:
    early = replace(a_trust_list(), issued_at=NOW + timedelta(seconds=121))
    with pytest.raises(CredentialError, match="trust-list-stale"):
        early.find_key(KID, Purpose.LABEL, signed_at=ISSUED, at=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_from": ISSUED + timedelta(seconds=1)}, "key-not-yet-valid"),
        ({"valid_to": ISSUED - timedelta(seconds=1)}, "key-expired"),
        ({"added_at": NOW - timedelta(hours=71, minutes=59)}, "key-cooling-off"),
        ({"state": KeyState.COMPROMISED, "compromised_at": ISSUED}, "key-compromised"),
        (
            {"state": KeyState.COMPROMISED, "compromised_at": ISSUED + timedelta(hours=1)},
            "key-compromised-later",
        ),
    ],
)
def test_a_signature_does_not_count_when_its_key_was_not_in_force(
    change: dict[str, object], code: str
) -> None:
    key = replace(GUANGDONG.key(Purpose.LABEL), **change)  # type: ignore[arg-type]
    with pytest.raises(CredentialError) as refused:
        with_label_key(key).find_key(KID, Purpose.LABEL, signed_at=ISSUED, at=NOW)
    assert refused.value.code == code


def test_a_signature_from_the_future_does_not_count() -> None:
    with pytest.raises(CredentialError, match="key-not-yet-valid"):
        a_trust_list().find_key(KID, Purpose.LABEL, signed_at=NOW + timedelta(seconds=121), at=NOW)


def test_what_a_retired_key_signed_in_its_time_still_counts() -> None:
    retired = replace(
        GUANGDONG.key(Purpose.LABEL),
        state=KeyState.RETIRED,
        valid_to=ISSUED + timedelta(days=1),
    )
    found = with_label_key(retired).find_key(
        KID, Purpose.LABEL, signed_at=ISSUED, at=NOW + timedelta(days=30)
    )
    assert found.state is KeyState.RETIRED


@pytest.mark.parametrize(
    "change",
    [
        {"state": KeyState.RETIRED},
        {"state": KeyState.COMPROMISED},
        {"compromised_at": START},
    ],
)
def test_a_key_is_refused_when_its_state_and_its_times_contradict(
    change: dict[str, object],
) -> None:
    with pytest.raises(CredentialError, match="key-state-incomplete"):
        replace(GUANGDONG.key(Purpose.LABEL), **change)  # type: ignore[arg-type]


def test_one_key_for_two_purposes_is_refused() -> None:
    label = GUANGDONG.key(Purpose.LABEL)
    doubled = replace(label, kid=f"{GUANGDONG.did}#x", purpose=Purpose.STATUS_LIST)
    with pytest.raises(CredentialError, match="key-listed-twice"):
        a_trust_list(GUANGDONG.trusted(label, doubled))


def test_one_key_under_two_bodies_is_refused() -> None:
    stolen = replace(GUANGDONG.key(Purpose.LABEL), kid=f"{MACAO.did}#label-1")
    with pytest.raises(CredentialError, match="key-listed-twice"):
        a_trust_list(GUANGDONG.trusted(), MACAO.trusted(stolen))


def test_a_key_named_outside_its_body_is_refused() -> None:
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        a_trust_list(MACAO.trusted(GUANGDONG.key(Purpose.LABEL)))


def test_a_body_listed_twice_is_refused() -> None:
    empty = replace(GUANGDONG.trusted(), keys=())
    with pytest.raises(CredentialError, match="issuer-listed-twice"):
        a_trust_list(GUANGDONG.trusted(), empty)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("extra",), 1),
        (("type",), "TrustList"),
        (("sequence",), "1"),
        (("coolingOffHours",), -1),
        (("issuers", 0, "url"), "https://gd.example/keys"),
        (("issuers", 0, "did"), "did:key:z6Mk"),
        (("issuers", 0, "hosts"), []),
        (("issuers", 0, "hosts"), ["GD.example"]),
        (("issuers", 0, "keys", 0, "jwk"), {}),
        (("issuers", 0, "keys", 0, "purpose"), "everything"),
        (("issuers", 0, "keys", 0, "state"), "planned"),
        (("issuers", 0, "keys", 0, "multikey"), "z6Mk"),
        (("issuers", 0, "keys", 0, "validFrom"), None),
    ],
)
def test_a_list_is_refused_when_a_member_is_foreign_or_misshapen(
    path: tuple[str | int, ...], value: JsonValue
) -> None:
    document = json.loads(a_trust_list().to_bytes())
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    with pytest.raises(CredentialError):
        parse_trust_list(dumped(document))


def a_signed_list() -> bytes:
    signer = HONG_KONG.signer(Purpose.TRUST_LIST)
    unsigned = to_be_signed(a_trust_list().to_json(), kid=signer.kid, created_at=NOW)
    return sign(unsigned, signer, Purpose.TRUST_LIST)


def test_a_signed_list_is_believed_under_its_publishers_pinned_key() -> None:
    signer = HONG_KONG.signer(Purpose.TRUST_LIST)
    assert verify_trust_list(a_signed_list(), signer.public_key, kid=signer.kid) == a_trust_list()
    assert parse_trust_list(a_signed_list()) == a_trust_list()


def test_a_signed_list_is_refused_under_another_key_or_name() -> None:
    signer = HONG_KONG.signer(Purpose.TRUST_LIST)
    with pytest.raises(CredentialError, match="signature-wrong"):
        verify_trust_list(
            a_signed_list(), GUANGDONG.signer(Purpose.TRUST_LIST).public_key, kid=signer.kid
        )
    with pytest.raises(CredentialError, match="key-unknown"):
        verify_trust_list(a_signed_list(), signer.public_key, kid=f"{HONG_KONG.did}#other")


def test_a_signed_list_is_refused_when_an_issuer_was_added() -> None:
    signer = HONG_KONG.signer(Purpose.TRUST_LIST)
    document = loaded(a_signed_list())
    issuers = document["issuers"]
    assert isinstance(issuers, list)
    issuers += loaded(a_trust_list(MACAO.trusted()).to_bytes())["issuers"]  # type: ignore[arg-type]
    with pytest.raises(CredentialError, match="signature-wrong"):
        verify_trust_list(dumped(document), signer.public_key, kid=signer.kid)


def test_an_address_belongs_to_a_body_by_its_host_and_port() -> None:
    issuer = HONG_KONG.trusted()
    assert issuer.owns("HTTPS://HK.EXAMPLE:8443/L/X")
    assert not issuer.owns("https://hk.example/L/X")
    assert not issuer.owns("https://hk.example:8443@evil.example/")
    assert not issuer.owns("not a url")
