"""A release in the form of our own dataset template: CSV in UTF-8 with a byte order mark.

Rules:

* The two tables are those of ``importers/template_columns.py``; after them, as notes that the
  importer passes over, our own part of every dataset (``own_part.py``) and the sources with their
  licences.
* No cell begins a formula (``labels/render/cells.py``); the importer takes the guard off.
* The template knows air, water and soil only: what aircraft emit is named by its key.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from footprint.inventory import (
    CoProduct,
    DatasetKind,
    DatasetSource,
    Emission,
    Exchange,
    InventorySnapshot,
    Process,
)
from labels.render.cells import BYTE_ORDER_MARK, guarded_cell
from lca_db.inventory.exports.emission_names import emission_name
from lca_db.inventory.exports.own_part import own_part
from lca_db.inventory.exports.source_list import COLUMNS, source_rows
from lca_db.inventory.importers.decoding import decode
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import read_file
from lca_db.inventory.importers.json_values import JsonObject, read_json
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind
from lca_db.inventory.importers.template import NAME_COLUMNS, YEARS, separator_of
from lca_db.inventory.importers.template_columns import (
    AGGREGATED,
    DATASETS,
    EXCHANGES,
    UNIT_PROCESS,
    YEAR_UNSTATED,
    Table,
)

_OWN_ROW = "#tanbiao"
_ID, _PART = 1, 2  # columns of such a row
_SOURCE_ROW = "#source"
_UNSTATED = "not stated"


def inventory_table(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The CSV file, as it comes.

    Args:
        snapshot: What to export.
        sources: By id, for the list at the end.
    """
    yield BYTE_ORDER_MARK.encode()
    yield _lines([["# Tanbiao", snapshot.sha256()], [f"#{DATASETS.title}"]])
    yield _lines([[column.heading for column in DATASETS.columns]])
    for process in snapshot.processes:
        yield _lines([_cells(DATASETS, dataset_cells(process))])
    yield _lines([[], [f"#{EXCHANGES.title}"], [column.heading for column in EXCHANGES.columns]])
    suppliers = {c.product: p.id for p in snapshot.processes for c in p.co_products}
    for process in snapshot.processes:
        yield _lines(_cells(EXCHANGES, row) for row in exchange_cells(process, suppliers))
    yield _lines([[]])
    for process in snapshot.processes:
        own = json.dumps(own_part(process, tuple(NAME_COLUMNS.values())), ensure_ascii=False)
        yield _lines([[_OWN_ROW, process.id, own]])
    yield _lines([[], [_SOURCE_ROW, *COLUMNS]])
    yield _lines([_SOURCE_ROW, *map(guarded_cell, row)] for row in source_rows(snapshot, sources))


def own_rows(path: Path, limits: ImportLimits) -> Iterator[tuple[str, JsonObject]]:
    """Our own part of every dataset of such a file, by its id.

    Raises:
        ImportRefused: ``import-rows-too-many``, and what reading text and JSON raises.
    """
    text = decode(read_file(path, limits))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    try:
        for number, fields in enumerate(rows, start=1):
            if number > limits.rows:
                raise ImportRefused("import-rows-too-many", "", most=str(limits.rows))
            if len(fields) > _PART and fields[0] == _OWN_ROW:
                yield fields[_ID], read_json(fields[_PART].encode(), limits, f"/{number}")
    except csv.Error as error:
        raise ImportRefused("import-format-unexpected", "", expected="CSV") from error


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def _cells(table: Table, values: Mapping[str, object]) -> Sequence[str]:
    return [guarded_cell(values.get(column.key, "")) for column in table.columns]


def dataset_cells(process: Process) -> dict[str, object]:
    """The row of a dataset, by the keys of its columns."""
    names = process.content.get("name")
    known = names if isinstance(names, Mapping) else {}
    cells = {column: known.get(language, "") for column, language in NAME_COLUMNS.items()}
    if not any(cells.values()):
        cells["name_en"] = process.id
    is_unit = process.kind is DatasetKind.UNIT_PROCESS
    return {
        **cells,
        "id": process.id,
        "product": process.id,
        "location": process.location,
        "year": process.year if YEARS.fullmatch(process.year) else YEAR_UNSTATED,
        "technology": process.content.get("technology", ""),
        "amount": process.reference_amount,
        "unit": process.unit,
        "share": process.reference_share if process.co_products else "",
        "kind": UNIT_PROCESS if is_unit else AGGREGATED,
        "source": f"Tanbiao, {process.review_status.value}",
        "comment": process.content.get("comment", ""),
    }


def exchange_cells(
    process: Process, suppliers: Mapping[str, str]
) -> Iterator[Mapping[str, object]]:
    """Every flow of a dataset but its reference: co-products, inputs, emissions.

    Args:
        process: The dataset.
        suppliers: The dataset that makes each co-product.
    """
    for co_product in process.co_products:
        yield {"dataset": process.id, **_co_product(co_product)}
    for exchange in process.inputs:
        yield {"dataset": process.id, **_input(exchange, suppliers)}
    for emission in process.emissions:
        yield {"dataset": process.id, **_emission(emission)}


def _co_product(co_product: CoProduct) -> dict[str, object]:
    return {
        "direction": FlowKind.CO_PRODUCT.value,
        "flow": co_product.product,
        "amount": co_product.amount,
        "unit": co_product.unit,
        "share": co_product.share,
        "source": _UNSTATED,
    }


def _input(exchange: Exchange, suppliers: Mapping[str, str]) -> dict[str, object]:
    is_avoided = exchange.amount < 0
    kind = FlowKind.AVOIDED_PRODUCT if is_avoided else FlowKind.PRODUCT_INPUT
    amount: Decimal = exchange.amount.copy_negate() if is_avoided else exchange.amount
    return {
        "direction": kind.value,
        "flow": exchange.provider,
        "provider": suppliers.get(exchange.provider, exchange.provider),
        "amount": amount,
        "unit": exchange.unit,
        "source": "; ".join(exchange.sources) or _UNSTATED,
    }


def _emission(emission: Emission) -> dict[str, object]:
    name = emission_name(emission.key, has_subcompartments=False)
    is_resource = name.kind is FlowKind.RESOURCE
    return {
        "direction": name.kind.value,
        "flow": name.name,
        "amount": emission.amount_kg,
        "unit": "kg",
        "compartment": "" if is_resource else name.compartment[0],
        "origin": emission.key.origin.value,
        "cas": name.cas,
        "source": "; ".join(emission.sources) or _UNSTATED,
    }
