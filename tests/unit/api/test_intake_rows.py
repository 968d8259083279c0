"""Reading spreadsheets into rows of text: places, numbers, encodings, limits."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from api.intake.rows import MAX_CELL, MAX_ROWS, Sheet, read_csv, read_workbook
from footprint.errors import BomError
from footprint.quantities import decimal_amount


def a_workbook(cells: dict[str, Any], sheets: int = 1) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清单"
    for place, value in cells.items():
        sheet[place] = value
    for number in range(1, sheets):
        book.create_sheet(f"more {number}")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell(content: bytes, row: int, column: int) -> str:
    return read_workbook(content)[0].rows[row - 1][column - 1]


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(BomError) as refused:
        read()
    return refused.value.code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  steel ", "steel"),
        ("", ""),
        (None, ""),
        (5, "5"),
        (5.0, "5"),
        (0.05, "0.05"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (123456789.125, "123456789.125"),
        (1 / 81000, "1.234567901234568e-05"),
        (1e16, "1e+16"),
        (True, "true"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4), "2024-01-02"),  # noqa: DTZ001  a cell has no zone
        ("1,5", "1,5"),
    ],
)
def test_cell_is_text_as_a_person_would_write_it(value: object, text: str) -> None:
    assert cell(a_workbook({"A1": "x", "A2": value, "B2": "end"}), 2, 1) == text


@pytest.mark.parametrize("value", [1 / 81000, 1 / 3, 2 / 3 * 1e-9, 123456789012345.6, 0.1 + 0.2])
def test_figure_a_spreadsheet_computed_is_an_amount_we_take(value: float) -> None:
    """More than eighteen decimals are written with an exponent; else nobody could mend them."""
    text = cell(a_workbook({"A1": "x", "A2": value, "B2": "end"}), 2, 1)
    assert float(decimal_amount(text)) == pytest.approx(value, rel=2e-15)  # the writer keeps 16


def test_place_of_a_cell_counts_from_a1_whatever_is_empty_before_it() -> None:
    content = a_workbook({"C4": "first", "E6": "last"})
    sheet = read_workbook(content)[0]
    assert (sheet.name, len(sheet.rows)) == ("清单", 6)
    assert (sheet.rows[3][2], sheet.rows[5][4]) == ("first", "last")


def test_every_sheet_is_read_and_an_empty_one_is_empty() -> None:
    sheets = read_workbook(a_workbook({"A1": "x"}, sheets=3))
    assert [(s.name, len(s.rows)) for s in sheets] == [("清单", 1), ("more 1", 0), ("more 2", 0)]


def test_formula_is_never_computed() -> None:
    """Only what the spreadsheet program itself stored as the value of the cell is read."""
    assert cell(a_workbook({"A1": "=1+1", "B1": "x"}), 1, 1) == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, b"\xd0\xcf\x11\xe0" * 200, b"%PDF-1.7"],
)
def test_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    assert code_of(lambda: read_workbook(content)) == "file-not-readable"


def test_workbook_damaged_anywhere_is_read_or_refused() -> None:
    content = a_workbook({f"A{i}": f"row {i}" for i in range(1, 40)})
    for position in range(0, len(content), 61):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        try:
            read_workbook(bytes(damaged))
        except BomError as refused:
            assert refused.code in {"file-not-readable", "file-unpacks-too-large"}  # noqa: PT017


def test_rows_and_columns_have_limits() -> None:
    many = b"x\n" * (MAX_ROWS + 1)
    assert code_of(lambda: read_csv(many)) == "file-too-many-rows"
    assert len(read_csv(b"x\n" * MAX_ROWS).rows) == MAX_ROWS
    wide = ",".join(["x"] * 201).encode()
    assert code_of(lambda: read_csv(wide)) == "file-too-many-columns"
    assert len(read_csv(b"x" + b"," * 300).rows[0]) == 200
    assert code_of(lambda: read_csv(b"x" * (MAX_CELL + 1))) == "file-not-readable"


TEXT = "类型,名称,数量\nmaterial,原铝锭 A00，电解,5\n"
TRADITIONAL = "類型,名稱,數量\nmaterial,電解銅箔，原鋁錠,5\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),
        (TEXT, "gb18030"),
        (TEXT, "gbk"),
        (TEXT, "utf-16"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "big5hkscs"),
        (TRADITIONAL, "gb18030"),
        ("kind,name,amount\nmaterial,铝锭,5\n", "gb18030"),
        ("kind,name,amount\nmaterial,電解銅箔,5\n", "big5"),
        ("kind,name,amount\nmaterial,鈦酸鋰電池,5\n", "big5"),
        ("類型,名稱,數量\nmaterial,香港嘅啫喱電池,5\n", "big5hkscs"),
        ("kind,name,amount\nmaterial,Lingote de alumínio primário,5\n", "cp1252"),
        ("kind,name,amount\nmaterial,Betão e açúcar,5\n", "cp1252"),
        ("kind,name,amount\nmaterial,steel,5\n", "ascii"),
    ],
)
def test_csv_is_read_in_the_encodings_of_the_region(text: str, encoding: str) -> None:
    expected = tuple(tuple(line.split(",")) for line in text.strip().split("\n"))
    assert read_csv(text.encode(encoding)) == Sheet("csv", expected)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_the_separator_of_its_first_line(delimiter: str) -> None:
    content = f'\n\na{delimiter}b\n"1{delimiter}2"{delimiter}"say ""x"""\n'.encode()
    assert read_csv(content).rows[2:] == (("a", "b"), (f"1{delimiter}2", 'say "x"'))


def test_cell_of_a_csv_may_have_line_breaks_and_keeps_its_row() -> None:
    assert read_csv(b'a,b\r\n"1\r\n2",3\r\n').rows == (("a", "b"), ("1\r\n2", "3"))


@pytest.mark.parametrize("content", [b"a,b\x00c", b'a,"b', b'a,"b"c,d', b"\x81\xff\xff\x80" * 9])
def test_csv_that_cannot_be_read_is_refused(content: bytes) -> None:
    assert code_of(lambda: read_csv(content)) == "file-not-readable"
