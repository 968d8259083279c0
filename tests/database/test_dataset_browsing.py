"""Browsing a release: filters, facets, pages and versions, the same from both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from footprint.inventory import DatasetKind, ReviewStatus
from lca_db.errors import NotFound
from lca_db.inventory.values import DatasetEntry, DatasetQuery
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, SERVICE, a_dataset, a_release
from tests.support.cases import NOW


def described(entry: DatasetEntry, industry: str, **codes: str) -> DatasetEntry:
    content = {"industry": industry, "codes": {system: [code] for system, code in codes.items()}}
    return replace(entry, body={**entry.body, "content": content})


DATASETS = (
    described(a_dataset("steel-bof-cn", "转炉钢材", "Steel, converter"), "steel", HS="7208.10"),
    replace(
        described(a_dataset("steel-eaf-cn", "电炉钢", "Steel, arc furnace"), "steel", HS="7206.90"),
        review_status=ReviewStatus.DRAFT,
    ),
    replace(
        described(a_dataset("glass-de", "玻璃", "Glass of steel works"), "glass", CPC="37110"),
        location="DE",
        year="2019",
        kind=DatasetKind.AGGREGATED,
    ),
    replace(
        a_dataset("chlorine-cn", "氯", "Chlorine"),
        body={"id": "chlorine-cn", "co_products": [{"product": "lye-cn", "share": "0.5"}]},
    ),
)
ALL = ["chlorine-cn", "glass-de", "steel-bof-cn", "steel-eaf-cn"]


@pytest.fixture
def engine(database: Engine) -> Engine:
    older = replace(DATASETS[0], year="2020")
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory.add_release(a_release("rel_0", NOW - timedelta(days=9)), [older])
        uow.inventory.add_release(a_release(), DATASETS)
        uow.commit()
    return database


def found(engine: Engine, query: DatasetQuery) -> list[str]:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        items = uow.inventory.find("rel_1", query).items
        assert uow.inventory.count("rel_1", query) == len(items)
    return [entry.dataset_id for entry in items]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (DatasetQuery(), ALL),
        (DatasetQuery(industry="steel"), ["steel-bof-cn", "steel-eaf-cn"]),
        (DatasetQuery(review_status="draft"), ["steel-eaf-cn"]),
        (DatasetQuery(location="DE"), ["glass-de"]),
        (DatasetQuery(year="2024", industry="steel"), ["steel-bof-cn", "steel-eaf-cn"]),
        (DatasetQuery(kind="aggregated"), ["glass-de"]),
        (DatasetQuery(code="72"), ["steel-bof-cn", "steel-eaf-cn"]),
        (DatasetQuery(code="7208.10"), ["steel-bof-cn"]),
        (DatasetQuery(code="208.10"), []),
        (DatasetQuery(code="%"), []),
        (DatasetQuery(code="_2"), []),
        (DatasetQuery(text="steel"), ["steel-bof-cn", "steel-eaf-cn", "glass-de"]),
        (DatasetQuery(text="steel", industry="glass"), ["glass-de"]),
        (DatasetQuery(text="钢", review_status="draft"), ["steel-eaf-cn"]),
        (DatasetQuery(text=" ?! "), []),
        (DatasetQuery(industry="no' OR 1=1"), []),
    ],
)
def test_datasets_are_found_by_all_that_is_asked_for(
    engine: Engine, query: DatasetQuery, expected: list[str]
) -> None:
    assert found(engine, query) == expected


@pytest.mark.parametrize("text", ["", "steel", "cn"])
def test_pages_of_one_give_what_one_page_gives(engine: Engine, text: str) -> None:
    query = DatasetQuery(text=text)
    seen: list[str] = []
    after = None
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        while True:
            page = uow.inventory.find("rel_1", query, after=after, limit=1)
            seen += [entry.dataset_id for entry in page.items]
            after = page.next_after
            if after is None:
                break
    assert seen == found(engine, query)
    assert len(seen) >= 3


def test_a_page_after_a_dataset_that_is_not_there_is_refused(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow, pytest.raises(NotFound):
        uow.inventory.find("rel_0", DatasetQuery(), after="glass-de")


def test_a_facet_counts_what_each_choice_would_find(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        facets = uow.inventory.facets("rel_1", DatasetQuery(industry="steel"))
    assert facets["industry"] == (("steel", 2), ("glass", 1))
    assert facets["review_status"] == (("draft", 1), ("reviewed", 1))
    assert facets["location"] == (("CN", 2),)
    assert facets["kind"] == (("unit-process", 2),)


def test_a_product_leads_to_the_dataset_that_makes_it(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        makers = [uow.inventory.find_maker("rel_1", p) for p in ("glass-de", "lye-cn", "lye", "%")]
    assert [m and m.dataset_id for m in makers] == ["glass-de", "chlorine-cn", None, None]


def test_versions_are_told_for_every_release_newest_first(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        steel = uow.inventory.versions_of("steel-bof-cn", 10)
        glass = uow.inventory.versions_of("glass-de", 10)
        assert len(uow.inventory.versions_of("glass-de", 1)) == 1
        names = uow.inventory.names_of("rel_1", ["glass-de", "lye-cn"])
    assert [(release.id, entry and entry.year) for release, entry in steel] == [
        ("rel_1", "2024"),
        ("rel_0", "2020"),
    ]
    assert [(release.id, entry is None) for release, entry in glass] == [
        ("rel_1", False),
        ("rel_0", True),
    ]
    assert names == {"glass-de": {"zh-Hans": "玻璃", "en": "Glass of steel works"}}
