"""Writes the Excel form of the template, with drop-down lists, notes and example rows."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from api.intake.examples import EXAMPLES
from api.intake.template import COLUMNS, LINES_SHEET, PRODUCT_SHEET, SETTINGS, TABLES, Field

_HEAD = PatternFill("solid", fgColor="E6F2EC")
_EXAMPLE = Font(italic=True, color="595959")


def template_xlsx() -> bytes:
    """The template with drop-down lists, notes and the example rows."""
    book = Workbook()
    settings = book.active
    assert settings is not None  # a new workbook has a sheet  # noqa: S101
    settings.title = PRODUCT_SHEET
    for row, setting in enumerate(SETTINGS, start=1):
        cell = settings.cell(row=row, column=1, value=setting.heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        settings.cell(row=row, column=3, value=setting.note)
        settings.cell(row=row, column=2).alignment = Alignment(wrap_text=True, vertical="top")
        _add_choices(settings, f"B{row}", setting)
    settings.column_dimensions["A"].width = 42
    settings.column_dimensions["B"].width = 36
    lines = _table(book, LINES_SHEET, COLUMNS)
    for row, example in enumerate(EXAMPLES, start=2):
        for column, field in enumerate(COLUMNS, start=1):
            if field.key in example:
                cell = lines.cell(row=row, column=column, value=example[field.key])
                cell.font = _EXAMPLE
    lines.freeze_panes = "E2"
    for table in TABLES:
        _table(book, table.sheet, table.fields)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(book: Workbook, title: str, fields: tuple[Field, ...]) -> Worksheet:
    """A sheet with the headings of a table, their notes and drop-down lists."""
    sheet: Worksheet = book.create_sheet(title)
    for column, field in enumerate(fields, start=1):
        cell = sheet.cell(row=1, column=column, value=field.heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if field.note:
            cell.comment = Comment(field.note, "Tanbiao")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 18
        _add_choices(sheet, f"{letter}2:{letter}20001", field)
    return sheet


def _add_choices(sheet: object, cells: str, field: Field) -> None:
    if not field.choices:
        return
    rule = DataValidation(type="list", formula1=f'"{",".join(field.choices)}"', allow_blank=True)
    sheet.add_data_validation(rule)  # type: ignore[attr-defined]
    rule.add(cells)
