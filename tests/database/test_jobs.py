"""Durable jobs: promised in a transaction, and only the newest attempt may write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.jobs.values import JobState
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import a_job
from tests.database.world import OWN, a_product, found
from tests.support.cases import MAKER, NOW

SWEEP = Scope.everything("jobs")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    with UnitOfWork(database, OWN) as uow:
        uow.jobs.add(a_job("job_1", MAKER))
        uow.commit()
    return database


def test_a_job_of_a_transaction_that_failed_was_never_promised(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.jobs.add(a_job("job_2", MAKER))
    with UnitOfWork(engine, SWEEP, read_only=True) as uow:
        assert [job.id for job in uow.jobs.list_queued(LATER)] == ["job_1"]
        assert uow.jobs.list_queued(NOW) == ()


def test_a_job_runs_from_start_to_success(engine: Engine) -> None:
    with UnitOfWork(engine, SWEEP) as uow:
        job = uow.jobs.start("job_1", 1, NOW)
        assert (job.state, job.started_at) == (JobState.RUNNING, NOW)
        assert uow.jobs.progress("job_1", 1, 1, 3, LATER)
        uow.commit()
    with UnitOfWork(engine, SWEEP) as uow:
        running = uow.jobs.get("job_1")
        assert (running.progress_done, running.progress_total) == (1, 3)
        uow.jobs.succeed("job_1", 1, {"sha256": "ab"}, LATER)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        done = uow.jobs.get("job_1")
    assert (done.state, done.result, done.finished_at) == (
        JobState.SUCCEEDED,
        {"sha256": "ab"},
        LATER,
    )
    assert (done.progress_done, done.progress_total) == (3, 3)
    assert done.is_over


def test_a_job_that_failed_says_why(engine: Engine) -> None:
    with UnitOfWork(engine, SWEEP) as uow:
        uow.jobs.fail("job_1", 1, {"code": "printed-code-not-readable"}, LATER)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.jobs.get("job_1").problem == {"code": "printed-code-not-readable"}


def test_a_silent_attempt_is_replaced_and_its_late_writes_change_nothing(engine: Engine) -> None:
    with UnitOfWork(engine, SWEEP) as uow:
        uow.jobs.start("job_1", 1, NOW)
        uow.commit()
    with UnitOfWork(engine, SWEEP) as uow:
        assert uow.jobs.list_stale(NOW) == ()
        assert [job.id for job in uow.jobs.list_stale(LATER)] == ["job_1"]
        assert uow.jobs.requeue("job_1", 1, LATER).attempt == 2
        uow.commit()
    with UnitOfWork(engine, SWEEP) as uow:
        assert not uow.jobs.progress("job_1", 1, 1, 1, LATER)
        uow.jobs.start("job_1", 2, LATER)
        uow.commit()
    for late in ("start", "succeed", "fail", "requeue"):
        with pytest.raises(Conflict, match="job-attempt-superseded"):
            late_write(engine, late)
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.products.find_by_model("M-prd_2") is None  # what stood beside it is gone too
        assert (uow.jobs.get("job_1").state, uow.jobs.get("job_1").attempt) == ("running", 2)


def late_write(engine: Engine, kind: str) -> None:
    """The twin writes its result and says so, in one unit of work."""
    with UnitOfWork(engine, OWN) as uow:
        uow.products.add(a_product("prd_2"))
        match kind:
            case "start":
                uow.jobs.start("job_1", 1, LATER)
            case "succeed":
                uow.jobs.succeed("job_1", 1, {}, LATER)
            case "fail":
                uow.jobs.fail("job_1", 1, {}, LATER)
            case _:
                uow.jobs.requeue("job_1", 1, LATER)
        uow.commit()


def test_an_attempt_that_crashed_starts_again_as_itself(engine: Engine) -> None:
    """The queue runs a step again after a crash, under the same id."""
    for _ in range(2):
        with UnitOfWork(engine, SWEEP) as uow:
            uow.jobs.start("job_1", 1, NOW)
            uow.commit()


def test_a_cancelled_job_stops_and_stays_cancelled(engine: Engine) -> None:
    with UnitOfWork(engine, SWEEP) as uow:
        uow.jobs.start("job_1", 1, NOW)
        uow.commit()
    with UnitOfWork(engine, OWN) as uow:
        uow.jobs.cancel("job_1", LATER)
        uow.commit()
    with UnitOfWork(engine, SWEEP) as uow:
        assert not uow.jobs.progress("job_1", 1, 1, 1, LATER)
        assert uow.jobs.list_stale(LATER + timedelta(days=1)) == ()
    with pytest.raises(Conflict, match="job-over"), UnitOfWork(engine, OWN) as uow:
        uow.jobs.cancel("job_1", LATER)


def test_the_newest_job_with_an_input_is_found_whether_it_is_over_or_not(engine: Engine) -> None:
    with UnitOfWork(engine, SWEEP) as uow:
        first = uow.jobs.get("job_1")
        again = replace(first, id="job_0", created_at=LATER, heartbeat_at=LATER)
        uow.jobs.add(again)
        uow.jobs.add(replace(again, id="job_9", input={"label_id": "another"}))
        uow.jobs.cancel("job_0", LATER)
        uow.commit()
    with UnitOfWork(engine, SWEEP, read_only=True) as uow:
        found = uow.jobs.find_newest(first.kind, first.input)
        assert found is not None
        assert (found.id, found.state) == ("job_0", JobState.CANCELLED)
        assert uow.jobs.find_newest("another", first.input) is None
        assert uow.jobs.find_newest(first.kind, {}) is None
