"""Portfolio runs: each chunk counts once, one of them is the last, and what is over stays over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.portfolio.values import RunState, StoredColumns
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import a_chunk, a_job, a_run
from tests.database.world import OWN, found
from tests.support.cases import MAKER, NOW

LATER = NOW + timedelta(minutes=1)
SHA256, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def engine(database: Engine) -> Engine:
    """A database with a run of three chunks."""
    found(database)
    with UnitOfWork(database, OWN) as uow:
        uow.portfolio.add(a_run())
        chunks = [a_chunk(n, job_id=f"job_{n}") for n in (1, 2, 3)]
        for chunk in chunks:
            uow.jobs.add(a_job(chunk.job_id, MAKER))
        uow.portfolio.begin("run_1", chunks)
        uow.commit()
    return database


def put(engine: Engine, number: int, sha256: str = SHA256) -> bool:
    with UnitOfWork(engine, OWN) as uow:
        is_last = uow.portfolio.put_result("run_1", number, sha256)
        uow.commit()
    return is_last


def test_a_run_ends_when_its_last_chunk_is_done_in_whatever_order(engine: Engine) -> None:
    assert [put(engine, n) for n in (3, 1, 2)] == [False, False, True]
    with UnitOfWork(engine, OWN) as uow:
        uow.portfolio.finish("run_1", OTHER, LATER)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        run = uow.portfolio.get("run_1")
        assert (run.state, run.chunks_done, run.study_count) == (RunState.SUCCEEDED, 3, 6)
        assert [c.result_sha256 for c in uow.portfolio.list_chunks("run_1")] == [SHA256] * 3


def test_a_chunk_counts_once_and_its_second_result_leaves_no_trace(engine: Engine) -> None:
    put(engine, 1)
    with pytest.raises(Conflict):
        put(engine, 1, OTHER)
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.portfolio.get("run_1").chunks_done == 1
        assert uow.portfolio.get_chunk("run_1", 1).result_sha256 == SHA256


def test_of_chunks_that_end_at_the_same_time_exactly_one_is_the_last(engine: Engine) -> None:
    put(engine, 1)
    gate = threading.Barrier(2)
    last: list[bool] = []

    def end(number: int) -> None:
        gate.wait()
        last.append(put(engine, number))

    threads = [threading.Thread(target=end, args=(n,)) for n in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(last) == [False, True]


def test_a_run_with_a_chunk_that_is_not_done_cannot_be_finished(engine: Engine) -> None:
    put(engine, 1)
    with UnitOfWork(engine, OWN) as uow, pytest.raises(Conflict, match="rule-violated"):
        uow.portfolio.finish("run_1", OTHER, LATER)


@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_a_run_that_is_over_takes_no_result_and_no_other_end(engine: Engine, end: str) -> None:
    with UnitOfWork(engine, OWN) as uow:
        if end == "cancel":
            uow.portfolio.cancel("run_1", LATER)
        else:
            uow.portfolio.fail("run_1", {"code": "file-damaged"}, LATER)
        uow.commit()
    with pytest.raises(Conflict, match="portfolio-run-over"):
        put(engine, 1)
    endings: tuple[Callable[[UnitOfWork], None], ...] = (
        lambda uow: uow.portfolio.cancel("run_1", LATER),
        lambda uow: uow.portfolio.fail("run_1", {}, LATER),
        lambda uow: uow.portfolio.finish("run_1", OTHER, LATER),
        lambda uow: uow.portfolio.begin("run_1", []),
    )
    for again in endings:
        with UnitOfWork(engine, OWN) as uow, pytest.raises(Conflict, match="portfolio-run-over"):
            again(uow)


def test_columns_are_remembered_by_list_and_version_and_the_first_stays(engine: Engine) -> None:
    with UnitOfWork(engine, Scope.everything("test")) as uow:
        first = StoredColumns(columns_sha256=SHA256, failures={"std_1": {"code": "gas-unknown"}})
        uow.portfolio.put_columns(SHA256, "0.1.0", first, NOW)
        other = StoredColumns(columns_sha256=OTHER, failures={})
        uow.portfolio.put_columns(SHA256, "0.1.0", other, NOW)
        assert uow.portfolio.find_columns(SHA256, "0.1.0") == first
        assert uow.portfolio.find_columns(SHA256, "0.2.0") is None
