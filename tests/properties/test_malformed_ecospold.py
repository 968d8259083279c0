"""Spoilt EcoSpold files, bare and in archives, are refused or read; no other error comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.ecospold import FIXTURES, READERS, fixture
from tests.support.mutated_files import case_count, mutated, mutated_archive, packed
from tests.support.spoilt_imports import import_of_spoilt

DOCUMENTS = {
    "ecospold1": ("ecospold1/refinery.xml", "ecospold1/three.xml"),
    "ecospold2": ("ecospold2/electrolysis.spold", "ecospold2/three.spold"),
}


def spoilt_documents(version: str) -> Iterator[bytes]:
    """Of each document its part of the cases."""
    names = DOCUMENTS[version]
    for name in names:
        yield from mutated(fixture(name), case_count() // len(names), crc32(name.encode()))


def spoilt_archives(version: str) -> Iterator[bytes]:
    members = {path.name: path.read_bytes() for path in (FIXTURES / version).iterdir()}
    yield from mutated_archive(packed(members), case_count(), crc32(version.encode()))


def outcome(version: str, path: Path) -> str:
    """What became of a file; what came of it is checked."""
    try:
        found = list(READERS[version](path, UPLOAD))
    except ImportRefused:
        return "refused"
    assert found
    for each in found:
        assert isinstance(each, RawProcess | RawFault)
        if isinstance(each, RawFault):
            assert each.code.startswith("import-")
            continue
        assert each.name
        assert sum(e.kind is FlowKind.REFERENCE for e in each.exchanges) == 1
        assert all(e.amount.is_finite() and e.name for e in each.exchanges)
    return "fault" if any(isinstance(each, RawFault) for each in found) else "read"


@pytest.mark.parametrize("spoilt", [spoilt_documents, spoilt_archives])
@pytest.mark.parametrize("version", sorted(DOCUMENTS))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_spoilt_file_raises_nothing_but_a_refusal(
    version: str, spoilt: Callable[[str], Iterator[bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "spoilt"
    outcomes = set()
    for number, case in enumerate(spoilt(version)):
        path.write_bytes(case)
        import_of_spoilt(path, version, cuts_off=bool(number % 2))
        outcomes.add(outcome(version, path))
    assert outcomes == {"refused", "fault", "read"}  # the cases reach every part of the reader
