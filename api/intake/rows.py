"""Reads an Excel or CSV file into rows of text with their places; runs in the spawned child.

Cells are text and nothing else: no formula, no expression is ever evaluated. Limits: 200,000
rows, 200 columns, 32,767 characters a cell; an xlsx whose parts unpack to more than 50 MB or by
more than a hundred times is refused before it is opened.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from charset_normalizer import from_bytes
from python_calamine import CalamineError, load_workbook

from footprint.errors import BomError

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
MAX_UNPACKED_BYTES = 50_000_000
MAX_RATIO = 100
MAX_MEMBERS = 2_000


@dataclass(frozen=True)
class Sheet:
    """A table of text: ``rows[i]`` stands in row ``first_row + i`` of the file."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Every sheet of an xlsx, xls or ods file.

    Raises:
        BomError: ``file-not-readable``, ``file-unpacks-too-large``, ``file-too-many-rows``.
    """
    if content[:2] == b"PK":
        _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content))
        return tuple(
            Sheet(name, _bounded(tuple(_text(cell) for cell in row) for row in sheet.iter_rows()))
            for name in book.sheet_names[:20]
            for sheet in [book.get_sheet_by_name(name)]
        )
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise BomError("file-not-readable") from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise BomError("file-not-readable") from None
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * packed:
        raise BomError("file-unpacks-too-large")


def read_csv(content: bytes) -> Sheet:
    """A CSV file in UTF-8, GB18030 or Big5, with comma, semicolon or tab.

    Raises:
        BomError: ``file-not-readable``, ``file-too-many-rows``.
    """
    text = _decoded(content)
    if "\x00" in text:
        raise BomError("file-not-readable")
    header = text.splitlines()[0] if text else ""
    delimiter = max(",;\t", key=header.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return Sheet("csv", _bounded(tuple(row) for row in reader))
    except csv.Error as error:
        raise BomError("file-not-readable") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or not _is_rather_big5(content):
            return text
        break
    best = from_bytes(content, cp_isolation=["gb18030", "big5", "utf_8"]).best()
    if best is None:
        raise BomError("file-not-readable")
    return str(best)


def _is_rather_big5(content: bytes) -> bool:
    """Both encodings decode most bytes; the template's own traditional words decide."""
    try:
        text = content.decode("big5")
    except UnicodeDecodeError:
        return False
    return any(word in text for word in ("名稱", "數量", "類型"))


def _bounded(rows: Iterator[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    kept: list[tuple[str, ...]] = []
    for row in rows:
        if len(kept) >= MAX_ROWS:
            raise BomError("file-too-many-rows", "", limit=str(MAX_ROWS))
        cells = row[:MAX_COLUMNS]
        if any(len(cell) > MAX_CELL for cell in cells):
            raise BomError("file-not-readable")
        kept.append(tuple(cell.strip() for cell in cells))
    return tuple(kept)


def _text(cell: object) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
