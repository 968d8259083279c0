"""Verifying a credential: bytes, a pinned trust list, a status list and a memory to a verdict.

The checks are made in this order, and the first that fails decides:

1. *form*: the bytes are a credential of the kind expected, canonical, nothing foreign in it;
2. *issuer*: the key it names stands in the pinned trust list, belongs to the body that the
   credential names as issuer, is kept for this purpose, was in force when it signed; label and
   status list lie on that body's hosts;
3. *signature*: the body signed exactly these bytes;
4. *validity*: begun, and not past its last day;
5. *status*: neither withdrawn nor suspended, by a list signed within the hour.

Whatever is not certain ends in "cannot be confirmed", never in "valid". Withdrawn and superseded
win over expired, because they say more. No input raises: every byte string gets a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from labels.credential.credential import LabelCredential, parse_label
from labels.credential.document import instant_text, sha256_hex
from labels.credential.envelope import Envelope, StatusPurpose
from labels.credential.keys import Purpose
from labels.credential.proof import verify_proof
from labels.credential.status_list import StatusList, verify_status_list
from labels.credential.trust_list import CLOCK_TOLERANCE, TrustedIssuer, TrustedKey, TrustList
from labels.credential.verdict import (
    Check,
    CheckName,
    Outcome,
    RegisterEvidence,
    Remembered,
    StatusSighting,
    Verdict,
    VerdictState,
)
from labels.errors import CredentialError

Content = TypeVar("Content")

_FAILED = {
    CheckName.FORM: VerdictState.MALFORMED,
    CheckName.ISSUER: VerdictState.UNKNOWN_ISSUER,
    CheckName.SIGNATURE: VerdictState.TAMPERED,
}
# Refusals of a known key that time or the register may still lift.
_DOUBTS = frozenset({"key-cooling-off", "key-compromised-later"})


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Everything a verification depends on beside the bytes.

    Attributes:
        trust_list: The pinned trust list.
        status_list: Bytes of the status list as fetched, bundled or pinned; None without one.
        remembered: What this verifier has seen before.
        at: Now.
        evidence: What the register proves, where the caller has checked it there.
    """

    trust_list: TrustList
    status_list: bytes | None
    remembered: Remembered
    at: datetime
    evidence: RegisterEvidence | None = None


@dataclass(frozen=True)
class _Standing:
    """What the status check found."""

    state: VerdictState
    check: Check
    as_of: datetime | None = None
    sighting: StatusSighting | None = None


def verify_label(
    data: bytes,
    *,
    trust_list: TrustList,
    status_list: bytes | None,
    remembered: Remembered,
    at: datetime,
    evidence: RegisterEvidence | None = None,
) -> Verdict[LabelCredential]:
    """Judge the bytes of a label credential.

    Offline, pass the status list that came with the credential or None: where it is older than
    an hour the verdict is "cannot be confirmed" with ``is_signature_valid`` and the date
    ``status_as_of``; a revocation it shows holds for ever all the same.

    Args:
        data: The exact bytes.
        trust_list: The pinned trust list.
        status_list: Bytes of the issuer's status list, or None.
        remembered: What this verifier has seen before; store ``remembered.after(verdict)``.
        at: Now, aware UTC.
        evidence: What the public register proves, where the caller has it.
    """
    circumstances = Circumstances(
        trust_list=trust_list,
        status_list=status_list,
        remembered=remembered,
        at=at,
        evidence=evidence,
    )
    return judge(
        data,
        parse=parse_label,
        envelope_of=lambda label: label.envelope,
        address_of=lambda label: label.facts.url,
        purpose=Purpose.LABEL,
        circumstances=circumstances,
    )


