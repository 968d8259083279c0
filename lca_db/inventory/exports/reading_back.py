"""Reads an export back as it was: JSON, a package of openLCA, or the CSV template.

Rules:

* Only files that :mod:`lca_db.inventory.exports` wrote are read so; every other one is imported
  (``importers/importing.py``), where all is linked anew and everything is a draft. Nothing here
  makes a release: the gates and the reviewers stand before that as before any other.
* The foreign format counts for what it carries (``own_part.py``); an amount that was edited there
  comes back edited, and then the hash is another one.
* One dataset that cannot be read refuses the file: an inventory with holes is no inventory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import rfc8785

from footprint.errors import FootprintError, pointer
from footprint.inventory import InventorySnapshot
from lca_db.inventory.description import check_pedigree
from lca_db.inventory.exports.openlca import OWN_FOLDER
from lca_db.inventory.exports.restoring import OwnPart, Restoring
from lca_db.inventory.exports.table import own_rows
from lca_db.inventory.importers import jsonld, template
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import open_archive, read_file
from lca_db.inventory.importers.formats import format_of
from lca_db.inventory.importers.json_values import JsonObject, read_json
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.raw import RawFault, RawProcess
from lca_db.inventory.snapshots import snapshot_of

_EXPECTED = "an export of Tanbiao"


def read_back(path: Path, limits: ImportLimits = OWN_FILE) -> InventorySnapshot:
    """The snapshot that was exported into a file.

    Raises:
        ImportRefused: What opening and reading such a file raises; ``import-format-unexpected``
            for one of another format; ``export-part-missing`` for a dataset that does not come from
            here, ``export-part-malformed`` for one whose part was spoilt.
        FootprintError: Datasets that do not fit together; ``pedigree-malformed``.
    """
    snapshot = _read(path, limits)
    try:
        snapshot.canonical_bytes()
    except rfc8785.CanonicalizationError as error:  # text or a number that JSON does not have
        raise ImportRefused("import-format-unexpected", "", expected=_EXPECTED) from error
    for process in snapshot.processes:
        check_pedigree(process.content.get("pedigree"), pointer(process.id, "content", "pedigree"))
    return snapshot


def _read(path: Path, limits: ImportLimits) -> InventorySnapshot:
    if _is_list(path):
        return _of_json(path, limits)
    found = format_of(path, limits).key
    if found == "jsonld":
        return _restored(jsonld.read(path, limits), lambda: _of_package(path, limits))
    if found == "template":
        return _restored(template.read(path, limits), lambda: own_rows(path, limits))
    raise ImportRefused("import-format-unexpected", "", expected=_EXPECTED)


def _is_list(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(1) == b"["
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error


def _of_json(path: Path, limits: ImportLimits) -> InventorySnapshot:
    """A snapshot from its own canonical JSON."""
    content = read_file(path, limits)
    try:
        return snapshot_of(content)
    except FootprintError:
        raise
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise ImportRefused("import-format-unexpected", "", expected=_EXPECTED) from error


def _restored(
    read: Iterable[RawProcess | RawFault], own: Callable[[], Iterable[tuple[str, JsonObject]]]
) -> InventorySnapshot:
    raws: list[RawProcess] = []
    for raw in read:
        if isinstance(raw, RawFault):
            raise ImportRefused(raw.code, raw.place, **raw.parameters)
        raws.append(raw)
    parts = {key: OwnPart.of(part) for key, part in own()}
    restoring = Restoring(raws, parts)
    return InventorySnapshot.of(restoring.process(raw) for raw in raws)


def _of_package(path: Path, limits: ImportLimits) -> Iterator[tuple[str, JsonObject]]:
    """Our part of every process of a package, by the identity of the process."""
    with open_archive(path, limits) as archive:
        for member in archive.names:
            folder, slash, name = member.partition("/")
            if slash and folder == OWN_FOLDER and name.endswith(".json"):
                content = read_json(archive.read(member), limits, f"/{member}")
                yield name.removesuffix(".json"), content
