"""Reads spoilt versions of the sound files of a reader and holds what comes to the rules."""

from __future__ import annotations

from pathlib import Path

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.import_tables import Reader
from tests.support.mutated_files import case_count, mutated, mutated_archive
from tests.support.spoilt_imports import import_of_spoilt
from tests.support.table_files import sound_files


def read_spoilt(name: str, reader: Reader, folder: Path) -> int:
    """How many processes and faults came out of all the spoilt files that were not refused.

    Each is imported as well, to the end, alternately with both policies for unlinked flows.
    """
    path = folder / "file"
    files = sound_files()[name]
    read = imports = 0
    for seed, content in enumerate(files):
        spoil = mutated_archive if content.startswith(b"PK") else mutated
        for spoilt in spoil(content, -(-case_count() // len(files)), seed):
            path.write_bytes(spoilt)
            imports += 1
            import_of_spoilt(path, name.replace("_", "-"), cuts_off=bool(imports % 2))
            try:
                found = list(reader(path, UPLOAD))
            except ImportRefused:
                continue
            read += len(found)
            for one in found:
                _check(one)
    return read


def _check(one: RawProcess | RawFault) -> None:
    assert isinstance(one, RawProcess | RawFault)
    if isinstance(one, RawProcess):
        assert any(one.names.values())
        assert sum(e.kind is FlowKind.REFERENCE for e in one.exchanges) == 1
        assert all(e.amount.is_finite() for e in one.exchanges)
