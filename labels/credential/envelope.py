"""The envelope of our W3C Verifiable Credentials 2.0: everything except what the subject says.

A label, a status list and a recognition are the same envelope around different subjects. Reading
is stricter than the standard: one fixed list of contexts, one type beside the general one, one
subject, one proof, times in UTC, no member that is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources

from labels.credential.did import DID
from labels.credential.document import (
    DOCUMENT_LIMIT_BYTES,
    JsonObject,
    JsonValue,
    Members,
    instant_text,
    parse_document,
    sha256_hex,
)
from labels.credential.proof import Proof, read_proof
from labels.errors import CredentialError

W3C_CONTEXT = "https://www.w3.org/ns/credentials/v2"
# A name under a reserved domain that nobody can take over (RFC 2606); it is never fetched, the
# document ships in this package (label_context).
LABEL_CONTEXT = "https://tanbiao.example/ns/label/v1"
CONTEXTS: tuple[str, ...] = (W3C_CONTEXT, LABEL_CONTEXT)

STATUS_LIST_BITS = 131_072  # the least the standard allows: 16 KiB
STATUS_SLOTS = STATUS_LIST_BITS // 2  # a credential has two bits, one for each purpose

URL = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,400}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


class StatusPurpose(StrEnum):
    """What a set bit means (Bitstring Status List 1.0, 2.1)."""

    REVOCATION = "revocation"  # for ever
    SUSPENSION = "suspension"  # until lifted


@dataclass(frozen=True)
class StatusPlace:
    """Where the status of one credential is published: a slot of two neighbouring bits.

    Attributes:
        list_url: Address and name of the status list.
        slot: 0 to 65,535, drawn at random by the caller so that it tells nothing.
    """

    list_url: str
    slot: int

    def __post_init__(self) -> None:
        if not 0 <= self.slot < STATUS_SLOTS:
            raise CredentialError("status-slot-out-of-range", slot=str(self.slot))

    def index(self, purpose: StatusPurpose) -> int:
        """The bit of one purpose."""
        return 2 * self.slot + (purpose is StatusPurpose.SUSPENSION)

    def to_json(self) -> list[JsonValue]:
        """The two ``credentialStatus`` entries."""
        return [
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose.value,
                "statusListIndex": str(self.index(purpose)),
                "statusListCredential": self.list_url,
            }
            for purpose in StatusPurpose
        ]


@dataclass(frozen=True)
class Envelope:
    """A credential read from its bytes; nothing is verified yet.

    Attributes:
        id: Identifier of the credential.
        issuer: did of the body that speaks.
        valid_from: Start of validity.
        valid_until: End of validity.
        status: Where its status is published; None for a status list.
        subject: The claims, still as JSON.
        proof: Its single proof.
        content: The document without its proof: what the signature covers.
        sha256: Hash of the exact bytes.
    """

    id: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    status: StatusPlace | None
    subject: JsonObject
    proof: Proof
    content: JsonObject
    sha256: str


def build_envelope(
    *,
    credential_id: str,
    credential_type: str,
    issuer: str,
    valid_from: datetime,
    valid_until: datetime,
    subject: JsonObject,
    status: StatusPlace | None,
) -> JsonObject:
    """An unsigned credential."""
    document: JsonObject = {
        "@context": list(CONTEXTS),
        "id": credential_id,
        "type": ["VerifiableCredential", credential_type],
        "issuer": issuer,
        "validFrom": instant_text(valid_from),
        "validUntil": instant_text(valid_until),
        "credentialSubject": subject,
    }
    if status is not None:
        document["credentialStatus"] = status.to_json()
    return document


def parse_envelope(
    data: bytes,
    credential_type: str,
    *,
    has_status: bool,
    is_signed: bool = True,
    limit_bytes: int = DOCUMENT_LIMIT_BYTES,
) -> Envelope:
    """Read the bytes of a credential of one type.

    Args:
        data: The exact bytes.
        credential_type: The type it must have beside ``VerifiableCredential``.
        has_status: Whether it must name a status list; otherwise it must not.
        is_signed: False for the bytes stored before signing.
        limit_bytes: Longest document accepted.

    Raises:
        CredentialError: ``document-...`` or ``proof-...`` codes, ``credential-dates-reversed``.
    """
    document = parse_document(data, limit_bytes=limit_bytes)
    content = {name: value for name, value in document.items() if name != "proof"}
    members = Members(document)
    proof = read_proof(members.value("proof"), content, is_signed=is_signed)
    members.exactly("@context", list(CONTEXTS))
    members.exactly("type", ["VerifiableCredential", credential_type])
    envelope = Envelope(
        id=members.text("id", URL),
        issuer=members.text("issuer", DID),
        valid_from=members.instant("validFrom"),
        valid_until=members.instant("validUntil"),
        status=_read_status(members) if has_status else None,
        subject=members.object("credentialSubject").as_json(),
        proof=proof,
        content=content,
        sha256=sha256_hex(data),
    )
    members.finish()
    if envelope.valid_until <= envelope.valid_from:
        raise CredentialError("credential-dates-reversed", "/validUntil")
    return envelope


def _read_status(members: Members) -> StatusPlace:
    """The two status entries, which must name one list and two neighbouring bits."""
    entries = members.each("credentialStatus", least=2, most=2)
    urls: list[str] = []
    indexes: list[int] = []
    for entry, purpose in zip(entries, StatusPurpose, strict=True):
        entry.exactly("type", "BitstringStatusListEntry")
        entry.exactly("statusPurpose", purpose.value)
        urls.append(entry.text("statusListCredential", URL))
        indexes.append(int(entry.text("statusListIndex", _INDEX)))
        entry.finish()
    place = StatusPlace(urls[0], indexes[0] // 2)
    if urls[0] != urls[1] or indexes != [place.index(purpose) for purpose in StatusPurpose]:
        raise CredentialError(
            "document-member-invalid",
            "/credentialStatus",
            member="credentialStatus",
            expected="two neighbouring bits of one list",
        )
    return place


def label_context() -> bytes:
    """The JSON-LD context of our own terms, to be served at ``LABEL_CONTEXT``."""
    return resources.files("labels.credential").joinpath("contexts/label-v1.jsonld").read_bytes()
