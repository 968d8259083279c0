"""Fuzzes the reader of packages of openLCA: ``python -m tests.fuzz.jsonld [-runs=N]``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["lca_db.inventory.importers"]):
    from lca_db.inventory.importers import jsonld
    from tests.support.spoilt_imports import import_of_spoilt

from tests.fuzz.packages import fuzz

if __name__ == "__main__":
    fuzz(jsonld.read, import_of_spoilt, "jsonld", "jsonld_v1", "jsonld_v2")
