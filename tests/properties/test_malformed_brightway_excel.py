"""Spoilt files of Brightway Excel are refused or read: nothing else comes out of the reader."""

from __future__ import annotations

from pathlib import Path

from lca_db.inventory.importers.brightway_excel import read
from tests.support.malformed_tables import read_spoilt


def test_a_spoilt_file_is_refused_or_read(tmp_path: Path) -> None:
    assert read_spoilt("brightway_excel", read, tmp_path) > 0
