"""Ratings as they are stored, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from labels.ratings.rating import Rating


@dataclass(frozen=True, kw_only=True)
class StoredRating:
    """A rating as it was calculated.

    Attributes:
        body: The canonical bytes that were hashed.
    """

    id: str
    rating: Rating
    sha256: str
    body: bytes = field(repr=False)
