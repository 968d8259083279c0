"""Ed25519 keys: one per purpose, refused when weak, kept encrypted, shown as multikey.

Rules (docs/reference/credential.md, "Keys"):

* Ed25519 only (RFC 8032). The algorithm stands in code and is never read from a message.
* A public key is refused when it is one of the eight points of small order, in any of their
  fourteen encodings, when its encoding is not canonical (y >= p), or when it is no point of the
  curve. With a small-order key one forged signature holds for every message.
* One key serves one purpose, so that a signature made for one can never be shown as another.
* A private key leaves this module only encrypted: PKCS#8 under a passphrase stretched by scrypt.
  Keys of one body share a salt, so that opening them all stretches once, as a guess would.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from labels.credential.document import canonical_bytes
from labels.errors import CredentialError

KEY_BYTES = 32
SIGNATURE_BYTES = 64
SALT_BYTES = 16
NONCE_BYTES_LEAST = 16
PASSPHRASE_BYTES_LEAST = 12
KEY_FILE_LIMIT_BYTES = 8 * 1024

# scrypt at 32 MiB: a tenth of a second here, and for whoever guesses.
_SCRYPT_N = 2**15
_SCRYPT_R = 8
_SCRYPT_P = 1

_FIELD_PRIME = 2**255 - 19
_CURVE_D = -121665 * pow(121666, -1, _FIELD_PRIME) % _FIELD_PRIME
_MULTICODEC_ED25519 = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_LIMIT_CHARACTERS = 128
_KEY_HEADER = re.compile(
    rb"tanbiao-key: 1\nkid: (?P<kid>[!-~]{1,300})\npurpose: (?P<purpose>[a-z-]{1,30})\n"
    rb"salt: (?P<salt>[0-9a-f]{32})\n(?P<pem>-----BEGIN ENCRYPTED PRIVATE KEY-----\n.+)",
    re.DOTALL,
)

# All encodings of the eight points of small order (orders 1, 2, 4, 4, 8, 8, 8, 8): eight canonical
# ones and six that are not. Chalkias, Garillot, Nikolaenko: "Taming the many EdDSAs" (2020),
# table 6; tests/unit/credential/test_keys.py derives them again from the curve equation.
SMALL_ORDER_ENCODINGS = frozenset(
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)


class Purpose(StrEnum):
    """What one key signs, and nothing else."""

    LABEL = "label"
    STATUS_LIST = "status-list"
    CHECKPOINT = "checkpoint"
    RECOGNITION = "recognition"
    TRUST_LIST = "trust-list"


def base58_encode(data: bytes) -> str:
    """Base58 with the Bitcoin alphabet; leading zero bytes become leading ones."""
    number = int.from_bytes(data)
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def base58_decode(text: str) -> bytes:
    """The bytes of a base58 text.

    Raises:
        CredentialError: ``key-malformed`` for a foreign character or an overlong text.
    """
    if len(text) > _BASE58_LIMIT_CHARACTERS or not set(text) <= set(_BASE58):
        raise CredentialError("key-malformed")
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key that has passed the refusals of this module.

    Attributes:
        raw: The 32 bytes of RFC 8032.

    Raises:
        CredentialError: ``key-malformed``, ``key-weak`` or ``key-not-canonical``.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise CredentialError("key-malformed")
        if self.raw in SMALL_ORDER_ENCODINGS:
            raise CredentialError("key-weak")
        if not _is_canonical_point(self.raw):
            raise CredentialError("key-not-canonical")

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """The key of a multibase text ``z6Mk...`` (Controlled Identifiers 1.0, 2.2.2)."""
        data = base58_decode(text.removeprefix("z")) if text.startswith("z") else b""
        if not data.startswith(_MULTICODEC_ED25519):
            raise CredentialError("key-malformed")
        return cls(data.removeprefix(_MULTICODEC_ED25519))

    @property
    def multikey(self) -> str:
        """The key as ``z6Mk...``."""
        return "z" + base58_encode(_MULTICODEC_ED25519 + self.raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw key in groups of four, for two people to read to each other."""
        digest = hashlib.sha256(self.raw).hexdigest()
        return " ".join(digest[start : start + 4] for start in range(0, 64, 4))

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a signature.

        Raises:
            CredentialError: ``signature-wrong``.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise CredentialError("signature-wrong") from error


