"""Reads Brightway's Excel format: sheets of ``Activity`` blocks, as bw2io writes and reads them.

Rules:

* A sheet whose first cell says ``skip``, or whose name begins so, is left out; ``cutoff`` with a
  number in its first row leaves out the columns behind.
* ``Activity`` with its name begins a process, rows of key and value follow, then ``Exchanges``
  with a row of column names and one row for each exchange. Blank rows divide nothing.
* The columns stand in any order; what this reader does not know is left where it is. Of a name that
  heads two columns, the first cell with something in it counts.
* A row of exchanges without amount, unit and known type is a remark; any other must have all.
* An exchange names the activity it comes from (``name``) and that one's product (``reference
  product``): the product becomes the name of the flow, the activity its provider.
* The reference is the production exchange; of several the one named like the activity, or the
  first. Without any, Brightway takes an activity to make one unit of itself, and so do we.
* Formulas and parameters are never worked out; the amount beside a formula is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.decoding import language_of
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.text import clean_text
from lca_db.inventory.importers.workbooks import Row, Workbook, cell_text, open_workbook

_SKIP, _CUT_OFF = "skip", "cutoff"
_ACTIVITY, _EXCHANGES = "activity", "exchanges"
_DATABASE = "database"
_PARAMETERS = frozenset({"parameters", "project parameters", "database parameters"})
_ENDS = frozenset({_ACTIVITY, _DATABASE, "project parameters", "database parameters"})
_NOTHING = frozenset({"", "(unknown)", "none", "nan"})
_RESOURCES = ("natural resource", "resource", "raw")
_KINDS = {
    "production": FlowKind.CO_PRODUCT,
    "generic production": FlowKind.CO_PRODUCT,
    "technosphere": FlowKind.PRODUCT_INPUT,
    "generic consumption": FlowKind.PRODUCT_INPUT,
    "substitution": FlowKind.AVOIDED_PRODUCT,
    "biosphere": FlowKind.EMISSION,
}
_UNCERTAINTY = (
    "uncertainty type", "loc", "scale", "shape", "minimum", "maximum", "negative",
)  # fmt: skip
_NEEDED = (
    "name",
    "amount",
    "unit",
    "type",
)  # columns that rows of exchanges cannot be read without
_KEY_AND_VALUE = 2
_PLACED = frozenset({"location", "comment", "code", "technology", "unit", "reference product"})
_SHOWN = 80


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """The activities of a workbook, sheet by sheet.

    Raises:
        ImportRefused: ``import-format-unexpected`` for a workbook without any activity, and what
            ``open_workbook`` and ``Workbook.rows`` raise.
    """
    count = 0
    with open_workbook(path, limits) as book:
        for sheet in book.sheet_names:
            if sheet.strip().casefold().startswith(_SKIP):
                continue
            for activity in _activities(sheet, book, limits):
                count += 1
                if count > limits.processes:
                    raise ImportRefused("import-rows-too-many", "", most=str(limits.processes))
                yield activity.read(limits)
    if not count:
        raise ImportRefused("import-format-unexpected", "", expected="Brightway Excel")


@dataclass
class _Activity:
    """The rows of one activity, as they stand in the sheet."""

    sheet: str
    row: int
    name: str
    database: str
    notes: dict[str, str] = field(default_factory=dict)
    columns: Mapping[str, Sequence[int]] | None = None
    rows: list[Row] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Sheet and row."""
        return f"/{self.sheet}/{self.row}"

    def read(self, limits: ImportLimits) -> RawProcess | RawFault:
        """The process, or why it cannot be read."""
        try:
            return self._read(limits)
        except ImportRefused as error:
            return RawFault.of(error, self.name, self.place)

    def _read(self, limits: ImportLimits) -> RawProcess:
        name = clean_text(self.name, limits, self.place)
        if not name:
            raise ImportRefused("import-value-missing", self.place, column="Activity")
        if len(self.rows) > limits.exchanges:
            raise ImportRefused("import-process-too-large", self.place, most=str(limits.exchanges))
        for column in _NEEDED if self.rows else ():
            if column not in (self.columns or {}):
                raise ImportRefused("import-heading-missing", self.place, heading=column)
        notes = {
            clean_text(key, limits, self.place): clean_text(value, limits, self.place)
            for key, value in self.notes.items()
        }
        notes = {key: value for key, value in notes.items() if value.casefold() not in _NOTHING}
        exchanges = [self._exchange(_Cells(self, row, limits)) for row in self.rows]
        found = [exchange for exchange in exchanges if exchange is not None]
        product = notes.get("reference product", "")
        identity = " | ".join(part for part in (name, product, notes.get("location", "")) if part)
        kept = {key: value for key, value in notes.items() if key not in _PLACED}
        return RawProcess(
            id=notes.get("code") or identity,
            names={language_of(name): name},
            location=notes.get("location", ""),
            place=self.place,
            exchanges=self._with_reference(found, name, notes),
            technology=notes.get("technology", ""),
            comment=notes.get("comment", ""),
            details=kept | ({"database": self.database} if self.database else {}),
        )

    def _exchange(self, cells: _Cells) -> RawExchange | None:
        is_typed = cells.text("type").casefold() in _KINDS
        if not is_typed and not any(cells.text(c) for c in ("amount", "unit", "formula")):
            return None
        name, kind = cells.needed("name"), cells.kind()
        product = cells.text("reference product") or cells.text("product")
        is_elementary = kind in {FlowKind.EMISSION, FlowKind.RESOURCE}
        return RawExchange(
            kind=kind,
            name=name if is_elementary else product or name,
            amount=cells.amount(),
            unit=cells.needed("unit"),
            place=cells.place,
            compartment=cells.compartment() if is_elementary else (),
            cas=(cells.text("cas number") or cells.text("cas")).lstrip("0"),
            location=cells.text("location"),
            provider_name="" if is_elementary else name,
            uncertainty={key: text for key in _UNCERTAINTY if (text := cells.text(key))},
            comment=cells.text("comment"),
        )

    def _with_reference(
        self, exchanges: Sequence[RawExchange], name: str, notes: Mapping[str, str]
    ) -> tuple[RawExchange, ...]:
        made = [e for e in exchanges if e.kind is FlowKind.CO_PRODUCT]
        product = notes.get("reference product", "")
        if not made:
            amount = notes.get("production amount")
            reference = RawExchange(
                kind=FlowKind.REFERENCE,
                name=product or name,
                amount=read_amount(amount, self.place) if amount else Decimal(1),
                unit=notes.get("unit", ""),
                place=self.place,
                location=notes.get("location", ""),
                provider_name=name,
            )
            return (reference, *exchanges)
        fit = [e for e in made if e.provider_name == name]
        best = [e for e in fit if e.name == product] or fit or made
        return tuple(replace(e, kind=FlowKind.REFERENCE) if e is best[0] else e for e in exchanges)


