"""Reads the imports of foreign inventories, for who keeps the inventory."""

from __future__ import annotations

import json

from api.context import Context
from api.security.policy import Action, require
from api.views import ImportView
from api.workflows.ask_import import IMPORT_JOB
from labels.access import Actor, Scope
from lca_db.inventory.stored_imports import StoredImport
from lca_db.records.jobs.values import Job, JobState
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

_ALL = Scope.everything("read imports")


def list_imports(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[StoredImport]:
    """All imports, newest first."""
    require(actor, Action.KEEP_INVENTORY)
    with UnitOfWork(context.engine, _ALL, read_only=True) as uow:
        return uow.inventory_imports.list_(after=after, limit=limit)


def read_import(context: Context, actor: Actor, import_id: str) -> ImportView:
    """One import, or :class:`NotFound`."""
    require(actor, Action.KEEP_INVENTORY)
    with UnitOfWork(context.engine, _ALL, read_only=True) as uow:
        stored = uow.inventory_imports.get(import_id)
        releases = uow.inventory_imports.releases_of(import_id)
        person = ""
        if stored.imported_by is not None:
            person = uow.organisations.person_names((stored.imported_by,))[stored.imported_by]
    report = json.loads(context.files.get(stored.report_sha256))
    return ImportView(stored, report, person, releases)


def list_import_jobs(context: Context, actor: Actor) -> tuple[Job, ...]:
    """Imports of one's organisation that are still under way, and those that came to nothing."""
    require(actor, Action.KEEP_INVENTORY)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        newest = uow.jobs.list_(limit=50).items
    done = (JobState.SUCCEEDED, JobState.CANCELLED)
    return tuple(job for job in newest if job.kind == IMPORT_JOB and job.state not in done)
