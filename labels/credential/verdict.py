"""The answer to "may I believe this?": a verdict with its checks, and what a verifier remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from labels.credential.document import (
    SHA256,
    JsonObject,
    JsonValue,
    Members,
    canonical_bytes,
    parse_document,
)
from labels.credential.envelope import URL
from labels.credential.trust_list import TrustedIssuer

MEMORY_LIMIT_BYTES = 16 * 1024 * 1024

Content = TypeVar("Content")


class VerdictState(StrEnum):
    """What a credential is worth now. Only ``VALID`` is a yes."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNKNOWN_ISSUER = "unknown-issuer"
    TAMPERED = "tampered"
    CANNOT_BE_CONFIRMED = "cannot-be-confirmed"
    MALFORMED = "malformed"


class CheckName(StrEnum):
    """The checks in the order they are made and shown."""

    FORM = "form"
    ISSUER = "issuer"
    SIGNATURE = "signature"
    VALIDITY = "validity"
    STATUS = "status"


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    NOT_MADE = "not-made"


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: Which check.
        outcome: How it ended.
        detail: Error code of the reason, "" when it passed or was not made.
        parameters: Values for the sentence of the reason.
    """

    name: CheckName
    outcome: Outcome
    detail: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusSighting:
    """A believed status list a verifier has seen: what protects from an older one."""

    url: str
    sequence: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Verdict(Generic[Content]):
    """The result of verifying a credential.

    Attributes:
        state: What it is worth now.
        checks: Every check in order, made or not.
        content: What the credential says; None unless its signature is right.
        issuer: The body that signed; None unless its signature is right.
        credential_id: Identifier, "" while the form is wrong.
        credential_sha256: Hash of the exact bytes that were judged.
        status_as_of: When the status list used was made; None if none was believed.
        sighting: The status list believed, to be remembered.
    """

    state: VerdictState
    checks: tuple[Check, ...]
    content: Content | None
    issuer: TrustedIssuer | None
    credential_id: str
    credential_sha256: str
    status_as_of: datetime | None = None
    sighting: StatusSighting | None = None

    @property
    def is_valid(self) -> bool:
        """Whether everything passed, the status of this hour included."""
        return self.state is VerdictState.VALID

    @property
    def is_signature_valid(self) -> bool:
        """Whether a listed body signed exactly these bytes, whatever their status is today."""
        return self.check(CheckName.SIGNATURE).outcome is Outcome.PASSED

    def check(self, name: CheckName) -> Check:
        """One check by name."""
        return next(check for check in self.checks if check.name is name)


@dataclass(frozen=True, kw_only=True)
class RegisterEvidence:
    """What the public register proves about a credential; made by ``labels.register`` alone.

    Attributes:
        credential_sha256: The credential.
        logged_at: When its issue was logged; None if no entry shows it.
        is_superseded: Whether a newer version took its place.
    """

    credential_sha256: str
    logged_at: datetime | None = None
    is_superseded: bool = False


@dataclass(frozen=True)
class Remembered:
    """What a verifier keeps on disk between two verifications.

    Attributes:
        sightings: The newest status list seen of each address.
        withdrawn: Identifiers of credentials once seen withdrawn; they stay withdrawn.
    """

    sightings: Mapping[str, StatusSighting]
    withdrawn: frozenset[str] = frozenset()

    def after(self, verdict: Verdict[Content]) -> Remembered:
        """The memory with what this verdict teaches."""
        sightings = dict(self.sightings)
        seen = verdict.sighting
        if seen is not None:
            known = sightings.get(seen.url)
            if known is None or known.sequence < seen.sequence:
                sightings[seen.url] = seen
        ended = {VerdictState.WITHDRAWN, VerdictState.SUPERSEDED}
        newly = {verdict.credential_id} if verdict.state in ended else set()
        return Remembered(sightings, self.withdrawn | newly)

    def to_bytes(self) -> bytes:
        """The memory for the disk."""
        sightings: list[JsonValue] = [
            {"url": seen.url, "sequence": seen.sequence, "sha256": seen.sha256}
            for seen in sorted(self.sightings.values(), key=lambda seen: seen.url)
        ]
        withdrawn: list[JsonValue] = [*sorted(self.withdrawn)]
        document: JsonObject = {
            "type": "TanbiaoVerifierMemory",
            "sightings": sightings,
            "withdrawn": withdrawn,
        }
        return canonical_bytes(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> Remembered:
        """Read the memory back.

        Raises:
            CredentialError: The file was damaged; the caller must not go on with an empty memory
                without telling somebody.
        """
        members = Members(parse_document(data, limit_bytes=MEMORY_LIMIT_BYTES))
        members.exactly("type", "TanbiaoVerifierMemory")
        sightings = []
        for item in members.each("sightings", most=100_000):
            sightings.append(
                StatusSighting(
                    url=item.text("url", URL),
                    sequence=item.integer("sequence", least=1),
                    sha256=item.text("sha256", SHA256),
                )
            )
            item.finish()
        withdrawn = members.texts("withdrawn", URL, most=1_000_000)
        members.finish()
        return cls({seen.url: seen for seen in sightings}, frozenset(withdrawn))


NOTHING_REMEMBERED = Remembered({})
