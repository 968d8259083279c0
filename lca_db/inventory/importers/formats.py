"""Which format a file is in, told by its content; each format's reader is imported when needed.

The name and extension of a file are never asked: USLCI's EcoSpold 1 was once distributed under a
name that says EcoSpold 2.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import Archive, open_archive
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import RawFault, RawProcess

Reader = Callable[[Path, ImportLimits], Iterator[RawProcess | RawFault]]

_LOOKED_AT = 65_536
_MEMBERS_LOOKED_AT = 20
_ZIP = b"PK\x03\x04"
_TABLE_TITLES = (b"datasets", "数据集".encode(), "數據集".encode())
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Format:
    """One format that can be imported.

    Attributes:
        module: Of its reader, in this package.
    """

    key: str
    title: str
    module: str

    def reader(self) -> Reader:
        """The reader; its libraries are loaded now."""
        module = importlib.import_module(f"lca_db.inventory.importers.{self.module}")
        return cast(Reader, module.read)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.key: one
        for one in (
            Format("ecospold2", "EcoSpold 2", "ecospold2"),
            Format("ecospold1", "EcoSpold 1", "ecospold1"),
            Format("jsonld", "openLCA JSON-LD", "jsonld"),
            Format("ilcd", "ILCD / TIDAS", "ilcd"),
            Format("simapro-csv", "SimaPro CSV", "simapro_csv"),
            Format("brightway-excel", "Brightway Excel", "brightway_excel"),
            Format("template", "Tanbiao template (CSV, Excel)", "template"),
        )
    }
)

# what only a document of that format holds, in the order in which they are looked for
_MARKS = (
    (b"EcoSpold02", "ecospold2"),
    (b"EcoSpold01", "ecospold1"),
    (b"lca.jrc.it/ILCD", "ilcd"),
    (b"lca.jrc.ec.europa.eu/ILCD", "ilcd"),
    (b'"processDataSet"', "ilcd"),
    (b'"@type"', "jsonld"),
    (b'"@context"', "jsonld"),
)
_LIKELY = ("processes/", ".spold", ".xml", ".json")


def format_of(path: Path, limits: ImportLimits, wanted: str = "") -> Format:
    """The format of a file.

    Args:
        path: The file.
        limits: Its bounds; an archive's directory is read.
        wanted: A key of ``FORMATS`` that the caller is sure of.

    Raises:
        ImportRefused: ``import-choice-unknown`` for a key that is none, ``import-file-unreadable``,
            ``import-format-unexpected``, and what opening an archive raises.
    """
    if wanted:
        if wanted not in FORMATS:
            raise ImportRefused("import-choice-unknown", "/format", value=wanted[:60])
        return FORMATS[wanted]
    try:
        with path.open("rb") as stream:
            head = stream.read(_LOOKED_AT)
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error
    if head.startswith(_ZIP):
        with open_archive(path, limits) as archive:
            key = _of_archive(archive)
    else:
        key = _of_text(head)
    if not key:
        expected = ", ".join(one.title for one in FORMATS.values())
        raise ImportRefused("import-format-unexpected", "", expected=expected)
    return FORMATS[key]


def _of_archive(archive: Archive) -> str:
    names = archive.names
    if "xl/workbook.xml" in archive:
        return _of_workbook(archive)
    likely = [n for n in names if any(part in n for part in _LIKELY)]
    likely.sort(key=lambda name: ("processes/" not in name, name))
    for name in likely[:_MEMBERS_LOOKED_AT]:
        with archive.open(name) as stream:
            key = _marked(stream.read(_LOOKED_AT))
        if key:
            return key
    return ""


def _of_workbook(archive: Archive) -> str:
    """Brightway writes the words Activity and Exchanges in its first column; else it is ours."""
    sheets = [n for n in archive.names if n.startswith("xl/worksheets/sheet")]
    texts = [n for n in ("xl/sharedStrings.xml", *sheets) if n in archive]
    for name in texts[:_MEMBERS_LOOKED_AT]:
        content = archive.read(name).lower()
        if b">activity<" in content and b">exchanges<" in content:
            return "brightway-excel"
    return "template"


def _of_text(head: bytes) -> str:
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    plain = head.replace(b"\0", b"")  # UTF-16 of Latin text
    key = _marked(plain)
    if key:
        return key
    first_line = plain.lstrip().split(b"\n", 1)[0]
    if first_line.lstrip(b'"').startswith(b"{SimaPro"):
        return "simapro-csv"
    is_markup = plain.lstrip()[:1] in {b"<", b"{", b"["}
    is_text = b"\0" not in head and not plain.startswith(b"\xd0\xcf\x11\xe0")
    has_columns = any(mark in first_line for mark in (b",", b";", b"\t"))
    title = first_line.strip().strip(b'"').lower()  # it may stand alone, no column beside it
    is_titled = title.startswith(b"#") and any(one in title for one in _TABLE_TITLES)
    return "template" if is_text and (has_columns or is_titled) and not is_markup else ""


def _marked(content: bytes) -> str:
    for mark, key in _MARKS:
        if mark in content:
            return key
    return ""
