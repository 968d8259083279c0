"""Plans a portfolio run: which studies are in which chunk, and a promised job for each chunk.

A chunk is a list of study ids in a file of its own: whoever takes it up, and whenever, works
on the same studies. Studies are never changed and their ids are ordered by time: the first
chunks of the next run are the same lists, and their columns need not be made again.
"""

from __future__ import annotations

from collections.abc import Iterator

from api.context import Context
from api.workflows.ask_portfolio_run import SUMMARY_JOB, portfolio_job, scope_of_run
from footprint.canonical import canonical_json
from labels.access import Scope
from lca_db.records.jobs.values import PORTFOLIO_CHUNK, Job
from lca_db.records.portfolio.values import PortfolioChunk, PortfolioRun
from lca_db.unit_of_work import UnitOfWork

MOST_STUDIES = 1_000
MOST_BILL_BYTES = 32_000_000  # bounds what a worker reads for a chunk


def plan_portfolio_run(context: Context, job: Job, most: int = MOST_STUDIES) -> None:
    """Chunks and their jobs, in the transaction in which the plan succeeds.

    Args:
        context: The instance.
        job: The promised plan; its input names the run.
        most: Studies in a chunk.

    Raises:
        Conflict: ``portfolio-run-over``, or ``job-attempt-superseded`` for a late twin.
    """
    scope = Scope.everything("plan portfolio run", is_test=job.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        run = uow.portfolio.get(str(job.input["run_id"]))
    jobs, chunks = [], []
    for number, studies in enumerate(_chunks(_sizes(context, run), most), start=1):
        made = portfolio_job(context, run, PORTFOLIO_CHUNK, number)
        jobs.append(made)
        chunks.append(
            PortfolioChunk(
                run_id=run.id,
                number=number,
                job_id=made.id,
                studies_sha256=context.files.put(canonical_json(studies)),
                study_count=len(studies),
            )
        )
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.succeed(job.id, job.attempt, {"chunks": len(chunks)}, context.now())
        for made in jobs or [portfolio_job(context, run, SUMMARY_JOB)]:
            uow.jobs.add(made)
        uow.portfolio.begin(run.id, chunks)
        uow.commit()


def _sizes(context: Context, run: PortfolioRun) -> Iterator[tuple[str, int]]:
    """Every study of the run by id, with the bytes of its bill."""
    after = ""
    while True:
        with UnitOfWork(context.engine, scope_of_run(run), read_only=True) as uow:
            found = uow.studies.list_sizes(after=after)
        if not found:
            return
        yield from found
        after = found[-1][0]


def _chunks(sizes: Iterator[tuple[str, int]], most: int) -> Iterator[list[str]]:
    studies: list[str] = []
    total = 0
    for study, size in sizes:
        if studies and (len(studies) == most or total + size > MOST_BILL_BYTES):
            yield studies
            studies, total = [], 0
        studies.append(study)
        total += size
    if studies:
        yield studies