def judge(
    data: bytes,
    *,
    parse: Callable[[bytes], Content],
    envelope_of: Callable[[Content], Envelope],
    address_of: Callable[[Content], str | None],
    purpose: Purpose,
    circumstances: Circumstances,
) -> Verdict[Content]:
    """Judge the bytes of any credential of ours.

    Args:
        data: The exact bytes.
        parse: Strict reader, raising CredentialError only.
        envelope_of: The envelope of what was read.
        address_of: The address that must lie on the issuer's hosts; None where there is none.
        purpose: What the signing key must be kept for.
        circumstances: Everything else.
    """
    sha256 = sha256_hex(data)
    checks = [Check(CheckName.FORM, Outcome.PASSED)]
    try:
        content = parse(data)
    except CredentialError as error:
        checks = [_failed(CheckName.FORM, error)]
        return _refused(checks, "", sha256)
    envelope = envelope_of(content)
    try:
        issuer, key = _signing_key(envelope, address_of(content), circumstances.trust_list)
        doubt = _objection(key, envelope, purpose, circumstances)
    except CredentialError as error:
        checks.append(_failed(CheckName.ISSUER, error))
        return _refused(checks, envelope.id, sha256)
    checks.append(doubt or Check(CheckName.ISSUER, Outcome.PASSED))
    try:
        verify_proof(envelope.content, envelope.proof, key.key)
    except CredentialError as error:
        checks.append(_failed(CheckName.SIGNATURE, error))
        return _refused(checks, envelope.id, sha256)
    checks.append(Check(CheckName.SIGNATURE, Outcome.PASSED))
    validity = _validity(envelope, circumstances.at)
    standing = _standing(envelope, circumstances)
    checks += [validity, standing.check]
    return Verdict(
        state=_state(doubt, validity, standing),
        checks=tuple(checks),
        content=content,
        issuer=issuer,
        credential_id=envelope.id,
        credential_sha256=sha256,
        status_as_of=standing.as_of,
        sighting=standing.sighting,
    )


def _failed(name: CheckName, error: CredentialError) -> Check:
    return Check(name, Outcome.FAILED, error.code, error.parameters)


def _refused(checks: list[Check], credential_id: str, sha256: str) -> Verdict[Content]:
    """The verdict after a check that ends the verification; later checks were not made."""
    made = {check.name for check in checks}
    remaining = [Check(name, Outcome.NOT_MADE) for name in CheckName if name not in made]
    return Verdict(
        state=_FAILED[checks[-1].name],
        checks=(*checks, *remaining),
        content=None,
        issuer=None,
        credential_id=credential_id,
        credential_sha256=sha256,
    )


def _signing_key(
    envelope: Envelope, address: str | None, trust_list: TrustList
) -> tuple[TrustedIssuer, TrustedKey]:
    """The listed key that the proof names, if it is the issuer's and the addresses are too."""
    issuer = trust_list.issuer(envelope.issuer)
    key = trust_list.listed_key(envelope.proof.kid)
    if key.issuer != issuer.did:
        raise CredentialError("key-not-of-issuer", kid=key.kid, issuer=issuer.did)
    addresses = [address, envelope.status.list_url if envelope.status else None]
    for url in addresses:
        if url is not None and not issuer.owns(url):
            raise CredentialError("address-not-of-issuer", url=url, issuer=issuer.did)
    return issuer, key


def _objection(
    key: TrustedKey, envelope: Envelope, purpose: Purpose, circumstances: Circumstances
) -> Check | None:
    """A doubt about the key that leaves the question open; a refusal raises."""
    trust_list = circumstances.trust_list
    code = key.refusal(
        purpose=purpose,
        signed_at=envelope.proof.created_at,
        at=circumstances.at,
        cooling_off=trust_list.cooling_off,
    )
    if code == "key-compromised-later" and _was_logged_in_time(key, envelope, circumstances):
        code = None
    parameters = {"kid": key.kid, "purpose": purpose.value}
    if code is not None and code not in _DOUBTS:
        raise CredentialError(code, **parameters)
    if not trust_list.is_current(circumstances.at):
        until = {"until": instant_text(trust_list.next_update)}
        return Check(CheckName.ISSUER, Outcome.UNCERTAIN, "trust-list-stale", until)
    if code is not None:
        return Check(CheckName.ISSUER, Outcome.UNCERTAIN, code, parameters)
    return None


def _was_logged_in_time(key: TrustedKey, envelope: Envelope, circumstances: Circumstances) -> bool:
    evidence = circumstances.evidence
    return (
        evidence is not None
        and evidence.credential_sha256 == envelope.sha256
        and evidence.logged_at is not None
        and key.compromised_at is not None
        and evidence.logged_at < key.compromised_at
    )


