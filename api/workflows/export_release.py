"""A release as a file in one of the forms of ``lca_db/inventory/exports/forms.py``.

What was made once is kept under its address (release, sources, form, version of the writer): asking
again does no work. The snapshot itself is kept with the release. One export is made at a time; the
datapackage in the child process, for Brightway never serves a request. Keeping is no change that
anybody could see: the folder may be emptied at any time (decision 29 stands).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from api.child.process import ChildFailed, ChildTask, run_in_child
from api.context import Context
from api.problems import Problem
from labels.access import Scope
from lca_db.errors import NotFound
from lca_db.inventory.exports.forms import KINDS, WRITERS, ExportForm, address
from lca_db.inventory.exports.kept import KeptExports
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.snapshots import read_snapshot
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork

__all__ = ["ExportForm", "ReleaseFile", "export_release", "find_export", "kept_exports"]

_ONE_AT_A_TIME = threading.Lock()
_PATIENCE_SECONDS = 10.0
_LATER = {"Retry-After": "30"}
_SHOWN_OF_HASH = 12


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """The file of an export.

    Attributes:
        address: Of what it was made of; as good as a hash of its bytes.
    """

    address: str
    path: Path
    media_type: str
    file_name: str


def export_release(context: Context, release_id: str, form: ExportForm) -> ReleaseFile:
    """The file, made now where it was not made before.

    Raises:
        NotFound: There is no such release here.
        InventoryError: ``snapshot-altered``.
        Problem: ``export-not-made`` where the datapackage could not be written, or another export
            takes long.
        StorageError: ``storage-full`` or ``storage-failed``.
    """
    release, name = _addressed(context, release_id, form)
    kind = KINDS[form]
    file_name = f"tanbiao-{release.snapshot_sha256[:_SHOWN_OF_HASH]}{kind.extension}"
    path = _path(context, release, form, name)
    return ReleaseFile(name, path, kind.media_type, file_name)


def find_export(context: Context, release_id: str, form: ExportForm) -> str:
    """The address of an export, whether it was made or not; nothing is made.

    Raises:
        NotFound: There is no such release here.
    """
    return _addressed(context, release_id, form)[1]


def kept_exports(context: Context) -> KeptExports:
    """Where exports that were made are kept, until nobody asks for them."""
    return KeptExports(context.settings.data_dir / "exports")


def _addressed(context: Context, release_id: str, form: ExportForm) -> tuple[Release, str]:
    scope = Scope.everything("export release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        release = uow.inventory.get_release(release_id)
    if form is ExportForm.JSON:
        return release, release.snapshot_sha256
    return release, _address(form, release.snapshot_sha256)


@lru_cache(maxsize=256)
def _address(form: ExportForm, snapshot_sha256: str) -> str:
    return address(form, snapshot_sha256, shipped_sources())


def _path(context: Context, release: Release, form: ExportForm, name: str) -> Path:
    if form is ExportForm.JSON:
        if not context.files.has(release.snapshot_sha256):
            raise NotFound(kind="file")
        return context.files.path(release.snapshot_sha256)
    kept = kept_exports(context)
    found = kept.find(name)
    if found is not None:
        return found
    if not _ONE_AT_A_TIME.acquire(timeout=_PATIENCE_SECONDS):  # a thread is worth more than a file
        raise Problem(503, "export-not-made", headers=_LATER)
    try:
        return kept.find(name) or kept.keep(name, _written(context, release, form))
    finally:
        _ONE_AT_A_TIME.release()


def _written(context: Context, release: Release, form: ExportForm) -> Iterator[bytes]:
    content = context.files.get(release.snapshot_sha256)
    if form is ExportForm.DATAPACKAGE:
        try:
            yield run_in_child(ChildTask.WRITE_DATAPACKAGE, content)
        except ChildFailed as error:
            raise Problem(503, "export-not-made", headers=_LATER) from error
    else:
        snapshot = read_snapshot(content, release.snapshot_sha256)
        yield from WRITERS[form](snapshot, shipped_sources())
