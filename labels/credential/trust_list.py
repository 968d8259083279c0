"""The trust list: which bodies and keys a verifier believes, pinned by the verifier itself.

Rules (docs/reference/credential.md, "Trust list"):

* A key is found by its name in this list and nowhere else; a message never brings a key.
* Weak keys, a key under two names and a name outside its issuer's did are refused on reading.
* A key counts for signatures made from ``validFrom`` on, until ``validTo`` where one is set, and
  only once the cooling-off after ``addedAt`` has passed: a key slipped in is seen before it works.
* What a compromised key signed is believed only for what the public register shows as logged
  before ``compromisedAt``; the date inside such a signature proves nothing.
* After ``nextUpdate`` the list is stale, and nothing is confirmed by a stale list.
* A list never replaces a newer one: an old list brings withdrawn keys back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from labels.credential.did import DID, HOST, KID, host_of, host_of_did, issuer_of_kid
from labels.credential.document import (
    NAME,
    JsonObject,
    JsonValue,
    Members,
    canonical_bytes,
    instant_text,
    local_text_json,
    parse_document,
)
from labels.credential.keys import PublicKey, Purpose
from labels.credential.proof import parse_signed, verify_proof
from labels.errors import CredentialError
from labels.label import LocalText

TRUST_LIST_TYPE = "TanbiaoTrustList"
TRUST_LIST_LIMIT_BYTES = 1024 * 1024
CLOCK_TOLERANCE = timedelta(seconds=120)
_MULTIKEY = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{40,60}")
_COOLING_OFF_HOURS_MOST = 24 * 365


class KeyState(StrEnum):
    """Where a listed key stands in its life."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """One key of one body, for one purpose."""

    kid: str
    key: PublicKey
    purpose: Purpose
    state: KeyState
    added_at: datetime
    valid_from: datetime
    valid_to: datetime | None = None
    compromised_at: datetime | None = None

    def __post_init__(self) -> None:
        needs_end = self.state is KeyState.RETIRED
        is_compromised = self.state is KeyState.COMPROMISED
        if (needs_end and self.valid_to is None) or is_compromised != bool(self.compromised_at):
            raise CredentialError("key-state-incomplete", kid=self.kid, state=self.state.value)

    @property
    def issuer(self) -> str:
        """did of the body."""
        return issuer_of_kid(self.kid)

    def refusal(
        self, *, purpose: Purpose, signed_at: datetime, at: datetime, cooling_off: timedelta
    ) -> str | None:
        """Why a signature of this key does not count now, as an error code; None if it does.

        Args:
            purpose: What was signed.
            signed_at: When the signature says it was made.
            at: Now.
            cooling_off: How long a newly listed key waits.
        """
        if self.purpose is not purpose:
            return "key-wrong-purpose"
        if signed_at < self.valid_from or signed_at > at + CLOCK_TOLERANCE:
            return "key-not-yet-valid"
        if self.valid_to is not None and signed_at > self.valid_to:
            return "key-expired"
        if self.compromised_at is not None:
            is_before = signed_at < self.compromised_at
            return "key-compromised-later" if is_before else "key-compromised"
        if at < self.added_at + cooling_off:
            return "key-cooling-off"
        return None


@dataclass(frozen=True, kw_only=True)
class TrustedIssuer:
    """One body: its name, region, the hosts its labels live on, and its keys."""

    did: str
    name: LocalText
    region: str
    hosts: tuple[str, ...]
    keys: tuple[TrustedKey, ...]

    def owns(self, url: str) -> bool:
        """Whether an address lies on one of the body's hosts."""
        try:
            return host_of(url) in self.hosts
        except CredentialError:
            return False


