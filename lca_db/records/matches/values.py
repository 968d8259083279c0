"""Matches that an organisation confirmed: what a line's text stands for, in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ConfirmedMatch:
    """One organisation's choice of a dataset for a text.

    Attributes:
        text: As the person who confirmed it had it.
        text_sha256: What its other writings have in common with it.
        unit: What the line was counted in; "" where that was not said.
    """

    id: str
    organisation_id: str
    text: str
    text_sha256: str
    unit: str
    dataset_id: str
    confirmed_by: str
    confirmed_at: datetime
    is_test: bool = False
