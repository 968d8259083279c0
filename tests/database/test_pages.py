"""Lists are pages by key: nothing twice, nothing left out, whatever is added meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from lca_db.repository import LONGEST_PAGE
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, a_product, found

NEWEST_FIRST = [f"prd_{n:03d}" for n in range(25, 0, -1)]


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    with UnitOfWork(database, OWN) as uow:
        for product_id in NEWEST_FIRST:
            uow.products.add(a_product(product_id))
        uow.commit()
    return database


def pages(engine: Engine, limit: int) -> list[list[str]]:
    """Every page; between two of them a newer product is added."""
    result: list[list[str]] = []
    after = None
    while True:
        with UnitOfWork(engine, OWN) as uow:
            page = uow.products.list_(after=after, limit=limit)
            uow.products.add(a_product(f"prd_9{len(result):02d}"))
            uow.commit()
        result.append([product.id for product in page.items])
        after = page.next_after
        if after is None:
            return result


@pytest.mark.parametrize("limit", [1, 7, 13, 26, 200])
def test_pages_hold_everything_once_from_newest_to_oldest(engine: Engine, limit: int) -> None:
    found_pages = pages(engine, limit)
    assert [i for page in found_pages for i in page] == ["prd_1", *NEWEST_FIRST]
    assert all(len(page) == limit for page in found_pages[:-1])


@pytest.mark.parametrize(("limit", "size"), [(0, 1), (-5, 1), (10**9, 26)])
def test_a_page_has_a_size_of_its_own(engine: Engine, limit: int, size: int) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        page = uow.products.list_(limit=limit)
    assert len(page.items) == size <= LONGEST_PAGE


def test_an_id_nobody_has_is_a_place_in_the_list_all_the_same(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        page = uow.products.list_(after="prd_003x", limit=2)
        end = uow.products.list_(after="", limit=2)
    assert [product.id for product in page.items] == ["prd_003", "prd_002"]
    assert (end.items, end.next_after) == ((), None)


def test_a_page_of_other_shapes_keeps_its_place(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        page = uow.products.list_(limit=2).map(lambda product: product.id)
    assert (page.items, page.next_after) == (("prd_1", "prd_025"), "prd_025")
