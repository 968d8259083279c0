"""Reads our own dataset template, Excel or CSV: every fault of the file at once, with its cell.

Rules (``template_columns.py`` has the columns):

* In a workbook the sheets named for the two tables are read, others are the maker's own. In a CSV
  file a row that begins with ``#`` and the name of a table begins it; any other ``#`` row is a
  note, in a workbook too.
* The first row of a table that is no note has the headings, in any order.
* A dataset with a fault, in its own row or in one of its exchanges, stays out; the others come in.
* A cell that begins with ``=`` is text, and where a number belongs, a fault. The apostrophe that
  guards such a text (``labels/render/cells.py``) is not part of it.
* A climate gas and the origin of its carbon become the name of a flow: ``Methane, non-fossil``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from labels.render.cells import unguarded
from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.decoding import decode, lines_of
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import read_file
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.template_columns import (
    AGGREGATED,
    DATASETS,
    EXCHANGES,
    YEAR_UNSTATED,
    YEAR_UNSTATED_ZH,
    Column,
    Table,
    choice,
    column_headed,
    flow_named,
    table_titled,
)
from lca_db.inventory.importers.text import clean_text
from lca_db.inventory.importers.workbooks import Row, column_letters, open_workbook

_ARCHIVE = b"PK\x03\x04"
_NOTE = "#"
_SEPARATORS = ",;\t"
_BLANKS = ' ",;\t'
YEARS = re.compile(r"([0-9]{4})(?:\s*[-–~至]\s*([0-9]{4}))?")
NAME_COLUMNS = {"name_zh": "zh-Hans", "name_hant": "zh-Hant", "name_en": "en", "name_pt": "pt"}
_SHOWN = 80
_YEAR_WORDS = frozenset({YEAR_UNSTATED, YEAR_UNSTATED_ZH})


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """The faults of a filled template, then its sound datasets.

    Raises:
        ImportRefused: ``import-format-unexpected`` for a file that is no such template,
            ``import-rows-too-many``, ``import-columns-too-many``, and what the readers of files
            and workbooks raise.
    """
    reading = _Reading(limits)
    source = _workbook_rows if _is_archive(path) else _csv_rows
    for table, sheet, row in source(path, limits):
        yield from reading.take(table, sheet, row)
    if DATASETS.key not in reading.seen:
        raise ImportRefused("import-format-unexpected", "", expected="Tanbiao template")
    yield from reading.finish()


def _is_archive(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_ARCHIVE)) == _ARCHIVE
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error


def _workbook_rows(path: Path, limits: ImportLimits) -> Iterator[tuple[Table, str, Row]]:
    with open_workbook(path, limits) as book:
        for sheet in book.sheet_names:
            table = table_titled(sheet)
            if table is not None:
                for row in book.rows(sheet):
                    if not row.text(0).startswith(_NOTE):
                        yield table, sheet, row


def separator_of(text: str) -> str:
    """What stands between the cells of a CSV file, as its first headings show."""
    heading = next(
        (line for line in lines_of(text) if line.strip(_BLANKS)[:1] not in {"", _NOTE}), ""
    )
    return max(_SEPARATORS, key=heading.count)


def _csv_rows(path: Path, limits: ImportLimits) -> Iterator[tuple[Table, str, Row]]:
    text = decode(read_file(path, limits))
    table: Table | None = None
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    try:
        for number, fields in enumerate(records, start=1):
            if number > limits.rows:
                raise ImportRefused("import-rows-too-many", "", most=str(limits.rows))
            if len(fields) > limits.columns and any(fields[limits.columns :]):
                most = str(limits.columns)
                raise ImportRefused("import-columns-too-many", f"/{number}", most=most)
            first = fields[0].strip() if fields else ""
            if first.startswith(_NOTE):
                table = table_titled(first.lstrip(_NOTE)) or table
            elif table is not None and any(part.strip() for part in fields):
                cells = {k: part.strip() for k, part in enumerate(fields) if part.strip()}
                yield table, table.title, Row(number, cells)
    except csv.Error as error:
        raise ImportRefused("import-format-unexpected", "", expected="CSV") from error


@dataclass
class _Dataset:
    """A row of the table of datasets, and the flows found for it."""

    place: str
    values: Mapping[str, str]
    exchanges: list[RawExchange] = field(default_factory=list)


@dataclass
class _Reading:
    """What has been read of a file so far."""

    limits: ImportLimits
    seen: set[str] = field(default_factory=set)  # tables whose headings came
    columns: dict[str, Mapping[int, Column]] = field(default_factory=dict)
    datasets: dict[str, _Dataset] = field(default_factory=dict)
    waiting: list[tuple[str, Row]] = field(
        default_factory=list
    )  # flows: their table may come first
    faulty: set[str] = field(default_factory=set)

    def take(self, table: Table, sheet: str, row: Row) -> Iterator[RawFault]:
        """The faults of one row; what is sound is kept."""
        if table.key not in self.seen:
            self.seen.add(table.key)
            yield from self._headings(table, sheet, row)
        elif table is DATASETS:
            yield from self._dataset(sheet, row)
        else:
            self.waiting.append((sheet, row))

    def finish(self) -> Iterator[RawProcess | RawFault]:
        """The faults of the flows, then the sound datasets."""
        if not all(self.columns.values()):  # a needed heading is missing: said, and enough
            return
        for sheet, row in self.waiting:
            yield from self._exchange(sheet, row)
        for key, dataset in self.datasets.items():
            if key not in self.faulty:
                yield _process(key, dataset)

    def _headings(self, table: Table, sheet: str, row: Row) -> Iterator[RawFault]:
        found: dict[int, Column] = {}
        faults: list[ImportRefused] = []
        for position in sorted(row.cells):
            written = row.text(position).strip()
            place = _place(sheet, row, position)
            column = column_headed(table, written)
            if column is None:
                heading = written[:_SHOWN]
                faults.append(ImportRefused("import-heading-unknown", place, heading=heading))
            elif column in found.values():
                heading = column.heading
                faults.append(ImportRefused("import-heading-twice", place, heading=heading))
            else:
                found[position] = column
        missing = [c for c in table.columns if c.is_needed and c not in found.values()]
        for column in missing:
            place = f"/{sheet}/{row.number}"
            heading = column.heading
            faults.append(ImportRefused("import-heading-missing", place, heading=heading))
        self.columns[table.key] = {} if missing else found
        yield from map(RawFault.of, faults)

    def _dataset(self, sheet: str, row: Row) -> Iterator[RawFault]:
        cells = _Cells(self.columns[DATASETS.key], sheet, row, self.limits)
        if not cells.columns:
            return
        values = cells.values()
        cells.number("amount", is_zero_allowed=False)
        cells.number("share", most=Decimal(1))
        key, year = values.get("id", ""), values.get("year", "")
        if year and not YEARS.fullmatch(year) and year not in _YEAR_WORDS:
            place = cells.place("year")
            cells.refuse(ImportRefused("import-number-malformed", place, value=year[:_SHOWN]))
        if not any(values.get(name) for name in NAME_COLUMNS):
            place, heading = cells.place("name_zh"), DATASETS.heading("name_zh")
            cells.refuse(ImportRefused("import-value-missing", place, column=heading))
        if key in self.datasets:
            cells.refuse(ImportRefused("import-id-twice", cells.place("id"), value=key[:_SHOWN]))
        elif key:
            if len(self.datasets) >= self.limits.processes:
                raise ImportRefused("import-rows-too-many", "", most=str(self.limits.processes))
            self.datasets[key] = _Dataset(f"/{sheet}/{row.number}", dict(values))
        yield from self._faults(cells, key)

    def _exchange(self, sheet: str, row: Row) -> Iterator[RawFault]:
        cells = _Cells(self.columns[EXCHANGES.key], sheet, row, self.limits)
        values = cells.values()
        amount = cells.number("amount")
        share = cells.number("share", most=Decimal(1))
        key = values.get("dataset", "")
        dataset = self.datasets.get(key)
        is_emission = values.get("direction") == FlowKind.EMISSION.value
        if is_emission and not cells.is_filled("compartment"):
            place, heading = cells.place("compartment"), EXCHANGES.heading("compartment")
            cells.refuse(ImportRefused("import-value-missing", place, column=heading))
        if key and dataset is None:
            place = cells.place("dataset")
            cells.refuse(ImportRefused("import-dataset-unknown", place, value=key[:_SHOWN]))
        if dataset is not None and len(dataset.exchanges) >= self.limits.exchanges - 1:
            place, most = cells.place("dataset"), str(self.limits.exchanges)
            cells.refuse(ImportRefused("import-process-too-large", place, most=most))
        if not cells.faults and dataset is not None and amount is not None:
            place = f"/{sheet}/{row.number}"
            dataset.exchanges.append(_raw_exchange(values, amount, share, place))
        yield from self._faults(cells, key)

    def _faults(self, cells: _Cells, key: str) -> Iterator[RawFault]:
        if cells.faults:
            self.faulty.add(key)
        for error in cells.faults:
            yield RawFault.of(error, key)


@dataclass
class _Cells:
    """One row, its cells by the keys of their columns, and the faults found in it."""

    columns: Mapping[int, Column]
    sheet: str
    row: Row
    limits: ImportLimits
    faults: list[ImportRefused] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)

    def values(self) -> Mapping[str, str]:
        """Every cell as text, a word of choice as its value; what is missing is refused."""
        for position, column in self.columns.items():
            place = self.place(column.key)
            try:
                text = unguarded(clean_text(self.row.text(position), self.limits, place))
            except ImportRefused as error:
                self.refuse(error)
                continue
            if not text and column.is_needed:
                heading = column.heading
                self.refuse(ImportRefused("import-value-missing", place, column=heading))
            value = choice(column, text) if text and column.choices else text
            if value is None:
                self.refuse(ImportRefused("import-choice-unknown", place, value=text[:_SHOWN]))
            self.read[column.key] = value or ""
        return self.read

    def number(
        self, key: str, *, most: Decimal | None = None, is_zero_allowed: bool = True
    ) -> Decimal | None:
        """The number in a cell, None where it is empty or refused."""
        text = self.read.get(key, "")
        if not text:
            return None
        place = self.place(key)
        if text.startswith("="):
            value = text[:_SHOWN]
            self.refuse(ImportRefused("import-formula-not-evaluated", place, value=value))
            return None
        try:
            number = read_amount(text, place)
        except ImportRefused as error:
            self.refuse(error)
            return None
        is_beyond = most is not None and not 0 <= number <= most
        if is_beyond or (number == 0 and not is_zero_allowed):
            self.refuse(ImportRefused("import-number-out-of-range", place, value=text[:_SHOWN]))
            return None
        return number

    def is_filled(self, key: str) -> bool:
        """Whether something stands in a cell, be it right or wrong."""
        return any(c.key == key and self.row.text(k).strip() for k, c in self.columns.items())

    def place(self, key: str) -> str:
        """Sheet, row and column of a cell; without the column where the file has none for it."""
        for position, column in self.columns.items():
            if column.key == key:
                return _place(self.sheet, self.row, position)
        return f"/{self.sheet}/{self.row.number}"

    def refuse(self, error: ImportRefused) -> None:
        """Notes a fault of a cell."""
        self.faults.append(error)


def _place(sheet: str, row: Row, position: int) -> str:
    return f"/{sheet}/{row.number}/{column_letters(position)}"


def _raw_exchange(
    values: Mapping[str, str], amount: Decimal, share: Decimal | None, place: str
) -> RawExchange:
    kind = FlowKind(values["direction"])
    name, compartment = values["flow"], values.get("compartment", "")
    is_resource = kind is FlowKind.RESOURCE
    is_elementary = is_resource or kind is FlowKind.EMISSION
    if is_elementary:
        name = flow_named(name, values.get("origin", ""), is_resource=is_resource)
    if is_resource:
        compartment = compartment or "resource"
    return RawExchange(
        kind=kind,
        name=name,
        amount=amount,
        unit=values["unit"],
        place=place,
        compartment=(compartment,) if is_elementary else (),
        cas=values.get("cas", ""),
        location=values.get("location", ""),
        provider_id=values.get("provider", ""),
        share=share if kind is FlowKind.CO_PRODUCT else None,
        comment="; ".join(p for p in (values["source"], values.get("comment", "")) if p),
    )


def _process(key: str, dataset: _Dataset) -> RawProcess:
    values = dataset.values
    names = {language: values[k] for k, language in NAME_COLUMNS.items() if values.get(k)}
    years = YEARS.fullmatch(values["year"])
    start, end = years.groups() if years else ("", "")
    share = values.get("share", "")
    reference = RawExchange(
        kind=FlowKind.REFERENCE,
        name=values.get("product") or next(iter(names.values())),
        amount=read_amount(values["amount"], dataset.place),
        unit=values["unit"],
        place=dataset.place,
        location=values["location"],
        share=read_amount(share, dataset.place) if share else None,
    )
    return RawProcess(
        id=key,
        names=names,
        location=values["location"],
        place=dataset.place,
        exchanges=(reference, *dataset.exchanges),
        valid_from=start,
        valid_until=end or start,
        technology=values.get("technology", ""),
        comment=values.get("comment", ""),
        is_aggregated=values.get("kind") == AGGREGATED,
        details={"source": values["source"]},
    )
