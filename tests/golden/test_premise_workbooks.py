"""The 82 workbooks of premise come in whole: what our reader finds is what stands in their cells.

The folder's 83rd file is a text. Upstream counts 3272 activities and 73,920 exchanges: every
``Activity`` row, those of four sheets whose first cell says "skip" included, and the rows under
``Exchanges`` up to the first blank one. Read as Brightway reads them, 21 of the activities are left
out with their sheets, and the 24 exchanges behind a blank row are exchanges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from python_calamine import load_workbook

from lca_db.inventory.importers.brightway_excel import read
from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from lca_db.inventory.importers.workbooks import open_workbook

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "premise" / "inventories"
BOOKS = sorted(FOLDER.glob("*.xlsx"))
__test__ = bool(BOOKS)  # left out where the folder is not at hand: a skip is a failure
COMPARED = [book for book in BOOKS if book.stat().st_size < 60_000]


@cache
def found() -> tuple[RawProcess | RawFault, ...]:
    return tuple(one for book in BOOKS for one in read(book, OWN_FILE))


def processes() -> Iterator[RawProcess]:
    return (one for one in found() if isinstance(one, RawProcess))


def test_every_activity_comes_in_without_a_fault() -> None:
    assert len(BOOKS) == 82
    assert [one for one in found() if isinstance(one, RawFault)] == []
    kinds = Counter(e.kind for process in processes() for e in process.exchanges)
    assert sum(1 for _ in processes()) == 3272 - 21
    assert kinds == {
        FlowKind.REFERENCE: 3_251,
        FlowKind.PRODUCT_INPUT: 34_107,
        FlowKind.EMISSION: 33_745,
        FlowKind.RESOURCE: 1_609,
    }


def test_every_exchange_is_whole() -> None:
    for process in processes():
        assert process.reference.unit
        assert process.reference.amount != 0
        for exchange in process.exchanges:
            assert exchange.name, exchange.place
            assert exchange.unit, exchange.place
            is_elementary = exchange.kind in {FlowKind.EMISSION, FlowKind.RESOURCE}
            assert bool(exchange.compartment) == is_elementary, exchange.place
            assert bool(exchange.provider_name) != is_elementary, exchange.place


@pytest.mark.parametrize("book", COMPARED, ids=lambda book: book.stem)
def test_our_cells_are_those_another_reader_sees(book: Path) -> None:
    """Every cell against calamine, which leaves out errors and reads dates as such."""
    other = load_workbook(book)
    with open_workbook(book, OWN_FILE) as ours:
        assert list(ours.sheet_names) == other.sheet_names
        for sheet in ours.sheet_names:
            rows = other.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            theirs = {
                (y, x): cell
                for y, row in enumerate(rows, 1)
                for x, cell in enumerate(row)
                if cell != ""
            }
            assert theirs == {
                (row.number, x): cell for row in ours.rows(sheet) for x, cell in row.cells.items()
            }
