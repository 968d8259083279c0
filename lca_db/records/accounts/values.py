"""Declared sales volumes as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labels.accounts.product_book import DeclaredVolume


@dataclass(frozen=True, kw_only=True)
class DeclaredVolumeRecord:
    """What a maker said it sold of a labelled product.

    Attributes:
        posting_id: The posting made from it.
    """

    id: str
    organisation_id: str
    label_id: str
    posting_id: str
    volume: DeclaredVolume
    declared_by: str
    declared_at: datetime
