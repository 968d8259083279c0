"""Tables and draws that a second demonstration need not make again, kept by what they come from.

What is solved and drawn from a snapshot never changes, so it is kept by the hash of the snapshot;
it is used again only when its own bytes still have the hash written beside them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from api.sampling import Sampler, sample
from api.solving import solve
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.sampled_tables import METHOD, SampledTables, table_bytes
from lca_db.files import FileStore


def kept_table(folder: Path) -> Callable[[InventorySnapshot], IntensityTable]:
    """A solver that keeps its tables."""

    def kept_or_solved(snapshot: InventorySnapshot) -> IntensityTable:
        path = folder / f"{snapshot.sha256()}.json"
        store = FileStore(folder)
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            values = _numbers(store, kept["values"])
            return IntensityTable.from_artefacts(store.get(kept["index"]), values)
        table = solve(snapshot)
        kept = {
            "values": store.put(table.value_bytes()),
            "index": store.put(table.index_bytes()),
        }
        path.write_text(json.dumps(kept), encoding="utf-8")
        return table

    return kept_or_solved


def kept_draws(folder: Path) -> Sampler:
    """A sampler that keeps its draws; a release that cannot be sampled is tried again."""

    def kept_or_drawn(
        snapshot: InventorySnapshot, table: IntensityTable, draws: int
    ) -> SampledTables | None:
        path = folder / f"{snapshot.sha256()}-{METHOD}-{draws}.json"
        store = FileStore(folder)
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            return SampledTables.from_artefacts(
                store.get(kept["index"]), lambda sha256: _numbers(store, sha256)
            )
        sampled = sample(snapshot, table, draws)
        if sampled is not None:
            for values in sampled.values.values():
                store.put(table_bytes(values))
            kept = {"index": store.put(sampled.index_bytes())}
            path.write_text(json.dumps(kept), encoding="utf-8")
        return sampled

    return kept_or_drawn


def _numbers(store: FileStore, sha256: str) -> Any:
    return np.load(io.BytesIO(store.get(sha256)), allow_pickle=False)
