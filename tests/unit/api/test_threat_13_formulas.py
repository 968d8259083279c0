"""Threat 13: a cell that is a program for some reader is text here, and no figure."""

from __future__ import annotations

import sys
import time

import pytest

from api.intake.document import BomDocument
from api.intake.faults import examine
from api.intake.template import SETTINGS
from tests.support.builders import a_result
from tests.unit.api.documents import TABLE
from tests.unit.api.sheets import a_csv, an_xlsx, from_csv, from_xlsx

PROGRAMS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    "-1+1",
    "__import__('os').system('id')",
    "open('/etc/passwd').read()",
    "1 if True else 2",
    "9**9**9",
    "{{7*7}}",
    "${7*7}",
    '=HYPERLINK("http://127.0.0.1/","x")',
    '=WEBSERVICE("http://127.0.0.1/")',
    "\t=1",
    "＝1+1",
)

FIRST_ROW = len(SETTINGS) + 2  # of the lines: settings and header stand above


def rows_with(program: str) -> list[dict[str, object]]:
    steel = {"ref": "m", "kind": "material", "name": "steel", "dataset": "steel", "unit": "kg"}
    grid = {"ref": "e", "kind": "energy", "name": "grid", "dataset": "grid", "unit": "kWh"}
    return [{**steel, "amount": program}, {**grid, "amount": "1"}]


def faults(document: BomDocument) -> list[tuple[str, str]]:
    examined = examine(document.document, lambda bom: a_result(bom.to_core(), TABLE))
    return [(fault.code, document.place_of(fault.place)) for fault in examined.faults]


@pytest.mark.parametrize("program", PROGRAMS)
def test_formula_as_an_amount_is_a_fault_of_its_cell(program: str) -> None:
    assert faults(from_csv(a_csv(rows_with(program)))) == [
        ("amount-not-a-number", f"csv!F{FIRST_ROW}")
    ]


def test_formula_a_spreadsheet_never_computed_is_a_missing_amount() -> None:
    assert faults(from_xlsx(an_xlsx(rows_with("=1+1")))) == [
        ("member-missing", "物料清单 Lines!F2")
    ]


def test_reading_a_program_opens_nothing_and_takes_no_time() -> None:
    """A hook on the interpreter's own audit events sees every file, socket and process opened."""
    contents = [a_csv(rows_with(program)) for program in PROGRAMS]
    from_csv(contents[0])  # modules that load lazily are loaded
    watched = {"open", "socket", "subprocess", "os", "exec"}
    opened: list[str] = []
    is_watching = True

    def watch(event: str, _: tuple[object, ...]) -> None:
        if is_watching and event.partition(".")[0] in watched:
            opened.append(event)

    sys.addaudithook(watch)  # stays for good, and looks away afterwards
    start = time.process_time()
    for content in contents:
        from_csv(content)
    seconds = time.process_time() - start
    is_watching = False
    assert opened == []
    assert seconds / len(contents) < 1
