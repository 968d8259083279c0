"""Sampling a release where it is frozen, or not at all: SciPy is loaded for nothing else."""

from __future__ import annotations

from collections.abc import Callable

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.sampled_tables import SampledTables

Sampler = Callable[[InventorySnapshot, IntensityTable, int], SampledTables | None]


def sample(snapshot: InventorySnapshot, table: IntensityTable, draws: int) -> SampledTables | None:
    """The sampled tables (:func:`footprint.sampling.sampled_release`); None for no draws."""
    if not draws:
        return None
    from footprint.sampling import sampled_release  # noqa: PLC0415  SciPy, for no request

    return sampled_release(snapshot, table, draws)
