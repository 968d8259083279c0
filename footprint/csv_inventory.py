"""Reads an inventory from one CSV text: unit processes with loops, or plain CO2e factors.

One row is one flow of one dataset; the rows of a dataset may stand anywhere. Columns, by name and
in any order:

* ``dataset`` and ``unit``: id and unit of what is made; ``per``: how much of it the flows of the
  dataset are written for, 1 where nothing is said; ``location`` and ``year``.
* ``kind``: ``factor`` (``amount`` is kgCO2e, cumulative), ``input`` or ``credit`` (``flow`` is
  another dataset), ``emission`` or ``removal`` (``flow`` is a gas, ``origin`` its carbon's),
  ``co-product`` (``flow`` is its name, ``share`` what it bears of the burden).
* ``flow``, ``amount``, ``flow_unit``; ``gwp_set``: of a factor.

A file with the columns ``dataset``, ``unit`` and ``kg_co2e`` alone is one of factors. Whatever is
read so is at *draft*: nobody has reviewed it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from footprint.errors import FootprintError, InventoryError, LinkError, raise_all
from footprint.inventory import (
    CO2E,
    UNSTATED,
    CoProduct,
    DatasetKind,
    Direction,
    Emission,
    EmissionKey,
    Exchange,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.methods import is_known_substance
from footprint.quantities import conversion_factor, decimal_amount, unit_name

_SHORT = frozenset({"dataset", "unit", "kg_co2e"})
_NEEDED = ("dataset", "unit", "kind", "amount")
_OPTIONAL = ("per", "location", "year", "flow", "flow_unit", "origin", "share", "gwp_set")
_ANYWHERE, _NO_YEAR = "GLO", "-"
_SHOWN = 80


class RowKind(StrEnum):
    """What a row says of its dataset."""

    FACTOR = "factor"
    INPUT = "input"
    CREDIT = "credit"
    EMISSION = "emission"
    REMOVAL = "removal"
    CO_PRODUCT = "co-product"


def read_csv_inventory(text: str) -> InventorySnapshot:
    """The inventory of a CSV text.

    Raises:
        FootprintErrors: Everything in it that cannot be used, each with its row
            (``/rows/2/amount``; the row of the headings is 1); what does not fit together (an
            unknown provider, a unit of another dimension) with its dataset.

    >>> steel = "dataset,unit,kg_co2e\\nsteel,kg,2.1\\n"
    >>> [process.id for process in read_csv_inventory(steel).processes]
    ['steel']
    """
    drafts: dict[str, _Draft] = {}
    errors: list[FootprintError] = []
    for number, row in _rows(text):
        try:
            _add(drafts, row)
        except FootprintError as error:
            errors.append(error.at(f"/rows/{number}"))
    raise_all(errors)
    if not drafts:
        raise InventoryError("release-empty")
    return InventorySnapshot.of(_processes(drafts))


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Every row with its number, cells stripped; short files as factors."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        headings = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        is_short = headings == _SHORT
        missing = [name for name in _NEEDED if name not in headings]
        unknown = sorted(headings - {*_NEEDED, *_OPTIONAL} - {""})
        if not is_short and (missing or unknown):
            wrong = ", ".join([*missing, *unknown])[:_SHOWN]
            known = ", ".join((*_NEEDED, *_OPTIONAL))
            raise InventoryError("csv-columns-wrong", "/rows/1", columns=wrong, known=known)
        for cells in reader:
            row = {
                (name or "").strip().lower(): value.strip()
                for name, value in cells.items()
                if isinstance(value, str)
            }
            if any(row.values()):
                short = {"kind": RowKind.FACTOR.value, "amount": row.get("kg_co2e", "")}
                yield reader.line_num, {**row, **short} if is_short else row
    except csv.Error as error:
        place = f"/rows/{reader.line_num}"
        raise InventoryError("csv-malformed", place) from error


@dataclass
class _Draft:
    """A dataset while its rows are read."""

    unit: str
    per: Decimal
    location: str
    year: str
    inputs: list[Exchange] = field(default_factory=list)
    emissions: list[Emission] = field(default_factory=list)
    co_products: list[CoProduct] = field(default_factory=list)
    is_factor: bool = True


def _add(drafts: dict[str, _Draft], row: Mapping[str, str]) -> None:
    """One row, put to its dataset."""
    dataset = row["dataset"]
    unit = unit_name(row["unit"], "/unit")
    per = _amount(row, "per", "1")
    head = (row.get("location") or _ANYWHERE, row.get("year") or _NO_YEAR)
    draft = drafts.setdefault(dataset, _Draft(unit, per, *head))
    if (draft.unit, draft.per, draft.location, draft.year) != (unit, per, *head):
        raise InventoryError("csv-dataset-contradicts-itself", "/dataset", dataset=dataset[:_SHOWN])
    kind = _choice(RowKind, row, "kind")
    amount = _amount(row, "amount")
    draft.is_factor = draft.is_factor and kind is RowKind.FACTOR
    match kind:
        case RowKind.FACTOR:
            gwp_set = row.get("gwp_set") or UNSTATED
            key = EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=gwp_set)
            draft.emissions.append(Emission(key=key, amount_kg=amount * per))
        case RowKind.INPUT | RowKind.CREDIT:
            is_credit = kind is RowKind.CREDIT
            draft.inputs.append(
                Exchange(
                    provider=row.get("flow", ""),
                    amount=-amount if is_credit else amount,
                    unit=unit_name(row.get("flow_unit", ""), "/flow_unit"),
                    is_credit=is_credit,
                )
            )
        case RowKind.EMISSION | RowKind.REMOVAL:
            draft.emissions.append(_emission(row, kind, amount))
        case RowKind.CO_PRODUCT:
            draft.co_products.append(
                CoProduct(
                    product=row.get("flow", ""),
                    amount=amount,
                    unit=unit_name(row.get("flow_unit", ""), "/flow_unit"),
                    share=_amount(row, "share"),
                )
            )


def _emission(row: Mapping[str, str], kind: RowKind, amount: Decimal) -> Emission:
    """A gas by its mass in kg."""
    origin = _choice(Origin, row, "origin") if row.get("origin") else Origin.UNSPECIFIED
    kilograms = conversion_factor(unit_name(row.get("flow_unit") or "kg", "/flow_unit"), "kg")
    substance = row.get("flow", "")
    if not is_known_substance(substance):
        raise LinkError("gas-unknown", "/flow", substance=substance[:40])
    direction = Direction.REMOVAL if kind is RowKind.REMOVAL else Direction.EMISSION
    key = EmissionKey(substance, origin, direction)
    return Emission(key=key, amount_kg=amount * kilograms)


def _amount(row: Mapping[str, str], column: str, otherwise: str = "") -> Decimal:
    return decimal_amount(row.get(column) or otherwise, f"/{column}")


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(choices: type[_Choice], row: Mapping[str, str], column: str) -> _Choice:
    """The choice a cell names."""
    try:
        return choices(row[column].lower())
    except ValueError:
        known = ", ".join(choices)
        value = row[column][:_SHOWN]
        raise InventoryError("csv-value-unknown", f"/{column}", value=value, known=known) from None


def _processes(drafts: Mapping[str, _Draft]) -> list[Process]:
    """The datasets, every fault of theirs at once."""
    errors: list[FootprintError] = []
    made: list[Process] = []
    for dataset, draft in drafts.items():
        kind = DatasetKind.AGGREGATED if draft.is_factor else DatasetKind.UNIT_PROCESS
        try:
            made.append(
                Process(
                    id=dataset,
                    unit=draft.unit,
                    reference_amount=draft.per,
                    location=draft.location,
                    year=draft.year,
                    kind=kind,
                    review_status=ReviewStatus.DRAFT,
                    inputs=tuple(draft.inputs),
                    emissions=tuple(draft.emissions),
                    co_products=tuple(draft.co_products),
                )
            )
        except FootprintError as error:
            errors.append(error)
    raise_all(errors)
    return made
