"""Workbooks are read from hardened XML; what would burst a reader is small here, or refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD, ImportLimits
from lca_db.inventory.importers.workbooks import Row, column_letters, open_workbook
from tests.support.import_tables import workbook_of
from tests.support.mutated_files import packed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def members() -> dict[str, bytes]:
    content = workbook_of({"one": [["text", 1.5, True], [], ["文字"]]})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_rows(rows: str) -> bytes:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return packed({**members(), SHEET: sheet.encode()})


def rows_in(content: bytes, folder: Path, limits: ImportLimits = UPLOAD) -> list[Row]:
    path = folder / "book.xlsx"
    path.write_bytes(content)
    with open_workbook(path, limits) as book:
        return [row for sheet in book.sheet_names for row in book.rows(sheet)]


def refusal(content: bytes, folder: Path, limits: ImportLimits = UPLOAD) -> str:
    with pytest.raises(ImportRefused) as refused:
        rows_in(content, folder, limits)
    return refused.value.code


def test_cells_keep_kind_and_place_and_empty_rows_are_left_out(tmp_path: Path) -> None:
    rows = rows_in(packed(members()), tmp_path)
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (1, {0: "text", 1: 1.5, 2: True}),
        (3, {0: "文字"}),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c t="inlineStr"><is><t>a</t></is></c>', "a"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c t="inlineStr"><is><t>漢</t><rPh sb="0" eb="1"><t>カン</t></rPh></is></c>', "漢"),
        ('<c t="str"><f>A1</f><v>shown</v></c>', "shown"),
        ("<c><f>1+1</f><v>2</v></c>", 2.0),
        ("<c><f>1+1</f></c>", "=1+1"),
        ('<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="b"><v>0</v></c>', False),
        ("<c><v>0.10000000000000001</v></c>", 0.1),
        ("<c><v>1e999</v></c>", "1e999"),
        ("<c><v>NaN</v></c>", "NaN"),
        ('<c t="inlineStr"><is><t>a_x000A_b</t></is></c>', "a\nb"),
    ],
)
def test_a_cell_has_its_stored_value(cell: str, value: object, tmp_path: Path) -> None:
    ((_, cells),) = [
        (r.number, r.cells) for r in rows_in(with_rows(f"<row>{cell}</row>"), tmp_path)
    ]
    assert cells == {0: value}


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    far = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="199999"><c r="IV199999"><v>2</v></c></row>'
    )
    rows = rows_in(with_rows(far), tmp_path)
    assert [(row.number, dict(row.cells)) for row in rows] == [(1, {0: 1.0}), (199_999, {255: 2.0})]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="600000"><c><v>1</v></c></row>', "import-rows-too-many"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "import-columns-too-many"),
        ('<row r="2"/><row r="1"/>', "import-format-unexpected"),
        ('<row r="-1"/>', "import-format-unexpected"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "import-format-unexpected"),
        ('<row r="1"><c t="s"><v>99</v></c></row>', "import-format-unexpected"),
        ('<row r="1"><c t="s"><v>-1</v></c></row>', "import-format-unexpected"),
        ('<row r="1"><c><v>1+1</v></c></row>', "import-number-malformed"),
        ('<row r="1"><c>', "import-xml-malformed"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(rows: str, code: str, tmp_path: Path) -> None:
    assert refusal(with_rows(rows), tmp_path) == code


def test_an_empty_cell_far_away_is_no_column_too_many(tmp_path: Path) -> None:
    rows = rows_in(
        with_rows('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'), tmp_path
    )
    assert dict(rows[0].cells) == {0: 1.0}


def test_a_text_shared_by_many_cells_is_held_once(tmp_path: Path) -> None:
    text = "x" * 100_000
    strings = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'.encode()
    cells = "<c t='s'><v>0</v></c>" * 200
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    content = packed({**members(), STRINGS: strings, SHEET: sheet.encode()})
    (row,) = rows_in(content, tmp_path, replace(UPLOAD, ratio=2_000))
    assert len({id(cell) for cell in row.cells.values()}) == 1


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", STRINGS, SHEET])
def test_a_document_type_is_refused_in_every_part(name: str, tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert refusal(packed({**members(), name: bomb}), tmp_path) == "import-xml-doctype"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("xl/workbook.xml", "import-format-unexpected"),
        ("xl/_rels/workbook.xml.rels", "import-format-unexpected"),
        (SHEET, "import-member-missing"),
    ],
)
def test_a_workbook_without_one_of_its_parts_is_refused(
    name: str, code: str, tmp_path: Path
) -> None:
    parts = members()
    del parts[name]
    assert refusal(packed(parts), tmp_path) == code


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = packed({**members(), SHEET: b" " * 50_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb, tmp_path) == "import-member-ratio"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refusal(content, tmp_path) == "import-archive-malformed"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused, open_workbook(tmp_path / "none.xlsx", UPLOAD):
        pass
    assert refused.value.code == "import-file-unreadable"


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV"), (16_383, "XFD")]
)
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters
