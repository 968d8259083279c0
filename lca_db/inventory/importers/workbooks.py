"""Reads an xlsx workbook row by row: the values as they were stored, nothing evaluated.

Rules (security.md, threats 13 and 14):

* The archive is checked by ``files.py``, its XML by ``xml.py``; nothing else opens the file.
* Memory follows what the file holds, not where it says that it stands: a table with cells in A1 and
  XFD1048576 is two cells here, and a text that a million cells share is held once.
* A formula is never worked out. Its cell has the value that was stored with it; where none was
  stored, it has the text of the formula with its ``=``, which is no number anywhere.
* A date is the number that Excel keeps for it: its meaning lies in the styles, which are not read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import etree

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import Archive, open_archive
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.xml import elements, local_name

Cell = str | float | bool

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something.

    Attributes:
        number: As Excel counts it, from 1.
        cells: By column, from 0; empty cells are left out.
    """

    number: int
    cells: Mapping[int, Cell]

    def text(self, column: int) -> str:
        """A cell as text, "" where there is none; a number as its shortest writing."""
        return cell_text(self.cells.get(column, ""))


@contextmanager
def open_workbook(path: Path, limits: ImportLimits) -> Iterator[Workbook]:
    """An xlsx workbook.

    Raises:
        ImportRefused: ``import-format-unexpected`` for an archive that is none, and what
            ``open_archive`` and ``elements`` raise.
    """
    if not path.is_file():
        raise ImportRefused("import-file-unreadable", "", name=path.name)
    with open_archive(path, limits) as archive:
        if _WORKBOOK not in archive or _RELATIONS not in archive:
            raise ImportRefused("import-format-unexpected", "", expected="xlsx")
        yield Workbook(archive, limits)


class Workbook:
    """The sheets of an xlsx file in their order."""

    def __init__(self, archive: Archive, limits: ImportLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._members = self._sheets()
        self._strings = self._shared_strings() if _STRINGS in archive else ()

    @property
    def sheet_names(self) -> Sequence[str]:
        """Names of the sheets, in the order of their tabs."""
        return tuple(self._members)

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that hold something.

        Raises:
            ImportRefused: ``import-rows-too-many``, ``import-columns-too-many``,
                ``import-format-unexpected``, ``import-xml-malformed``.
        """
        last = 0
        place = "/" + sheet
        for element in self._elements(self._members[sheet], "row"):
            number = _row_number(element, last, place)
            last = number
            cells = self._cells(element, f"{place}/{number}")
            if not cells:
                continue
            if number > self._limits.rows:
                raise ImportRefused("import-rows-too-many", place, most=str(self._limits.rows))
            if max(cells) >= self._limits.columns:
                most = str(self._limits.columns)
                raise ImportRefused("import-columns-too-many", f"{place}/{number}", most=most)
            yield Row(number, cells)

    def _sheets(self) -> Mapping[str, str]:
        targets = {
            relation.get("Id", ""): _member(relation.get("Target", ""))
            for relation in self._elements(_RELATIONS, "Relationship")
        }
        members: dict[str, str] = {}
        for sheet in self._elements(_WORKBOOK, "sheet"):
            relation_id = sheet.get(_RELATION_ID) or sheet.get(_STRICT_RELATION_ID) or ""
            member = targets.get(relation_id, "")
            name = (sheet.get("name") or "")[:200]
            if member not in self._archive or name in members:
                raise ImportRefused("import-member-missing", "/" + name, member=member or name)
            members[name] = member
        return members

    def _shared_strings(self) -> Sequence[str]:
        return tuple(_text_of(item) for item in self._elements(_STRINGS, "si"))

    def _elements(self, member: str, name: str) -> Iterator[etree._Element]:
        content = io.BytesIO(self._archive.read(member))
        return elements(content, name, self._limits, "/" + member)

    def _cells(self, row: etree._Element, place: str) -> dict[int, Cell]:
        cells: dict[int, Cell] = {}
        column = -1
        for element in row:
            if local_name(element) != "c":
                continue
            written = element.get("r")
            column = _column(written, place) if written else column + 1
            value = self._value(element, place)
            if value != "":
                cells[column] = value
        return cells

    def _value(self, cell: etree._Element, place: str) -> Cell:
        parts = {local_name(part): part for part in cell}
        if "is" in parts:
            return _text_of(parts["is"])
        text = (parts["v"].text or "") if "v" in parts else ""
        if text == "" and "f" in parts and cell.get("t") != "str":
            return "=" + (parts["f"].text or "")
        match cell.get("t", "n"):
            case "s":
                return self._shared(text, place)
            case "b":
                return text.strip() == "1"
            case "n":
                return _number(text, place)
            case _:  # the text of a formula, an error such as #DIV/0!, a date as ISO writes it
                return _unescaped(text)

    def _shared(self, text: str, place: str) -> str:
        position = text.strip()
        is_number = position.isascii() and position.isdigit() and len(position) < 10
        if not is_number or int(position) >= len(self._strings):
            raise ImportRefused("import-format-unexpected", place, expected="xlsx")
        return self._strings[int(position)]


def cell_text(value: Cell) -> str:
    """A cell as text: a number as a person would write it, a truth value as a word."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if is_whole else repr(value)
    return value


def _member(target: str) -> str:
    """The member a relation points to: from the root of the archive, or from its folder."""
    if target.startswith("/"):
        return target[1:]
    return str(PurePosixPath("xl") / target)


def _row_number(row: etree._Element, last: int, place: str) -> int:
    written = row.get("r")
    if written is None:
        return last + 1
    is_number = written.isascii() and written.isdigit() and len(written) < 9
    if not is_number or int(written) <= last:
        raise ImportRefused("import-format-unexpected", place, expected="xlsx")
    return int(written)


def _column(written: str, place: str) -> int:
    found = _PLACE.fullmatch(written)
    if found is None:
        raise ImportRefused("import-format-unexpected", place, expected="xlsx")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def column_letters(column: int) -> str:
    """The name of a column, counted from 0: A, B ... Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(text: str, place: str) -> Cell:
    if not text.strip():
        return ""
    try:
        value = float(text)
    except ValueError as error:
        raise ImportRefused("import-number-malformed", place, value=text[:40]) from error
    return text.strip() if value - value != 0 else value  # neither endless nor "not a number"


def _text_of(item: etree._Element) -> str:
    """The text of a string item: of all its runs, without the reading aids of Asian scripts."""
    texts: list[str] = []
    for part in item:
        match local_name(part):
            case "t":
                texts.append(part.text or "")
            case "r":
                texts += [run.text or "" for run in part if local_name(run) == "t"]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text
