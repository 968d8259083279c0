"""Spoilt exports of ours, read back, raise nothing but an error of the core, or give a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footprint.errors import FootprintError, FootprintErrors
from footprint.inventory import InventorySnapshot, Process
from lca_db.inventory.exports.forms import WRITERS, ExportForm
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.importers.limits import UPLOAD
from tests.support.edge_inventory import SOURCES, edge_inventory
from tests.support.mutated_files import case_count, mutated, mutated_archive

Spoiler = Callable[[bytes, int, int], Iterator[bytes]]


@pytest.mark.parametrize(
    ("form", "spoilt"),
    [
        (ExportForm.JSON, mutated),
        (ExportForm.CSV, mutated),
        (ExportForm.JSONLD, mutated_archive),
    ],
)
def test_a_spoilt_export_is_refused_or_read(
    form: ExportForm, spoilt: Spoiler, tmp_path: Path
) -> None:
    sound = b"".join(WRITERS[form](edge_inventory(), SOURCES))
    path = tmp_path / "export"
    refused = 0
    for content in spoilt(sound, case_count(), 7):
        path.write_bytes(content)
        try:
            found = read_back(path, UPLOAD)
        except (FootprintError, FootprintErrors):
            refused += 1
            continue
        assert isinstance(found, InventorySnapshot)
        assert all(isinstance(process, Process) for process in found.processes)
        found.sha256()
    assert refused
