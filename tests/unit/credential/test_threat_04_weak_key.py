"""Threat 4: a partner offers a key under which one forged signature holds for every message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from labels.credential.keys import (
    SMALL_ORDER_ENCODINGS,
    PublicKey,
    Purpose,
    base58_encode,
    verify_possession,
)
from labels.credential.trust_list import TrustList, parse_trust_list
from labels.errors import CredentialError
from tests.unit.credential.builders import (
    GUANGDONG,
    NOW,
    a_public_key,
    a_signed_label,
    a_trust_list,
    dumped,
    judged,
    loaded,
)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """Addition on edwards25519 (RFC 8032, 5.1.4, affine)."""
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def a_point(y: int) -> Point | None:
    """A point with this y, if the curve has one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == square else None


def the_points_of_small_order() -> set[Point]:
    """All multiples of a point of order eight, which L times a random point is."""
    for y in range(2, 200):
        point = a_point(y)
        torsion = times(ORDER, point) if point is not None else (0, 1)
        multiples = {times(factor, torsion) for factor in range(8)}
        if len(multiples) == 8:
            return multiples
    raise AssertionError("no point of order eight found")


def all_encodings(point: Point) -> set[bytes]:
    """Every 32 bytes that a lenient decoder takes for the point."""
    x, y = point
    signs = {0, 1} if x == 0 else {x & 1}
    values = {y} | ({y + P} if y + P < 2**255 else set())
    return {(v | sign << 255).to_bytes(32, "little") for v in values for sign in signs}


def test_the_list_holds_every_encoding_of_every_point_of_small_order() -> None:
    derived = {code for point in the_points_of_small_order() for code in all_encodings(point)}
    assert len(derived) == 14
    assert derived == SMALL_ORDER_ENCODINGS


@pytest.mark.parametrize("raw", sorted(SMALL_ORDER_ENCODINGS))
def test_a_small_order_key_is_refused_everywhere(raw: bytes) -> None:
    multikey = "z" + base58_encode(b"\xed\x01" + raw)
    with pytest.raises(CredentialError, match="key-weak"):
        PublicKey(raw)
    with pytest.raises(CredentialError, match="key-weak"):
        PublicKey.from_multikey(multikey)
    document = loaded(a_trust_list().to_bytes())
    document["issuers"][0]["keys"][0]["multikey"] = multikey  # type: ignore[index, call-overload]
    with pytest.raises(CredentialError, match="key-weak") as refused:
        parse_trust_list(dumped(document))
    assert refused.value.place == "/issuers/0/keys/0"


def test_the_library_below_would_accept_a_forgery_under_a_weak_key() -> None:
    """Why the list exists: the identity as key, and one signature for any message."""
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    for message in (b"pay", b"do not pay"):
        try:
            Ed25519PublicKey.from_public_bytes(identity).verify(forged, message)
        except InvalidSignature:
            pytest.fail("the library now refuses this itself; the reason in keys.py has changed")


@pytest.mark.parametrize(
    "y", [P, P + 1, P + 2, P + 18, 2**255 - 1], ids=["p", "p+1", "p+2", "p+18", "all ones"]
)
@pytest.mark.parametrize("sign", [0, 1])
def test_an_encoding_above_the_field_prime_is_refused(y: int, sign: int) -> None:
    with pytest.raises(CredentialError, match=r"key-not-canonical|key-weak"):
        PublicKey((y | sign << 255).to_bytes(32, "little"))


def test_bytes_that_are_no_point_are_refused_and_points_are_not() -> None:
    accepted = refused = 0
    for y in range(2, 60):
        point = a_point(y)
        raw = y.to_bytes(32, "little")
        if point is None:
            refused += 1
            with pytest.raises(CredentialError, match="key-not-canonical"):
                PublicKey(raw)
        else:
            accepted += 1
            assert PublicKey(raw).raw == raw
    assert accepted > 10
    assert refused > 10


@pytest.mark.parametrize("raw", [b"", b"\x09" * 31, b"\x09" * 33])
def test_a_key_of_another_length_is_refused(raw: bytes) -> None:
    with pytest.raises(CredentialError, match="key-malformed"):
        PublicKey(raw)


def test_a_key_copied_from_another_body_proves_no_possession() -> None:
    own = GUANGDONG.signer(Purpose.RECOGNITION)
    with pytest.raises(CredentialError, match="key-possession-unproven"):
        verify_possession(
            a_public_key("of another body"),
            kid=own.kid,
            purpose=own.purpose,
            nonce=bytes(32),
            proof=own.prove_possession(bytes(32)),
        )


def test_a_new_partner_key_waits_out_the_cooling_off() -> None:
    def listed(added_at: datetime) -> TrustList:
        others = [GUANGDONG.key(p) for p in Purpose if p is not Purpose.LABEL]
        label_key = replace(GUANGDONG.key(Purpose.LABEL), added_at=added_at)
        return a_trust_list(GUANGDONG.trusted(label_key, *others))

    early = judged(a_signed_label(), trust_list=listed(NOW - timedelta(hours=71)))
    assert early.state == "cannot-be-confirmed"
    assert early.checks[1].detail == "key-cooling-off"
    assert judged(a_signed_label(), trust_list=listed(NOW - timedelta(hours=72))).is_valid
