"""Spoilt packages of openLCA raise nothing but a refusal and yield processes and faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca_db.inventory.importers import jsonld
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.fixture_packages import members_of
from tests.support.mutated_files import case_count, mutated_archive, packed
from tests.support.spoilt_imports import import_of_spoilt


@pytest.mark.parametrize(("folder", "seed"), [("jsonld_v1", 1), ("jsonld_v2", 2)])
def test_a_spoilt_package_is_refused_or_read(folder: str, seed: int, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    read = 0
    spoilt = mutated_archive(packed(members_of(folder)), case_count(), seed)
    for number, content in enumerate(spoilt):
        path.write_bytes(content)
        import_of_spoilt(path, "jsonld", cuts_off=bool(number % 2))
        try:
            found = list(jsonld.read(path, UPLOAD))
        except ImportRefused:
            continue
        read += len(found)
        for one in found:
            assert isinstance(one, RawProcess | RawFault)
            if isinstance(one, RawProcess):
                assert any(one.names.values())
                assert sum(e.kind is FlowKind.REFERENCE for e in one.exchanges) == 1
                assert all(e.amount.is_finite() for e in one.exchanges)
    assert read  # most members are left whole
