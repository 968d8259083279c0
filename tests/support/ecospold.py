"""Reads the EcoSpold fixtures, and versions of them changed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from lca_db.inventory.importers import ecospold1, ecospold2
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.raw import RawExchange, RawFault, RawProcess

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"

Reader = Callable[[Path, ImportLimits], Iterator[RawProcess | RawFault]]
READERS: dict[str, Reader] = {"ecospold1": ecospold1.read, "ecospold2": ecospold2.read}


def fixture(name: str) -> bytes:
    """The bytes of ``ecospold1/refinery.xml``."""
    return (FIXTURES / name).read_bytes()


def changed(name: str, *changes: tuple[str, str]) -> bytes:
    """A fixture with some texts exchanged; each must be there."""
    text = fixture(name).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def read_bytes(
    version: str, content: bytes, folder: Path, limits: ImportLimits = OWN_FILE
) -> list[RawProcess | RawFault]:
    """All that a reader makes of some bytes."""
    path = folder / "some.file"
    path.write_bytes(content)
    return list(READERS[version](path, limits))


def only_process(found: list[RawProcess | RawFault]) -> RawProcess:
    """The one process there is."""
    (process,) = found
    assert isinstance(process, RawProcess), process
    return process


def only_fault(found: list[RawProcess | RawFault]) -> RawFault:
    """The one fault there is."""
    (fault,) = found
    assert isinstance(fault, RawFault), fault
    return fault


def exchange(process: RawProcess, name: str) -> RawExchange:
    """The exchange of a name."""
    (found,) = [e for e in process.exchanges if e.name == name]
    return found
