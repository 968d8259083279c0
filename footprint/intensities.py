"""The intensity table: cumulative emissions per unit of every product of one release.

The table is a content-addressed artefact made once by :mod:`footprint.solver` and then only
read: ``values`` as .npy bytes (memory-mapped where it lies in a file), everything else as one
canonical JSON index. Nothing here imports Brightway, so that the request path stays light.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from footprint.canonical import canonical_json
from footprint.errors import InventoryError, LinkError
from footprint.inventory import EmissionKey, ReviewStatus
from footprint.pedigree import mean_score


class SolvedBy(StrEnum):
    """How the linear system of a release was solved (:mod:`footprint.linear`)."""

    DIRECT = "direct"
    ITERATION = "iteration"


@dataclass(frozen=True, kw_only=True)
class ProductEntry:
    """What a footprint must know of one product beyond its numbers.

    Attributes:
        pedigree: The scores of its dataset, 1 (best) to 5 by indicator; None without.
    """

    id: str
    unit: str
    location: str
    review_status: ReviewStatus
    is_fuel_combustion: bool
    alternatives: tuple[str, ...] = ()
    pedigree: Mapping[str, int] | None = None
    is_refrigerated: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class IntensityTable:
    """Cumulative kg of every emission key per unit of every product.

    Attributes:
        products: In row order, sorted by id.
        keys: In column order, sorted.
        values: Shape (3, products, keys), float64. ``values[0]`` are the intensities;
            ``values[1]`` the part of them that flows through datasets at *draft*; ``values[2]``
            the part that is emitted where the product itself, a fuel, is burnt.
        release_sha256: Content hash of the inventory snapshot.
        solved_by: What made the numbers; by iteration where any part of them was.
    """

    products: tuple[ProductEntry, ...]
    keys: tuple[EmissionKey, ...]
    values: NDArray[np.float64] = field(repr=False)
    release_sha256: str
    solved_by: SolvedBy = SolvedBy.DIRECT

    def __post_init__(self) -> None:
        if self.values.shape != (3, len(self.products), len(self.keys)):
            raise InventoryError("table-shape-mismatch")

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row number of every product id."""
        return {entry.id: row for row, entry in enumerate(self.products)}

    @cached_property
    def statuses(self) -> NDArray[np.int8]:
        """The position of every product's review status among :class:`ReviewStatus`."""
        positions = {status: number for number, status in enumerate(ReviewStatus)}
        return np.array([positions[entry.review_status] for entry in self.products], np.int8)

    @cached_property
    def ratings(self) -> tuple[float | None, ...]:
        """The mean pedigree score of every product, 1 (best) to 5; None without pedigree."""
        return tuple(
            None if entry.pedigree is None else mean_score(entry.pedigree)
            for entry in self.products
        )

    @cached_property
    def with_alternatives(self) -> frozenset[int]:
        """The rows of the products that the inventory offers otherwise as well."""
        return frozenset(row for row, entry in enumerate(self.products) if entry.alternatives)

    def row(self, product: str, place: str = "") -> int:
        """The row of a product.

        Raises:
            LinkError: ``dataset-unknown`` with the nearest ids.
        """
        try:
            return self.rows[product]
        except KeyError:
            raise LinkError(
                "dataset-unknown", place, dataset=product[:80], nearest=self.nearest(product)
            ) from None

    def nearest(self, product: str) -> str:
        """The ids most like a name that is none, for the advice in an error; "-" without any."""
        from difflib import get_close_matches  # noqa: PLC0415  only on the way to an error

        return ", ".join(get_close_matches(product[:80], self.rows, n=3, cutoff=0.4)) or "-"

    @property
    def intensities(self) -> NDArray[np.float64]:
        """kg of every key per unit of every product, shape (products, keys)."""
        result: NDArray[np.float64] = self.values[0]
        return result

    @property
    def draft_intensities(self) -> NDArray[np.float64]:
        """The part of the intensities that flows through draft datasets."""
        result: NDArray[np.float64] = self.values[1]
        return result

    @property
    def combustion_intensities(self) -> NDArray[np.float64]:
        """The part of the intensities emitted by burning the fuel, without its supply."""
        result: NDArray[np.float64] = self.values[2]
        return result

    def index_bytes(self) -> bytes:
        """Everything but the numbers, as RFC 8785 bytes."""
        return canonical_json(
            {
                "release_sha256": self.release_sha256,
                "solved_by": self.solved_by.value,
                "keys": [str(key) for key in self.keys],
                "products": [
                    {
                        "id": entry.id,
                        "unit": entry.unit,
                        "location": entry.location,
                        "review_status": entry.review_status.value,
                        "is_fuel_combustion": entry.is_fuel_combustion,
                        "alternatives": list(entry.alternatives),
                        "pedigree": None if entry.pedigree is None else dict(entry.pedigree),
                        "is_refrigerated": entry.is_refrigerated,
                    }
                    for entry in self.products
                ],
            }
        )

    def value_bytes(self) -> bytes:
        """The numbers as .npy bytes."""
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(self.values), allow_pickle=False)
        return buffer.getvalue()

    @classmethod
    def from_artefacts(cls, index: bytes, values: NDArray[np.float64]) -> IntensityTable:
        """The table again, from its index and its (possibly memory-mapped) numbers."""
        body = json.loads(index)
        return cls(
            products=tuple(
                ProductEntry(
                    id=entry["id"],
                    unit=entry["unit"],
                    location=entry["location"],
                    review_status=ReviewStatus(entry["review_status"]),
                    is_fuel_combustion=entry["is_fuel_combustion"],
                    alternatives=tuple(entry["alternatives"]),
                    pedigree=entry["pedigree"],
                    is_refrigerated=entry["is_refrigerated"],
                )
                for entry in body["products"]
            ),
            keys=tuple(EmissionKey.parse(text) for text in body["keys"]),
            values=values,
            release_sha256=body["release_sha256"],
            solved_by=SolvedBy(body["solved_by"]),
        )
