"""Fuzzes the reader of EcoSpold 2: ``python -m tests.fuzz.ecospold2 [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import ecospold2
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.ecospold import fuzz

if __name__ == "__main__":
    fuzz(ecospold2.read, import_of_spoilt, "ecospold2", "ecospold2")
