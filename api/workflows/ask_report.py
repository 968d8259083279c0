"""Asks for the report of a study as PDF: a job, which the same report is never promised twice.

A report is named by what it is made of: the study's document by its hash, and the language. Where
it is being made, or lies there already, that job is the answer. Two who ask at the same moment may
have it made twice; the bytes are the same.
"""

from __future__ import annotations

import hashlib

from api.context import Context
from api.idempotency import Once, claim, keep
from api.workflows.describe_study import describe_study
from labels.access import Actor, Scope
from lca_db.records.jobs.values import Content, Job, JobState
from lca_db.unit_of_work import UnitOfWork

REPORT_JOB = "render-report"
PDF_MEMBER = "report.pdf"


def ask_report(
    context: Context, actor: Actor, study_id: str, language: str, once: Once[Job] | None = None
) -> Job:
    """The job that makes, or has made, the report of a study in a language.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Neither the actor's own study nor one of their body's cases.
    """
    content = describe_study(context, study_id, actor=actor)
    asked = report_input(study_id, language, content)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        job = uow.jobs.find_newest(REPORT_JOB, asked)
        if job is None or not is_of_use(context, job):
            context.files.put(content)
            job = Job(
                id=context.ids("job"),
                kind=REPORT_JOB,
                organisation_id=actor.organisation_id,
                input=asked,
                created_at=now,
                heartbeat_at=now,
                is_test=actor.is_test,
            )
            uow.jobs.add(job)
        keep(once, uow, job)
        uow.commit()
    return job


def report_input(study_id: str, language: str, content: bytes) -> Content:
    """What names a report: a study, a language, and the hash of the study's document."""
    return {
        "study_id": study_id,
        "language": language,
        "study_sha256": hashlib.sha256(content).hexdigest(),
    }


def is_of_use(context: Context, job: Job) -> bool:
    """The job is under way, or what it made is stored."""
    return not job.is_over or report_sha256(context, job) is not None


def report_sha256(context: Context, job: Job) -> str | None:
    """The hash of the stored PDF that a job made, None where there is none."""
    if job.state is not JobState.SUCCEEDED or job.result is None:
        return None
    sha256 = str(job.result[PDF_MEMBER])
    return sha256 if context.files.has(sha256) else None
