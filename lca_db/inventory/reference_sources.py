"""Reads sources.csv: where every figure of the shipped inventory was read, and under which licence.

Rules (docs/inventory.md):

* One line per figure used: document, issuing body, year, table or row, licence and confidence are
  never empty.
* Confidence: ``a`` read in the source, ``b`` unconfirmed, ``c`` computed by us.
* The licence is one of ``OPEN_LICENCES``. A figure that nobody read anywhere has none: its line
  says ``FROM_MEMORY``, and is unconfirmed. CPCD, ADEME Base IMPACTS, NegaOctet, Agribalyse and
  Ecobalyse are refused by name, whatever licence their line claims.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from footprint.errors import FootprintError, FootprintErrors, InventoryError
from footprint.inventory import DatasetSource

SOURCE_COLUMNS = (
    "source_id",
    "document",
    "issuing_body",
    "year",
    "table_or_row",
    "value",
    "unit",
    "licence",
    "confidence",
    "fact_id",
    "note",
)
REQUIRED_OF_A_SOURCE = SOURCE_COLUMNS[:9]
CONFIDENCES = frozenset({"a", "b", "c"})
UNCONFIRMED = "b"
OPEN_LICENCES = frozenset(
    {
        "official document (PRC Copyright Law art. 5)",
        "public domain (US government work)",
        "OGL-3.0",
        "MIT",
        "BSD-3-Clause",
        "Apache-2.0",
        "CC0-1.0",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "own computation",
        "single figure quoted with its citation",
    }
)
# Of a figure remembered, whatever document it is thought to stand in: no licence, never confirmed.
FROM_MEMORY = "no source, from memory"
# By every name they are cited under; Ecobalyse publishes figures that rest on ADEME's method.
CLOSED_DATABASES = re.compile(
    r"CPCD|产品全生命周期温室气体排放系数|ADEME|Base[ _-]?IMPACTS|NegaOctet|Agribalyse"
    r"|Ecobalyse|MTES-MCT",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """One line of sources.csv: the source, and the figure that was read there.

    Attributes:
        value: The figure as printed in the source, in ``unit``; "" where the source is a rule.
        fact_id: Id of the same figure in the project's collection of facts, where it has one.
    """

    source: DatasetSource
    value: str
    unit: str
    fact_id: str
    note: str


def reference_text(file: Traversable | Path, place: str) -> str:
    """The text of a file of the inventory.

    Raises:
        InventoryError: ``reference-file-malformed`` where there is no such file, or it is no UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or "unreadable" if isinstance(error, OSError) else "not UTF-8"
        raise InventoryError("reference-file-malformed", place, reason=reason) from error


def read_sources(root: Traversable | Path) -> Mapping[str, SourceLine]:
    """Every line of sources.csv by id.

    Raises:
        InventoryError: ``reference-file-malformed``, ``source-line-incomplete``, ``source-twice``,
            ``source-confidence-unknown``, ``source-licence-not-open``.
    """
    text = reference_text(root.joinpath("sources.csv"), "/sources.csv")
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        reason = str(error)[:200]
        raise InventoryError("reference-file-malformed", "/sources.csv", reason=reason) from error
    if tuple(reader.fieldnames or ()) != SOURCE_COLUMNS:
        raise InventoryError("reference-file-malformed", "/sources.csv", reason="columns")
    lines: dict[str, SourceLine] = {}
    faults: list[FootprintError] = []
    for row in rows:
        try:
            line = _source_line(row)
            if line.source.id in lines:
                place = f"/sources.csv/{line.source.id}"
                raise InventoryError("source-twice", place, source=line.source.id)
        except InventoryError as error:
            faults.append(error)
        else:
            lines[line.source.id] = line
    if faults:
        raise faults[0] if len(faults) == 1 else FootprintErrors(tuple(faults))
    return MappingProxyType(lines)


@lru_cache(maxsize=1)
def shipped_sources() -> Mapping[str, DatasetSource]:
    """The sources of the shipped inventory by id."""
    lines = read_sources(resources.files("lca_db.inventory.reference"))
    return MappingProxyType({source_id: line.source for source_id, line in lines.items()})


def _source_line(row: Mapping[str, str]) -> SourceLine:
    place = f"/sources.csv/{row['source_id']}"
    for column in REQUIRED_OF_A_SOURCE:
        if not (row[column] or "").strip() and column not in {"value", "unit"}:
            raise InventoryError("source-line-incomplete", place, column=column)
    if row["confidence"] not in CONFIDENCES:
        raise InventoryError("source-confidence-unknown", place, confidence=row["confidence"])
    closed = CLOSED_DATABASES.search(f"{row['document']} {row['issuing_body']} {row['licence']}")
    remembered = row["licence"] == FROM_MEMORY and row["confidence"] == UNCONFIRMED
    if closed or not (remembered or row["licence"] in OPEN_LICENCES):
        raise InventoryError("source-licence-not-open", place, licence=row["licence"])
    return SourceLine(
        source=DatasetSource(
            id=row["source_id"],
            document=row["document"],
            issuing_body=row["issuing_body"],
            year=row["year"],
            table_or_row=row["table_or_row"],
            licence=row["licence"],
            confidence=row["confidence"],
        ),
        value=row["value"],
        unit=row["unit"],
        fact_id=row["fact_id"],
        note=row["note"],
    )
