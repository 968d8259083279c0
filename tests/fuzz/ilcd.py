"""Fuzzes the reader of packages of ILCD: ``python -m tests.fuzz.ilcd [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import ilcd
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.packages import fuzz

if __name__ == "__main__":
    fuzz(ilcd.read, import_of_spoilt, "ilcd", "ilcd", "tidas")
