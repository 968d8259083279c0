"""Packages of the folders under tests/fixtures/imports, changed where a test says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.raw import RawExchange, RawFault, RawProcess
from tests.support.mutated_files import packed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"
Reader = Callable[[Path, ImportLimits], Iterator[RawProcess | RawFault]]


def members_of(folder: str) -> dict[str, bytes]:
    """The files of a fixture by their names in the archive."""
    root = FIXTURES / folder
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def with_json(members: Mapping[str, bytes], name: str, **changes: Any) -> dict[str, bytes]:
    """The members, the object of one of them changed."""
    value = {**json.loads(members[name]), **changes}
    return {**members, name: json.dumps(value, ensure_ascii=False).encode()}


def read_members(
    reader: Reader,
    members: Mapping[str, bytes],
    folder: Path,
    limits: ImportLimits = OWN_FILE,
) -> tuple[dict[str, RawProcess], dict[str, RawFault]]:
    """What a reader makes of a package: processes by identity, faults by name."""
    path = folder / "package.zip"
    path.write_bytes(packed(dict(members)))
    found = list(reader(path, limits))
    processes = {one.id: one for one in found if isinstance(one, RawProcess)}
    return processes, {one.name: one for one in found if isinstance(one, RawFault)}


def exchange(process: RawProcess, name: str) -> RawExchange:
    """The exchange of a process that has this name."""
    [found] = [one for one in process.exchanges if one.name == name]
    return found
