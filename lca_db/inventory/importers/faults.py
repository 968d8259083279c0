"""Turns what makes one process unreadable into a fault that leaves the others alone."""

from __future__ import annotations

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.raw import RawFault

_OF_THE_WHOLE_FILE = "import-archive-too-large"


def fault_of(error: ImportRefused, name: str, place: str) -> RawFault:
    """The fault of the process of that name, which stood at that place.

    Raises:
        ImportRefused: The error itself where it speaks of the whole file: an archive over its
            bounds is not unpacked any further.
    """
    if error.code == _OF_THE_WHOLE_FILE:
        raise error
    return RawFault(
        name=name, place=error.place or place, code=error.code, parameters=error.parameters
    )
