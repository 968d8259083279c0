"""Fuzzes the reader of its name: ``python -m tests.fuzz.brightway_excel [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import brightway_excel
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.tables import fuzz

if __name__ == "__main__":
    fuzz(brightway_excel.read, import_of_spoilt, "brightway-excel", "brightway_excel")
