"""A release as an Excel workbook: what the CSV holds, numbers as numbers, and no formula."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from footprint.errors import InventoryError
from footprint.inventory import InventorySnapshot
from lca_db.inventory.exports import workbook as workbooks
from lca_db.inventory.exports.forms import WRITERS, ExportForm
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.exports.workbook import workbook
from lca_db.inventory.importers import template
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.raw import RawFault, RawProcess
from lca_db.inventory.importers.template_columns import DATASETS, EXCHANGES
from tests.support.edge_inventory import SOURCES, edge_inventory


@pytest.fixture(scope="module")
def snapshot() -> InventorySnapshot:
    return edge_inventory()


def written(snapshot: InventorySnapshot, form: ExportForm) -> bytes:
    return b"".join(WRITERS[form](snapshot, SOURCES))


def without_places(raw: RawProcess | RawFault) -> RawProcess:
    """A process that came in whole, wherever in its file it stood."""
    assert isinstance(raw, RawProcess), raw
    exchanges = tuple(replace(exchange, place="") for exchange in raw.exchanges)
    return replace(raw, place="", exchanges=exchanges)


def test_a_workbook_holds_what_the_csv_holds_and_is_imported_alike(
    snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    raws = {}
    for form in (ExportForm.CSV, ExportForm.XLSX):
        path = tmp_path / form.value
        path.write_bytes(written(snapshot, form))
        raws[form] = [without_places(raw) for raw in template.read(path, OWN_FILE)]
    assert raws[ExportForm.XLSX] == raws[ExportForm.CSV]
    assert len(raws[ExportForm.XLSX]) == len(snapshot.processes)
    with pytest.raises(ImportRefused):
        read_back(tmp_path / "xlsx")


def test_amounts_are_numbers_and_texts_are_texts_in_a_workbook(snapshot: InventorySnapshot) -> None:
    book = load_workbook(io.BytesIO(written(snapshot, ExportForm.XLSX)))
    datasets, exchanges, sources, about = book.worksheets
    assert (datasets.title, exchanges.title) == (DATASETS.title, EXCHANGES.title)
    assert about["B1"].value == snapshot.sha256()
    assert sources.max_row > 1
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    place = [column.key for column in EXCHANGES.columns].index("amount")
    kinds = {type(row[place]) for row in exchanges.iter_rows(min_row=2, values_only=True)}
    assert kinds <= {int, float}


def test_a_sheet_takes_what_a_cell_cannot_hold() -> None:
    rows = [
        ("head",),
        ("a\x00b_x0041_\r\n ",),
        ("x" * 40_000,),
        (Decimal("0.12345678901234567890"),),
    ]
    content = b"".join(workbook((("one & only", rows),)))
    sheet = load_workbook(io.BytesIO(content))["one & only"]
    assert sheet["A2"].value == "a\ufffdb_x005F_x0041_\r\n "
    assert (len(sheet["A3"].value), sheet["A3"].value[-3:]) == (32_767, "[…]")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<v>0.12345678901234567890</v>" in archive.read("xl/worksheets/sheet1.xml")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    assert b"".join(workbook((("a", [("x",)] * 2),)))
    with pytest.raises(InventoryError) as refused:
        b"".join(workbook((("a", [("x",)] * 3),)))
    assert (refused.value.code, refused.value.parameters) == (
        "export-rows-too-many",
        {"most": "2"},
    )
