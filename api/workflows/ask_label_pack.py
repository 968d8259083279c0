"""Asks for certificate and marks of a label again: after a job that failed, was cancelled or lost.

A job that is over stays over; asking again is a new one. What is there already, or is being made,
is not made a second time: two who ask at once wait for the same job.
"""

from __future__ import annotations

from api.child.label_pack import MEDIA_TYPES
from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.issue_label import RENDER_JOB, render_job
from labels.access import Actor, Scope
from labels.errors import WrongState
from lca_db.records.certification.values import LabelArtefact
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


def ask_label_pack(
    context: Context, actor: Actor, label_id: str, once: Once[Job] | None = None
) -> Job:
    """The job that makes the label's files: a new one, or the one that has not ended.

    Raises:
        NotAllowed: ``role-missing``, also for a certifier of another body.
        WrongState: ``label-not-signed``, or ``label-pack-complete`` where every file is stored.
        NotFound: It is not the actor's label, or there is none.
    """
    require(actor, Action.ISSUE_LABEL)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.labels.lock(label_id)
        record = uow.labels.get(label_id)
        label = record.label
        require(actor, Action.ISSUE_LABEL, organisations=(label.certification_body_id,))
        if record.credential is None:
            raise WrongState("label-not-signed", number=label.full_number)
        job = waiting_job(uow, label_id)
        if job is None:
            if is_complete(context, uow.labels.list_artefacts(label_id)):
                raise WrongState("label-pack-complete", number=label.full_number)
            job = render_job(context, label)
            uow.jobs.add(job)
        keep(once, uow, job)
        uow.commit()
    return job


def waiting_job(uow: UnitOfWork, label_id: str) -> Job | None:
    """The job within the scope that will make the label's files, where one has not ended."""
    jobs = uow.jobs.list_waiting(RENDER_JOB)
    return next((job for job in jobs if job.input["label_id"] == label_id), None)


def is_complete(context: Context, artefacts: tuple[LabelArtefact, ...]) -> bool:
    """Whether every file was made and is stored."""
    stored = {a.kind for a in artefacts if context.files.has(a.sha256)}
    return stored >= MEDIA_TYPES.keys()
