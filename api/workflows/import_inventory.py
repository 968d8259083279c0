"""Imports an uploaded inventory in the spawned child: what the promised job does.

Whatever the file is, the import ends in a report and is stored; only a child that ran out of its
limits stores nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import structlog

from api.child.inventory import ReadInventory, inventory_request
from api.child.process import ChildFailed, ChildLimits, ChildTask, run_in_child
from api.context import Context
from api.workflows.store_import import store_import
from labels.access import Scope
from lca_db.errors import StorageError
from lca_db.files import StoredFile
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.stored_imports import ImportTerms, StoredImport
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork

_LOG = structlog.get_logger("tanbiao.jobs")
LIMITS = ChildLimits(cpu_seconds=120, wall_seconds=150)  # less than the lease of a job


def import_inventory(context: Context, job: Job) -> StoredImport:
    """The stored import of a job, which may have been there already.

    Raises:
        ImportRefused: ``import-not-finished`` where the child ran out of its limits.
        Conflict: ``job-attempt-superseded`` for a late twin.
    """
    asked = cast("dict[str, Any]", job.input)
    path = context.files.path(asked["file_sha256"])
    request = inventory_request(path, asked["file_name"], asked["options"])
    told = partial(_keep_progress, context, job)
    try:
        answer = run_in_child(ChildTask.READ_INVENTORY, request, LIMITS, told)
    except ChildFailed as error:
        seconds, memory = str(LIMITS.cpu_seconds), str(LIMITS.memory_bytes // 1_000_000)
        name = asked["file_name"][:120]
        raise ImportRefused(
            "import-not-finished", "", name=name, seconds=seconds, megabytes=memory
        ) from error
    kept = store_import(
        context,
        ReadInventory.from_bytes(answer),
        StoredFile(asked["file_sha256"], asked["size_bytes"]),
        ImportTerms(**asked["terms"]),
        person_id=asked["person_id"],
        job=job,
    )
    return kept.stored


def _keep_progress(context: Context, job: Job, done: int, total: int) -> None:
    """How many processes were read; an attempt that is none any more learns it when it stores."""
    scope = Scope.everything("import inventory", is_test=job.is_test)
    try:
        with UnitOfWork(context.engine, scope) as uow:
            uow.jobs.progress(job.id, job.attempt, done, total, context.now())
            uow.commit()
    except StorageError:  # a database that is busy ends no import: the next figure is told again
        _LOG.info("progress not kept", job=job.id, exc_info=True)
