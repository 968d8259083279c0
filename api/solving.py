"""The solver, loaded where it is needed: Brightway costs seconds and never serves a request.

Where ``bw2data`` is installed too, ``bw2calc`` imports it, which wants its folder to be there and
would otherwise make one in the home directory.
"""

from __future__ import annotations

import os
from pathlib import Path

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot


def solve(snapshot: InventorySnapshot) -> IntensityTable:
    """The intensity table of a snapshot (:func:`footprint.solver.solve_intensities`)."""
    folder = os.environ.get("BRIGHTWAY2_DIR")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    from footprint.solver import solve_intensities  # noqa: PLC0415  Brightway costs seconds

    return solve_intensities(snapshot)
