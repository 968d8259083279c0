"""Fuzzes the reader of EcoSpold 1: ``python -m tests.fuzz.ecospold1 [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import ecospold1
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.ecospold import fuzz

if __name__ == "__main__":
    fuzz(ecospold1.read, import_of_spoilt, "ecospold1", "ecospold1")
