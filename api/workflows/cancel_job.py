"""Cancels a job of one's organisation; a step that is running ends at its next report."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


def cancel_job(context: Context, actor: Actor, job_id: str) -> Job:
    """The job, cancelled where it had not ended."""
    require(actor, Action.READ_JOBS)
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        uow.jobs.cancel(job_id, context.now())
        job = uow.jobs.get(job_id)
        uow.commit()
    return job
