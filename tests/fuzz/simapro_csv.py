"""Fuzzes the reader of its name: ``python -m tests.fuzz.simapro_csv [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import simapro_csv
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.tables import fuzz

if __name__ == "__main__":
    fuzz(simapro_csv.read, import_of_spoilt, "simapro-csv", "simapro_csv")
