"""The forms a release can be had in: their names, types and versions, and what writes them.

``VERSION`` goes up with every change of what any form writes, so that what was kept of an earlier
version is no longer found (``kept.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from types import MappingProxyType

import rfc8785

from footprint.inventory import DatasetSource, InventorySnapshot
from lca_db.inventory.exports.brightway_archive import brightway_archive
from lca_db.inventory.exports.openlca import openlca_package
from lca_db.inventory.exports.source_list import source_table
from lca_db.inventory.exports.table import inventory_table
from lca_db.inventory.exports.table_workbook import inventory_workbook

VERSION = 1
_ZIP, _CSV = "application/zip", "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Sources = Mapping[str, DatasetSource]
Writer = Callable[[InventorySnapshot, Sources], Iterator[bytes]]


class ExportForm(StrEnum):
    """What a release is written as."""

    JSON = "json"  # the snapshot itself: these bytes have its hash
    JSONLD = "jsonld"  # a package of openLCA
    CSV = "csv"  # our own template, filled
    XLSX = "xlsx"  # its tables and the sources as a workbook, to read and calculate with
    DATAPACKAGE = "datapackage"  # of bw_processing, for bw2calc
    BRIGHTWAY = "brightway-archive"  # that puts itself into a project of bw2data
    SOURCES = "sources"  # where the figures were read, and under which licence


@dataclass(frozen=True, slots=True)
class FileKind:
    """How the file of a form is given out."""

    media_type: str
    extension: str


KINDS: Mapping[ExportForm, FileKind] = MappingProxyType(
    {
        ExportForm.JSON: FileKind("application/json", ".json"),
        ExportForm.JSONLD: FileKind(_ZIP, "-openlca.zip"),
        ExportForm.CSV: FileKind(_CSV, ".csv"),
        ExportForm.XLSX: FileKind(XLSX_TYPE, ".xlsx"),
        ExportForm.DATAPACKAGE: FileKind(_ZIP, "-datapackage.zip"),
        ExportForm.BRIGHTWAY: FileKind(_ZIP, "-brightway.zip"),
        ExportForm.SOURCES: FileKind(_CSV, "-sources.csv"),
    }
)

WRITERS: Mapping[ExportForm, Writer] = MappingProxyType(
    {
        ExportForm.JSON: lambda snapshot, _: iter((snapshot.canonical_bytes(),)),
        ExportForm.JSONLD: openlca_package,
        ExportForm.CSV: inventory_table,
        ExportForm.XLSX: inventory_workbook,
        ExportForm.BRIGHTWAY: brightway_archive,
        ExportForm.SOURCES: source_table,
    }
)
"""Every form but the datapackage, which needs Brightway (``datapackage.py``)."""


def address(form: ExportForm, snapshot_sha256: str, sources: Sources) -> str:
    """What an export is kept under: the same for the same release, sources, form and version."""
    told = [form.value, VERSION, snapshot_sha256, [list(astuple(s)) for s in sources.values()]]
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()
