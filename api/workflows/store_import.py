"""Stores an import as a whole: its files first, then one row that names them, once and for all.

The same file that the same person brings again, with the same choices and under the same terms, and
that gives the same report and datasets, is the import that is there: nothing clashes with itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.child.inventory import ReadInventory
from api.context import Context
from labels.access import Scope
from lca_db.errors import StorageError
from lca_db.files import StoredFile
from lca_db.inventory.importers.files import CHUNK
from lca_db.inventory.stored_imports import ImportTerms, StoredImport
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class KeptImport:
    """An import as it is stored.

    Attributes:
        is_new: False where it was there already.
    """

    stored: StoredImport
    is_new: bool


def store_import(
    context: Context,
    found: ReadInventory,
    file: StoredFile,
    terms: ImportTerms,
    *,
    person_id: str | None = None,
    job: Job | None = None,
) -> KeptImport:
    """The import of a file that lies in the store; the job that made it ends with it.

    Args:
        context: The instance.
        found: Report and datasets.
        file: The file that was imported.
        terms: Under which it was given.
        person_id: Who imported it, None from the command line.
        job: What promised it; None for an import that was waited for.

    Raises:
        StorageError: ``file-damaged`` where the report speaks of other bytes.
        Conflict: ``job-attempt-superseded`` for a late twin, which then changes nothing.
    """
    report = json.loads(found.report)
    if report["file"]["sha256"] != file.sha256:
        raise StorageError("file-damaged", sha256=file.sha256)
    count = int(report["processes"]["came_in"])
    stored = StoredImport(
        id=context.ids("imp"),
        imported_by=person_id,
        imported_at=context.now(),
        file_name=report["file"]["name"],
        file_sha256=file.sha256,
        size_bytes=file.size_bytes,
        format=report["format"],
        options=report["options"],
        report_sha256=context.files.put(found.report),
        datasets_sha256=context.files.put(found.datasets) if count else None,
        dataset_count=count,
        terms=terms,
    )
    is_test = job is not None and job.is_test
    scope = Scope.everything("store import", is_test=is_test)
    with UnitOfWork(context.engine, scope) as uow:
        same = uow.inventory_imports.find_same(stored)
        if same is None:
            uow.inventory_imports.add(stored)
        kept = same or stored
        if job is not None:
            result = {"import_id": kept.id, "dataset_count": count}
            uow.jobs.succeed(job.id, job.attempt, result, stored.imported_at)
        uow.commit()
    return KeptImport(kept, is_new=same is None)


def keep_file(context: Context, path: Path, most_bytes: int) -> StoredFile:
    """The file in the store, copied piece by piece.

    Raises:
        StorageError: ``file-too-large``, ``storage-full`` or ``storage-failed``.
    """

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as stream:
            while piece := stream.read(CHUNK):
                yield piece

    return context.files.put_stream(pieces(), most_bytes)
