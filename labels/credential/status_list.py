"""Bitstring Status List 1.0 (W3C Recommendation, 15 May 2025): which credentials still stand.

Rules:

* 131,072 bits, the leftmost is index 0; gzip, base64url without padding, multibase ``u``.
* One list of a body carries both purposes: a credential has two neighbouring bits (the standard
  allows several purposes in one list), so revocation and suspension can never be mixed from two
  lists of different age.
* A list is signed for at most one hour and has a sequence number that only grows. An old list
  served again, or two different lists under one number, confirm nothing.
* What a body once revoked stays revoked, whatever a later list says.
* An expired list still tells what it told when it was made; it never confirms the present.
"""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from labels.credential.did import issuer_of_kid
from labels.credential.document import JsonObject, Members
from labels.credential.envelope import (
    STATUS_LIST_BITS,
    StatusPlace,
    StatusPurpose,
    build_envelope,
    parse_envelope,
)
from labels.credential.keys import Purpose, Signer
from labels.credential.proof import Proof, sign, to_be_signed, verify_proof
from labels.credential.trust_list import CLOCK_TOLERANCE, TrustList
from labels.errors import CredentialError

STATUS_LIST_TYPE = "BitstringStatusListCredential"
LONGEST_VALIDITY = timedelta(hours=1)
TTL_MILLISECONDS = 60_000  # how long a cache may keep it: max-age=60
_LIST_BYTES = STATUS_LIST_BITS // 8
_ENCODED = re.compile(r"u[A-Za-z0-9_-]{1,40000}")
_TTL_MILLISECONDS_MOST = 3_600_000


