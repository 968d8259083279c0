"""Recognition arrangements: whose labels another body accepts, for what, signed by both.

Vocabulary after ISO/TS 14029:2022. Rules:

* Two parties, each a body with a did; the document is one set of canonical bytes with a proof set
  of exactly two proofs, one of each party's recognition key, in the order of the parties.
* The scope is a closed list in five dimensions; what is not listed is outside. A category stands
  for itself and everything below it in the classification (``cpc-464`` covers ``cpc-46420``).
* A fictional arrangement says so and covers specimens only; a real one never covers a specimen.
* Days are days of UTC+8, the first and the last included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from labels.credential.credential import end_of_day
from labels.credential.did import DID, issuer_of_kid
from labels.credential.document import (
    NAME,
    JsonObject,
    JsonValue,
    Members,
    canonical_bytes,
    local_text_json,
    parse_document,
    sha256_hex,
)
from labels.credential.keys import Purpose, Signer
from labels.credential.proof import Proof, attach, make_proof, read_proof, verify_proof
from labels.credential.trust_list import TrustList
from labels.errors import CredentialError, SchemeError
from labels.label import LocalText

ARRANGEMENT_TYPE = "TanbiaoRecognitionArrangement"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_PARTIES = 2


class Direction(StrEnum):
    """Whose labels are recognised."""

    MUTUAL = "mutual"
    FIRST_BY_SECOND = "first-by-second"
    SECOND_BY_FIRST = "second-by-first"


@dataclass(frozen=True, kw_only=True)
class ArrangementParty:
    """One side of an arrangement."""

    did: str
    name: LocalText
    region: str


@dataclass(frozen=True, kw_only=True)
class ArrangementScope:
    """What is covered; each dimension is a closed list.

    Attributes:
        schemes: Certification schemes.
        levels: Levels of the label within them.
        categories: Product categories; each covers what begins with it.
        boundaries: System boundaries.
        regions: Regions of the certification body that issued the label.
    """

    schemes: tuple[str, ...]
    levels: tuple[str, ...]
    categories: tuple[str, ...]
    boundaries: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What two bodies agreed.

    Raises:
        SchemeError: ``arrangement-parties``, ``arrangement-scope-empty``,
            ``arrangement-dates-reversed``.
    """

    id: str
    title: LocalText
    is_fictional: bool
    first: ArrangementParty
    second: ArrangementParty
    direction: Direction
    scope: ArrangementScope
    conditions: tuple[LocalText, ...]
    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if self.first.did == self.second.did:
            raise SchemeError("arrangement-parties", "/parties")
        scope = self.scope
        dimensions = (
            scope.schemes,
            scope.levels,
            scope.categories,
            scope.boundaries,
            scope.regions,
        )
        if not all(dimensions):
            raise SchemeError("arrangement-scope-empty", "/scope")
        if self.to_on < self.from_on:
            raise SchemeError("arrangement-dates-reversed", "/toOn")

    def is_in_force(self, at: datetime) -> bool:
        """Whether a moment lies within its days."""
        return end_of_day(self.from_on) - timedelta(days=1) < at <= end_of_day(self.to_on)

    def covers_direction(self, *, home: str, receiver: str) -> bool:
        """Whether the receiving body recognises labels of the home body."""
        if (home, receiver) == (self.first.did, self.second.did):
            return self.direction is not Direction.SECOND_BY_FIRST
        if (home, receiver) == (self.second.did, self.first.did):
            return self.direction is not Direction.FIRST_BY_SECOND
        return False

    def party(self, did: str) -> ArrangementParty:
        """The party of a did.

        Raises:
            SchemeError: ``recognition-not-a-party``.
        """
        for party in (self.first, self.second):
            if party.did == did:
                return party
        raise SchemeError("recognition-not-a-party", party=did[:300])

    def to_json(self) -> JsonObject:
        """The arrangement as a document, without proofs."""
        parties: list[JsonValue] = [_party_json(self.first), _party_json(self.second)]
        conditions: list[JsonValue] = [local_text_json(text) for text in self.conditions]
        return {
            "type": ARRANGEMENT_TYPE,
            "id": self.id,
            "title": local_text_json(self.title),
            "isFictional": self.is_fictional,
            "parties": parties,
            "direction": self.direction.value,
            "scope": {
                "schemes": list(self.scope.schemes),
                "levels": list(self.scope.levels),
                "categories": list(self.scope.categories),
                "boundaries": list(self.scope.boundaries),
                "regions": list(self.scope.regions),
            },
            "conditions": conditions,
            "fromOn": self.from_on.isoformat(),
            "toOn": self.to_on.isoformat(),
        }

    def to_bytes(self) -> bytes:
        """The arrangement as canonical bytes, without proofs."""
        return canonical_bytes(self.to_json())