@dataclass(frozen=True)
class _Cells:
    """One row of exchanges, its cells by the names of their columns."""

    activity: _Activity
    row: Row
    limits: ImportLimits

    @property
    def place(self) -> str:
        """Sheet and row."""
        return f"/{self.activity.sheet}/{self.row.number}"

    def text(self, column: str) -> str:
        """A cell, "" where it is empty or says so."""
        for position in (self.activity.columns or {}).get(column, ()):
            text = clean_text(self.row.text(position), self.limits, self.place)
            if text and text.casefold() not in _NOTHING:
                return text
        return ""

    def needed(self, column: str) -> str:
        """A cell that must hold something."""
        text = self.text(column)
        if not text:
            raise ImportRefused("import-value-missing", self.place, column=column)
        return text

    def amount(self) -> Decimal:
        """The amount; a formula in its place is a fault."""
        text = self.text("amount")
        formula = text if text.startswith("=") else "" if text else self.text("formula")
        if formula:
            value = formula[:_SHOWN]
            raise ImportRefused("import-formula-not-evaluated", self.place, value=value)
        return read_amount(self.needed("amount"), self.place)

    def kind(self) -> FlowKind:
        """What the exchange is; a resource shows by its first category."""
        written = self.needed("type")
        kind = _KINDS.get(written.casefold())
        if kind is None:
            raise ImportRefused("import-choice-unknown", self.place, value=written[:_SHOWN])
        if kind is FlowKind.EMISSION:
            compartment = self.compartment()
            if not compartment:
                raise ImportRefused("import-value-missing", self.place, column="categories")
            if compartment[0].casefold() in _RESOURCES:
                return FlowKind.RESOURCE
        return kind

    def compartment(self) -> tuple[str, ...]:
        """The categories of an elementary flow, which a cell joins with ``::``."""
        parts = (part.strip() for part in self.text("categories").split("::"))
        return tuple(part for part in parts if part)


def _activities(sheet: str, book: Workbook, limits: ImportLimits) -> Iterator[_Activity]:
    """The activities of a sheet, each with its rows."""
    present: _Activity | None = None
    database, section = "", ""
    columns_left = limits.columns
    for position, whole in enumerate(book.rows(sheet)):
        row = Row(whole.number, {k: cell for k, cell in whole.cells.items() if k < columns_left})
        word = row.text(0).strip().casefold()
        if position == 0 and word == _SKIP:
            return
        if position == 0 and word == _CUT_OFF:
            columns_left = _cut_off(row, sheet)
            continue
        is_heading = section == _EXCHANGES and present is not None and present.columns is None
        if word in _ENDS and not (is_heading and len(row.cells) > _KEY_AND_VALUE):
            if present is not None:
                yield present
            present, section = None, word
            database = row.text(1).strip() if word == _DATABASE else database
            if word == _ACTIVITY:
                present = _Activity(sheet, row.number, row.text(1).strip(), database)
        elif present is not None:
            section = _take(present, section, word, row)
    if present is not None:
        yield present


def _take(activity: _Activity, section: str, word: str, row: Row) -> str:
    """Gives a row to its activity; answers the section the next row stands in."""
    if section == _EXCHANGES:
        if activity.columns is None:
            activity.columns = _columns(row)
        elif row.cells:
            activity.rows.append(row)
        return section
    if word == _EXCHANGES or word in _PARAMETERS:
        return word
    if section == _ACTIVITY and word:
        activity.notes.setdefault(row.text(0).strip().casefold(), row.text(1))
    return section


def _columns(row: Row) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for position, cell in sorted(row.cells.items()):
        columns.setdefault(cell_text(cell).strip().casefold(), []).append(position)
    return columns


def _cut_off(row: Row, sheet: str) -> int:
    written = row.cells.get(1)
    if not isinstance(written, float) or not 1 <= written <= 1_000:
        raise ImportRefused(
            "import-number-malformed", f"/{sheet}/{row.number}", value=row.text(1)[:40]
        )
    return int(written)