def encode_bits(bits: bytes) -> str:
    """The bitstring as ``encodedList``."""
    packed = gzip.compress(bits, compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_bits(encoded: str) -> bytes:
    """The bitstring of an ``encodedList``; never unpacks more than the standard size.

    Raises:
        CredentialError: ``status-list-malformed`` for another size, a foreign byte, or anything
            before or after the one gzip member.
    """
    if _ENCODED.fullmatch(encoded) is None:
        raise CredentialError("status-list-malformed")
    text = encoded.removeprefix("u")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        bits = unpacker.decompress(packed, _LIST_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise CredentialError("status-list-malformed") from error
    if len(bits) != _LIST_BYTES or not unpacker.eof or unpacker.unused_data:
        raise CredentialError("status-list-malformed")
    return bits


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """A status list as read; ``verify_status_list`` is the way to a believed one.

    Attributes:
        url: Its address, which credentials name.
        issuer: The body.
        sequence: Grows with every signing.
        valid_from: When it was made: the date of "status as of".
        valid_until: At most an hour later.
        bits: 16 KiB.
        sha256: Hash of the signed bytes.
    """

    url: str
    issuer: str
    sequence: int
    valid_from: datetime
    valid_until: datetime
    bits: bytes = field(repr=False)
    sha256: str = ""

    def is_set(self, place: StatusPlace, purpose: StatusPurpose) -> bool:
        """Whether a credential's bit is set."""
        index = place.index(purpose)
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)

    def is_current(self, at: datetime) -> bool:
        """Whether the list may confirm the present."""
        return self.valid_from <= at + CLOCK_TOLERANCE and at <= self.valid_until


def status_bits(*, revoked: Iterable[int], suspended: Iterable[int]) -> bytes:
    """The bitstring from the slots of the credentials concerned."""
    bits = bytearray(_LIST_BYTES)
    for purpose, slots in (
        (StatusPurpose.REVOCATION, revoked),
        (StatusPurpose.SUSPENSION, suspended),
    ):
        for slot in slots:
            index = StatusPlace("", slot).index(purpose)
            bits[index // 8] |= 1 << (7 - index % 8)
    return bytes(bits)


def status_list_credential(
    *,
    url: str,
    issuer_did: str,
    kid: str,
    sequence: int,
    bits: bytes,
    valid_from: datetime,
    validity: timedelta = LONGEST_VALIDITY,
) -> bytes:
    """The canonical bytes to be signed for a status list.

    Args:
        url: Address of the list, as credentials name it.
        issuer_did: The body.
        kid: Its status-list key.
        sequence: Higher than that of any list of this address before; at least 1.
        bits: From ``status_bits``.
        valid_from: Moment of making.
        validity: At most one hour.

    Raises:
        CredentialError: ``status-list-too-long-lived``, ``key-not-of-issuer``, or a form error.
    """
    if issuer_of_kid(kid) != issuer_did:
        raise CredentialError("key-not-of-issuer", kid=kid, issuer=issuer_did)
    subject: JsonObject = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": [purpose.value for purpose in StatusPurpose],
        "encodedList": encode_bits(bits),
        "ttl": TTL_MILLISECONDS,
        "sequence": sequence,
    }
    document = build_envelope(
        credential_id=url,
        credential_type=STATUS_LIST_TYPE,
        issuer=issuer_did,
        valid_from=valid_from,
        valid_until=valid_from + validity,
        subject=subject,
        status=None,
    )
    unsigned = to_be_signed(document, kid=kid, created_at=valid_from)
    _read(unsigned, is_signed=False)
    return unsigned


def sign_status_list(unsigned: bytes, signer: Signer) -> bytes:
    """The exact bytes of a status list, from the bytes made before."""
    _read(unsigned, is_signed=False)
    return sign(unsigned, signer, Purpose.STATUS_LIST)


def parse_status_list(data: bytes) -> StatusList:
    """Read a status list; says nothing about whether to believe it.

    Raises:
        CredentialError: Any deviation from the form.
    """
    return _read(data, is_signed=True)[0]


def _read(data: bytes, *, is_signed: bool) -> tuple[StatusList, Proof, JsonObject]:
    envelope = parse_envelope(data, STATUS_LIST_TYPE, has_status=False, is_signed=is_signed)
    if envelope.valid_until - envelope.valid_from > LONGEST_VALIDITY:
        raise CredentialError("status-list-too-long-lived", "/validUntil")
    members = Members(envelope.subject, "/credentialSubject")
    members.exactly("id", f"{envelope.id}#list")
    members.exactly("type", "BitstringStatusList")
    members.exactly("statusPurpose", [purpose.value for purpose in StatusPurpose])
    encoded = members.long_text("encodedList", _ENCODED)
    members.integer("ttl", least=0, most=_TTL_MILLISECONDS_MOST)
    status_list = StatusList(
        url=envelope.id,
        issuer=envelope.issuer,
        sequence=members.integer("sequence", least=1),
        valid_from=envelope.valid_from,
        valid_until=envelope.valid_until,
        bits=decode_bits(encoded),
        sha256=envelope.sha256,
    )
    members.finish()
    return status_list, envelope.proof, envelope.content


def verify_status_list(
    data: bytes, *, trust_list: TrustList, url: str, issuer_did: str, at: datetime
) -> StatusList:
    """Read a status list and believe it under the trust list; its age is judged by the caller.

    Args:
        data: The exact bytes.
        trust_list: The pinned trust list.
        url: The address the credential names.
        issuer_did: The body that issued the credential: it alone may speak of its status.
        at: Now.

    Raises:
        CredentialError: ``status-list-of-another`` for another address or body, a key refusal,
            ``signature-wrong``, or a form error.
    """
    status_list, proof, content = _read(data, is_signed=True)
    if status_list.url != url or status_list.issuer != issuer_did:
        raise CredentialError("status-list-of-another", url=status_list.url)
    key = trust_list.find_key(proof.kid, Purpose.STATUS_LIST, signed_at=proof.created_at, at=at)
    if key.issuer != issuer_did:
        raise CredentialError("key-not-of-issuer", kid=proof.kid, issuer=issuer_did)
    verify_proof(content, proof, key.key)
    return status_list
