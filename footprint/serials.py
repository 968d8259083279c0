"""Serials of certificates: ranges that can be compared, however they are written.

One serial stands for one megawatt-hour. A serial is a prefix and a number; the number counts, so
that leading zeros, blanks and small letters make no other serial of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from footprint.errors import BomError

MOST_DIGITS = 15
_SERIAL = re.compile(rf"([A-Z0-9/._-]{{0,64}}?)([0-9]{{1,{MOST_DIGITS}}})")
_REGISTRY = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,19}")


@dataclass(frozen=True, order=True)
class SerialRange:
    """Serials of one registry from ``first`` to ``last``, both in it."""

    registry: str
    prefix: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many serials, and so how many megawatt-hours."""
        return self.last - self.first + 1

    def overlaps(self, other: SerialRange) -> bool:
        """Whether one serial is in both."""
        is_same = (self.registry, self.prefix) == (other.registry, other.prefix)
        return is_same and self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        first = f"{self.registry} {self.prefix}{self.first}"
        return first if self.first == self.last else f"{first}-{self.last}"


def serial_range(registry: str, first: str, last: str, place: str = "") -> SerialRange:
    """The range from one serial to another; without a last one, the first alone.

    Raises:
        BomError: ``certificate-serial-malformed`` or ``certificate-serials-reversed``.
    """
    name = registry.strip().upper()
    if not _REGISTRY.fullmatch(name):
        raise BomError("certificate-serial-malformed", f"{place}/registry", serial=registry[:40])
    prefix, low = _parts(first, f"{place}/first")
    other, high = _parts(last, f"{place}/last") if last.strip() else (prefix, low)
    if other != prefix or high < low:
        where = f"{place}/last"
        raise BomError("certificate-serials-reversed", where, first=first[:80], last=last[:80])
    return SerialRange(name, prefix, low, high)


def _parts(serial: str, place: str) -> tuple[str, int]:
    """Prefix and number; zeros that only pad the number belong to neither."""
    found = _SERIAL.fullmatch(serial.strip().upper().replace(" ", ""))
    if not found:
        raise BomError("certificate-serial-malformed", place, serial=serial[:80])
    prefix, digits = found.groups()
    is_split_by_length = len(digits) == MOST_DIGITS and prefix[-1:].isdigit()
    return (prefix.rstrip("0") if is_split_by_length else prefix), int(digits)
