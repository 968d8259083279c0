"""A release as an Excel workbook: the two tables of our dataset template, and the sources.

Rules:

* The sheets and columns are those of the CSV (``table.py``), so that the file can be imported; it
  is for reading and calculating, and lacks our own part of a dataset: it is not read back.
* Amounts are numbers with all their digits; no text is a formula (``workbook.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.inventory import DatasetSource, InventorySnapshot
from labels.render.cells import guarded_cell
from lca_db.inventory.exports.source_list import COLUMNS, source_rows
from lca_db.inventory.exports.table import dataset_cells, exchange_cells
from lca_db.inventory.exports.workbook import workbook
from lca_db.inventory.importers.template_columns import DATASETS, EXCHANGES, Table

SOURCES_SHEET = "Sources"
ABOUT_SHEET = "Tanbiao"
Cells = Sequence[object]


def inventory_workbook(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The workbook, as it comes.

    Args:
        snapshot: What to export.
        sources: By id, for the list of sources.

    Raises:
        InventoryError: ``export-rows-too-many``.
    """
    return workbook(
        (
            (DATASETS.title, _datasets(snapshot)),
            (EXCHANGES.title, _exchanges(snapshot)),
            (SOURCES_SHEET, (COLUMNS, *source_rows(snapshot, sources))),
            (ABOUT_SHEET, (("snapshot_sha256", snapshot.sha256()),)),
        )
    )


def _datasets(snapshot: InventorySnapshot) -> Iterator[Cells]:
    yield _headings(DATASETS)
    for process in snapshot.processes:
        yield _row(DATASETS, dataset_cells(process))


def _exchanges(snapshot: InventorySnapshot) -> Iterator[Cells]:
    yield _headings(EXCHANGES)
    suppliers = {c.product: p.id for p in snapshot.processes for c in p.co_products}
    for process in snapshot.processes:
        for cells in exchange_cells(process, suppliers):
            yield _row(EXCHANGES, cells)


def _headings(table: Table) -> Cells:
    return [column.heading for column in table.columns]


def _row(table: Table, cells: Mapping[str, object]) -> Cells:
    return [_kept(cells.get(column.key, "")) for column in table.columns]


def _kept(value: object) -> object:
    """The value so that the importer gives it again: it takes an apostrophe for a guard."""
    is_taken = isinstance(value, str) and value.startswith("'")
    return guarded_cell(value) if is_taken else value
