"""Sampling a release where it is frozen; its seed comes from the snapshot: nobody picks it."""

from __future__ import annotations

from collections.abc import Callable

from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.sampled_tables import SampledTables

Sampler = Callable[[InventorySnapshot, IntensityTable, int], SampledTables | None]
_SEED_DIGITS = 12  # a number that any JSON reader holds


def sample(snapshot: InventorySnapshot, table: IntensityTable, draws: int) -> SampledTables | None:
    """The sampled tables; None for no draws, or where hardly any draw would be productive."""
    if not draws:
        return None
    from footprint.sampling import sampled_tables  # noqa: PLC0415  SciPy, for no request

    seed = int(snapshot.sha256()[:_SEED_DIGITS], 16)
    try:
        return sampled_tables(snapshot, table, seed=seed, draws=draws)
    except InventoryError as error:
        if error.code != "sampling-not-productive":
            raise
        return None
