"""A checked and solved snapshot is sampled; runs in the spawned child."""

from __future__ import annotations

import hashlib
import io
import json

import numpy as np

from api.sampling import sample
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.sampled_tables import Draws32, SampledTables, table_bytes
from lca_db.inventory.snapshots import read_datasets


def sampling_request(snapshot: InventorySnapshot, table: IntensityTable, draws: int) -> bytes:
    """What the child is asked."""
    parts = [snapshot.canonical_bytes(), table.index_bytes(), table.value_bytes()]
    return _packed([str(draws).encode(), *parts])


def sample_snapshot(request: bytes) -> bytes:
    """The index of the draws and its tables; nothing where the release cannot be sampled."""
    draws, datasets, index, values = _unpacked(request)
    table = IntensityTable.from_artefacts(index, np.load(io.BytesIO(values), allow_pickle=False))
    sampled = sample(InventorySnapshot.of(read_datasets(datasets)), table, int(draws))
    if sampled is None:
        return b""
    return _packed([sampled.index_bytes(), *map(table_bytes, sampled.values.values())])


def sampled_snapshot(answer: bytes) -> SampledTables | None:
    """What :func:`sample_snapshot` found, as the parent reads it."""
    if not answer:
        return None
    index, *tables = _unpacked(answer)
    by_hash: dict[str, Draws32] = {
        hashlib.sha256(each).hexdigest(): np.load(io.BytesIO(each), allow_pickle=False)
        for each in tables
    }
    return SampledTables.from_artefacts(index, by_hash.__getitem__)


def _packed(parts: list[bytes]) -> bytes:
    return b"\n".join([json.dumps([len(part) for part in parts]).encode(), b"".join(parts)])


def _unpacked(content: bytes) -> list[bytes]:
    head, _, body = content.partition(b"\n")
    parts, begin = [], 0
    for length in json.loads(head):
        parts.append(body[begin : begin + length])
        begin += length
    return parts
