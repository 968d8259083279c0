"""What both EcoSpold readers share: the documents of a file, their datasets, and how one may fail.

Rules:

* A file is one XML document or a zip archive of them; what is packed otherwise (7z) is refused.
  Of an archive, members that are no XML, and XML documents with another root
  (``categories.xml``), are passed over.
* A dataset that cannot be read is a fault and the others come in; so is a document of an archive,
  and the rest of a document that breaks off after some datasets.
* A file without any dataset is refused.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from labels.locale import match_language
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import open_archive, read_file
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.text import clean_text
from lca_db.inventory.importers.xml import elements, local_name, root_tag

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PACKED_OTHERWISE = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b")
_XML_NAMES = (".xml", ".spold")
_ROOT = "ecospold"
_TITLE = 200
_CAS = re.compile(r"0*([1-9][0-9]{1,6})-([0-9]{2})-([0-9])")


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads the text of elements and attributes of one dataset, under the limits."""

    limits: ImportLimits
    place: str

    def attribute(self, element: etree._Element | None, name: str) -> str:
        """An attribute, "" where it, or its element, is missing."""
        value = None if element is None else element.get(name)
        return clean_text(value, self.limits, f"{self.place}/{name}")

    def text(self, element: etree._Element | None) -> str:
        """The text of an element, "" where it is missing."""
        if element is None:
            return ""
        return clean_text(element.text, self.limits, f"{self.place}/{local_name(element)}")

    def required(self, value: str, name: str) -> str:
        """The value.

        Raises:
            ImportRefused: ``import-text-expected`` where it is empty.
        """
        if not value:
            raise ImportRefused("import-text-expected", f"{self.place}/{name}", value="")
        return value

    def below(self, *members: str | int) -> Fields:
        """The same at a place inside this one."""
        return Fields(self.limits, self.place + "".join(f"/{member}" for member in members))


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the two formats.

    Attributes:
        expected: What to call it to a person.
        namespace: Of its root; a root without namespace is taken too.
        datasets: Local names of the elements that are datasets.
        process: Makes a process of such an element.
        title: The element that names it, for the report of a fault.
    """

    expected: str
    namespace: str
    datasets: frozenset[str]
    process: Callable[[etree._Element, Fields], RawProcess]
    title: Callable[[etree._Element], str | None]


def read_datasets(
    path: Path, limits: ImportLimits, dialect: Dialect
) -> Iterator[RawProcess | RawFault]:
    """All datasets of a file, in the order of the members' names and of the documents.

    Raises:
        ImportRefused: Nothing of the file can be used.
    """
    count = 0
    for found in _all(path, limits, dialect):
        count += 1
        if count > limits.processes:
            raise ImportRefused("import-rows-too-many", "", most=str(limits.processes))
        yield found
    if not count:
        raise ImportRefused("import-format-unexpected", "", expected=dialect.expected)


def _all(path: Path, limits: ImportLimits, dialect: Dialect) -> Iterator[RawProcess | RawFault]:
    begin = _starts(path)
    if begin.startswith(_PACKED_OTHERWISE):
        raise ImportRefused("import-format-unexpected", "", expected=dialect.expected)
    if not begin.startswith(_ZIP):
        yield from _of_document(read_file(path, limits), "", limits, dialect)
        return
    with open_archive(path, limits) as archive:
        for name in archive.names:
            if not _is_xml(name):
                continue
            place = "/" + name[:_TITLE]
            try:
                yield from _of_document(archive.read(name), place, limits, dialect)
            except ImportRefused as error:
                if error.code == "import-archive-too-large":
                    raise  # the archive is not what it said it was
                yield _fault(error, name.rpartition("/")[2], place)


def _starts(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error


def _is_xml(name: str) -> bool:
    base = name.rpartition("/")[2]
    return name.lower().endswith(_XML_NAMES) and not base.startswith("._")  # what macOS adds


def _of_document(
    content: bytes, place: str, limits: ImportLimits, dialect: Dialect
) -> Iterator[RawProcess | RawFault]:
    """Raises only before the first dataset; what breaks off later ends in a fault."""
    namespace, _, name = root_tag(io.BytesIO(content), limits, place).rpartition("}")
    is_ours = namespace.lower() in {"", "{" + dialect.namespace.lower()}
    if name.lower() != _ROOT or not is_ours:
        return
    is_first = True
    try:
        found = elements(io.BytesIO(content), dialect.datasets, limits, place)
        for position, element in enumerate(found):
            is_first = False
            yield _of_dataset(element, Fields(limits, f"{place}/{position}"), dialect)
    except ImportRefused as error:
        if is_first:
            raise
        yield _fault(error, "", place)


def _of_dataset(element: etree._Element, fields: Fields, dialect: Dialect) -> RawProcess | RawFault:
    try:
        return dialect.process(element, fields)
    except ImportRefused as error:
        return _fault(error, dialect.title(element) or "", fields.place)


def _fault(error: ImportRefused, name: str, place: str) -> RawFault:
    shown = " ".join(name[:_TITLE].split())
    return RawFault(
        name=shown, place=error.place or place, code=error.code, parameters=error.parameters
    )


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of a local name, of that one the next, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((c for c in element if local_name(c) == name), None)
    return element


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """All children of a local name."""
    return [] if element is None else [c for c in element if local_name(c) == name]


def exchange_elements(
    data: etree._Element | None, names: frozenset[str], fields: Fields
) -> list[etree._Element]:
    """The children that are exchanges.

    Raises:
        ImportRefused: ``import-process-too-large``.
    """
    found = [] if data is None else [c for c in data if local_name(c) in names]
    if len(found) > fields.limits.exchanges:
        most = str(fields.limits.exchanges)
        raise ImportRefused("import-process-too-large", fields.place, most=most)
    return found


def language_of(tag: str | None) -> str:
    """The language of a tag: ours where it is one of ours, else the tag in small letters."""
    found = (tag or "").strip()[:20]
    return match_language(found) or found.lower() or "en"


def cas_of(text: str) -> str:
    """A CAS number without leading zeros; "" for what is none (``n.a.``, ``NaN``, ``7732190``)."""
    found = _CAS.fullmatch(text.strip())
    if found is None:
        return ""
    digits = found[1] + found[2]
    weighed = sum(place * int(digit) for place, digit in enumerate(reversed(digits), start=1))
    return f"{found[1]}-{found[2]}-{found[3]}" if weighed % 10 == int(found[3]) else ""


def several_references(references: list[RawExchange], fields: Fields) -> ImportRefused:
    """The refusal of a dataset that stands for more than one product."""
    names = "; ".join(e.name for e in references)[:_TITLE]
    return ImportRefused("import-several-references", fields.place, names=names)
