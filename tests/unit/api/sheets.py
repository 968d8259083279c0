"""Filled-in templates, made as a person would: with a spreadsheet program or a text editor."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import cast

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from api.intake.document import BomDocument, bom_document
from api.intake.examples import EXAMPLES
from api.intake.rows import read_csv, read_workbook
from api.intake.template import COLUMNS, LINES_SHEET, PRODUCT_SHEET, SETTINGS, TABLES
from api.intake.workbook import template_xlsx

SETTINGS_OF_A_STUDY: Mapping[str, object] = {
    "name_zh": "测试产品",
    "name_en": "Test product",
    "model": "M-1",
    "category": "cpc-00000",
    "unit_kind": "declared",
    "unit_amount": 1,
    "unit": "件",
    "description_zh": "1件",
    "description_en": "1 piece",
    "boundary": "cradle-to-gate",
    "period_from": "2024-01-01",
    "period_to": "2024-12-31",
    "geography": "CN-GD",
    "raw-material": "included",
    "manufacturing": "included",
    "distribution": "cut",
    "use": "not-applicable",
    "end-of-life": None,
}
Row = Mapping[str, object]
Tables = Mapping[str, Sequence[Row]]  # rows of the tables beside the lines, by their keys


def letter_of(key: str) -> str:
    """The letters a spreadsheet program gives the column of that key."""
    return get_column_letter([column.key for column in COLUMNS].index(key) + 1)


_Cell = str | int | float | None


def an_xlsx(
    rows: Sequence[Row],
    settings: Mapping[str, object] = SETTINGS_OF_A_STUDY,
    tables: Tables | None = None,
) -> bytes:
    """The template filled in, its examples removed; cells by the key of their column."""
    book = load_workbook(io.BytesIO(template_xlsx()))
    product, lines = book[PRODUCT_SHEET], book[LINES_SHEET]
    lines.delete_rows(2, len(EXAMPLES))
    for number, setting in enumerate(SETTINGS, start=1):
        product.cell(row=number, column=2, value=cast(_Cell, settings.get(setting.key)))
    for number, row in enumerate(rows, start=2):
        for column, field in enumerate(COLUMNS, start=1):
            lines.cell(row=number, column=column, value=cast(_Cell, row.get(field.key)))
    for table in TABLES:
        for number, row in enumerate((tables or {}).get(table.key, ()), start=2):
            for column, field in enumerate(table.fields, start=1):
                value = cast(_Cell, row.get(field.key))
                book[table.sheet].cell(row=number, column=column, value=value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def a_csv(
    rows: Sequence[Row],
    settings: Mapping[str, object] = SETTINGS_OF_A_STUDY,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    headings: Mapping[str, str] | None = None,
    tables: Tables | None = None,
) -> bytes:
    """The CSV template filled in; ``headings`` are written instead of the template's own."""
    others = headings or {}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    for setting in SETTINGS:
        heading = others.get(setting.heading, setting.heading)
        writer.writerow([f"#{heading}", settings.get(setting.key)])
    for table in TABLES:
        if filled := (tables or {}).get(table.key):
            writer.writerow([f"#{others.get(f.heading, f.heading)}" for f in table.fields])
            writer.writerows([row.get(f.key) for f in table.fields] for row in filled)
            writer.writerow([])
    writer.writerow([others.get(field.heading, field.heading) for field in COLUMNS])
    for row in rows:
        writer.writerow([row.get(field.key) for field in COLUMNS])
    return buffer.getvalue().encode(encoding)


def from_xlsx(content: bytes) -> BomDocument:
    return bom_document(read_workbook(content))


def from_csv(content: bytes) -> BomDocument:
    return bom_document([read_csv(content)])
