"""Recognising another body's label: the decision, the statement about it, and what ends it.

Rules (exchange formats and mutual recognition, ISO/TS 14029:2022):

* Recognition is the receiving body's own signed and revocable statement about one label, named by
  the hash of its credential; it is never a flag on the label.
* It is granted for a label that is valid this hour, issued by a party of an arrangement that both
  signed, within its scope and its days. Every reason against it is given, not only the first.
* It is never transitive: the label's issuer is itself the other party. A recognition is no label,
  and a body that recognises a label does not make it its own.
* A body recognises for its own region, the one the trust list gives it, and for no other.
* It never outlives the label or the arrangement. Suspension at home suspends it, withdrawal at
  home revokes it; whoever cannot confirm the status at home does not confirm the recognition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from labels.arrangement import SignedArrangement
from labels.credential.credential import LabelCredential, end_of_day
from labels.credential.did import DID, issuer_of_kid
from labels.credential.document import SHA256, JsonObject, Members
from labels.credential.envelope import (
    URL,
    Envelope,
    StatusPlace,
    build_envelope,
    parse_envelope,
)
from labels.credential.keys import Purpose, Signer
from labels.credential.proof import sign, to_be_signed
from labels.credential.trust_list import TrustList
from labels.credential.verdict import Remembered, Verdict, VerdictState
from labels.credential.verify import Circumstances, judge
from labels.errors import CredentialError, SchemeError
from labels.label import FULL_NUMBER

RECOGNITION_TYPE = "LabelRecognitionCredential"
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_ARRANGEMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True)
class RecognitionReason:
    """One reason against recognition: an error code and what was found."""

    code: str
    found: str


@dataclass(frozen=True, kw_only=True)
class RecognitionDecision:
    """Granted, or every reason why not.

    Attributes:
        label: The label decided about; None when its verdict gave none.
        arrangement: Under which arrangement.
        receiver: did of the body that decides.
        valid_until: How long it may last if granted.
        reasons: Everything against it.
    """

    label: LabelCredential | None
    arrangement: SignedArrangement
    receiver: str
    valid_until: datetime
    reasons: tuple[RecognitionReason, ...]

    @property
    def is_granted(self) -> bool:
        """Whether nothing stands against it."""
        return self.label is not None and not self.reasons


def decide_recognition(
    verdict: Verdict[LabelCredential],
    arrangement: SignedArrangement,
    *,
    receiver: str,
    at: datetime,
) -> RecognitionDecision:
    """Whether a body recognises a label.

    Args:
        verdict: Of this moment, with the issuer's current status list.
        arrangement: Verified by ``verify_arrangement``.
        receiver: did of the body that decides.
        at: Now.
    """
    agreed = arrangement.arrangement
    label = verdict.content
    reasons: list[RecognitionReason] = []
    if not verdict.is_valid:
        reasons.append(RecognitionReason("recognition-label-not-valid", verdict.state.value))
    if not agreed.is_in_force(at):
        reasons.append(RecognitionReason("recognition-not-in-force", agreed.to_on.isoformat()))
    valid_until = end_of_day(agreed.to_on)
    if label is not None:
        reasons += _outside(label, arrangement, receiver)
        valid_until = min(valid_until, label.envelope.valid_until)
    return RecognitionDecision(
        label=label,
        arrangement=arrangement,
        receiver=receiver,
        valid_until=valid_until,
        reasons=tuple(reasons),
    )


def _outside(
    label: LabelCredential, arrangement: SignedArrangement, receiver: str
) -> list[RecognitionReason]:
    """Everything in which a label lies outside an arrangement."""
    agreed, facts = arrangement.arrangement, label.facts
    scope, home = agreed.scope, label.envelope.issuer
    category, region = facts.product.category, facts.certification_body.region
    parties = {agreed.first.did, agreed.second.did}
    is_covered = agreed.covers_direction(home=home, receiver=receiver)
    questions = (
        ("recognition-not-a-party", {home, receiver} == parties, home),
        ("recognition-direction-not-agreed", is_covered, home),
        ("recognition-scheme-outside", facts.scheme in scope.schemes, facts.scheme),
        ("recognition-level-outside", facts.level in scope.levels, facts.level),
        ("recognition-category-outside", category.startswith(scope.categories), category),
        (
            "recognition-boundary-outside",
            facts.footprint.boundary in scope.boundaries,
            facts.footprint.boundary,
        ),
        ("recognition-region-outside", region in scope.regions, region),
        (
            "recognition-specimen-mismatch",
            facts.is_specimen == agreed.is_fictional,
            "specimen" if facts.is_specimen else "not a specimen",
        ),
    )
    return [RecognitionReason(code, found) for code, holds, found in questions if not holds]


@dataclass(frozen=True)
class RecognitionCredential:
    """A recognition read from its bytes; nothing is verified yet.

    Attributes:
        envelope: Issuer, validity and where its own status is published.
        label_url: Address of the label.
        label_number: Number and version of the label.
        label_sha256: Hash of the exact label credential that is recognised.
        home_issuer: did of the body that issued the label.
        arrangement_id: Under which arrangement.
        arrangement_sha256: Hash of its exact signed bytes.
        region: Where the label is recognised.
    """

    envelope: Envelope
    label_url: str
    label_number: str
    label_sha256: str
    home_issuer: str
    arrangement_id: str
    arrangement_sha256: str
    region: str


def recognition_credential(
    decision: RecognitionDecision,
    *,
    recognition_url: str,
    kid: str,
    status_url: str,
    status_slot: int,
    issued_at: datetime,
) -> bytes:
    """The canonical bytes to be signed for a recognition; store them before signing.

    Args:
        decision: A granted decision.
        recognition_url: Address of the recognition, on the receiving body's host.
        kid: Its recognition key.
        status_url: Its own status list.
        status_slot: Slot in it, drawn at random by the caller.
        issued_at: Moment of issue.

    Raises:
        SchemeError: ``recognition-not-granted``.
        CredentialError: The key is not the receiving body's, or a form error.
    """
    label = decision.label
    if label is None or not decision.is_granted:
        raise SchemeError("recognition-not-granted")
    if issuer_of_kid(kid) != decision.receiver:
        raise CredentialError("key-not-of-issuer", kid=kid, issuer=decision.receiver)
    agreed = decision.arrangement.arrangement
    subject: JsonObject = {
        "id": label.facts.url,
        "type": "RecognisedLabel",
        "labelFullNumber": label.facts.full_number,
        "labelCredentialSha256": label.envelope.sha256,
        "homeIssuer": label.envelope.issuer,
        "arrangementId": agreed.id,
        "arrangementSha256": decision.arrangement.sha256,
        "recognisedIn": agreed.party(decision.receiver).region,
    }
    document = build_envelope(
        credential_id=recognition_url,
        credential_type=RECOGNITION_TYPE,
        issuer=decision.receiver,
        valid_from=issued_at,
        valid_until=decision.valid_until,
        subject=subject,
        status=StatusPlace(status_url, status_slot),
    )
    unsigned = to_be_signed(document, kid=kid, created_at=issued_at)
    _read(unsigned, is_signed=False)
    return unsigned


def sign_recognition(unsigned: bytes, signer: Signer) -> bytes:
    """The exact bytes of a recognition, from the bytes stored before."""
    _read(unsigned, is_signed=False)
    return sign(unsigned, signer, Purpose.RECOGNITION)


def parse_recognition(data: bytes) -> RecognitionCredential:
    """Read the bytes of a recognition; says nothing about whether to believe it.

    Raises:
        CredentialError: Any deviation from the form.
    """
    return _read(data, is_signed=True)


def _read(data: bytes, *, is_signed: bool) -> RecognitionCredential:
    envelope = parse_envelope(data, RECOGNITION_TYPE, has_status=True, is_signed=is_signed)
    members = Members(envelope.subject, "/credentialSubject")
    members.exactly("type", "RecognisedLabel")
    recognition = RecognitionCredential(
        envelope=envelope,
        label_url=members.text("id", URL),
        label_number=members.text("labelFullNumber", FULL_NUMBER),
        label_sha256=members.text("labelCredentialSha256", SHA256),
        home_issuer=members.text("homeIssuer", DID),
        arrangement_id=members.text("arrangementId", _ARRANGEMENT),
        arrangement_sha256=members.text("arrangementSha256", SHA256),
        region=members.text("recognisedIn", _REGION),
    )
    members.finish()
    if recognition.home_issuer == envelope.issuer:
        raise CredentialError("recognition-of-own-label", "/credentialSubject/homeIssuer")
    return recognition


def verify_recognition(
    data: bytes,
    *,
    label_sha256: str,
    trust_list: TrustList,
    status_list: bytes | None,
    remembered: Remembered,
    at: datetime,
) -> Verdict[RecognitionCredential]:
    """Judge the bytes of a recognition of one label; as ``verify_label``, it never raises.

    Args:
        data: The exact bytes.
        label_sha256: Hash of the label credential it is shown with.
        trust_list: The pinned trust list.
        status_list: Status list of the receiving body, or None.
        remembered: What this verifier has seen before.
        at: Now.
    """

    def parse(received: bytes) -> RecognitionCredential:
        recognition = parse_recognition(received)
        if recognition.label_sha256 != label_sha256:
            raise CredentialError("recognition-of-another-label")
        regions = {issuer.did: issuer.region for issuer in trust_list.issuers}
        own_region = regions.get(recognition.envelope.issuer, recognition.region)
        if recognition.region != own_region:
            raise CredentialError("recognition-for-another-region", region=recognition.region)
        return recognition

    return judge(
        data,
        parse=parse,
        envelope_of=lambda recognition: recognition.envelope,
        address_of=lambda recognition: recognition.envelope.id,
        purpose=Purpose.RECOGNITION,
        circumstances=Circumstances(
            trust_list=trust_list, status_list=status_list, remembered=remembered, at=at
        ),
    )


class RecognitionState(StrEnum):
    """Where a recognition stands."""

    RECOGNISED = "recognised"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class SuspensionCause(StrEnum):
    """Who suspended a recognition."""

    NONE = "none"
    HOME = "home"
    OWN = "own"


@dataclass(frozen=True)
class RecognitionStanding:
    """Where a recognition stands and why.

    Attributes:
        state: What the receiving body has recorded.
        cause: Whose suspension it is, so that a reinstatement at home lifts only home's.
        is_confirmed: Whether the status at home is known now; False is shown as "cannot be
            confirmed" whatever the state.
    """

    state: RecognitionState
    cause: SuspensionCause = SuspensionCause.NONE
    is_confirmed: bool = True


def after_home_status(
    standing: RecognitionStanding, home: VerdictState, *, can_lift: bool
) -> RecognitionStanding:
    """What the status of the label at home does to its recognition.

    Withdrawn or superseded at home revokes for ever; suspended suspends; valid lifts a suspension
    that came from home. An expired label leaves the record as it is: the recognition ended with
    it. Anything uncertain changes nothing and confirms nothing.

    Args:
        standing: How it stands.
        home: The verdict on the label with its home's present status.
        can_lift: Whether the recognising body may act for the product today; one that lost its
            accreditation puts nothing in force again, and what came from home stays suspended.
    """
    if standing.state is RecognitionState.REVOKED:
        return standing
    match home:
        case VerdictState.WITHDRAWN | VerdictState.SUPERSEDED:
            return RecognitionStanding(RecognitionState.REVOKED)
        case VerdictState.SUSPENDED:
            is_own = standing.cause is SuspensionCause.OWN
            cause = SuspensionCause.OWN if is_own else SuspensionCause.HOME
            return RecognitionStanding(RecognitionState.SUSPENDED, cause)
        case VerdictState.VALID:
            if standing.cause is SuspensionCause.HOME and can_lift:
                return RecognitionStanding(RecognitionState.RECOGNISED)
            return RecognitionStanding(standing.state, standing.cause)
        case VerdictState.EXPIRED:
            return standing
        case _:
            return RecognitionStanding(standing.state, standing.cause, is_confirmed=False)
