"""Writes an Excel workbook as a stream: rows in, bytes out, and the same rows give the same bytes.

Rules:

* Text is text whatever it begins with: every text is an inline string, which no spreadsheet
  program calculates, so that no cell is a formula. Decimals, whole numbers and floats are numbers
  with all their digits.
* What XML cannot hold is replaced; a text longer than a cell holds ends with ``[…]``.
* The first row of a sheet stays in view.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from footprint.errors import InventoryError
from lca_db.inventory.exports.zip_stream import zipped_streams

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # in a cell
_CUT = "[…]"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Rows = Iterable[Sequence[object]]


def workbook(sheets: Sequence[tuple[str, Rows]]) -> Iterator[bytes]:
    """The file, as it comes.

    Args:
        sheets: Names of at most 31 characters, each with its rows; the first row has the headings.

    Raises:
        InventoryError: ``export-rows-too-many`` for more rows than a sheet holds.
    """
    names = [name for name, _ in sheets]
    written = (
        (f"xl/worksheets/sheet{number}.xml", _sheet(rows))
        for number, (_, rows) in enumerate(sheets, start=1)
    )
    return zipped_streams(chain(_frame(names), written))


def _frame(names: Sequence[str]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The parts that say which sheets there are."""
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
    }
    for name, text in parts.items():
        yield name, ((_HEAD + text).encode(),)


def _sheet(rows: Rows) -> Iterator[bytes]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" defaultColWidth="22"/>'
        "<sheetData>"
    ).encode()
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise InventoryError("export-rows-too-many", most=str(MOST_ROWS))
        cells = "".join(
            _cell(f"{_column(place)}{number}", value) for place, value in enumerate(row)
        )
        yield f'<row r="{number}">{cells}</row>'.encode()
    yield b"</sheetData></worksheet>"


def _cell(place: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    written = escape(_told(text), {"\r": "&#13;"})
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'


def _told(text: str) -> str:
    """The text as a cell can hold it; what looks like an escape of the format is escaped."""
    known = _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))
    if len(known) <= MOST_CHARACTERS:
        return known
    return known[: MOST_CHARACTERS - len(_CUT)] + _CUT


def _column(place: int) -> str:
    """The letters of a column, counted from nothing."""
    high, low = divmod(place, len(_LETTERS))
    return (_column(high - 1) if high else "") + _LETTERS[low]
