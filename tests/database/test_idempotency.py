"""Idempotency keys: the same request again gives the same answer, and the work is done once."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import Engine

from labels.access import Scope
from lca_db.errors import Conflict, StorageError
from lca_db.records.jobs.values import StoredAnswer
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OTHERS, OWN, SERVICE, a_product, found
from tests.support.cases import NOW

ROUTE, SHA256, OTHER_SHA256 = "POST /v1/products", "aa" * 32, "bb" * 32
ANSWER = StoredAnswer(status=201, headers={"Location": "/v1/products/prd_2"}, body=b'{"id": 2}')


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    return database


def work(engine: Engine, product_id: str, *, pause_seconds: float = 0, scope: Scope = OWN) -> bool:
    """A use case: True when it did the work, False when it replayed the answer."""
    with UnitOfWork(engine, scope) as uow:
        answer = uow.idempotency.claim("key", ROUTE, SHA256, NOW)
        if answer is not None:
            assert answer == ANSWER
            return False
        uow.products.add(
            a_product(product_id, organisation_id=scope.organisation_id, model=product_id)
        )
        time.sleep(pause_seconds)
        uow.idempotency.store("key", ANSWER.status, ANSWER.headers, ANSWER.body)
        uow.commit()
    return True


def test_the_second_time_the_answer_is_replayed(engine: Engine) -> None:
    assert work(engine, "prd_2")
    assert not work(engine, "prd_3")
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.idempotency.find("key", ROUTE, SHA256) == ANSWER
        assert {p.id for p in uow.products.list_().items} == {"prd_1", "prd_2"}


def test_a_key_in_flight_waits_and_then_replays(engine: Engine) -> None:
    """Each of four at once waits for the one that was first, and none is told to come again."""
    results: list[bool | StorageError] = []
    barrier = threading.Barrier(4)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results.append(work(engine, f"prd_{number + 2}", pause_seconds=0.2))
        except StorageError as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(map(str, results)) == ["False", "False", "False", "True"]
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert len(uow.products.list_().items) == 2


def test_after_a_rollback_the_key_is_free_again(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        assert uow.idempotency.claim("key", ROUTE, SHA256, NOW) is None
        uow.idempotency.store("key", 500 - 1, {}, b"")
    assert work(engine, "prd_2")


@pytest.mark.parametrize(
    ("route", "request_sha256"), [(ROUTE, OTHER_SHA256), ("POST /v1/studies", SHA256)]
)
def test_another_request_under_the_key_is_refused(
    engine: Engine, route: str, request_sha256: str
) -> None:
    work(engine, "prd_2")
    with pytest.raises(Conflict, match="idempotency-key-reused"), UnitOfWork(engine, OWN) as uow:
        uow.idempotency.claim("key", route, request_sha256, NOW)


def test_the_same_key_of_another_organisation_is_another_key(engine: Engine) -> None:
    assert work(engine, "prd_2")
    assert work(engine, "prd_3", scope=OTHERS)
    with UnitOfWork(engine, OTHERS, read_only=True) as uow:
        assert uow.idempotency.find("other", ROUTE, SHA256) is None


def test_work_in_two_transactions_keeps_its_key_in_flight_between_them(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.idempotency.claim("key", ROUTE, SHA256, NOW)
        uow.commit()
    with pytest.raises(Conflict, match="idempotency-key-in-flight"), UnitOfWork(engine, OWN) as uow:
        uow.idempotency.claim("key", ROUTE, SHA256, NOW)
    with UnitOfWork(engine, OWN) as uow:
        uow.idempotency.store("key", ANSWER.status, ANSWER.headers, ANSWER.body)
        uow.commit()
    assert not work(engine, "prd_2")


def test_an_answer_of_the_server_failing_is_never_kept(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.idempotency.claim("key", ROUTE, SHA256, NOW)
        uow.commit()
    with pytest.raises(Conflict, match="no_server_error"), UnitOfWork(engine, OWN) as uow:
        uow.idempotency.store("key", 503, {}, b"")


def test_an_answer_is_stored_once_and_only_for_a_claimed_key(engine: Engine) -> None:
    work(engine, "prd_2")
    for key in ("key", "never claimed"):
        with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, OWN) as uow:
            uow.idempotency.store(key, 200, {}, b"")


def test_a_scope_of_no_organisation_has_no_keys(engine: Engine) -> None:
    with pytest.raises(StorageError, match="scope-violated"), UnitOfWork(engine, SERVICE) as uow:
        uow.idempotency.claim("key", ROUTE, SHA256, NOW)


def test_old_keys_are_forgotten(engine: Engine) -> None:
    work(engine, "prd_2")
    with UnitOfWork(engine, SERVICE) as uow:
        uow.idempotency.prune(NOW)
        uow.commit()
    assert not work(engine, "prd_3")
    with UnitOfWork(engine, SERVICE) as uow:
        uow.idempotency.prune(NOW.replace(year=2027))
        uow.commit()
    assert work(engine, "prd_3")
