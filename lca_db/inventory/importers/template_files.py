"""Writes the empty dataset template as a workbook and as a CSV file, with notes and an example."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lca_db.inventory.importers.template_columns import (
    DATASETS,
    EXCHANGES,
    NOTES_TITLE,
    TABLES,
    Column,
    Table,
)

_ROWS_WITH_CHOICES = 1_000
_WIDTH = 20

NOTES = (
    (
        "每行一个数据集；它的每个流在“交换”表中各占一行，以编号相连。",
        "One dataset a row; each of its flows is a row of the exchanges, joined by the id.",
    ),
    (
        "标题可只写中文或英文，列的次序不限；以 # 开头的行不读。",
        "Headings may be Chinese or English alone, in any order; rows that begin with # are notes.",
    ),
    (
        "数字用小数点，不用千位分隔符；公式不计算，请填数值。",
        "Numbers have a decimal point and no thousands separator; formulas are not worked out.",
    ),
    (
        "投入与废物处理须有供应者：本文件的数据集，或随附清单的编号（inventory search 可查）。",
        "Inputs and waste need a provider: a dataset here, or an id that inventory search finds.",
    ),
    (
        "有错的数据集不导入，所有错误一次列出，并指明表、行、列。",
        "A dataset with a fault stays out; all faults are listed, with sheet, row and column.",
    ),
    (
        "示例为虚构，请删除后填写。",
        "The example is invented: replace it.",
    ),
)
"""What a maker should know, in Chinese and English."""

EXAMPLE: Mapping[str, Sequence[Mapping[str, str]]] = {
    DATASETS.key: (
        {
            "id": "EX-1",
            "name_zh": "示例：注塑外壳",
            "name_hant": "示例：注塑外殼",
            "name_en": "Example: injection moulded housing",
            "name_pt": "Exemplo: caixa moldada por injeção",
            "product": "外壳 housing",
            "location": "CN-GD",
            "year": "2024",
            "technology": "电动注塑机 electric injection moulding",
            "amount": "1000",
            "unit": "kg",
            "share": "0.98",
            "kind": "单元过程",
            "source": "示例工厂计量表 example works, meters 2024",
        },
    ),
    EXCHANGES.key: (
        {
            "dataset": "EX-1", "direction": "投入", "flow": "聚丙烯 polypropylene",
            "provider": "pp-cn", "location": "CN", "amount": "1030", "unit": "kg",
            "source": "领料单 2024",
        },
        {
            "dataset": "EX-1", "direction": "投入", "flow": "电力 electricity",
            "provider": "electricity-grid-cn-2024", "location": "CN-GD", "amount": "1450",
            "unit": "kWh", "source": "电表 meter 2024",
        },
        {
            "dataset": "EX-1", "direction": "副产品", "flow": "回料 regrind",
            "amount": "20", "unit": "kg", "share": "0.02", "source": "称重 scales 2024",
        },
        {
            "dataset": "EX-1", "direction": "废物处理", "flow": "废塑料 plastic waste",
            "provider": "waste-incineration-pe-pp-cn", "amount": "10", "unit": "kg",
            "source": "联单 2024",
        },
        {
            "dataset": "EX-1", "direction": "排放", "flow": "CO2", "amount": "3.2", "unit": "kg",
            "compartment": "空气", "origin": "化石", "cas": "124-38-9",
            "source": "天然气表 gas meter 2024", "comment": "烘料 drying",
        },
    ),
}  # fmt: skip
"""An invented dataset and its flows, by the keys of the columns."""


def template_csv() -> bytes:
    """The template as CSV in UTF-8 with a byte order mark, so that Excel shows the Chinese."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([f"# {chinese}", english] for chinese, english in NOTES)
    for table in TABLES:
        writer.writerow([f"#{table.title}"])
        writer.writerows(_head(table))
        writer.writerow(column.heading for column in table.columns)
        writer.writerows(_example(table))
        writer.writerow([])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def template_xlsx() -> bytes:
    """The template as a workbook: the notes, and a sheet for each table with lists of choices."""
    book = Workbook()
    notes = book.active
    assert isinstance(notes, Worksheet)  # noqa: S101  a new workbook has one sheet
    notes.title = NOTES_TITLE
    for pair in NOTES:
        notes.append(pair)
    notes.column_dimensions["A"].width = notes.column_dimensions["B"].width = 4 * _WIDTH
    for table in TABLES:
        _write(book.create_sheet(table.title), table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write(sheet: Worksheet, table: Table) -> None:
    headings = [column.heading for column in table.columns]
    for cells in (*_head(table), headings, *_example(table)):
        sheet.append(list(cells))
    heading = len(list(_head(table))) + 1
    for position, column in enumerate(table.columns, start=1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.cell(heading, position).font = Font(bold=column.is_needed)
        for row in range(1, heading):
            sheet.cell(row, position).alignment = Alignment(wrap_text=True, vertical="top")
        if column.choices:
            words = _words(column)
            offer = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            offer.add(f"{letter}{heading + 1}:{letter}{heading + _ROWS_WITH_CHOICES}")
            sheet.add_data_validation(offer)
    sheet.freeze_panes = f"A{heading + 1}"


def _words(column: Column) -> Sequence[str]:
    """One word for each value, the first: Chinese."""
    first: dict[str, str] = {}
    for word, value in column.choices.items():
        first.setdefault(value, word)
    return tuple(first.values())


def _head(table: Table) -> Iterable[Sequence[str]]:
    """Two rows of notes, Chinese and English, that a reader passes over."""
    for notes in (
        [column.note_zh for column in table.columns],
        [column.note_en for column in table.columns],
    ):
        yield [f"# {notes[0]}", *notes[1:]]


def _example(table: Table) -> Iterable[Sequence[str]]:
    for row in EXAMPLE[table.key]:
        yield [row.get(column.key, "") for column in table.columns]
