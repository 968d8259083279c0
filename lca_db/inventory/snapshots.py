"""Stored snapshots back into values: a process from the JSON body it was hashed and kept as.

``process_of(process_body(p)) == p``, so that a snapshot read again has the hash it is named by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import rfc8785

from footprint.errors import InventoryError
from footprint.inventory import (
    CoProduct,
    CutOff,
    DatasetKind,
    Emission,
    EmissionKey,
    Exchange,
    InventorySnapshot,
    Process,
    ReviewStatus,
    process_body,
)


def read_snapshot(content: bytes, sha256: str) -> InventorySnapshot:
    """The snapshot kept under a hash.

    Raises:
        InventoryError: ``snapshot-altered`` where the bytes give another hash.
    """
    snapshot = snapshot_of(content)
    if snapshot.sha256() != sha256:
        raise InventoryError("snapshot-altered", "", sha256=sha256)
    return snapshot


def snapshot_of(content: bytes) -> InventorySnapshot:
    """The snapshot whose canonical bytes these are."""
    return InventorySnapshot.of(process_of(body) for body in json.loads(content))


def datasets_bytes(processes: Iterable[Process]) -> bytes:
    """Datasets alone, without those they stand on, as canonical JSON: what an import is kept as."""
    bodies: Any = [process_body(each) for each in sorted(processes, key=lambda p: p.id)]
    return rfc8785.dumps(bodies)


def read_datasets(content: bytes) -> tuple[Process, ...]:
    """The datasets of such bytes."""
    return tuple(process_of(body) for body in json.loads(content))


def process_of(body: Mapping[str, Any]) -> Process:
    """The process of a body made by :func:`footprint.inventory.process_body`."""
    return Process(
        id=body["id"],
        unit=body["unit"],
        reference_amount=Decimal(body["reference_amount"]),
        location=body["location"],
        year=body["year"],
        kind=DatasetKind(body["kind"]),
        review_status=ReviewStatus(body["review_status"]),
        is_fuel_combustion=body["is_fuel_combustion"],
        alternatives=tuple(body["alternatives"]),
        inputs=tuple(exchange_of(each) for each in body["inputs"]),
        emissions=tuple(emission_of(each) for each in body["emissions"]),
        co_products=tuple(
            CoProduct(
                product=each["product"],
                amount=Decimal(each["amount"]),
                unit=each["unit"],
                share=Decimal(each["share"]),
            )
            for each in body["co_products"]
        ),
        cut_offs=tuple(CutOff(flow=c["flow"], reason=c["reason"]) for c in body["cut_offs"]),
        content=body["content"],
    )


def exchange_of(body: Mapping[str, Any]) -> Exchange:
    """An input of such a body."""
    return Exchange(
        provider=body["provider"],
        amount=Decimal(body["amount"]),
        unit=body["unit"],
        is_credit=body["is_credit"],
        sources=tuple(body["sources"]),
    )


def emission_of(body: Mapping[str, Any]) -> Emission:
    """An emission of such a body."""
    return Emission(
        key=EmissionKey.parse(body["key"]),
        amount_kg=Decimal(body["amount_kg"]),
        sources=tuple(body["sources"]),
    )
