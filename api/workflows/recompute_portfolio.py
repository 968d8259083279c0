"""Recomputes one chunk of a portfolio run: what the promised job of the chunk does.

The result is a file; that the chunk has it, and that its job succeeded, is one transaction. So a
worker may be killed anywhere: the chunk is taken up again by another and is counted once.
"""

from __future__ import annotations

import json

from api.context import Context
from api.workflows.ask_portfolio_run import SUMMARY_JOB, portfolio_job, scope_of_run
from api.workflows.keep_portfolio_columns import keep_portfolio_columns, tables_by_release
from footprint.canonical import canonical_json
from footprint.portfolio_moves import moves
from footprint.portfolio_summary import chunk_body
from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


def recompute_portfolio(context: Context, job: Job) -> None:
    """The result of a chunk; the last one promises the summary of the run.

    Raises:
        Conflict: ``portfolio-run-over``, or ``job-attempt-superseded`` for a late twin.
        StorageError: A file is missing or damaged, or the disk is full.
    """
    scope = Scope.everything("recompute portfolio", is_test=job.is_test)
    run_id, number = str(job.input["run_id"]), int(str(job.input["chunk"]))
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        run, chunk = uow.portfolio.get(run_id), uow.portfolio.get_chunk(run_id, number)
    if run.is_over:
        raise Conflict("portfolio-run-over", run=run.id)

    def report(done: int, total: int) -> None:
        """Tells how far the columns are; stops where nobody waits for them any more."""
        with UnitOfWork(context.engine, scope) as uow:
            is_wanted = uow.jobs.progress(job.id, job.attempt, done, total, context.now())
            if uow.portfolio.get(run.id).is_over:
                raise Conflict("portfolio-run-over", run=run.id)
            uow.commit()
        if not is_wanted:
            raise Conflict("job-attempt-superseded", job=job.id)

    portfolio, refused = keep_portfolio_columns(
        context, chunk.studies_sha256, scope_of_run(run), report
    )
    table_of = tables_by_release(context)
    found = moves(portfolio, table_of, table_of(run.release_id))
    result = context.files.put(canonical_json(chunk_body(portfolio, found, refused)))
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.succeed(job.id, job.attempt, {"result_sha256": result}, context.now())
        if uow.portfolio.put_result(run.id, chunk.number, result):
            uow.jobs.add(portfolio_job(context, run, SUMMARY_JOB))
        uow.commit()


def read_chunk(context: Context, result_sha256: str) -> dict[str, object]:
    """The result of a chunk from its file."""
    found: dict[str, object] = json.loads(context.files.get(result_sha256))
    return found