def _is_canonical_point(raw: bytes) -> bool:
    """Whether 32 bytes are the one encoding of a point: -x^2 + y^2 = 1 + d x^2 y^2, y < p."""
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if y >= _FIELD_PRIME:
        return False
    numerator = (y * y - 1) % _FIELD_PRIME
    denominator = (_CURVE_D * y * y + 1) % _FIELD_PRIME
    # x^2 = numerator / denominator must be a square; Euler's criterion on the product.
    product = numerator * denominator % _FIELD_PRIME
    return pow(product, (_FIELD_PRIME - 1) // 2, _FIELD_PRIME) == 1


class Passphrase:
    """What the key files are encrypted under; it stretches once for each salt it meets."""

    def __init__(self, secret: bytes) -> None:
        """Takes the secret.

        Raises:
            CredentialError: ``key-passphrase-short``.
        """
        if len(secret) < PASSPHRASE_BYTES_LEAST:
            raise CredentialError("key-passphrase-short", least=str(PASSPHRASE_BYTES_LEAST))
        self._secret = secret
        self._stretched: dict[bytes, bytes] = {}

    def password(self, salt: bytes, kid: str, purpose: Purpose) -> bytes:
        """The PKCS#8 password of one key: scrypt, because PBKDF2 there has 2,048 rounds only.

        Name and purpose go into it, so a header that was changed does not decrypt.

        Raises:
            CredentialError: ``key-file-malformed`` for a salt of another length.
        """
        if len(salt) != SALT_BYTES:
            raise CredentialError("key-file-malformed")
        if salt not in self._stretched:
            scrypt = Scrypt(salt=salt, length=KEY_BYTES, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
            self._stretched[salt] = scrypt.derive(self._secret)
        info = f"tanbiao-key\0{kid}\0{purpose}".encode()
        expanded = HKDFExpand(SHA256(), KEY_BYTES, info).derive(self._stretched[salt])
        return base64.b64encode(expanded)


@dataclass(frozen=True, eq=False)
class Signer:
    """A private key with its name and its one purpose; its text never shows the seed.

    Attributes:
        kid: Verification method, ``did:web:host#name``.
        purpose: The only thing this key signs.
    """

    kid: str
    purpose: Purpose
    _private_key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, kid: str, purpose: Purpose, seed: bytes) -> Signer:
        """A signer from 32 secret random bytes, which the caller draws and forgets."""
        if len(seed) != KEY_BYTES:
            raise CredentialError("key-malformed")
        return cls(kid, purpose, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        public = self._private_key.public_key()
        return PublicKey(public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, purpose: Purpose, message: bytes) -> bytes:
        """Sign a message; Ed25519 is deterministic, the same message gives the same 64 bytes.

        Raises:
            CredentialError: ``key-wrong-purpose`` when the key is kept for something else.
        """
        if purpose is not self.purpose:
            raise CredentialError("key-wrong-purpose", kid=self.kid, purpose=purpose.value)
        return self._private_key.sign(message)

    def prove_possession(self, nonce: bytes) -> bytes:
        """The signature that shows a partner, over the partner's nonce, that we hold this key."""
        return self._private_key.sign(
            possession_message(self.public_key, self.kid, self.purpose, nonce)
        )

    def to_encrypted_pem(self, passphrase: Passphrase, salt: bytes) -> bytes:
        """The key file: a readable header and an encrypted PKCS#8 block. Write it mode 0600."""
        password = passphrase.password(salt, self.kid, self.purpose)
        pem = self._private_key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
        )
        header = f"tanbiao-key: 1\nkid: {self.kid}\npurpose: {self.purpose}\nsalt: {salt.hex()}\n"
        return header.encode() + pem

    @classmethod
    def from_encrypted_pem(cls, data: bytes, passphrase: Passphrase) -> Signer:
        """Open a key file.

        Raises:
            CredentialError: ``key-file-malformed`` or ``key-passphrase-wrong``.
        """
        header = _KEY_HEADER.fullmatch(data) if len(data) <= KEY_FILE_LIMIT_BYTES else None
        purposes = {purpose.value for purpose in Purpose}
        if header is None or header["purpose"].decode() not in purposes:
            raise CredentialError("key-file-malformed")
        kid, purpose = header["kid"].decode(), Purpose(header["purpose"].decode())
        password = passphrase.password(bytes.fromhex(header["salt"].decode()), kid, purpose)
        try:
            private_key = load_pem_private_key(header["pem"], password)
        except ValueError as error:
            raise CredentialError("key-passphrase-wrong", kid=kid) from error
        if not isinstance(private_key, Ed25519PrivateKey):
            raise CredentialError("key-file-malformed")
        return cls(kid, purpose, private_key)


def possession_message(key: PublicKey, kid: str, purpose: Purpose, nonce: bytes) -> bytes:
    """What a proof of possession signs: our nonce with the key, its name and its purpose.

    Raises:
        CredentialError: ``key-nonce-short`` when the nonce could be guessed.
    """
    if len(nonce) < NONCE_BYTES_LEAST:
        raise CredentialError("key-nonce-short", least=str(NONCE_BYTES_LEAST))
    return canonical_bytes(
        {
            "type": "TanbiaoKeyPossession",
            "nonce": nonce.hex(),
            "kid": kid,
            "purpose": purpose.value,
            "multikey": key.multikey,
        }
    )


def verify_possession(
    key: PublicKey, *, kid: str, purpose: Purpose, nonce: bytes, proof: bytes
) -> None:
    """Check that whoever offers a key holds its private half.

    Raises:
        CredentialError: ``key-possession-unproven``.
    """
    try:
        key.verify(proof, possession_message(key, kid, purpose, nonce))
    except CredentialError as error:
        if error.code != "signature-wrong":
            raise
        raise CredentialError("key-possession-unproven", kid=kid) from error
