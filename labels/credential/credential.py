"""The label as a W3C Verifiable Credential 2.0: what is stored, signed, served and scanned.

Order of issuing (docs/reference/credential.md, "Issuing"), which is Boulder's: first
``label_credential`` makes the exact bytes to be signed and the caller stores them; then
``sign_label`` completes them; then the caller stores those bytes and activates the label. Signing
is deterministic, so a reconciler that finds only the first bytes repeats the second step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from labels.credential.did import issuer_of_kid
from labels.credential.envelope import (
    Envelope,
    StatusPlace,
    build_envelope,
    parse_envelope,
)
from labels.credential.keys import Purpose, Signer
from labels.credential.proof import sign, to_be_signed
from labels.credential.subject import facts_of, subject_of
from labels.errors import CredentialError
from labels.label import LabelFacts

LABEL_TYPE = "CarbonLabelCredential"

# Guangdong, Hong Kong and Macao all keep UTC+8 all year.
_LOCAL_TIME = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class LabelCredential:
    """A label credential read from its bytes; nothing is verified yet."""

    envelope: Envelope
    facts: LabelFacts


def end_of_day(day: date) -> datetime:
    """The last second of a day as the three regions keep time."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=_LOCAL_TIME)


def credential_id(facts: LabelFacts) -> str:
    """The identifier of one version of a label: its address with the version as fragment."""
    return f"{facts.url}#v{facts.version:03d}"


def label_credential(
    facts: LabelFacts,
    *,
    issuer_did: str,
    kid: str,
    status_url: str,
    status_slot: int,
    issued_at: datetime,
) -> bytes:
    """The canonical bytes to be signed for a label; store them before signing.

    Args:
        facts: Everything the label says.
        issuer_did: The certification body.
        kid: The label key that will sign.
        status_url: Address of the body's status list.
        status_slot: Slot of this credential in it, 0 to 65,535, drawn at random by the caller.
        issued_at: Moment of issue; whole seconds are kept.

    Raises:
        CredentialError: A fact does not have the form a credential can carry
            (``document-member-...`` with its place), or the key is not the issuer's.
    """
    if issuer_of_kid(kid) != issuer_did:
        raise CredentialError("key-not-of-issuer", kid=kid, issuer=issuer_did)
    document = build_envelope(
        credential_id=credential_id(facts),
        credential_type=LABEL_TYPE,
        issuer=issuer_did,
        valid_from=issued_at,
        valid_until=end_of_day(facts.valid_until),
        subject=subject_of(facts),
        status=StatusPlace(status_url, status_slot),
    )
    unsigned = to_be_signed(document, kid=kid, created_at=issued_at)
    _read(unsigned, is_signed=False)  # lint before signing: what is signed can be read back
    return unsigned


def sign_label(unsigned: bytes, signer: Signer) -> bytes:
    """The exact bytes of the credential, from the bytes stored before.

    Raises:
        CredentialError: The bytes are no unsigned label credential, or the key is not the one
            they name or not a label key.
    """
    _read(unsigned, is_signed=False)
    return sign(unsigned, signer, Purpose.LABEL)


def parse_label(data: bytes) -> LabelCredential:
    """Read the bytes of a label credential; says nothing about whether to believe it.

    Raises:
        CredentialError: Any deviation from the form of a label credential.
    """
    return _read(data, is_signed=True)


def _read(data: bytes, *, is_signed: bool) -> LabelCredential:
    envelope = parse_envelope(data, LABEL_TYPE, has_status=True, is_signed=is_signed)
    facts = facts_of(envelope.subject)
    if envelope.id != credential_id(facts):
        raise CredentialError(
            "document-member-invalid", "/id", member="id", expected=credential_id(facts)
        )
    if envelope.valid_until != end_of_day(facts.valid_until):
        raise CredentialError(
            "document-member-invalid",
            "/validUntil",
            member="validUntil",
            expected=facts.valid_until.isoformat(),
        )
    return LabelCredential(envelope, facts)
