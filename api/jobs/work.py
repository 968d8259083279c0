"""What a job does, apart from who runs it: claim, run, and write under the attempt's fence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from api.child.process import ChildFailed
from api.context import Context
from api.workflows.ask_import import IMPORT_JOB
from api.workflows.ask_portfolio_run import PLAN_JOB, SUMMARY_JOB
from api.workflows.ask_report import REPORT_JOB
from api.workflows.import_inventory import import_inventory
from api.workflows.issue_label import RENDER_JOB
from api.workflows.plan_portfolio_run import plan_portfolio_run
from api.workflows.recompute_portfolio import recompute_portfolio
from api.workflows.render_label_pack import render_label_pack
from api.workflows.render_report import render_report
from api.workflows.summarise_portfolio_run import fail_portfolio_run, summarise_portfolio_run
from footprint.errors import FootprintError
from labels.access import Scope
from labels.errors import LabelError
from lca_db.errors import Conflict, StorageError
from lca_db.records.jobs.values import PORTFOLIO_CHUNK, Job
from lca_db.records.portfolio.values import PortfolioRun
from lca_db.unit_of_work import UnitOfWork

_SCOPES = tuple(Scope.everything("jobs", is_test=is_test) for is_test in (False, True))
_LOG = structlog.get_logger("tanbiao.jobs")
KINDS: dict[str, Callable[[Context, Job], object]] = {
    RENDER_JOB: render_label_pack,
    IMPORT_JOB: import_inventory,
    REPORT_JOB: render_report,
    PLAN_JOB: plan_portfolio_run,
    PORTFOLIO_CHUNK: recompute_portfolio,
    SUMMARY_JOB: summarise_portfolio_run,
}
PARTS_OF_RUNS = frozenset({PLAN_JOB, PORTFOLIO_CHUNK, SUMMARY_JOB})


MOST_ATTEMPTS = 20  # of a job that finds the database busy
STUCK = timedelta(minutes=30)


def claim_due_jobs(
    context: Context, lease: timedelta, stuck: timedelta = STUCK
) -> tuple[tuple[str, int], ...]:
    """(id, attempt) of every queued job, and of running ones whose heartbeat is too old.

    A job that is queued for very long is taken for one whose runner was killed between taking it
    and beginning it: DBOS never gives that attempt to another, so it is enqueued as the next.
    """
    now = context.now()
    with UnitOfWork(context.engine, _SCOPES[0], read_only=True) as uow:  # lists are of either mode
        queued = uow.jobs.list_queued(now)
        stale = uow.jobs.list_stale(now - lease)
    is_stuck = [job.heartbeat_at < now - stuck for job in queued]
    due = [(job.id, job.attempt) for job, late in zip(queued, is_stuck, strict=True) if not late]
    stale += tuple(job for job, late in zip(queued, is_stuck, strict=True) if late)
    for job in stale:
        with UnitOfWork(context.engine, Scope.everything("jobs", is_test=job.is_test)) as uow:
            again = uow.jobs.requeue(job.id, job.attempt, now)
            uow.commit()
        due.append((again.id, again.attempt))
    return tuple(due)


def run_job(context: Context, job_id: str, attempt: int) -> str:
    """Runs one attempt; the state it ended in. A superseded attempt changes nothing."""
    job = _start(context, job_id, attempt)
    if job is None:
        return "superseded"
    try:
        KINDS[job.kind](context, job)
    except Conflict as error:
        if error.code == "job-attempt-superseded":
            return "superseded"
        if error.code == "portfolio-run-over":
            return _let_go(context, job)
        return _fail(context, job, error.code, error.parameters)
    except (LabelError, FootprintError, StorageError) as error:
        if error.code == "storage-busy" and attempt < MOST_ATTEMPTS:
            return _put_back(context, job)
        return _fail(context, job, error.code, error.parameters)
    except ChildFailed:
        _LOG.warning("child failed", job=job.id, exc_info=True)
        return _fail(context, job, "rendering-failed", {})
    return "succeeded"


def run_due_jobs(context: Context) -> int:
    """Runs everything due, here and now; how many (the command line and tests)."""
    due = claim_due_jobs(context, timedelta(0))
    for job_id, attempt in due:
        run_job(context, job_id, attempt)
    return len(due)


def work_on_portfolio_run(context: Context, run: PortfolioRun) -> None:
    """Does what waits of one run, here and now, until nothing of it waits (the command line)."""
    scope = Scope.everything("jobs", is_test=run.is_test)
    while True:
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            waiting = [job for kind in PARTS_OF_RUNS for job in uow.jobs.list_waiting(kind)]
        due = [job for job in waiting if job.input["run_id"] == run.id and not job.started_at]
        if not due:
            return
        for job in due:
            run_job(context, job.id, job.attempt)


def _start(context: Context, job_id: str, attempt: int) -> Job | None:
    for scope in _SCOPES:
        try:
            with UnitOfWork(context.engine, scope) as uow:
                job = uow.jobs.start(job_id, attempt, context.now())
                uow.commit()
        except StorageError as error:
            if error.code in {"not-found", "job-attempt-superseded", "conflict"}:
                continue
            raise
        return job
    return None


def _fail(context: Context, job: Job, code: str, parameters: object) -> str:
    scope = Scope.everything("jobs", is_test=job.is_test)
    problem: dict[str, object] = {"code": code, "parameters": dict(parameters)}  # type: ignore[call-overload]
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.fail(job.id, job.attempt, problem, context.now())
        if job.kind in PARTS_OF_RUNS:
            fail_portfolio_run(uow, job, problem, context.now())
        uow.commit()
    return "failed"


def _put_back(context: Context, job: Job) -> str:
    """Somebody else held what it had to write: no failure, the sweep enqueues it again."""
    with UnitOfWork(context.engine, Scope.everything("jobs", is_test=job.is_test)) as uow:
        uow.jobs.requeue(job.id, job.attempt, context.now())
        uow.commit()
    return "put-back"


def _let_go(context: Context, job: Job) -> str:
    """The run it is a part of is over: nobody wants the result."""
    try:
        with UnitOfWork(context.engine, Scope.everything("jobs", is_test=job.is_test)) as uow:
            uow.jobs.cancel(job.id, context.now())
            uow.commit()
    except Conflict:  # a twin has let go of it already
        return "superseded"
    return "cancelled"
