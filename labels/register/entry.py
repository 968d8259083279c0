"""Entries of the public register: what may be said in public, and in which bytes.

Rules:

* An entry has an index without gaps, a moment, a kind, the body that speaks, and only the members
  its kind allows. There is no member for free text, a person or a document: every value has a
  closed form, so nothing personal or confidential can be written (architecture, decision 14).
* The bytes are canonical (RFC 8785), made once, stored, hashed and published as they are.
* Entries are never changed; a correction is a further entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from labels.credential.did import DID, KID
from labels.credential.document import (
    SHA256,
    JsonObject,
    Members,
    canonical_bytes,
    instant_text,
    parse_document,
    whole_second,
)
from labels.credential.envelope import URL
from labels.credential.keys import PublicKey
from labels.credential.verdict import RegisterEvidence
from labels.errors import CredentialError
from labels.label import FULL_NUMBER
from labels.label_status import ReasonClass
from labels.register.checkpoint import ORIGIN
from labels.register.tree import leaf_hash

ENTRY_TYPE = "TanbiaoRegisterEntry"
ENTRY_LIMIT_BYTES = 8 * 1024


class EntryKind(StrEnum):
    """What happened."""

    LABEL_ISSUED = "label-issued"
    LABEL_SUSPENDED = "label-suspended"
    LABEL_REINSTATED = "label-reinstated"
    LABEL_WITHDRAWN = "label-withdrawn"
    LABEL_EXPIRED = "label-expired"
    LABEL_SUPERSEDED = "label-superseded"
    LABEL_SURRENDERED = "label-surrendered"
    LABEL_RECOGNISED = "label-recognised"
    RECOGNITION_SUSPENDED = "recognition-suspended"
    RECOGNITION_REINSTATED = "recognition-reinstated"
    RECOGNITION_REVOKED = "recognition-revoked"
    BODY_ANNOUNCED = "body-announced"
    BODY_LISTED = "body-listed"
    BODY_SUSPENDED = "body-suspended"
    BODY_REINSTATED = "body-reinstated"
    BODY_WITHDRAWN = "body-withdrawn"
    KEY_ADDED = "key-added"
    KEY_RETIRED = "key-retired"
    KEY_COMPROMISED = "key-compromised"


HOME_STATUS = "home-status"  # a recognition follows its label

_MULTIKEY = re.compile(r"z6Mk[1-9A-HJ-NP-Za-km-z]{40,50}")
_REASON = re.compile("|".join((*ReasonClass, HOME_STATUS)))
_KIND = re.compile("|".join(kind.value for kind in EntryKind))
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_ORGANISATION = re.compile(r"org_[0-9a-hjkmnp-tv-z]{26}")
_ARRANGEMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CATEGORY = r"[a-z]{1,8}-[0-9]{1,8}"
_CATEGORIES = re.compile(rf"{_CATEGORY}( {_CATEGORY}){{0,99}}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# The whole vocabulary: name -> closed form.
_FORMS: Mapping[str, re.Pattern[str]] = {
    "labelUrl": URL,
    "labelNumber": FULL_NUMBER,
    "credentialSha256": SHA256,
    "reasonClass": _REASON,
    "successorNumber": FULL_NUMBER,
    "homeIssuer": DID,
    "recognitionSha256": SHA256,
    "arrangementId": _ARRANGEMENT,
    "arrangementSha256": SHA256,
    "body": _ORGANISATION,
    "region": _REGION,
    "categories": _CATEGORIES,
    "scopeFrom": _DAY,
    "scopeUntil": _DAY,
    "kid": KID,
    "multikey": _MULTIKEY,
}

_LABEL = ("labelUrl", "labelNumber", "credentialSha256")
_RECOGNITION = (
    *_LABEL,
    "homeIssuer",
    "recognitionSha256",
    "arrangementId",
    "arrangementSha256",
)
_CAUSED = (*_LABEL, "reasonClass")
_CAUSED_RECOGNITION = (*_LABEL, "homeIssuer", "recognitionSha256", "reasonClass")

_BODY_SCOPE = ("body", "region", "categories", "scopeFrom", "scopeUntil")

# Which members each kind has: all of them, and no other.
MEMBERS_OF: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.LABEL_ISSUED: _LABEL,
    EntryKind.LABEL_SUSPENDED: _CAUSED,
    EntryKind.LABEL_REINSTATED: _LABEL,
    EntryKind.LABEL_WITHDRAWN: _CAUSED,
    EntryKind.LABEL_EXPIRED: _LABEL,
    EntryKind.LABEL_SUPERSEDED: (*_LABEL, "successorNumber"),
    EntryKind.LABEL_SURRENDERED: _LABEL,
    EntryKind.LABEL_RECOGNISED: _RECOGNITION,
    EntryKind.RECOGNITION_SUSPENDED: _CAUSED_RECOGNITION,
    EntryKind.RECOGNITION_REINSTATED: _CAUSED_RECOGNITION,
    EntryKind.RECOGNITION_REVOKED: _CAUSED_RECOGNITION,
    EntryKind.BODY_ANNOUNCED: _BODY_SCOPE,
    EntryKind.BODY_LISTED: _BODY_SCOPE,
    EntryKind.BODY_SUSPENDED: ("body", "reasonClass"),
    EntryKind.BODY_REINSTATED: _BODY_SCOPE,
    EntryKind.BODY_WITHDRAWN: ("body", "reasonClass"),
    EntryKind.KEY_ADDED: ("kid", "multikey"),
    EntryKind.KEY_RETIRED: ("kid", "multikey"),
    EntryKind.KEY_COMPROMISED: ("kid", "multikey"),
}


@dataclass(frozen=True, kw_only=True)
class RegisterEntry:
    """One public fact.

    Attributes:
        origin: Name of the register.
        index: 0, 1, 2, ... without gaps.
        at: When it happened, whole seconds of UTC.
        kind: What happened.
        issuer: did of the body that speaks.
        members: Exactly the members of the kind, each in its closed form.

    Raises:
        CredentialError: ``register-member-refused`` for a member too many, too few or in
            another form.
    """

    origin: str
    index: int
    at: datetime
    kind: EntryKind
    issuer: str
    members: Mapping[str, str]

    def __post_init__(self) -> None:
        allowed = set(MEMBERS_OF[self.kind])
        refused = allowed ^ set(self.members) or {
            name for name in allowed if _FORMS[name].fullmatch(self.members[name]) is None
        }
        if refused:
            name = min(refused)[:40]
            raise CredentialError(
                "register-member-refused", f"/{name}", kind=self.kind.value, member=name
            )
        if "multikey" in self.members:
            PublicKey.from_multikey(self.members["multikey"])
        if (
            self.index < 0
            or self.at != whole_second(self.at)
            or DID.fullmatch(self.issuer) is None
            or ORIGIN.fullmatch(self.origin) is None
        ):
            raise CredentialError("register-entry-malformed", index=str(self.index))

    def to_bytes(self) -> bytes:
        """The canonical bytes to store, hash and publish."""
        document: JsonObject = {
            "type": ENTRY_TYPE,
            "origin": self.origin,
            "index": self.index,
            "at": instant_text(self.at),
            "kind": self.kind.value,
            "issuer": self.issuer,
        }
        return canonical_bytes({**document, **self.members})

    @property
    def leaf(self) -> bytes:
        """The RFC 6962 leaf hash of the bytes."""
        return leaf_hash(self.to_bytes())


def register_entry(
    *, origin: str, index: int, at: datetime, kind: EntryKind, issuer: str, **members: str
) -> RegisterEntry:
    """An entry from the public names of its members (``label_url``, ``reason_class``, ...).

    Raises:
        CredentialError: ``register-member-refused``, ``register-entry-malformed``.
    """
    named = {_public_name(name): value for name, value in members.items()}
    return RegisterEntry(
        origin=origin,
        index=index,
        at=whole_second(at),
        kind=kind,
        issuer=issuer,
        members=named,
    )


def _public_name(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def parse_entry(data: bytes) -> RegisterEntry:
    """Read the bytes of an entry strictly.

    Raises:
        CredentialError: ``document-...`` codes or those of ``RegisterEntry``.
    """
    members = Members(parse_document(data, limit_bytes=ENTRY_LIMIT_BYTES))
    members.exactly("type", ENTRY_TYPE)
    kind = EntryKind(members.text("kind", _KIND))
    entry = RegisterEntry(
        origin=members.text("origin"),
        index=members.integer("index", least=0),
        at=members.instant("at"),
        kind=kind,
        issuer=members.text("issuer", DID),
        members={name: members.text(name) for name in MEMBERS_OF[kind]},
    )
    members.finish()
    return entry


def evidence_of(entries: Iterable[RegisterEntry], credential_sha256: str) -> RegisterEvidence:
    """What entries, already proven to stand in the register, say about a credential."""
    concerning = [
        entry for entry in entries if entry.members.get("credentialSha256") == credential_sha256
    ]
    issued = [entry.at for entry in concerning if entry.kind is EntryKind.LABEL_ISSUED]
    return RegisterEvidence(
        credential_sha256=credential_sha256,
        logged_at=min(issued) if issued else None,
        is_superseded=any(entry.kind is EntryKind.LABEL_SUPERSEDED for entry in concerning),
    )
