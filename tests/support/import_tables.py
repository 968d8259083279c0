"""Tables for the tests of the importers: workbooks made of readable rows, files in any encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from lca_db.inventory.importers.limits import UPLOAD, ImportLimits
from lca_db.inventory.importers.raw import RawFault, RawProcess

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"

Reader = Callable[[Path, ImportLimits], Iterator[RawProcess | RawFault]]


def fixture(name: str) -> str:
    """The text of a fixture, line ends as written."""
    return (FIXTURES / name).read_bytes().decode()


def rows_of(text: str) -> list[list[str | float]]:
    """The rows of a CSV text, what looks like a number as one, as a workbook keeps it."""
    return [[_cell(part) for part in row] for row in csv.reader(io.StringIO(text, newline=""))]


def workbook_of(sheets: Mapping[str, Iterable[Any]]) -> bytes:
    """A workbook with these rows, each a sequence of cells, on its sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def reading(
    reader: Reader, content: bytes, folder: Path, limits: ImportLimits = UPLOAD
) -> tuple[list[RawProcess], list[RawFault]]:
    """The processes and the faults a reader finds in a file of this content."""
    path = folder / "file"
    path.write_bytes(content)
    found = list(reader(path, limits))
    processes = [one for one in found if isinstance(one, RawProcess)]
    return processes, [one for one in found if isinstance(one, RawFault)]


def _cell(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
