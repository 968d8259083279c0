"""Bitstring status lists: the standard's encoding, its limits, and who may speak."""

from __future__ import annotations

import base64
import gzip
from datetime import timedelta

import pytest

from labels.credential.envelope import STATUS_LIST_BITS, StatusPlace, StatusPurpose
from labels.credential.keys import Purpose
from labels.credential.status_list import (
    decode_bits,
    encode_bits,
    parse_status_list,
    sign_status_list,
    status_bits,
    status_list_credential,
    verify_status_list,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    NOW,
    Body,
    a_status_list,
    a_trust_list,
    dumped,
    loaded,
)

# Bitstring Status List v1.0, 2.2, example "BitstringStatusListCredential": all bits clear.
W3C_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
EMPTY = bytes(STATUS_LIST_BITS // 8)


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_the_example_of_the_standard_is_read() -> None:
    assert decode_bits(W3C_EXAMPLE) == EMPTY


def test_the_leftmost_bit_is_index_zero() -> None:
    bits = status_bits(revoked=[0], suspended=[3])
    assert bits[0] == 0b1000_0001  # revocation of slot 0 is bit 0, suspension of slot 3 is bit 7
    assert not any(bits[1:])


def test_what_is_encoded_reads_back() -> None:
    bits = status_bits(revoked=[0, 40_961, 65_535], suspended=[1, 65_535])
    assert decode_bits(encode_bits(bits)) == bits


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "z" + W3C_EXAMPLE[1:],
        W3C_EXAMPLE + "=",
        W3C_EXAMPLE[:-8],
        multibase(gzip.compress(EMPTY[:-1], mtime=0)),
        multibase(gzip.compress(EMPTY + b"\0", mtime=0)),
        multibase(gzip.compress(EMPTY, mtime=0) + b"\0"),
        multibase(gzip.compress(EMPTY, mtime=0) + gzip.compress(b"", mtime=0)),
        multibase(b"\x1f\x8b not gzip"),
        multibase(b"plain"),
    ],
)
def test_a_bitstring_of_another_form_is_refused(encoded: str) -> None:
    with pytest.raises(CredentialError, match="status-list-malformed"):
        decode_bits(encoded)


def test_a_gzip_bomb_is_refused_without_being_unpacked() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    assert len(bomb) < 25_000
    with pytest.raises(CredentialError, match="status-list-malformed"):
        decode_bits(multibase(bomb))


def test_a_list_says_for_each_credential_and_purpose_whether_it_is_set() -> None:
    status_list = parse_status_list(a_status_list(revoked=(7,), suspended=(8,)))
    assert [
        (slot, purpose.value)
        for slot in (6, 7, 8, 9)
        for purpose in StatusPurpose
        if status_list.is_set(StatusPlace(GUANGDONG.status_url, slot), purpose)
    ] == [(7, "revocation"), (8, "suspension")]


def test_a_list_with_every_slot_set_still_fits() -> None:
    slots = tuple(range(65_536))
    data = a_status_list(revoked=slots[::3], suspended=slots[::5])
    assert parse_status_list(data).sequence == 1


def test_a_list_may_not_be_valid_for_more_than_an_hour() -> None:
    with pytest.raises(CredentialError, match="status-list-too-long-lived"):
        a_status_list(validity=timedelta(hours=1, seconds=1))
    document = loaded(a_status_list())
    document["validUntil"] = "2030-01-01T00:00:00Z"
    with pytest.raises(CredentialError, match="status-list-too-long-lived"):
        parse_status_list(dumped(document))


@pytest.mark.parametrize("sequence", [0, -1])
def test_a_list_needs_a_sequence_number(sequence: int) -> None:
    with pytest.raises(CredentialError, match="document-member-invalid"):
        a_status_list(sequence=sequence)


def test_a_list_with_one_purpose_only_is_refused() -> None:
    document = loaded(a_status_list())
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["statusPurpose"] = "revocation"
    with pytest.raises(CredentialError, match="document-member-invalid"):
        parse_status_list(dumped(document))


def verified(data: bytes, body: Body = GUANGDONG) -> int:
    return verify_status_list(
        data,
        trust_list=a_trust_list(),
        url=body.status_url,
        issuer_did=body.did,
        at=NOW,
    ).sequence


def test_a_list_of_the_issuer_is_believed() -> None:
    assert verified(a_status_list(sequence=9)) == 9


def test_a_list_of_another_body_or_address_is_not_believed() -> None:
    with pytest.raises(CredentialError, match="status-list-of-another"):
        verified(a_status_list(body=HONG_KONG))


def test_a_list_of_the_same_body_under_another_address_is_not_believed() -> None:
    with pytest.raises(CredentialError, match="status-list-of-another"):
        verify_status_list(
            a_status_list(),
            trust_list=a_trust_list(),
            url=f"https://{GUANGDONG.host}/status/2",
            issuer_did=GUANGDONG.did,
            at=NOW,
        )


def test_a_list_is_not_believed_when_another_body_signs_in_the_issuers_name() -> None:
    signer = HONG_KONG.signer(Purpose.STATUS_LIST)
    unsigned = loaded(
        status_list_credential(
            url=GUANGDONG.status_url,
            issuer_did=GUANGDONG.did,
            kid=GUANGDONG.signer(Purpose.STATUS_LIST).kid,
            sequence=1,
            bits=EMPTY,
            valid_from=NOW,
        )
    )
    proof = unsigned["proof"]
    assert isinstance(proof, dict)
    proof["verificationMethod"] = signer.kid
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        verified(sign_status_list(dumped(unsigned), signer))


def test_a_list_is_not_believed_when_a_bit_was_cleared_after_signing() -> None:
    document = loaded(a_status_list(revoked=(1,)))
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["encodedList"] = encode_bits(EMPTY)
    with pytest.raises(CredentialError, match="signature-wrong"):
        verified(dumped(document))


def test_a_list_is_not_signed_with_a_label_key() -> None:
    signer = GUANGDONG.signer(Purpose.LABEL)
    unsigned = status_list_credential(
        url=GUANGDONG.status_url,
        issuer_did=GUANGDONG.did,
        kid=signer.kid,
        sequence=1,
        bits=EMPTY,
        valid_from=NOW,
    )
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        sign_status_list(unsigned, signer)
