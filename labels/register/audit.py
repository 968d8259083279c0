"""Checking a whole register from its published files alone: ``tanbiao register verify``.

A register is sound when every entry is well-formed and canonical, the indexes run without a gap
from 0, the moments never run backwards, the root over all leaf hashes is the signed one, and
every checkpoint kept from earlier, our own or a partner's, is a prefix of it. The last check is
what its own operator cannot cheat: history rewritten consistently passes all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from labels.credential.keys import PublicKey
from labels.errors import CredentialError
from labels.register.checkpoint import Checkpoint, open_checkpoint
from labels.register.entry import RegisterEntry, parse_entry
from labels.register.tree import is_included, leaf_hash, root_hash

FINDINGS_MOST = 100


@dataclass(frozen=True)
class RegisterFinding:
    """One thing wrong.

    Attributes:
        code: Error code.
        index: The entry, or None for the register as a whole.
        parameters: Values for the sentence of the code.
    """

    code: str
    index: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterReport:
    """What an audit found.

    Attributes:
        origin: Name of the register.
        size: Number of entries given.
        root: Root computed over them, hexadecimal.
        checkpoint: The signed checkpoint, None if it could not be believed.
        entries: The entries that could be read.
        findings: Everything wrong, at most 100.
    """

    origin: str
    size: int
    root: str
    checkpoint: Checkpoint | None
    entries: tuple[RegisterEntry, ...]
    findings: tuple[RegisterFinding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_register(
    entries: Iterable[bytes],
    checkpoint: bytes,
    *,
    origin: str,
    key: PublicKey,
    earlier: Sequence[Checkpoint] = (),
) -> RegisterReport:
    """Audit a register.

    Args:
        entries: The bytes of every entry, in order.
        checkpoint: The signed checkpoint that claims them.
        origin: Name of the register.
        key: Its checkpoint key, from the trust list.
        earlier: Checkpoints kept from before, already opened, from any source.
    """
    findings: list[RegisterFinding] = []
    read: list[RegisterEntry] = []
    leaves: list[bytes] = []
    latest: datetime | None = None
    for index, data in enumerate(entries):
        leaves.append(leaf_hash(data))
        entry, wrong = _examine(data, index, origin, latest)
        findings.extend(wrong)
        if entry is not None:
            read.append(entry)
            latest = entry.at
    root = root_hash(leaves)
    signed: Checkpoint | None = None
    try:
        signed = open_checkpoint(checkpoint, origin=origin, key=key)
    except CredentialError as error:
        findings.append(RegisterFinding(error.code, None, error.parameters))
    if signed is not None:
        findings.extend(_against(signed, leaves, root))
    for kept in earlier:
        is_prefix = kept.size <= len(leaves) and root_hash(leaves[: kept.size]) == kept.root
        if kept.origin != origin or not is_prefix:
            findings.append(RegisterFinding("register-history-rewritten"))
    return RegisterReport(
        origin=origin,
        size=len(leaves),
        root=root.hex(),
        checkpoint=signed,
        entries=tuple(read),
        findings=tuple(findings[:FINDINGS_MOST]),
    )


def _examine(
    data: bytes, index: int, origin: str, latest: datetime | None
) -> tuple[RegisterEntry | None, list[RegisterFinding]]:
    """One entry and what is wrong with it."""
    try:
        entry = parse_entry(data)
    except CredentialError as error:
        return None, [RegisterFinding(error.code, index, error.parameters)]
    codes = []
    if entry.index != index:
        codes.append("register-index-gap")
    if entry.origin != origin:
        codes.append("register-entry-of-another")
    if latest is not None and entry.at < latest:
        codes.append("register-time-backwards")
    return entry, [RegisterFinding(code, index) for code in codes]


def _against(signed: Checkpoint, leaves: Sequence[bytes], root: bytes) -> list[RegisterFinding]:
    if signed.size != len(leaves):
        return [RegisterFinding("register-size-differs")]
    if signed.root != root:
        return [RegisterFinding("register-root-differs")]
    return []


def entry_under(data: bytes, proof: Sequence[bytes], checkpoint: Checkpoint) -> RegisterEntry:
    """An entry, believed because a proof shows it under a believed checkpoint.

    Raises:
        CredentialError: ``register-proof-wrong``, or the entry is malformed.
    """
    entry = parse_entry(data)
    is_shown = entry.origin == checkpoint.origin and is_included(
        leaf_hash(data), entry.index, checkpoint.size, proof, checkpoint.root
    )
    if not is_shown:
        raise CredentialError("register-proof-wrong", index=str(entry.index))
    return entry
