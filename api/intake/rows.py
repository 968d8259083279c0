"""Reads an Excel or CSV file into rows of text with their places; runs in the spawned child.

Cells are text and nothing else: no formula, no expression is ever evaluated. Limits: 200,000
rows, 200 columns, 32,767 characters a cell, 20 sheets; an xlsx whose parts unpack to more than
50 MB or by more than a hundred times, whatever it says of itself, is refused before it is opened.
Its parts are counted before their directory is read into memory, and one that is packed in a way
that does not unpack piece by piece (bzip2, LZMA) is refused, as in ``importers/files.py``. A sheet
of far corners is what calamine makes a rectangle of: the limits of the child end it.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineSheet, load_workbook

from footprint.errors import BomError

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
MAX_UNPACKED_BYTES = 50_000_000
MAX_RATIO = 100
MAX_MEMBERS = 2_000
MAX_SHEETS = 20
MAX_WHOLE, MAX_DECIMALS = 16, 18  # digits of an amount on the wire
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENTRY = b"PK\x01\x02"  # begins every entry of the directory of an archive
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,  # an extra field that ends early
    OSError,
    OverflowError,
    RuntimeError,  # a password is wanted
    ValueError,
)
_CHUNK_BYTES = 1 << 20
# encoding -> first and last lead byte of its everyday characters, least trail byte
_COMMON = {"gb18030": (0xB0, 0xD7, 0xA1), "big5hkscs": (0xA4, 0xC6, 0x40)}
_PUNCTUATION = frozenset({0xA1, 0xA2, 0xA3})
_LEAST_COMMONNESS = 0.3
_SAMPLE_CHARACTERS = 20_000


@dataclass(frozen=True)
class Sheet:
    """A table of text: ``rows[i][k]`` stands in row ``i + 1`` and column ``k + 1`` of the file."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Every sheet of an xlsx, xls or ods file, rows and columns counted from A1.

    Raises:
        BomError: ``file-not-readable``, ``file-unpacks-too-large``, ``file-too-many-rows``,
            ``file-too-many-columns``.
    """
    if content[:4] == _ZIP:
        _refuse_bomb(content)
    elif content[:4] != _OLE:  # a reader that searches for the archive would find one behind junk
        raise BomError("file-not-readable")
    try:
        book = load_workbook(io.BytesIO(content))
        return tuple(
            _sheet(name, book.get_sheet_by_name(name)) for name in book.sheet_names[:MAX_SHEETS]
        )
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise BomError("file-not-readable") from error


def _sheet(name: str, sheet: CalamineSheet) -> Sheet:
    """The sheet with the empty columns before its first used one, so that places are right."""
    before = ("",) * (sheet.start[1] if sheet.start else 0)
    rows = ((*before, *(_text(cell) for cell in row)) for row in sheet.iter_rows())
    return Sheet(name, _bounded(rows))


def _refuse_bomb(content: bytes) -> None:
    """Counts the parts, what the archive says of itself, then what it really holds."""
    if content.count(_ENTRY) > MAX_MEMBERS:  # zipfile would keep an object of each
        raise BomError("file-unpacks-too-large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            most = min(MAX_UNPACKED_BYTES, MAX_RATIO * len(content))
            if len(members) > MAX_MEMBERS or unpacked > most:
                raise BomError("file-unpacks-too-large")
            for member in members:
                if member.compress_type not in _PACKINGS:
                    raise BomError("file-not-readable")
                with archive.open(member) as stream:
                    while stream.read(_CHUNK_BYTES):  # a wrong size or checksum is raised here
                        pass
    except BomError:
        raise
    except _UNREADABLE:
        raise BomError("file-not-readable") from None


def read_csv(content: bytes) -> Sheet:
    """A CSV file in UTF-8, GB18030 or Big5, with comma, semicolon or tab.

    Raises:
        BomError: ``file-not-readable``, ``file-too-many-rows``, ``file-too-many-columns``.
    """
    text = _decoded(content)
    if "\x00" in text:
        raise BomError("file-not-readable")
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return Sheet("csv", _bounded(tuple(row) for row in reader))
    except csv.Error as error:
        raise BomError("file-not-readable") from error


def _decoded(content: bytes) -> str:
    """The text; of two Chinese encodings the one that gives the commoner characters."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in _COMMON:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_commonness(text, encoding), text))
    commonness, text = max(readings, key=lambda reading: reading[0], default=(0.0, ""))
    if commonness >= _LEAST_COMMONNESS:
        return text
    best = from_bytes(content, cp_isolation=["utf_16", "utf_16_le", "utf_16_be", "cp1252"]).best()
    if best is None:
        raise BomError("file-not-readable")
    return str(best)


def _commonness(text: str, encoding: str) -> float:
    """Which share of the Chinese characters are everyday ones, punctuation left out.

    Both standards put the everyday characters into one block of lead bytes: GB 2312 level 1
    (and its trail bytes from A1), Big5 level 1. A text read in the wrong one lands elsewhere.
    """
    first, last, least_trail = _COMMON[encoding]
    counted = common = 0
    for character in text[:_SAMPLE_CHARACTERS]:
        code = character.encode(encoding)
        if len(code) == 1 or code[0] in _PUNCTUATION:
            continue
        counted += 1
        common += len(code) == 2 and first <= code[0] <= last and code[1] >= least_trail
    return common / counted if counted else _LEAST_COMMONNESS


def _bounded(rows: Iterator[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    kept: list[tuple[str, ...]] = []
    for row in rows:
        if len(kept) >= MAX_ROWS:
            raise BomError("file-too-many-rows", "", limit=str(MAX_ROWS))
        if any(row[MAX_COLUMNS:]):
            raise BomError("file-too-many-columns", "", limit=str(MAX_COLUMNS))
        if any(len(cell) > MAX_CELL for cell in row):
            raise BomError("file-not-readable")
        kept.append(tuple(cell.strip() for cell in row[:MAX_COLUMNS]))
    return tuple(kept)


def _text(cell: object) -> str:
    match cell:
        case None | "":
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _number(value: float) -> str:
    """As a person would write it, or with an exponent where that has too many digits to read."""
    if value == 0:
        return "0"
    text = format(Decimal(repr(value)).normalize(), "f")
    whole, _, decimals = text.lstrip("-").partition(".")
    return text if len(whole) <= MAX_WHOLE and len(decimals) <= MAX_DECIMALS else repr(value)
