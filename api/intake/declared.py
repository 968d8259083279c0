"""What a template declares beside its lines: co-products, instruments for electricity, cuts.

Each is a table, on a sheet of its own in a workbook, above the lines in a CSV file; it ends with a
blank row. Two columns of the lines belong here as well: which product a line serves alone, and at
which site its power is used. As everywhere in a template nothing is left out in silence: what a
table has no use for becomes a member that the wire model refuses, at its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.intake.headings import Columns, columns_of, letter
from api.intake.rows import Sheet
from api.intake.template import TABLES, Table
from footprint.errors import pointer

FLAGS: Mapping[str, bool] = {"true": True, "false": False}
MAIN_PRODUCT = frozenset({"product", "本产品", "本產品"})
_MEASURES = {
    "product_mass_kg": "mass_kg",
    "product_energy_mj": "energy_mj",
    "product_price": "price",
}
_OF_A_SITE = ("consumption_mwh", "rest_mix")
_SWITCHES = ("includes_transmission", "keeps_attributes")
_SERIALS = {"registry": "registry", "first_serial": "first", "last_serial": "last"}
_CERTIFICATES = ("vintage_year", "retired_for")
_INSTRUMENT = ("instrument", "instrument_dataset", "mwh", "transmission_dataset", *_SWITCHES)
_RENAMED = {"instrument": "kind", "instrument_dataset": "dataset"}
_YEAR_DIGITS = 4
Places = dict[str, str]


@dataclass(frozen=True)
class TableRow:
    """The filled cells of a row, and where each column of it stands."""

    cells: Mapping[str, str]
    extra: Mapping[str, str]
    at: Mapping[str, str]


@dataclass
class Declared:
    """What was found of it so far.

    Attributes:
        rows: Of each table, by its key.
        own: (line, product it serves alone, cell).
        sited: (line, site, cell).
        places: Of every member of the document, by its JSON Pointer.
    """

    places: Places
    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    own: list[tuple[dict[str, str], str, str]] = field(default_factory=list)
    sited: list[tuple[dict[str, str], str, str]] = field(default_factory=list)

    def take(
        self, sheet: Sheet, number: int, row: Sequence[str], table: Table, columns: Columns
    ) -> None:
        """Keeps a row below the header of a table."""
        at = {key: f"{sheet.name}!{letter(i)}{number}" for key, i in columns.known.items()}
        cells = {key: row[i] for key, i in columns.known.items() if i < len(row) and row[i]}
        extra: dict[str, str] = {}
        for position, name in columns.unknown.items():
            if position < len(row) and row[position]:
                extra[name] = row[position]
                at[name] = f"{sheet.name}!{letter(position)}{number}"
        self.rows.setdefault(table.key, []).append(TableRow(cells, extra, at))

    def members(self, settings: Mapping[str, str]) -> dict[str, object]:
        """The members of the document, those that anything was filled in for."""
        found: dict[str, object] = {}
        if allocation := self._allocation(settings):
            found["allocation"] = allocation
        if sites := self._sites():
            found["electricity"] = sites
        if cuts := [self._cut(i, row) for i, row in enumerate(self.rows.get("cuts", ()))]:
            found["cuts"] = cuts
        return found

    def _allocation(self, settings: Mapping[str, str]) -> dict[str, object]:
        rows = self.rows.get("co_products", ())
        measures = {name: settings[key] for key, name in _MEASURES.items() if settings.get(key)}
        told = [settings.get(key) for key in ("allocation_method", "allocation_reason")]
        if not (rows or self.own or measures or any(told)):
            return {}
        first = [row.at["co_product"] for row in rows] + [cell for _, _, cell in self.own]
        if first:
            self.places.setdefault("/allocation", first[0])
        for position, (_, _, cell) in enumerate(self.own):
            self.places[f"/allocation/own_lines/{position}"] = cell
        return {
            "method": settings.get("allocation_method", ""),
            "reason": settings.get("allocation_reason", ""),
            "product": measures,
            "co_products": [self._co_product(i, row) for i, row in enumerate(rows)],
            "own_lines": [
                {**line, "product": "" if name in MAIN_PRODUCT else name}
                for line, name, _ in self.own
            ],
        }

    def _co_product(self, position: int, row: TableRow) -> dict[str, object]:
        where = f"/allocation/co_products/{position}"
        columns = {key: key.removeprefix("co_") for key in row.at if key.startswith("co_")}
        columns["co_product"] = "name"
        return self._filled(where, row, columns, "displaced")

    def _cut(self, position: int, row: TableRow) -> dict[str, object]:
        columns = {key: key.removeprefix("cut_") for key in row.at if key.startswith("cut_")}
        return self._filled(f"/cuts/{position}", row, columns, "estimate")

    def _filled(
        self, where: str, row: TableRow, columns: Mapping[str, str], group: str
    ) -> dict[str, object]:
        """A member of one row; the columns ``group_...`` fill one inside it together."""
        inner = {key: key.removeprefix(f"{group}_") for key in row.at if key.startswith(group)}
        made: dict[str, object] = {
            member: row.cells[key] for key, member in columns.items() if key in row.cells
        }
        if inside := {member: row.cells[key] for key, member in inner.items() if key in row.cells}:
            made[group] = inside
        self.places[where] = next(iter(row.at.values()))
        for key, member in columns.items():
            self.places[f"{where}/{member}"] = row.at[key]
        for key, member in inner.items():
            self.places[f"{where}/{group}/{member}"] = row.at[key]
            self.places.setdefault(f"{where}/{group}", row.at[key])
        return made | self._refused(where, row)

    def _refused(self, where: str, row: TableRow) -> dict[str, object]:
        """Cells of columns the template does not have, for the wire model to refuse."""
        for name in row.extra:
            self.places[where + pointer(name)] = row.at[name]
        return dict(row.extra)

    def _sites(self) -> list[dict[str, object]]:
        sites: dict[str, _Site] = {}
        name = ""
        for row in self.rows.get("electricity", ()):
            name = row.cells.get("site", name)  # blank: the site of the row above
            if name not in sites:
                sites[name] = _Site(f"/electricity/{len(sites)}", self.places, name)
            sites[name].take(row)
        for line, site, cell in self.sited:
            if site not in sites:
                sites[site] = _Site(f"/electricity/{len(sites)}", self.places, site)
                self.places[sites[site].where] = cell
            sites[site].feed(line, cell)
        return [site.body() for site in sites.values()]


class _Site:
    """A site while its rows are read."""

    def __init__(self, where: str, places: Places, name: str) -> None:
        self.where, self._places = where, places
        self._said: dict[str, object] = {"site": name}
        self._lines: list[dict[str, str]] = []
        self._instruments: list[dict[str, object]] = []

    def take(self, row: TableRow) -> None:
        """A row: an instrument, or more serials of the one above."""
        for key in ("site", *_OF_A_SITE):
            if key in row.at:
                self._places.setdefault(f"{self.where}/{key}", row.at[key])
        self._places.setdefault(self.where, row.at["site"])
        for key in _OF_A_SITE:
            text = row.cells.get(key)
            if text is not None and self._said.setdefault(key, text) != text:
                other = f"{key} {row.at[key]}"  # said twice, differently: the wire model refuses it
                self._said[other] = text
                self._places[self.where + pointer(other)] = row.at[key]
        is_new = any(key in row.cells for key in _INSTRUMENT) or not self._instruments
        if is_new:
            self._instruments.append(self._instrument(row))
        self._add_serials(row)
        at = f"{self.where}/instruments/{len(self._instruments) - 1}"
        for name, text in row.extra.items():
            self._instruments[-1][name] = text
            self._places[at + pointer(name)] = row.at[name]

    def feed(self, line: dict[str, str], cell: str) -> None:
        """A line whose power is used here."""
        self._places[f"{self.where}/lines/{len(self._lines)}"] = cell
        self._lines.append(line)

    def body(self) -> dict[str, object]:
        """The member of the document."""
        return {**self._said, "lines": self._lines, "instruments": self._instruments}

    def _instrument(self, row: TableRow) -> dict[str, object]:
        where = f"{self.where}/instruments/{len(self._instruments)}"
        self._places[where] = row.at["instrument"]
        made: dict[str, object] = {}
        for key in _INSTRUMENT:
            member = _RENAMED.get(key, key)
            if key in row.at:
                self._places[f"{where}/{member}"] = row.at[key]
            if key in row.cells:
                text = row.cells[key]
                made[member] = FLAGS.get(text, text) if key in _SWITCHES else text
        return made

    def _add_serials(self, row: TableRow) -> None:
        serials = {name: row.cells[key] for key, name in _SERIALS.items() if key in row.cells}
        told = {key: row.cells[key] for key in _CERTIFICATES if key in row.cells}
        if not (serials or told):
            return
        instrument = self._instruments[-1]
        where = f"{self.where}/instruments/{len(self._instruments) - 1}/certificates"
        certificates: dict[str, object] = instrument.setdefault("certificates", {"serials": []})  # type: ignore[assignment]
        ranges: list[dict[str, str]] = certificates["serials"]  # type: ignore[assignment]
        if serials:
            for key, name in _SERIALS.items():
                if key in row.at:
                    self._places[f"{where}/serials/{len(ranges)}/{name}"] = row.at[key]
            ranges.append(serials)
        for key, text in told.items():
            is_year = key == "vintage_year" and text.isascii() and text.isdigit()
            value = int(text) if is_year and len(text) <= _YEAR_DIGITS else text
            if certificates.setdefault(key, value) != value:
                certificates[other := f"{key} {row.at[key]}"] = value
                self._places[where + pointer(other)] = row.at[key]
        for key in _CERTIFICATES:
            if key in row.at:
                self._places.setdefault(f"{where}/{key}", row.at[key])


def table_header(row: Sequence[str]) -> tuple[Table, Columns] | None:
    """The table that begins with this row."""
    found: Iterator[tuple[Table, Columns]] = (
        (table, columns)
        for table in TABLES
        if (columns := columns_of(row, table.fields, table.needed))
    )
    return next(found, None)
