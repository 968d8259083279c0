"""Two worker processes share a portfolio run, one is killed midway: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from api.jobs.work import run_due_jobs
from api.workflows.read_portfolio_runs import read_portfolio_results
from labels.access import Scope
from lca_db.engine import ACCESS
from lca_db.records.jobs.values import PORTFOLIO_CHUNK, JobState
from lca_db.records.portfolio.values import PortfolioRun, PortfolioScope, RunState
from lca_db.unit_of_work import UnitOfWork
from tests.api.test_portfolio_runs import GRID, ask, chunk_results, of, plan
from tests.support.instance import PV, Instance
from tests.support.many_studies import a_heavier_release, store_studies
from tests.support.portfolio_worker import a_worker, peak_megabytes

STUDIES_OF_EACH, STUDIES_IN_A_CHUNK = 40, 5
CHUNKS = 2 * STUDIES_OF_EACH // STUDIES_IN_A_CHUNK
LEASE_SECONDS = 3.0
JOBS_AT_ONCE = 2  # of one worker
CAP_MEGABYTES = 2_000  # of address space; a worker that asks for more ends in an error
RESIDENT_MEGABYTES = 300
PATIENCE_SECONDS = 120
ALL = Scope.everything("test")
REGISTER = PortfolioScope.REGISTER


def waited_for(is_so: Callable[[], bool], pause: float = 0.02) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "nothing happens"
        time.sleep(pause)


def state_of(instance: Instance, run: PortfolioRun) -> PortfolioRun:
    with UnitOfWork(instance.context.engine, ALL, read_only=True) as uow:
        return uow.portfolio.get(run.id)


def results(instance: Instance, run: PortfolioRun) -> list[Any]:
    """What is said of every study, in order."""
    actor = instance.actor("guan.authority")
    chunks = read_portfolio_results(instance.context, actor, run.id)
    return [study for chunk in chunks for study in chunk["studies"]]


@contextmanager
def nobody_may_end_a_chunk_of(instance: Instance, run: PortfolioRun) -> Iterator[None]:
    """Holds the row that a chunk's end is counted on, so that chunks begin and do not end."""
    with instance.context.engine.connect().execution_options(**{ACCESS: "write"}) as connection:
        held = text("SELECT 1 FROM portfolio_run WHERE id = :run FOR UPDATE")
        connection.execute(held, {"run": run.id})
        yield
        connection.rollback()


def at_work(instance: Instance) -> int:
    return sum(state == JobState.RUNNING.value for state, _ in attempts_of_chunks(instance))


def attempts_of_chunks(instance: Instance) -> list[tuple[str, int]]:
    """State and attempt of every chunk's job."""
    statement = f"SELECT state, attempt FROM job WHERE kind = '{PORTFOLIO_CHUNK}' ORDER BY id"
    with instance.context.engine.connect() as connection:
        return [(s, a) for s, a in connection.exec_driver_sql(statement)]


def test_two_workers_one_killed_midway_say_what_a_single_process_says(
    postgres_instance: Instance,
) -> None:
    instance = postgres_instance
    studies = store_studies(instance, STUDIES_OF_EACH)
    studies += store_studies(instance, STUDIES_OF_EACH, PV)
    release = a_heavier_release(instance.context, GRID)
    run = ask(instance, release, "guan.authority", REGISTER)
    plan(instance, run, STUDIES_IN_A_CHUNK)

    with (
        a_worker(instance.settings, LEASE_SECONDS, CAP_MEGABYTES) as first,
        a_worker(instance.settings, LEASE_SECONDS, CAP_MEGABYTES) as second,
    ):
        waited_for(lambda: state_of(instance, run).chunks_done >= 2)
        with nobody_may_end_a_chunk_of(instance, run):
            waited_for(lambda: at_work(instance) == 2 * JOBS_AT_ONCE)
            peaks = [peak_megabytes(first)]
            first.kill()  # -9, with chunks begun and not ended
            done_when_killed = state_of(instance, run).chunks_done
            begun_when_killed = at_work(instance)
        waited_for(lambda: state_of(instance, run).is_over)
        peaks.append(peak_megabytes(second))
    assert 2 <= done_when_killed < CHUNKS, "else it was not midway"
    assert begun_when_killed == 2 * JOBS_AT_ONCE <= CHUNKS - done_when_killed
    assert first.returncode == -signal.SIGKILL
    assert max(peaks) < RESIDENT_MEGABYTES, "of either worker"

    ended = state_of(instance, run)
    assert (ended.state, ended.chunks_done) == (RunState.SUCCEEDED, CHUNKS)
    summary = of(instance, run, "guan.authority")
    assert (summary["studies"], summary["moved"], summary["failed"]) == (len(studies),) * 2 + (0,)
    attempts = attempts_of_chunks(instance)
    assert {state for state, _ in attempts} == {JobState.SUCCEEDED.value}
    taken_up_again = sum(attempt > 1 for _, attempt in attempts)
    assert taken_up_again >= JOBS_AT_ONCE, "what the killed one had begun"
    told = [one["study"] for one in results(instance, run)]
    assert sorted(told) == sorted(studies), "each study once"

    alone = ask(instance, release, "guan.authority", REGISTER)  # in one chunk: columns made anew
    again = ask(instance, release, "guan.authority", REGISTER)
    plan(instance, alone, len(studies))
    plan(instance, again, STUDIES_IN_A_CHUNK)
    while run_due_jobs(instance.context):
        pass
    assert results(instance, alone) == results(instance, run)
    assert chunk_results(instance, again) == chunk_results(instance, run)
    assert state_of(instance, again).summary_sha256 == ended.summary_sha256
