"""The figures read in workbooks and databases beside the repository still stand there, row by row.

Where the data lie beside us (``../shared/data``), every line of sources.csv that names a workbook
of premise with sheet and row, a process of the American inventory, or a row of the collection of
unit processes is looked up again. Elsewhere the lines carry the figures and nothing is selected.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from lca_db.inventory.reference_sources import FROM_MEMORY, SourceLine
from tests.golden.test_reference_sources import FACT_ID, LINES, facts

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
WORKBOOKS = SHARED / "data" / "premise" / "inventories"
AMERICAN = SHARED / "data" / "uslci_jsonld_fy17q4.zip"
SOLVED = SHARED / "facts" / "uslci_results.csv"
COLLECTION = SHARED / "facts" / "unit_processes.csv"
WORKBOOK = re.compile(r"lci-[\w.-]+\.xlsx")
SHEET_AND_ROW = re.compile(r"sheet ([^,:]+), row ([0-9]+)|\.xlsx (\S+) row ([0-9]+)")
OWN_SOLUTION = re.compile("own solution|solved by us")
ROW_OF_COLLECTION = re.compile(r"row ([0-9]+) of the collection of unit processes")
MEMORY_ROW = re.compile(r"see (memory-[0-9]{4}) of the collection of facts")
ASSUMPTION = re.compile(r"Working assumption of this inventory, stated in (docs/[\w-]+\.md)")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
AMERICAN_DATABASE = "U.S. Life Cycle Inventory Database, FY17Q4"
NOT_THE_AMOUNT = {
    "ec-pv-inverter-board-mass": "a mass told in a comment of the process, beside its area",
    "st-stainless": "a total of the solved database, looked up among its results below",
}


def placed(line: SourceLine) -> tuple[str, str, int] | None:
    """(workbook, sheet, row) of a line that names all three."""
    book = WORKBOOK.search(line.source.document)
    place = SHEET_AND_ROW.search(f"{line.source.table_or_row}; {line.note}")
    if book is None or place is None:
        return None
    sheet, row = (place[1], place[2]) if place[1] else (place[3], place[4])
    return book[0], sheet, int(row)


def is_near(found: object, value: str) -> bool:
    """The same to the six figures that some copies were rounded to."""
    return isinstance(found, int | float) and found == pytest.approx(float(value), rel=1e-5)


@lru_cache
def sheet_rows(book: str, sheet: str) -> list[list[object]]:
    workbook = CalamineWorkbook.from_path(str(WORKBOOKS / book))
    return [list(row) for row in workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


IN_WORKBOOKS = {name: place for name, line in LINES.items() if (place := placed(line))}
BOOKS = sorted({book for book, _, _ in IN_WORKBOOKS.values() if (WORKBOOKS / book).is_file()})


def test_a_good_part_of_the_figures_can_be_looked_up() -> None:
    """The patterns must go on finding the places, or the tests below would hold nothing."""
    assert len(IN_WORKBOOKS) >= 1200
    assert len(american()) >= 1000


@pytest.mark.parametrize("book", BOOKS)
def test_a_figure_of_a_workbook_stands_in_its_row(book: str) -> None:
    wrong = []
    for name, (workbook, sheet, row) in IN_WORKBOOKS.items():
        if workbook != book or name in NOT_THE_AMOUNT:
            continue
        cells = sheet_rows(book, sheet)[row - 1]
        if not any(is_near(cell, LINES[name].value) for cell in cells):
            wrong.append((name, LINES[name].value, cells[:3]))
    assert wrong == []


@pytest.mark.parametrize("table", [COLLECTION] if COLLECTION.is_file() else [])
def test_a_figure_of_the_collection_stands_in_its_row(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as text:
        amounts = {n: row["amount"] for n, row in enumerate(csv.DictReader(text), start=2)}
    named = {
        name: int(row[1])
        for name, line in LINES.items()
        if (row := ROW_OF_COLLECTION.search(line.note))
    }
    assert len(named) > 50
    wrong = [n for n, row in named.items() if float(amounts[row]) != float(LINES[n].value)]
    assert wrong == []


def american() -> list[SourceLine]:
    """The lines of processes of the American inventory, by whichever copy they were read in."""
    return [line for line in LINES.values() if line.source.document.startswith(AMERICAN_DATABASE)]


def american_amounts(package: Path) -> dict[str, list[float]]:
    """The amounts of all exchanges of each process, by its name."""
    found: dict[str, list[float]] = {}
    with zipfile.ZipFile(package) as archive:
        for member in archive.namelist():
            if member.startswith("processes/") and member.endswith(".json"):
                process = json.loads(archive.read(member))
                amounts = [e.get("amount", 0.0) for e in process.get("exchanges", [])]
                found.setdefault(process["name"].strip(), []).extend(amounts)
    return found


def stands_in(line: SourceLine, amounts: dict[str, list[float]]) -> bool:
    """Whether the process a line begins with has an exchange of its value.

    Lines shorten the names of flows ("CUTOFF", trailing words), so that the flow is not compared.
    """
    row = line.source.table_or_row
    named = [found for name, found in amounts.items() if row.startswith(name)]
    return any(is_near(amount, line.value) for found in named for amount in found)


@pytest.mark.parametrize("package", [AMERICAN] if AMERICAN.is_file() else [])
def test_a_figure_of_the_american_inventory_stands_in_its_process(package: Path) -> None:
    amounts = american_amounts(package)
    wrong = [
        (line.source.id, line.source.table_or_row, line.value)
        for line in american()
        if line.source.id not in NOT_THE_AMOUNT and not stands_in(line, amounts)
    ]
    assert wrong == []


@pytest.mark.parametrize("table", [SOLVED] if SOLVED.is_file() else [])
def test_a_total_of_the_solved_american_inventory_stands_among_its_results(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as text:
        totals = {
            row["process"]: row["cradle_to_gate_kgCO2e_per_unit"] for row in csv.DictReader(text)
        }
    lines = [
        line
        for line in LINES.values()
        if OWN_SOLUTION.search(f"{line.source.document} {line.source.table_or_row} {line.note}")
    ]
    assert len(lines) >= 6
    wrong = [
        (line.source.id, line.source.table_or_row, line.value)
        for line in lines
        if not any(
            line.source.table_or_row.startswith(process) and is_near(float(total), line.value)
            for process, total in totals.items()
        )
    ]
    assert wrong == []


def origin(line: SourceLine) -> str:
    """What a figure rests on: facts, data, a document, or what we say; "" where it is none."""
    source = line.source
    if source.licence == FROM_MEMORY:
        return "facts" if MEMORY_ROW.search(line.note) else ""
    if FACT_ID.fullmatch(line.fact_id) or ROW_OF_COLLECTION.search(line.note):
        return "facts"
    if placed(line) or source.document.startswith(AMERICAN_DATABASE):
        return "data"
    if source.licence != "own computation":
        return "document"
    stated = ASSUMPTION.fullmatch(source.document)
    if stated and (REPOSITORY / stated[1]).is_file():
        return "assumption"
    return "computation" if source.confidence == "c" else ""


def test_every_figure_is_of_the_facts_or_the_data_or_a_document_or_told_as_ours() -> None:
    """A figure that somebody remembers and nobody wrote down anywhere has no place here."""
    found = Counter(origin(line) for line in LINES.values())
    assert [line.source.id for line in LINES.values() if origin(line) == ""] == []
    assert found["assumption"] == 10
    assert found["computation"] == 11


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("unconfirmed, see memory-0028 of the collection of facts", "facts"),
        ("remembered range 120 to 180; not re-read", ""),
    ],
)
def test_a_figure_that_was_merely_remembered_rests_on_nothing(note: str, expected: str) -> None:
    line = LINES["ck-tile-carbonate"]
    assert line.source.licence == FROM_MEMORY
    assert origin(replace(line, note=note)) == expected


def test_a_figure_from_memory_lies_in_its_row_of_the_facts_where_they_are_at_hand() -> None:
    """The middle of a range or a part of a row: never outside of the numbers that stand there."""
    wrong = []
    for name, line in LINES.items():
        if line.source.licence == FROM_MEMORY and facts():
            row = facts()[MEMORY_ROW.findall(line.note)[0]]
            said = " ".join(row[column] for column in ("item", "value", "note"))
            numbers = [float(number) for number in NUMBER.findall(said)]
            share = 100 if "%" in said and float(line.value) < 1 else 1
            if not min(numbers) <= float(line.value) * share <= max(numbers):
                wrong.append((name, line.value, said))
    assert wrong == []
