"""The report of an import as it is read on a terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from api.commands.import_summary import print_report
from lca_db.inventory.importers.mapping import shipped_map
from tests.support.raw_processes import CUTTING, a_process, an_import, emits, makes, takes


def test_the_summary_names_what_a_person_must_look_at() -> None:
    steel = takes("steel, low-alloyed", "9", provider_name="market for steel, low-alloyed")
    imported = an_import(
        a_process("car", makes("car", "1", "sh tn"), steel, takes("[bold]alloy", "3")),
        a_process("bolt", takes("handling", "1", "h")),
        a_process("mill", *(emits(f"dust {i}", "1") for i in range(12)), emits("HFC-999", "1")),
        options=CUTTING,
        background=shipped_map(),
    )
    console = Console(file=StringIO(), width=200)
    print_report(console, imported.report, "en")
    said = console.file.getvalue()  # type: ignore[attr-defined]
    for words in (
        "refused: 1",
        'bolt: "handling" would be cut off',
        "unlinked: 2",
        "[bold]alloy: 3 kg, 6 kgCO2e",
        "market for steel, low-alloyed () -> steel-hot-rolled-cn [proxy]",
        "1 sh tn = 907.18474000 kg",
        "... and 3 more",
        "looks like a greenhouse gas",
    ):
        assert words in said, words
