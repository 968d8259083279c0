"""The lines of a SimaPro CSV file: its header, its separators, its records, its blocks.

What the format is (the software's own export; GreenDelta's and Brightway's notes on it agree):

* The file begins with lines in braces, ``{CSV separator: Semicolon}``, ``{Decimal separator: ,}``.
* One record is one line; a line break inside a text is written as the character 127. A field that
  holds the separator stands in double quotes. A file that went through a spreadsheet may hold real
  line breaks in quotes: those are joined, but never over the beginning or end of a block, so that
  one stray quote cannot swallow the processes behind it.
* A block begins with a word of :data:`BLOCKS` alone on its line and ends with ``End``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from lca_db.inventory.importers.decoding import lines_of
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.text import clean_text

PROCESS = "Process"
PRODUCT_STAGE = "Product stage"
END = "End"
SUBSTANCES = {
    "Raw materials": "resource",
    "Airborne emissions": "air",
    "Waterborne emissions": "water",
    "Emissions to soil": "soil",
    "Final waste flows": "final waste flows",
    "Non material emissions": "non material emissions",
    "Social issues": "social issues",
    "Economic issues": "economic issues",
}
"""Blocks that list substances with their CAS numbers, and the compartment each stands for."""

BLOCKS = frozenset(
    {
        PROCESS, PRODUCT_STAGE, "Database Calculated parameters", "Database Input parameters",
        "Literature reference", "Project Input parameters", "Project Calculated parameters",
        "Quantities", "Units", "Method", "Impact category", "Normalization-Weighting set",
        "Damage category", "System description",
    }
)  # fmt: skip
_WITHIN_PROCESSES = frozenset({"System description"})

_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t", ";": ";", ",": ",", "": "", "|": "|"}
_MOST_JOINED = 100


@dataclass(frozen=True, slots=True)
class Style:
    """How a file writes its records, and what its header says else."""

    separator: str
    decimal: str
    project: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its line, and its fields, cleaned."""

    line: int
    fields: tuple[str, ...]

    def field(self, position: int) -> str:
        """A field, "" where the record is shorter."""
        return self.fields[position] if position < len(self.fields) else ""

    @property
    def is_blank(self) -> bool:
        """Nothing in it, or separators only."""
        return not any(self.fields)

    @property
    def word(self) -> str:
        """The one word the record consists of, "" where it holds more."""
        return self.fields[0] if self.fields and not any(self.fields[1:]) else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its word, its records, and whether its ``End`` was there."""

    word: str
    line: int
    records: tuple[Record, ...]
    is_ended: bool


def read_style(text: str) -> Style:
    """What the header says.

    Raises:
        ImportRefused: ``import-format-unexpected`` for a file without such a header.
    """
    header: dict[str, str] = {}
    is_simapro = False
    for line in lines_of(text):
        shown = line.strip().strip('"').strip()
        if not shown.startswith("{"):
            if shown:
                break
            continue
        key, _, value = shown.strip("{}").partition(":")
        header[key.strip().casefold()] = value.strip().strip("'")
        is_simapro |= key.startswith("SimaPro") or key.casefold().startswith("csv ")
    if not is_simapro:
        raise ImportRefused("import-format-unexpected", "", expected="SimaPro CSV")
    separator = _SEPARATORS.get(header.get("csv separator", "").casefold(), "")
    decimal = header.get("decimal separator", ".")
    if decimal not in {".", ","}:
        raise ImportRefused("import-choice-unknown", "", value=decimal[:40])
    project = next((header[key] for key in _PROJECT if key in header), "")
    return Style(separator or _usual_separator(text), decimal, project)


_PROJECT = ("project", "projet", "proyecto", "projeto", "progetto", "projekt", "项目", "項目")


def _usual_separator(text: str) -> str:
    """The separator of a header that names none: what stands in the file most often."""
    sample = text[:100_000]
    return max(";\t,", key=sample.count)


def blocks(text: str, style: Style, limits: ImportLimits) -> Iterator[Block]:
    """The blocks of a file in their order, header lines left out.

    Raises:
        ImportRefused: ``import-rows-too-many``, ``import-columns-too-many``,
            ``import-text-too-long``.
    """
    word, start, records = "", 0, list[Record]()
    for record in _records(text, style, limits):
        is_start = record.word in BLOCKS or (not word and record.word in SUBSTANCES)
        if is_start and word == PROCESS and record.word in _WITHIN_PROCESSES:
            is_start = False
        if record.word == END or is_start:
            if word:
                yield Block(word, start, tuple(records), is_ended=record.word == END)
            word, start, records = record.word if is_start else "", record.line, []
        elif word:
            records.append(record)
        elif not record.is_blank and not record.fields[0].startswith("{"):
            stray = next(field for field in record.fields if field)
            word, start, records = stray[:200], record.line, []
    if word:
        yield Block(word, start, tuple(records), is_ended=False)


def _records(text: str, style: Style, limits: ImportLimits) -> Iterator[Record]:
    lines = _Lines(text)
    for number, line in lines:
        if number > limits.rows:
            raise ImportRefused("import-rows-too-many", "", most=str(limits.rows))
        place = f"/{number}"
        fields = line.split(style.separator, limits.columns)
        if '"' in line:
            fields = _quoted(line, lines, style.separator) or fields
        if len(fields) > limits.columns:
            raise ImportRefused("import-columns-too-many", place, most=str(limits.columns))
        yield Record(
            number, tuple(clean_text(f.replace("\x7f", "\n"), limits, place) for f in fields)
        )


class _Lines:
    """The numbered lines of a text, a few of which may be looked at before they are taken."""

    def __init__(self, text: str) -> None:
        self._lines = enumerate(lines_of(text), start=1)
        self._ahead: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while True:
            numbered = self._ahead.pop(0) if self._ahead else next(self._lines, None)
            if numbered is None:
                return
            yield numbered

    def ahead(self, count: int) -> str | None:
        """The line that comes ``count`` lines after the present one; None behind the last."""
        while len(self._ahead) < count:
            numbered = next(self._lines, None)
            if numbered is None:
                return None
            self._ahead.append(numbered)
        return self._ahead[count - 1][1]

    def take(self, count: int) -> None:
        """Counts the next lines as read."""
        del self._ahead[:count]


def _quoted(line: str, lines: _Lines, separator: str) -> list[str] | None:
    """The fields of a line with quotes, joined with following ones where a quote stays open."""
    joined = [line]
    quotes = line.count('"')
    for count in range(_MOST_JOINED + 1):
        if count:
            more = lines.ahead(count)
            if more is None or more.strip(' "' + separator) in BLOCKS | {END}:
                return None
            joined.append(more)
            quotes += more.count('"')
        if quotes % 2:
            continue
        try:
            records = list(csv.reader(["\n".join(joined)], delimiter=separator, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return None
        lines.take(count)
        return records[0] if records else None
    return None
