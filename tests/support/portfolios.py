"""Portfolios for tests: many bills on one random release, in columns and by ``calculate()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from footprint.bom import BillOfMaterials
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.portfolio import Portfolio, PortfolioBuilder, Terms
from footprint.system import product_system
from tests.support.builders import ALL_STAGES, a_bom, a_material, an_energy

METHOD = method_profile("gbt24067-2024")
RELEASE = "rel_before"
MADE = ("raw-material", "manufacturing")
WHOLE_LIFE: dict[str, Any] = {
    "boundary": "cradle-to-grave",
    "unit_kind": "functional",
    "stages": {s: "included" if s in MADE else "not-applicable" for s in ALL_STAGES},
    "stage_reasons": {s: "it is never used" for s in ALL_STAGES if s not in MADE},
}


def terms_of(bom: BillOfMaterials, release: str = RELEASE) -> Terms:
    basis = METHOD.certified_basis(bom.boundary)
    return Terms(release, METHOD.id, METHOD.gwp_set, basis.value)


def some_bills(seed: int, table: IntensityTable, count: int = 8) -> list[BillOfMaterials]:
    """Bills of up to a dozen lines: the same dataset twice, losses, gases, two boundaries."""
    random = np.random.default_rng(seed)
    bills = []
    for _ in range(count):
        lines: list[dict[str, object]] = []
        for line in range(int(random.integers(1, 12))):
            product = table.products[int(random.integers(len(table.products)))]
            make = an_energy if line and random.random() < 0.3 else a_material
            amount = f"{random.uniform(0.001, 1000):.4f}"
            more: dict[str, object] = {}
            if make is a_material and random.random() < 0.3:
                more = {"loss": {"rate": "0.05", "route": "sold-scrap"}}
            lines.append(make(f"line-{line}", product.id, amount, product.unit, **more))
        lines.append(a_gas("gas", f"{random.uniform(0, 2):.3f}"))
        bills.append(a_bom(lines, **(WHOLE_LIFE if random.random() < 0.5 else {})))
    return bills


def a_gas(ref: str, amount: str) -> dict[str, object]:
    return {
        "ref": ref,
        "kind": "direct-emission",
        "name": "methane from the process",
        "substance": "CH4",
        "origin": "fossil",
        "amount": amount,
        "unit": "kg",
        "stage": "manufacturing",
    }


def in_columns(
    bills: Sequence[BillOfMaterials], table: IntensityTable, release: str = RELEASE
) -> Portfolio:
    builder = PortfolioBuilder()
    for number, bom in enumerate(bills):
        system = product_system(bom, table)
        builder.add_system(f"std_{number:03d}", terms_of(bom, release), system, table)
    return builder.built()
