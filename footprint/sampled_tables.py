"""The sampled tables of a release: what its characterised intensities are in each of K draws.

They are content-addressed artefacts, made once by :mod:`footprint.sampling` and then only read:
one float32 .npy of shape (products, draws) per GWP set and basis, memory-mapped where it lies in a
file, and one canonical JSON index. Draw k used the same numbers for every product and every table,
so that footprints on one release can be held against each other draw by draw. Nothing here
imports SciPy.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from footprint.canonical import canonical_json
from footprint.errors import InventoryError
from footprint.methods import UptakeBasis

METHOD = "lognormal-philox-1"
"""Every amount lognormal around its median; numpy's Philox and normals by ziggurat."""
TableKey = tuple[str, UptakeBasis]
Draws32 = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class SampledTables:
    """kgCO2e per unit of every product, draw by draw.

    Attributes:
        release_sha256: Content hash of the inventory snapshot.
        seed: What every number of the draws comes from.
        draws: How many there are.
        without_pedigree: Datasets without pedigree, drawn with the worst scores.
        redrawn: Draws that made the system unproductive and were drawn again.
        hashes: SHA-256 of the .npy bytes of every table.
        values: By GWP set and basis, shape (products, draws).
    """

    release_sha256: str
    seed: int
    draws: int
    without_pedigree: int
    redrawn: int
    hashes: Mapping[TableKey, str]
    values: Mapping[TableKey, Draws32] = field(repr=False)

    def __post_init__(self) -> None:
        if any(each.shape[1:] != (self.draws,) for each in self.values.values()):
            raise InventoryError("table-shape-mismatch")

    def find(self, gwp_set: str, basis: UptakeBasis) -> Draws32 | None:
        """The table of a GWP set and basis; None where the release has none."""
        return self.values.get((gwp_set, basis))

    def index_bytes(self) -> bytes:
        """Everything but the numbers, as RFC 8785 bytes."""
        return canonical_json(
            {
                "method": METHOD,
                "release_sha256": self.release_sha256,
                "seed": self.seed,
                "draws": self.draws,
                "without_pedigree": self.without_pedigree,
                "redrawn": self.redrawn,
                "tables": [
                    {"gwp_set": key[0], "basis": key[1].value, "sha256": self.hashes[key]}
                    for key in sorted(self.hashes)
                ],
            }
        )

    @cached_property
    def sha256(self) -> str:
        """Hash of the index, and through it of every number."""
        return hashlib.sha256(self.index_bytes()).hexdigest()

    @classmethod
    def from_artefacts(cls, index: bytes, opened: Callable[[str], Draws32]) -> SampledTables:
        """The tables again, from their index.

        Args:
            index: What :meth:`index_bytes` was.
            opened: Opens the (possibly memory-mapped) numbers with a hash.
        """
        body = json.loads(index)
        hashes = {
            (each["gwp_set"], UptakeBasis(each["basis"])): each["sha256"] for each in body["tables"]
        }
        return cls(
            release_sha256=body["release_sha256"],
            seed=body["seed"],
            draws=body["draws"],
            without_pedigree=body["without_pedigree"],
            redrawn=body["redrawn"],
            hashes=hashes,
            values={key: opened(sha256) for key, sha256 in hashes.items()},
        )


def table_bytes(values: Draws32) -> bytes:
    """The numbers of one table as .npy bytes."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values), allow_pickle=False)
    return buffer.getvalue()
