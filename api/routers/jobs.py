"""/v1/jobs: long work, its progress and its end."""

from __future__ import annotations

from fastapi import Request, Response

from api.routers.doors import ActorDep, After, ContextDep, Limit, PathId, router, with_next
from api.schemas.jobs import JobOut
from api.workflows.cancel_job import cancel_job
from api.workflows.read_jobs import list_jobs, read_job

routes = router("jobs")


@routes.get("/v1/jobs")
def get_jobs(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[JobOut]:
    """Jobs of one's organisation, newest first."""
    page = list_jobs(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [JobOut.from_core(job) for job in page.items]


@routes.get("/v1/jobs/{job_id}")
def get_job(job_id: PathId, context: ContextDep, actor: ActorDep) -> JobOut:
    """One job with progress, result or problem."""
    return JobOut.from_core(read_job(context, actor, job_id))


@routes.post("/v1/jobs/{job_id}/cancel")
def post_cancel(job_id: PathId, context: ContextDep, actor: ActorDep) -> JobOut:
    """Cancels a job that has not ended."""
    return JobOut.from_core(cancel_job(context, actor, job_id))
