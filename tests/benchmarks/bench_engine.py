"""The engine against the bare arithmetic below it: one bill of 200 lines, by release size."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.sparse import csr_array

from footprint.intensities import IntensityTable, ProductEntry
from footprint.inventory import Direction, EmissionKey, Origin, ReviewStatus
from tests.benchmarks.measuring import report, seconds_each
from tests.support.builders import a_bom, a_material, a_result, an_energy

LINES = 200
SUBSTANCES = ("CO2", "CH4", "N2O", "SF6", "NF3")


@cache
def a_table(products: int) -> IntensityTable:
    """A release of random intensities; the seed makes every run the same."""
    keys = [EmissionKey(s, o) for s in SUBSTANCES for o in (Origin.FOSSIL, Origin.BIOGENIC)]
    keys.append(EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL))
    values = np.random.default_rng(1).random((3, products, len(keys)))
    values[1:] *= 0.1
    return IntensityTable(
        products=tuple(
            ProductEntry(
                id=f"dataset-{row:05d}",
                unit="kg",
                location="CN",
                review_status=ReviewStatus.REVIEWED,
                is_fuel_combustion=False,
            )
            for row in range(products)
        ),
        keys=tuple(sorted(keys)),
        values=values,
        release_sha256="cd" * 32,
    )


def seconds_of_a_footprint(products: int) -> float:
    """Of the bill of 200 lines, every tenth of them energy."""
    table = a_table(products)
    step = products // LINES
    lines = [
        (an_energy if i % 10 == 0 else a_material)(
            f"line-{i}", f"dataset-{i * step:05d}", unit="kg"
        )
        for i in range(LINES)
    ]
    bom = a_bom(lines)
    return seconds_each(lambda: a_result(bom, table), calls=20)


def test_a_footprint_of_200_lines_against_the_bare_product() -> None:
    table = a_table(20_000)
    amounts = np.zeros((1, 20_000))
    amounts[0, :: 20_000 // LINES] = 1.0
    row = csr_array(amounts)
    bare = seconds_each(lambda: row @ table.intensities, calls=200)
    ratio = report(
        "calculate(), 200 lines, 20,000 products",
        seconds_of_a_footprint(20_000),
        "the bare sparse row x table",
        bare,
        reach=5,
    )
    assert ratio < 3000, "several times slower than when this was first measured (620 x)"


@pytest.mark.parametrize("products", [20_000])
def test_a_footprint_takes_no_longer_on_a_larger_release(products: int) -> None:
    small = seconds_of_a_footprint(1_000)
    ratio = report(
        f"calculate(), 200 lines, {products:,} products",
        seconds_of_a_footprint(products),
        "the same on 1,000 products",
        small,
        reach=1.5,
    )
    assert ratio < 3, "the time of a footprint must not depend on the size of the release"
