"""Brightway, loaded where it is needed: it costs seconds and never serves a request.

Where ``bw2data`` is installed too, ``bw2calc`` imports it, which wants its folder to be there and
would otherwise make one in the home directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile
from lca_db.inventory.reference_sources import shipped_sources

METHOD = "gbt24067-2024"


def solve(snapshot: InventorySnapshot) -> IntensityTable:
    """The intensity table of a snapshot (:func:`footprint.solver.solve_intensities`)."""
    _make_folder()
    from footprint.solver import solve_intensities  # noqa: PLC0415  Brightway costs seconds

    return solve_intensities(snapshot)


def datapackage_of(snapshot: InventorySnapshot) -> Iterator[bytes]:
    """:func:`lca_db.inventory.exports.datapackage.datapackage_archive` with the shipped sources."""
    _make_folder()
    from lca_db.inventory.exports.datapackage import datapackage_archive  # noqa: PLC0415  as above

    return datapackage_archive(snapshot, shipped_sources())


def write_to_project(snapshot: InventorySnapshot, project: str, database: str) -> tuple[str, ...]:
    """:func:`lca_db.inventory.brightway.write_project` under the newest method profile."""
    _make_folder()
    from lca_db.inventory.brightway import write_project  # noqa: PLC0415  as above

    return write_project(snapshot, project, database, method_profile(METHOD))


def read_from_project(project: str, database: str) -> InventorySnapshot:
    """:func:`lca_db.inventory.brightway.read_project`."""
    _make_folder()
    from lca_db.inventory.brightway import read_project  # noqa: PLC0415  as above

    return read_project(project, database)


def _make_folder() -> None:
    folder = os.environ.get("BRIGHTWAY2_DIR")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
