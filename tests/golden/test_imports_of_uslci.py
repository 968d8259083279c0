"""What docs/inventory-imports.md says of USLCI is what an import finds, where the files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions

DATA = Path(__file__).parents[3] / "shared" / "data"
COUNTS = {
    "uslci_fy18_q1_ecospold2.zip": (21, 746, 41),
    "uslci_fy21_q3_ecospold1.zip": (0, 639, 7),
    "uslci_jsonld_fy17q4.zip": (0, 766, 42),
}
HERE = [name for name in COUNTS if (DATA / name).is_file()]

if HERE:  # else there is nothing to select, and a skip is a failure

    @pytest.mark.parametrize("name", HERE)
    def test_an_import_of_uslci_counts_what_the_documentation_says(name: str) -> None:
        counts = import_file(DATA / name, ImportOptions()).report.processes
        assert (counts["unreadable"], counts["read"], counts["came_in"]) == COUNTS[name]
