"""Runs the quality gates on the shipped inventory, or on a folder of the same form."""

from __future__ import annotations

from pathlib import Path

from api.solving import solve
from footprint.errors import FootprintError
from lca_db.inventory.checks.run import Report, Solver, read_check_tables, refused, run_checks
from lca_db.inventory.reference_files import load_reference


def check_inventory(folder: Path | None = None, solver: Solver = solve) -> Report:
    """The report of every check; what keeps the datasets from being read are findings as well.

    Args:
        folder: With ``datasets/``, ``sources.csv`` and, where there are any, the tables of the
            checks; the shipped inventory by default.
        solver: Where the intensity table comes from.

    Raises:
        InventoryError: A table of the checks that cannot be read.
    """
    tables = read_check_tables(folder)
    try:
        snapshot, _ = load_reference(folder)
    except FootprintError as error:
        return refused(error)
    report, _ = run_checks(snapshot, solver, tables)
    return report
