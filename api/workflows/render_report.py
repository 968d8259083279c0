"""Renders the report of a study in the spawned child and keeps it by its hash."""

from __future__ import annotations

from api.child.process import ChildLimits, ChildTask, run_in_child
from api.child.study_report import report_order
from api.context import Context
from api.workflows.ask_report import PDF_MEMBER
from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork

LIMITS = ChildLimits(cpu_seconds=150, wall_seconds=170)
"""Less than the lease of a job: nobody takes up what is still being rendered."""


def render_report(context: Context, job: Job) -> dict[str, object]:
    """The hash of the report; doing it twice gives the same file.

    Raises:
        FootprintError: What the renderer refuses (no fonts).
        ChildFailed: The child died or ran out of its limits.
        Conflict: ``job-attempt-superseded`` for a late twin, which then changes nothing.
    """
    content = context.files.get(str(job.input["study_sha256"]))
    order = report_order(content, str(job.input["language"]))
    scope = Scope.everything("render report", is_test=job.is_test)
    with UnitOfWork(context.engine, scope) as uow:
        if not uow.jobs.progress(job.id, job.attempt, 0, 1, context.now()):
            raise Conflict("job-attempt-superseded", job=job.id)
        uow.commit()
    pdf = run_in_child(ChildTask.RENDER_REPORT, order, LIMITS)
    result: dict[str, object] = {PDF_MEMBER: context.files.put(pdf)}
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.succeed(job.id, job.attempt, result, context.now())
        uow.commit()
    return result
