"""Studies and their evidence as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Study:
    """One version of a product's footprint study; never changed after it was submitted.

    Attributes:
        version: 1, 2, ... within the product.
        bom_sha256: Hash of the exact bytes submitted.
        result: Canonical bytes of the result, "" hash and bytes belong together.
        provenance: How the result came about; beside it, never in its hash.
        plant: Where the product is made.
        preparer_id: The natural person who submitted it.
    """

    id: str
    organisation_id: str
    product_id: str
    version: int
    bom_sha256: str
    release_id: str
    method: str
    result_sha256: str
    result: bytes = field(repr=False)
    provenance: Mapping[str, str]
    plant: str
    preparer_id: str
    created_at: datetime
    is_test: bool = False


@dataclass(frozen=True, kw_only=True)
class StudySummary:
    """A study in a list: without its result."""

    id: str
    product_id: str
    version: int
    method: str
    result_sha256: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A document behind a study.

    Attributes:
        organisation_id: Who added it: the maker, or a body.
        kind: What it shows, as the scheme names it.
        file_name: As it was called by whoever sent it; text for people, never a path.
    """

    id: str
    study_id: str
    organisation_id: str
    kind: str
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    added_by: str
    added_at: datetime
