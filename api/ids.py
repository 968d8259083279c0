"""Prefixed, time-ordered identifiers: ``std_`` and 26 base32 characters of a UUIDv7-like number."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: sorts as the number does
IdSource = Callable[[str], str]


def identifier(prefix: str, at: datetime, random_bits: int) -> str:
    """An id of 48 bits of milliseconds and 80 random bits, sortable by time."""
    milliseconds = int(at.timestamp() * 1000)
    number = (milliseconds << 80) | (random_bits & ((1 << 80) - 1))
    digits = []
    for _ in range(26):
        digits.append(_ALPHABET[number & 31])
        number >>= 5
    return f"{prefix}_{''.join(reversed(digits))}"


def id_source(clock: Callable[[], datetime]) -> IdSource:
    """A source of fresh ids on the given clock."""
    return lambda prefix: identifier(prefix, clock(), secrets.randbits(80))
