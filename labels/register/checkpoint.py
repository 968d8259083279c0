"""Checkpoints of the register: C2SP signed notes over size and root.

Formats: c2sp.org/tlog-checkpoint (origin, size, root in base64, one line each) inside
c2sp.org/signed-note (the text, an empty line, then ``— name base64(key hash || signature)``). The
key hash is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key).

Signatures of keys nobody asked about are skipped, as the format wants: witnesses add theirs. A
wrong signature under the expected name and key hash refuses the whole note.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from labels.credential.keys import SIGNATURE_BYTES, PublicKey, Purpose, Signer
from labels.errors import CredentialError
from labels.register.tree import HASH_BYTES

NOTE_LIMIT_BYTES = 64 * 1024
SIGNATURES_MOST = 100
ORIGIN = re.compile(r"[a-z0-9][a-z0-9.:/_-]{0,199}")
_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNATURE_LINE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]{4,2000}={0,2})")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a register at one size.

    Attributes:
        origin: Name of the register, as ``host/register``.
        size: Number of entries.
        root: RFC 6962 root over them.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if ORIGIN.fullmatch(self.origin) is None or self.size < 0 or len(self.root) != HASH_BYTES:
            raise CredentialError("checkpoint-malformed")

    @property
    def text(self) -> str:
        """The signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_hash(name: str, key: PublicKey) -> bytes:
    """The four bytes that name a key beside its name."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.raw).digest()[:_KEY_HASH_BYTES]


def verifier_key(name: str, key: PublicKey) -> str:
    """A key in the notation that monitors and witnesses are configured with."""
    encoded = base64.b64encode(_ED25519 + key.raw).decode()
    return f"{name}+{key_hash(name, key).hex()}+{encoded}"


def sign_note(text: str, name: str, signer: Signer) -> bytes:
    """A signed note over any text that ends with a newline."""
    if not text.endswith("\n"):
        raise CredentialError("checkpoint-malformed")
    signature = signer.sign(Purpose.CHECKPOINT, text.encode())
    blob = base64.b64encode(key_hash(name, signer.public_key) + signature).decode()
    return f"{text}\n— {name} {blob}\n".encode()


def open_note(note: bytes, name: str, key: PublicKey) -> str:
    """The text of a note, if the named key signed it.

    Raises:
        CredentialError: ``checkpoint-malformed``, ``checkpoint-not-signed`` when the key's
            signature is missing, ``signature-wrong``.
    """
    if len(note) > NOTE_LIMIT_BYTES:
        raise CredentialError("checkpoint-malformed")
    try:
        text, separator, tail = note.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise CredentialError("checkpoint-malformed") from error
    lines = tail.split("\n")
    if not separator or lines.pop() != "" or not 1 <= len(lines) <= SIGNATURES_MOST:
        raise CredentialError("checkpoint-malformed")
    text += "\n"
    for line in lines:
        match = _SIGNATURE_LINE.fullmatch(line)
        if match is None:
            raise CredentialError("checkpoint-malformed")
        try:
            blob = base64.b64decode(match[2], validate=True)
        except ValueError as error:
            raise CredentialError("checkpoint-malformed") from error
        if match[1] == name and blob[:_KEY_HASH_BYTES] == key_hash(name, key):
            if len(blob) != _KEY_HASH_BYTES + SIGNATURE_BYTES:
                raise CredentialError("checkpoint-malformed")
            key.verify(blob[_KEY_HASH_BYTES:], text.encode())
            return text
    raise CredentialError("checkpoint-not-signed", origin=name)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """A checkpoint as a note signed under the register's origin."""
    return sign_note(checkpoint.text, checkpoint.origin, signer)


def open_checkpoint(note: bytes, *, origin: str, key: PublicKey) -> Checkpoint:
    """The checkpoint of a note, believed under the register's key.

    Raises:
        CredentialError: What ``open_note`` raises, or ``checkpoint-of-another`` for another
            register.
    """
    match = _TEXT.fullmatch(open_note(note, origin, key))
    if match is None:
        raise CredentialError("checkpoint-malformed")
    if match[1] != origin:
        raise CredentialError("checkpoint-of-another", origin=match[1][:200])
    return Checkpoint(match[1], int(match[2]), base64.b64decode(match[3]))
