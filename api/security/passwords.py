"""Passwords: argon2id hashes, and a hash to compare with when the account does not exist."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 200
_HASHER = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash no account has, to compare with when there is no account."""
    return _HASHER.hash("no account has this password")


def password_hash(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(password)


def is_password(stored_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is no account."""
    try:
        matches = _HASHER.verify(stored_hash or _nobody(), password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored_hash is not None
