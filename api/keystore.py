"""The signing keys on disk: one encrypted file per purpose, mode 0600, in a folder of their own.

Keys never lie in the database, nor in a folder that git tracks. The passphrase lies in a file of
its own, which an operator keeps elsewhere (``TANBIAO_KEY_PASSPHRASE_FILE``); a demonstration makes
one beside the keys and says so.

Beside them lies the salt of identity documents: without it the hashes in the database cannot be
tried against numbers, and with another one nobody would be recognised again. The database keeps
its fingerprint beside each hash, and a salt that is not the one is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from labels.credential.did import did_document, did_of
from labels.credential.keys import KEY_BYTES, SALT_BYTES, Passphrase, Purpose, Signer
from labels.errors import CredentialError

PRIVATE_FOLDER_MODE = 0o700
PRIVATE_FILE_MODE = 0o600
IDENTITY_SALT_FILE = "identity.salt"


@dataclass(frozen=True)
class Keyring:
    """The signers of one body, by purpose."""

    did: str
    signers: Mapping[Purpose, Signer]

    def signer(self, purpose: Purpose) -> Signer:
        """The signer kept for a purpose."""
        return self.signers[purpose]

    def did_document(self) -> bytes:
        """The body's did:web document."""
        return did_document(
            self.did, [(s.kid, s.purpose, s.public_key) for s in self.signers.values()]
        )


def write_private(path: Path, content: bytes) -> None:
    """A new file only its owner can read, whole or not there at all; never overwrites."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def create_keyring(
    folder: Path,
    passphrase_file: Path,
    base_url: str,
    year: int,
    *,
    known_salts: Collection[str] = (),
) -> Keyring:
    """Draws the keys of a new body and writes them encrypted; existing ones are kept.

    Args:
        folder: Where they lie.
        passphrase_file: What they are encrypted with.
        base_url: The body's address, which names the keys.
        year: Which names them too.
        known_salts: Fingerprints of the salts under which the database knows people, if any.

    Raises:
        CredentialError: ``identity-salt-missing`` where it was drawn and is lost,
            ``identity-salt-malformed``, ``identity-salt-foreign``, or what :func:`load_keyring`
            says.
    """
    folder.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(PRIVATE_FOLDER_MODE)
    _create_identity_salt(folder, known_salts)
    if not passphrase_file.exists():
        write_private(passphrase_file, secrets.token_urlsafe(32).encode())
    passphrase = _passphrase(passphrase_file)
    did = did_of(base_url)
    salt = secrets.token_bytes(SALT_BYTES)
    for purpose in Purpose:
        path = _path(folder, purpose)
        if not path.exists():
            signer = Signer.from_seed(
                f"{did}#{purpose}-{year}", purpose, secrets.token_bytes(KEY_BYTES)
            )
            write_private(path, signer.to_encrypted_pem(passphrase, salt))
    return _opened(folder, passphrase, did)


def _create_identity_salt(folder: Path, known_salts: Collection[str]) -> None:
    """Draws the salt before any key: keys without it have lost it, and another would be no cure."""
    path = folder / IDENTITY_SALT_FILE
    if path.exists():
        identity_salt(folder, known_salts)
        return
    if known_salts or any(_path(folder, purpose).exists() for purpose in Purpose):
        raise CredentialError("identity-salt-missing", folder=folder.name)
    write_private(path, secrets.token_bytes(SALT_BYTES))


def load_keyring(folder: Path, passphrase_file: Path, base_url: str) -> Keyring:
    """Opens the keys.

    Raises:
        CredentialError: ``keys-missing``, ``key-file-readable-by-others``, or what opening says;
            ``key-not-of-issuer`` where the keys were made for another address.
    """
    if not passphrase_file.exists():
        raise CredentialError("keys-missing", folder=folder.name)
    return _opened(folder, _passphrase(passphrase_file), did_of(base_url))


def _opened(folder: Path, passphrase: Passphrase, did: str) -> Keyring:
    """Every key of the folder, read back from its file."""
    signers = {}
    for purpose in Purpose:
        path = _path(folder, purpose)
        if not path.exists():
            raise CredentialError("keys-missing", folder=folder.name)
        _refuse_readable_by_others(path)
        signer = Signer.from_encrypted_pem(path.read_bytes(), passphrase)
        if signer.kid.partition("#")[0] != did:
            raise CredentialError("key-not-of-issuer", kid=signer.kid, issuer=did)
        signers[purpose] = signer
    return Keyring(did, signers)


def identity_salt(folder: Path, known_salts: Collection[str] = ()) -> bytes:
    """The salt of identity documents.

    Args:
        folder: Where it lies.
        known_salts: Fingerprints of the salts under which people are known, if any.

    Raises:
        CredentialError: ``identity-salt-missing``, ``identity-salt-malformed`` where it is not
            whole, ``identity-salt-foreign`` where people are known under another, or
            ``key-file-readable-by-others``.
    """
    path = folder / IDENTITY_SALT_FILE
    if not path.exists():
        raise CredentialError("identity-salt-missing", folder=folder.name)
    _refuse_readable_by_others(path)
    salt = path.read_bytes()
    if len(salt) != SALT_BYTES:
        raise CredentialError("identity-salt-malformed", folder=folder.name)
    if set(known_salts) - {salt_fingerprint(salt)}:
        raise CredentialError("identity-salt-foreign", folder=folder.name)
    return salt


def salt_fingerprint(salt: bytes) -> str:
    """By what a salt is known again: SHA-256 in hex, which does not tell its random bytes."""
    return hashlib.sha256(b"identity salt:" + salt).hexdigest()


def _path(folder: Path, purpose: Purpose) -> Path:
    return folder / f"{purpose}.pem"


def _passphrase(path: Path) -> Passphrase:
    _refuse_readable_by_others(path)
    return Passphrase(path.read_bytes().strip())


def _refuse_readable_by_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise CredentialError("key-file-readable-by-others", file=path.name)