@dataclass(frozen=True, kw_only=True)
class TrustList:
    """Everything a verifier believes.

    Raises:
        CredentialError: ``key-not-of-issuer``, ``key-listed-twice``, ``issuer-listed-twice``.
    """

    publisher: str
    sequence: int
    issued_at: datetime
    next_update: datetime
    cooling_off: timedelta
    issuers: tuple[TrustedIssuer, ...]

    def __post_init__(self) -> None:
        dids = [issuer.did for issuer in self.issuers]
        if len(set(dids)) != len(dids):
            raise CredentialError("issuer-listed-twice")
        kids: set[str] = set()
        keys: set[bytes] = set()
        for issuer in self.issuers:
            host_of_did(issuer.did)
            for key in issuer.keys:
                if key.issuer != issuer.did:
                    raise CredentialError("key-not-of-issuer", kid=key.kid, issuer=issuer.did)
                if key.kid in kids or key.key.raw in keys:
                    raise CredentialError("key-listed-twice", kid=key.kid)
                kids.add(key.kid)
                keys.add(key.key.raw)

    def is_current(self, at: datetime) -> bool:
        """Whether the list may still be relied on."""
        return self.issued_at <= at + CLOCK_TOLERANCE and at <= self.next_update

    def check_follows(self, pinned: TrustList) -> None:
        """Refuses to take the place of a list that is as new or newer.

        Sequences are compared between lists of one publisher only; two publishers count apart.

        Raises:
            CredentialError: ``trust-list-not-newer``.
        """
        if self.publisher == pinned.publisher:
            is_newer = self.sequence > pinned.sequence and self.issued_at >= pinned.issued_at
        else:
            is_newer = self.issued_at > pinned.issued_at
        if not is_newer:
            raise CredentialError(
                "trust-list-not-newer",
                sequence=str(self.sequence),
                issued=instant_text(self.issued_at),
                pinned=str(pinned.sequence),
                since=instant_text(pinned.issued_at),
            )

    def issuer(self, did: str) -> TrustedIssuer:
        """The body of a did.

        Raises:
            CredentialError: ``issuer-unknown``.
        """
        for issuer in self.issuers:
            if issuer.did == did:
                return issuer
        raise CredentialError("issuer-unknown", issuer=did[:300])

    def listed_key(self, kid: str) -> TrustedKey:
        """The key of a name, whatever its state.

        Raises:
            CredentialError: ``key-unknown``.
        """
        for issuer in self.issuers:
            for key in issuer.keys:
                if key.kid == kid:
                    return key
        raise CredentialError("key-unknown", kid=kid[:300])

    def find_key(
        self, kid: str, purpose: Purpose, *, signed_at: datetime, at: datetime
    ) -> TrustedKey:
        """The key of a name, if its signature counts now and this list is current.

        Raises:
            CredentialError: ``key-unknown``, ``trust-list-stale`` or the code of the refusal.
        """
        key = self.listed_key(kid)
        if not self.is_current(at):
            raise CredentialError("trust-list-stale", until=instant_text(self.next_update))
        code = key.refusal(
            purpose=purpose, signed_at=signed_at, at=at, cooling_off=self.cooling_off
        )
        if code is not None:
            raise CredentialError(code, kid=kid, purpose=purpose.value)
        return key

    def to_json(self) -> JsonObject:
        """The list as a document, without proof."""
        issuers: list[JsonValue] = [
            {
                "did": issuer.did,
                "name": local_text_json(issuer.name),
                "region": issuer.region,
                "hosts": list(issuer.hosts),
                "keys": [_key_json(key) for key in issuer.keys],
            }
            for issuer in self.issuers
        ]
        return {
            "type": TRUST_LIST_TYPE,
            "publisher": self.publisher,
            "sequence": self.sequence,
            "issuedAt": instant_text(self.issued_at),
            "nextUpdate": instant_text(self.next_update),
            "coolingOffHours": int(self.cooling_off.total_seconds() // 3600),
            "issuers": issuers,
        }

    def to_bytes(self) -> bytes:
        """The list as canonical bytes, without proof."""
        return canonical_bytes(self.to_json())


def _key_json(key: TrustedKey) -> JsonObject:
    return {
        "kid": key.kid,
        "multikey": key.key.multikey,
        "purpose": key.purpose.value,
        "state": key.state.value,
        "addedAt": instant_text(key.added_at),
        "validFrom": instant_text(key.valid_from),
        "validTo": None if key.valid_to is None else instant_text(key.valid_to),
        "compromisedAt": (None if key.compromised_at is None else instant_text(key.compromised_at)),
    }


def parse_trust_list(data: bytes) -> TrustList:
    """Read a pinned trust list; a proof it may carry is ignored, because pinning is the trust.

    The pinned file may be laid out for people: it need not be canonical.

    Raises:
        CredentialError: Any foreign member, weak key or contradiction.
    """
    document = parse_document(data, limit_bytes=TRUST_LIST_LIMIT_BYTES, canonical=False)
    document.pop("proof", None)
    return _read(document)


def verify_trust_list(data: bytes, key: PublicKey, *, kid: str) -> TrustList:
    """Read a trust list sent by its publisher, believing it only under the publisher's pinned key.

    Raises:
        CredentialError: ``signature-wrong``, ``key-unknown`` for another key name, or what
            ``parse_trust_list`` raises.
    """
    document, proof = parse_signed(data, limit_bytes=TRUST_LIST_LIMIT_BYTES)
    if proof.kid != kid:
        raise CredentialError("key-unknown", kid=proof.kid[:300])
    verify_proof(document, proof, key)
    return _read(document)


def _read(document: JsonObject) -> TrustList:
    members = Members(document)
    members.exactly("type", TRUST_LIST_TYPE)
    trust_list = TrustList(
        publisher=members.text("publisher"),
        sequence=members.integer("sequence", least=1),
        issued_at=members.instant("issuedAt"),
        next_update=members.instant("nextUpdate"),
        cooling_off=timedelta(
            hours=members.integer("coolingOffHours", least=0, most=_COOLING_OFF_HOURS_MOST)
        ),
        issuers=tuple(_read_issuer(issuer) for issuer in members.each("issuers", most=500)),
    )
    members.finish()
    return trust_list


def _read_issuer(members: Members) -> TrustedIssuer:
    issuer = TrustedIssuer(
        did=members.text("did", DID),
        name=members.local_text("name"),
        region=members.text("region", NAME),
        hosts=members.texts("hosts", HOST, least=1),
        keys=tuple(_read_key(key) for key in members.each("keys", most=100)),
    )
    members.finish()
    return issuer


def _read_key(members: Members) -> TrustedKey:
    try:
        key = TrustedKey(
            kid=members.text("kid", KID),
            key=PublicKey.from_multikey(members.text("multikey", _MULTIKEY)),
            purpose=Purpose(members.text("purpose", _PURPOSE)),
            state=KeyState(members.text("state", _STATE)),
            added_at=members.instant("addedAt"),
            valid_from=members.instant("validFrom"),
            valid_to=members.optional_instant("validTo"),
            compromised_at=members.optional_instant("compromisedAt"),
        )
    except CredentialError as error:
        place = error.place or members.place
        raise CredentialError(error.code, place, **error.parameters) from error
    members.finish()
    return key


_PURPOSE = re.compile("|".join(purpose.value for purpose in Purpose))
_STATE = re.compile("|".join(state.value for state in KeyState))
