"""What docs/inventory-imports.md says of USLCI is what an import finds, where the files are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.solving import solve
from footprint.inventory import InventorySnapshot
from lca_db.inventory.checks.estimates import check_estimates
from lca_db.inventory.checks.totals import totals_of
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.reference_files import load_reference

DATA = Path(__file__).parents[3] / "shared" / "data"
COUNTS = {
    "uslci_fy18_q1_ecospold2.zip": (21, 746, 41),
    "uslci_fy21_q3_ecospold1.zip": (0, 639, 7),
    "uslci_jsonld_fy17q4.zip": (0, 766, 42),
}
CUT_OFF = {
    "uslci_fy18_q1_ecospold2.zip": 655,
    "uslci_fy21_q3_ecospold1.zip": 554,
    "uslci_jsonld_fy17q4.zip": 661,
}
SOLVED = "uslci_jsonld_fy17q4.zip"
INGOT = "uslci-aluminum-primary-ingot-at-plant-rna-f46242c22a"
PAGE = Path(__file__).parents[2] / "docs" / "inventory-imports.md"
HERE = [name for name in COUNTS if (DATA / name).is_file()]


def estimating() -> ImportOptions:
    """The choices of the command that the documentation shows."""
    (estimates,) = set(re.findall(r"--estimate (kg=[^\s`]+)", PAGE.read_text(encoding="utf-8")))
    return ImportOptions(
        prefix="uslci", unlinked=Unlinked.CUT_OFF, estimates=read_estimates(estimates)
    )


if HERE:  # else there is nothing to select, and a skip is a failure

    @pytest.mark.parametrize("name", HERE)
    def test_an_import_of_uslci_counts_what_the_documentation_says(name: str) -> None:
        counts = import_file(DATA / name, ImportOptions()).report.processes
        assert (counts["unreadable"], counts["read"], counts["came_in"]) == COUNTS[name]

    @pytest.mark.parametrize("name", HERE)
    def test_so_does_an_import_with_the_estimates_of_the_documentation(name: str) -> None:
        assert import_file(DATA / name, estimating()).report.processes["came_in"] == CUT_OFF[name]


if SOLVED in HERE:

    def test_the_estimates_of_the_documentation_count_no_waste_as_a_product() -> None:
        """With one for every kilogram it was 80.6 kg: 33 kg of overburden counted as 65."""
        imported = import_file(DATA / SOLVED, estimating())
        snapshot = InventorySnapshot.of([*load_reference()[0].processes, *imported.processes])
        table = solve(snapshot)
        total = float(totals_of(table)[table.row(INGOT)])
        assert total == pytest.approx(9.33, abs=0.02)
        asked = {finding.dataset for finding in check_estimates(snapshot, table)}
        assert len(asked) == 274
        assert INGOT not in asked
