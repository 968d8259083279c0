"""Which datasets are one product by another year, place or size, so that they count once.

Rule: ``variants.csv`` names, for each such dataset, the one it is a variant of and by what: its
``year``, ``place`` (of making or delivery), ``size`` (of a vehicle, a device, a grain or a node),
the ``unit`` it is written for, the ``power`` it is made with, or another ``source`` for the same
route.
Another route, technology, composition or step of a process is another product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from footprint.errors import InventoryError
from lca_db.inventory.checks.reading import rows_of

COLUMNS = ("dataset", "variant_of", "by")


class By(StrEnum):
    """What alone sets two datasets of one product apart."""

    YEAR = "year"
    PLACE = "place"
    SIZE = "size"
    UNIT = "unit"
    POWER = "power"
    SOURCE = "source"


def read_variants(root: Traversable | Path | None = None) -> Mapping[str, str]:
    """The dataset each variant is a variant of; of the shipped inventory by default.

    Raises:
        InventoryError: ``reference-file-malformed``, ``source-twice`` for a dataset named twice,
            ``dataset-choice-unknown`` for an unknown difference or a variant of a variant.
    """
    folder = root or resources.files("lca_db.inventory.reference")
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    for place, row in rows_of(folder, "variants.csv", COLUMNS):
        if row["dataset"] in found:
            raise InventoryError("source-twice", place, source=row["dataset"][:80])
        if row["by"] not in tuple(By):
            raise InventoryError("dataset-choice-unknown", place, value=row["by"][:60])
        found[row["dataset"]] = row["variant_of"]
        places[row["dataset"]] = place
    for dataset, original in found.items():
        if original in found:
            raise InventoryError("dataset-choice-unknown", places[dataset], value=original[:60])
    return MappingProxyType(found)


def count_products(datasets: Iterable[str], variants: Mapping[str, str]) -> int:
    """How many products there are where variants count once."""
    return len({variants.get(dataset, dataset) for dataset in datasets})