@dataclass(frozen=True)
class SignedArrangement:
    """An arrangement whose two signatures were verified; ``verify_arrangement`` makes it.

    Attributes:
        arrangement: What was agreed.
        sha256: Hash of the exact signed bytes, which recognitions name.
    """

    arrangement: Arrangement
    sha256: str


def _party_json(party: ArrangementParty) -> JsonObject:
    return {"did": party.did, "name": local_text_json(party.name), "region": party.region}


def propose_arrangement(arrangement: Arrangement, signer: Signer, *, at: datetime) -> bytes:
    """The bytes with the first party's proof, to be sent to the second.

    Raises:
        SchemeError: ``arrangement-not-your-turn`` when the signer is not the first party.
    """
    return attach(arrangement.to_json(), [_proof(arrangement, arrangement.first, signer, at)])


def countersign_arrangement(
    proposed: bytes, signer: Signer, *, trust_list: TrustList, at: datetime
) -> bytes:
    """The bytes with both proofs, after the second party has verified the first's.

    Raises:
        CredentialError: The proposal cannot be read or believed.
        SchemeError: ``arrangement-not-your-turn`` when the signer is not the second party.
    """
    arrangement, content, proofs = _read(proposed, proofs=1)
    _verify_party(content, arrangement.first, proofs[0], trust_list, at)
    own = _proof(arrangement, arrangement.second, signer, at)
    return attach(content, [proofs[0], own])


def _proof(
    arrangement: Arrangement, party: ArrangementParty, signer: Signer, at: datetime
) -> Proof:
    if issuer_of_kid(signer.kid) != party.did:
        raise SchemeError("arrangement-not-your-turn", party=party.did)
    return make_proof(arrangement.to_json(), signer, Purpose.RECOGNITION, created_at=at)


def verify_arrangement(data: bytes, *, trust_list: TrustList, at: datetime) -> SignedArrangement:
    """Read an arrangement and believe it because both parties signed these bytes.

    Raises:
        CredentialError: A form error, a key refusal, ``key-not-of-issuer``, ``signature-wrong``.
        SchemeError: The arrangement contradicts itself.
    """
    arrangement, content, proofs = _read(data, proofs=_PARTIES)
    for party, proof in zip((arrangement.first, arrangement.second), proofs, strict=True):
        _verify_party(content, party, proof, trust_list, at)
    return SignedArrangement(arrangement, sha256_hex(data))


def _verify_party(
    content: JsonObject,
    party: ArrangementParty,
    proof: Proof,
    trust_list: TrustList,
    at: datetime,
) -> None:
    key = trust_list.find_key(proof.kid, Purpose.RECOGNITION, signed_at=proof.created_at, at=at)
    if key.issuer != party.did:
        raise CredentialError("key-not-of-issuer", "/proof", kid=proof.kid, issuer=party.did)
    verify_proof(content, proof, key.key)


def parse_arrangement(data: bytes) -> Arrangement:
    """Read an arrangement without its proofs, as drafted; need not be canonical.

    Raises:
        CredentialError: A form error.
        SchemeError: The arrangement contradicts itself.
    """
    document = parse_document(data, canonical=False)
    return _arrangement(Members(document))


def _read(data: bytes, *, proofs: int) -> tuple[Arrangement, JsonObject, tuple[Proof, ...]]:
    document = parse_document(data)
    content = {name: value for name, value in document.items() if name != "proof"}
    items = Members(document).items("proof", least=proofs, most=proofs)
    read = tuple(read_proof(item, content, f"/proof/{index}") for index, item in enumerate(items))
    return _arrangement(Members(content)), content, read


def _arrangement(members: Members) -> Arrangement:
    members.exactly("type", ARRANGEMENT_TYPE)
    first, second = (
        _party(party) for party in members.each("parties", least=_PARTIES, most=_PARTIES)
    )
    arrangement = Arrangement(
        id=members.text("id", _ID),
        title=members.local_text("title"),
        is_fictional=members.flag("isFictional"),
        first=first,
        second=second,
        direction=Direction(members.text("direction", _DIRECTION)),
        scope=_scope(members.object("scope")),
        conditions=members.local_texts("conditions"),
        from_on=members.day("fromOn"),
        to_on=members.day("toOn"),
    )
    members.finish()
    return arrangement


_DIRECTION = re.compile("|".join(direction.value for direction in Direction))


def _party(members: Members) -> ArrangementParty:
    party = ArrangementParty(
        did=members.text("did", DID),
        name=members.local_text("name"),
        region=members.text("region", _REGION),
    )
    members.finish()
    return party


def _scope(members: Members) -> ArrangementScope:
    scope = ArrangementScope(
        schemes=members.texts("schemes", NAME),
        levels=members.texts("levels", NAME),
        categories=members.texts("categories", NAME),
        boundaries=members.texts("boundaries", NAME),
        regions=members.texts("regions", _REGION),
    )
    members.finish()
    return scope
