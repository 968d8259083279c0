"""Inventory releases and their datasets as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from footprint.canonical import canonical_json
from footprint.inventory import DatasetKind, Process, ReviewStatus, process_body
from labels.label import LocalText


@dataclass(frozen=True, kw_only=True)
class Release:
    """A frozen inventory.

    Attributes:
        snapshot_sha256: Content hash of the snapshot; its bytes lie in the file store.
        table_sha256: Hash of the numbers of the intensity table, a file as well.
        index_sha256: Hash of the table's index, a file as well.
        findings_sha256: Hash of the report of the checks it passed, a file as well.
        reviews_sha256: Hash of the reviews that were applied to the datasets, a file as well.
        sampling_sha256: Hash of the index of its sampled tables, a file as well; None where it
            was not sampled.
        structure_sha256: Hash of who makes what and who emits, a file as well; None where it was
            not kept, and is made from the snapshot.
    """

    id: str
    snapshot_sha256: str
    table_sha256: str
    index_sha256: str
    findings_sha256: str
    reviews_sha256: str
    dataset_count: int
    note: str
    created_at: datetime
    sampling_sha256: str | None = None
    structure_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class DatasetEntry:
    """A dataset of a release as people look for it.

    Attributes:
        body: The process as plain JSON values: everything a reader needs.
    """

    dataset_id: str
    names: LocalText
    synonyms: tuple[str, ...]
    unit: str
    location: str
    year: str
    kind: DatasetKind
    review_status: ReviewStatus
    body: Mapping[str, Any] = field(repr=False)

    @property
    def content(self) -> Mapping[str, Any]:
        """What a reader needs and the arithmetic does not: industry, codes, pedigree, words."""
        found: Mapping[str, Any] = self.body.get("content", {})
        return found

    @property
    def industry(self) -> str:
        """The industry's key, "" where none is given."""
        return str(self.content.get("industry", ""))

    @property
    def codes(self) -> dict[str, list[str]]:
        """Codes by their system: HS, CPC, CAS."""
        systems: Mapping[str, Any] = self.content.get("codes", {})
        return {str(system): [str(code) for code in codes] for system, codes in systems.items()}

    @property
    def code_pairs(self) -> tuple[tuple[str, str], ...]:
        """System and code, as (HS, 7606.11)."""
        return tuple((system, code) for system, codes in self.codes.items() for code in codes)

    @cached_property
    def content_sha256(self) -> str:
        """Hash of what the dataset says: what a review is about."""
        return content_sha256(self.body)


@dataclass(frozen=True, kw_only=True)
class DatasetQuery:
    """What datasets are looked for by; "" asks for nothing.

    Attributes:
        text: Words in any language that all must be there, or a word of the trade or a code.
        code: The beginning of a code of the trade, in any of the systems, dots or not.
    """

    text: str = ""
    industry: str = ""
    review_status: str = ""
    location: str = ""
    year: str = ""
    kind: str = ""
    code: str = ""


FACETS = ("industry", "review_status", "location", "year", "kind")
Facets = Mapping[str, tuple[tuple[str, int], ...]]
"""Values of each facet with how many datasets have them, the most frequent first."""


def content_sha256(body: Mapping[str, object]) -> str:
    """Hash of all a dataset says but its review status, which a review is there to change."""
    said = {name: value for name, value in body.items() if name != "review_status"}
    return hashlib.sha256(canonical_json(said)).hexdigest()


def dataset_entry(process: Process) -> DatasetEntry:
    """A process as an entry of a release."""
    names = process.content.get("name")
    synonyms = process.content.get("synonyms")
    return DatasetEntry(
        dataset_id=process.id,
        names=dict(names) if isinstance(names, Mapping) else {},
        synonyms=tuple(str(s) for s in synonyms) if isinstance(synonyms, list | tuple) else (),
        unit=process.unit,
        location=process.location,
        year=process.year,
        kind=process.kind,
        review_status=process.review_status,
        body=process_body(process),
    )
