"""Snapshots with a pedigree, and their draws worked out again the long way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import UptakeBasis, characterised
from footprint.pedigree import INDICATORS
from footprint.quantities import conversion_factor
from footprint.sampled_tables import SampledTables
from footprint.sampling import Sampler

SCORES = dict.fromkeys(INDICATORS, 3)


def with_pedigree(
    snapshot: InventorySnapshot, scores: Mapping[str, int] = SCORES
) -> InventorySnapshot:
    """The snapshot with these scores on every dataset."""
    return InventorySnapshot.of(
        replace(process, content={**process.content, "pedigree": dict(scores)})
        for process in snapshot.processes
    )


def dense_draw(
    snapshot: InventorySnapshot,
    table: IntensityTable,
    sampler: Sampler,
    multipliers: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A draw by dense inversion, from the datasets alone, and the sums of its absolute
    contributions; both of shape (products, keys)."""
    units = snapshot.product_units()
    needs = np.zeros((len(units), len(units)))
    own = np.zeros((len(units), len(sampler.keys)))
    absolute = np.zeros_like(own)
    number = 0
    made = {p.id: [(p.id, p.reference_amount, p.reference_share)] for p in snapshot.processes}
    for process in snapshot.processes:
        made[process.id] += [(c.product, c.amount, c.share) for c in process.co_products]
        for exchange in process.inputs:
            factor = conversion_factor(exchange.unit, units[exchange.provider])
            for product, amount, share in made[process.id]:
                value = float(exchange.amount * factor * share / amount) * multipliers[number]
                needs[table.row(product), table.row(exchange.provider)] += value
            number += 1
    for process in snapshot.processes:
        for emission in process.emissions:
            factors = [characterised(gwp, emission.key, basis) for gwp, basis in sampler.keys]
            for product, amount, share in made[process.id]:
                value = float(emission.amount_kg * share / amount) * multipliers[number]
                own[table.row(product)] += value * np.array(factors)
                absolute[table.row(product)] += value * np.abs(factors)
            number += 1
    levels = np.linalg.inv(np.eye(len(units)) - needs)
    return levels @ own, np.abs(levels) @ absolute


def spread_tables(
    table: IntensityTable, *, draws: int = 200, spread: float = 0.0, seed: int = 3
) -> SampledTables:
    """Tables around a table written by hand, every product with the same spread of its own."""
    random = np.random.default_rng(seed)
    keys = [(gwp, basis) for gwp in ("AR5", "AR6") for basis in UptakeBasis]
    multipliers = np.exp(spread * random.standard_normal((len(table.products), draws)))
    values = {}
    for gwp, basis in keys:
        factors = np.array([characterised(gwp, key, basis) for key in table.keys])
        undrawn = table.intensities @ factors
        values[gwp, basis] = (undrawn[:, np.newaxis] * multipliers).astype(np.float32)
    return SampledTables(
        release_sha256=table.release_sha256,
        seed=seed,
        draws=draws,
        without_pedigree=0,
        redrawn=0,
        hashes={key: f"{number:064x}" for number, key in enumerate(keys)},
        values=values,
    )
