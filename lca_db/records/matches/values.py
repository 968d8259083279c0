"""Matches that an organisation confirmed: what a line's text stands for, in its own words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from lca_db.inventory.matching.atoms import atoms


@dataclass(frozen=True, kw_only=True)
class ConfirmedMatch:
    """One organisation's choice of a dataset for a text.

    Attributes:
        text: As the person who confirmed it had it.
        unit: What the line was counted in; "" where that was not said.
    """

    id: str
    organisation_id: str
    text: str
    unit: str
    dataset_id: str
    confirmed_by: str
    confirmed_at: datetime
    is_test: bool = False


def text_sha256(text: str) -> str:
    """What two writings of one text have in common: script, width, case and blanks are none."""
    return hashlib.sha256(atoms(text).key.encode()).hexdigest()
