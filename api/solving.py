"""Brightway, loaded where it is needed: it costs seconds and never serves a request.

Where ``bw2data`` is installed too, ``bw2calc`` imports it, which wants its folder to be there and
would otherwise make one in the home directory.
"""

from __future__ import annotations

import os
from pathlib import Path

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile

METHOD = "gbt24067-2024"


def solve(snapshot: InventorySnapshot) -> IntensityTable:
    """The intensity table of a snapshot (:func:`footprint.solver.solve_intensities`)."""
    _make_folder()
    from footprint.solver import solve_intensities  # noqa: PLC0415  Brightway costs seconds

    return solve_intensities(snapshot)


def write_to_datapackage(snapshot: InventorySnapshot, path: Path) -> None:
    """:func:`lca_db.inventory.brightway.write_datapackage`."""
    _make_folder()
    from lca_db.inventory.brightway import write_datapackage  # noqa: PLC0415  as above

    write_datapackage(snapshot, path)


def write_to_project(snapshot: InventorySnapshot, project: str, database: str) -> tuple[str, ...]:
    """:func:`lca_db.inventory.brightway.write_project` under the newest method profile."""
    _make_folder()
    from lca_db.inventory.brightway import write_project  # noqa: PLC0415  as above

    return write_project(snapshot, project, database, method_profile(METHOD))


def _make_folder() -> None:
    folder = os.environ.get("BRIGHTWAY2_DIR")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
