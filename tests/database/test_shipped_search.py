"""The shipped inventory is found in one order on both databases, whole and page by page."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from lca_db.inventory.values import DatasetQuery
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import SERVICE
from tests.golden.test_search_questions import FIRST, found
from tests.support.matching_score import RELEASE_ID, with_shipped_release


def test_both_databases_give_the_same_order(
    sqlite_database: Engine, postgres_database: Engine
) -> None:
    engines = [with_shipped_release(one) for one in (sqlite_database, postgres_database)]
    for question in FIRST:
        lite, post = (found(one, DatasetQuery(text=question)) for one in engines)
        assert lite == post, question


@pytest.mark.parametrize(
    "query", [DatasetQuery(text="电"), DatasetQuery(text="钢", kind="unit-process")]
)
def test_pages_follow_the_order_of_the_whole(database: Engine, query: DatasetQuery) -> None:
    whole = found(with_shipped_release(database), query, limit=200)
    seen: list[str] = []
    after = None
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        while True:
            page = uow.inventory.find(RELEASE_ID, query, after=after, limit=7)
            seen += [entry.dataset_id for entry in page.items]
            after = page.next_after
            if after is None:
                break
    assert seen == whole
    assert len(seen) > 20
