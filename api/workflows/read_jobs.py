"""Reads the jobs of one's organisation."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.jobs.values import Job
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_jobs(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[Job]:
    """Jobs of one's organisation, newest first."""
    require(actor, Action.READ_JOBS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.jobs.list_(after=after, limit=limit)


def read_job(context: Context, actor: Actor, job_id: str) -> Job:
    """One job, or :class:`NotFound`."""
    require(actor, Action.READ_JOBS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.jobs.get(job_id)
