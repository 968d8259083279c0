"""Ends a portfolio run: reads its chunks one after the other and says what moved and why."""

from __future__ import annotations

from datetime import datetime

from api.context import Context
from api.workflows.recompute_portfolio import read_chunk
from footprint.canonical import canonical_json
from footprint.portfolio_summary import PortfolioSummary
from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.jobs.values import Content, Job
from lca_db.unit_of_work import UnitOfWork


def summarise_portfolio_run(context: Context, job: Job) -> None:
    """The summary of a run whose chunks are all done; memory is that of one chunk.

    Raises:
        Conflict: ``portfolio-run-over``, or ``job-attempt-superseded`` for a late twin.
        StorageError: A file is missing or damaged, or the disk is full.
    """
    scope = Scope.everything("summarise portfolio run", is_test=job.is_test)
    run_id = str(job.input["run_id"])
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        run, chunks = uow.portfolio.get(run_id), uow.portfolio.list_chunks(run_id)
    if run.is_over:
        raise Conflict("portfolio-run-over", run=run.id)
    summary = PortfolioSummary()
    for chunk in chunks:
        if chunk.result_sha256 is not None:
            summary.add(read_chunk(context, chunk.result_sha256))
    body = {"release_id": run.release_id, **summary.body()}
    sha256 = context.files.put(canonical_json(body))
    now = context.now()
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.succeed(job.id, job.attempt, {"summary_sha256": sha256}, now)
        uow.portfolio.finish(run.id, sha256, now)
        uow.commit()


def fail_portfolio_run(uow: UnitOfWork, job: Job, problem: Content, at: datetime) -> None:
    """A part of the run failed for good, so the run has; its other parts let go of it."""
    try:
        uow.portfolio.fail(str(job.input["run_id"]), problem, at)
    except Conflict as error:
        if error.code != "portfolio-run-over":
            raise
