"""A small study with its result, calculated from an intensity table written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footprint.bom import BillOfMaterials
from footprint.intensities import IntensityTable, ProductEntry
from footprint.inventory import EmissionKey, Origin, ReviewStatus
from footprint.result import FootprintResult
from tests.support.builders import a_bom, a_material, a_result, an_energy

# dataset, unit, kgCO2 per unit, burnt on site
DATASETS = (
    ("gas-burned", "MJ", 1.0, True),
    ("power", "kWh", 1.0, False),
    ("steel", "kg", 2.0, False),
)


def a_table() -> IntensityTable:
    """Three datasets that emit fossil CO2 only."""
    values = np.zeros((3, len(DATASETS), 1), dtype=np.float64)
    values[0, :, 0] = [kg for _, _, kg, _ in DATASETS]
    values[2, :, 0] = [kg if is_burnt else 0.0 for _, _, kg, is_burnt in DATASETS]
    return IntensityTable(
        products=tuple(
            ProductEntry(
                id=dataset,
                unit=unit,
                location="CN",
                review_status=ReviewStatus.REVIEWED,
                is_fuel_combustion=is_burnt,
            )
            for dataset, unit, _, is_burnt in DATASETS
        ),
        keys=(EmissionKey("CO2", Origin.FOSSIL),),
        values=values,
        release_sha256="9e" * 32,
    )


def a_study(gtin: str | None = None) -> tuple[BillOfMaterials, FootprintResult]:
    """10 kg of steel, 3 MJ of gas measured and burnt on site, 1 kWh: 24.0 kgCO2e per piece."""
    bom = a_bom(
        [
            a_material("steel", "steel", "10"),
            an_energy("gas", "gas-burned", "3", "MJ", activity_origin="measured"),
            an_energy("power", "power", "1"),
        ]
    )
    bom = replace(bom, product=replace(bom.product, category="cpc-46420", gtin=gtin))
    return bom, a_result(bom, a_table())
