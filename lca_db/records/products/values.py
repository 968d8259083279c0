"""Products as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labels.label import LocalText


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product of one organisation."""

    id: str
    organisation_id: str
    names: LocalText
    model: str
    category: str
    created_at: datetime
    gtin: str | None = None
    is_test: bool = False
