"""Every file of the collected data is imported to the end: a report that sums up, or a refusal.

What came in is then what the table of docs/inventory-imports.md says, where the files are at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.options import Unlinked, read_estimates
from tests.support.spoilt_imports import held_import

DATA = Path(__file__).parents[3] / "shared" / "data"
PAGE = Path(__file__).parents[2] / "docs" / "inventory-imports.md"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file())
BOOKS = [path for path in FILES if path.suffix == ".xlsx" and path.parent.name == "inventories"]
ROWS = {
    "USLCI FY18 Q1, EcoSpold 2": ("uslci_fy18_q1_ecospold2.zip",),
    "USLCI FY21 Q3, EcoSpold 1": ("uslci_fy21_q3_ecospold1.zip",),
    "USLCI FY17 Q4, JSON-LD": ("uslci_jsonld_fy17q4.zip",),
    "premise, 82 workbooks (`.xlsx`)": tuple(path.name for path in BOOKS),
}
# of tables of figures, papers and parameters, which are no inventory
OTHERS = {"import-format-unexpected", "import-columns-too-many"}
WITH_DATASETS = {name for names in ROWS.values() for name in names}


@cache
def processes(path: Path, policy: Unlinked) -> Mapping[str, int] | str:
    """Counts of an import's report, which was held to the rules, or the code of its refusal."""
    (estimates,) = set(re.findall(r"--estimate (kg=[^\s`]+)", PAGE.read_text(encoding="utf-8")))
    report = held_import(path, "", policy, OWN_FILE, "shared", read_estimates(estimates)).report
    return report.processes if report.refusal is None else str(report.refusal["code"])


def row_of_page(title: str) -> list[int]:
    """The numbers of the first row of that title, without its seconds."""
    row, *_ = re.findall(rf"^\| {re.escape(title)} \|(.+)\|$", PAGE.read_text("utf-8"), re.M)
    return [int(cell) for cell in row.split("|")][:-1]


if FILES:  # else there is nothing to select, and a skip is a failure

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DATA).as_posix())
    def test_an_import_of_a_shared_file_ends_in_a_report_that_sums_up(path: Path) -> None:
        """``held_import`` adds the fates up, and knows the code of a refusal."""
        found = processes(path, Unlinked.CUT_OFF)
        if path.name in WITH_DATASETS:
            assert not isinstance(found, str), found
            assert found["read"] > 0
        else:
            assert found in OTHERS, found

    @pytest.mark.parametrize("title", ROWS)
    def test_what_came_in_is_what_the_documentation_says(title: str) -> None:
        paths = [path for path in FILES if path.name in ROWS[title]]
        told = dict.fromkeys(("unreadable", "read", "came_in", "refused"), 0)
        both = {Unlinked.REFUSE: dict(told), Unlinked.CUT_OFF: dict(told)}
        for policy, counts in both.items():
            for path in paths:
                found = processes(path, policy)
                assert not isinstance(found, str), (path.name, found)
                for name in counts:
                    counts[name] += found[name]
        refusing, cutting = both[Unlinked.REFUSE], both[Unlinked.CUT_OFF]
        assert row_of_page(title) == [
            refusing["unreadable"],
            refusing["read"],
            refusing["came_in"],
            refusing["refused"],
            cutting["came_in"],
            cutting["refused"],
        ]
