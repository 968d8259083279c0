"""Intensity tables written by hand, for tests that need no solver."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from footprint.intensities import IntensityTable, ProductEntry
from footprint.inventory import EmissionKey, Origin, ReviewStatus

FOSSIL_CO2 = EmissionKey("CO2", Origin.FOSSIL)


def a_table(
    *products: tuple[str, str, float],
    keys: tuple[EmissionKey, ...] = (FOSSIL_CO2,),
    masses: Mapping[str, Mapping[EmissionKey, float]] | None = None,
    drafts: Mapping[str, float] | None = None,
    burnt: Mapping[str, Mapping[EmissionKey, float]] | None = None,
) -> IntensityTable:
    """Products as (id, unit, kg of the first key), more keys by ``masses``.

    Args:
        products: In any order.
        keys: The columns.
        masses: Further masses by product and key.
        drafts: Which part (0..1) of a product's intensities flows through drafts.
        burnt: Fuels, and what of their intensities is emitted by burning them.
    """
    rows = sorted(products)
    values = np.zeros((3, len(rows), len(keys)), dtype=np.float64)
    for row, (product, _, first) in enumerate(rows):
        values[0, row, 0] = first
        for key, more in (masses or {}).get(product, {}).items():
            values[0, row, keys.index(key)] = more
        values[1, row] = values[0, row] * (drafts or {}).get(product, 0.0)
        for key, mass in (burnt or {}).get(product, {}).items():
            values[2, row, keys.index(key)] = mass
    return IntensityTable(
        products=tuple(
            ProductEntry(
                id=product,
                unit=unit,
                location="CN",
                review_status=ReviewStatus.REVIEWED,
                is_fuel_combustion=product in (burnt or {}),
            )
            for product, unit, _ in rows
        ),
        keys=keys,
        values=values,
        release_sha256="9e" * 32,
    )