def _validity(envelope: Envelope, at: datetime) -> Check:
    if envelope.valid_from > at + CLOCK_TOLERANCE:
        return Check(CheckName.VALIDITY, Outcome.UNCERTAIN, "credential-not-yet-valid")
    if at > envelope.valid_until:
        return Check(CheckName.VALIDITY, Outcome.FAILED, "credential-expired")
    return Check(CheckName.VALIDITY, Outcome.PASSED)


def _standing(envelope: Envelope, circumstances: Circumstances) -> _Standing:
    """What is known of suspension and withdrawal, from the list and from memory."""
    found = _listed_standing(envelope, circumstances)
    is_remembered = envelope.id in circumstances.remembered.withdrawn
    if found.state is not VerdictState.WITHDRAWN:
        if not is_remembered:
            return found
        end = Check(CheckName.STATUS, Outcome.FAILED, "status-withdrawn-before")
        found = replace(found, state=VerdictState.WITHDRAWN, check=end)
    evidence = circumstances.evidence
    if evidence is None or evidence.credential_sha256 != envelope.sha256:
        return found
    is_superseded = evidence.is_superseded
    return replace(found, state=VerdictState.SUPERSEDED) if is_superseded else found


def _listed_standing(envelope: Envelope, circumstances: Circumstances) -> _Standing:
    """What the status list says, as far as it can be believed now."""
    if circumstances.status_list is None or envelope.status is None:
        return _unknown("status-not-checked")
    try:
        listed = verify_status_list(
            circumstances.status_list,
            trust_list=circumstances.trust_list,
            url=envelope.status.list_url,
            issuer_did=envelope.issuer,
            at=circumstances.at,
        )
    except CredentialError as error:
        return _unknown(error.code, error.parameters)
    sighting = StatusSighting(listed.url, listed.sequence, listed.sha256)
    found = _Standing(
        VerdictState.VALID,
        Check(CheckName.STATUS, Outcome.PASSED),
        listed.valid_from,
        sighting,
    )
    if listed.is_set(envelope.status, StatusPurpose.REVOCATION):
        check = Check(CheckName.STATUS, Outcome.FAILED, "status-withdrawn")
        return replace(found, state=VerdictState.WITHDRAWN, check=check)
    replay = _replay(listed, circumstances.remembered)
    if replay is not None:
        return _unknown(replay)
    if listed.is_set(envelope.status, StatusPurpose.SUSPENSION):
        check = Check(CheckName.STATUS, Outcome.FAILED, "status-suspended")
        return replace(found, state=VerdictState.SUSPENDED, check=check)
    if not listed.is_current(circumstances.at):
        check = Check(CheckName.STATUS, Outcome.UNCERTAIN, "status-list-expired")
        return replace(found, state=VerdictState.CANNOT_BE_CONFIRMED, check=check)
    return found


def _unknown(code: str, parameters: Mapping[str, str] | None = None) -> _Standing:
    check = Check(CheckName.STATUS, Outcome.UNCERTAIN, code, parameters or {})
    return _Standing(VerdictState.CANNOT_BE_CONFIRMED, check)


def _replay(listed: StatusList, remembered: Remembered) -> str | None:
    """Whether a list is older than one seen before, or a second one under the same number."""
    known = remembered.sightings.get(listed.url)
    if known is None or listed.sequence > known.sequence:
        return None
    if listed.sequence < known.sequence:
        return "status-list-replayed"
    return None if listed.sha256 == known.sha256 else "status-list-two-versions"


def _state(doubt: Check | None, validity: Check, standing: _Standing) -> VerdictState:
    """One state from three findings; the signature is right."""
    if doubt is not None:
        return VerdictState.CANNOT_BE_CONFIRMED
    if standing.state in {VerdictState.WITHDRAWN, VerdictState.SUPERSEDED}:
        return standing.state
    if validity.outcome is Outcome.FAILED:
        return VerdictState.EXPIRED
    if validity.outcome is Outcome.UNCERTAIN:
        return VerdictState.CANNOT_BE_CONFIRMED
    return standing.state
