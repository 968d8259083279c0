"""What people type finds, first of all, what they mean in the shipped inventory.

A reviewer found a battery can first for 钢, an incinerator for PET and nothing for the codes of a
customs form; the table holds these questions and what must come first.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from lca_db.engine import open_engine
from lca_db.inventory.values import DatasetQuery
from lca_db.schema import upgrade
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import SERVICE
from tests.support.matching_score import RELEASE_ID, with_shipped_release

GRID, PROFILE = "electricity-grid-cn-2024", "aluminium-profile-primary-cn"
FIRST = {
    "电力": GRID,
    "电": GRID,
    "電力": GRID,
    "electricity": GRID,
    "eletricidade": GRID,
    "grid 2024": GRID,
    "grid 2023": "electricity-grid-cn-2023",
    "市电": GRID,
    "钢": "steel-hot-rolled-cn",
    "steel": "steel-hot-rolled-cn",
    "水": "water-tap-cn",
    "water": "water-tap-cn",
    "PET": "pet-cn",
    "不锈钢": "stainless-steel-cn",
    "stainless steel": "stainless-steel-cn",
    "铝": "aluminium-primary-cn",
    "alumínio": "aluminium-primary-cn",
    "铜": "copper-cathode-cn",
    "纸": "copy-paper-cn",
    "ABS": "abs-cn",
    "lithium battery": "lfp-cell-cn",
    "锂电池": "lfp-cell-cn",
    "papelão": "corrugated-board-cn",
    "鋁擠型": PROFILE,
    "760421": PROFILE,
    "7604.21": PROFILE,
    "HS 7604": PROFILE,
    "税号：76042100": PROFILE,
    "7604210000": PROFILE,
    "74031100": "copper-cathode-cn",
    "7403.11.00": "copper-cathode-cn",
    "7219.33": "stainless-steel-cn",
    "CAS 9003-56-9": "abs-cn",
    "9003-56-9": "abs-cn",
    "ELECTRICITY-GRID-CN-2023": "electricity-grid-cn-2023",
}
CODES = {
    "740311": "copper-cathode-cn",
    "7403.11": "copper-cathode-cn",
    "74031100": "copper-cathode-cn",
    "7403110000": "copper-cathode-cn",
    "7403": "copper-cathode-cn",
    "721933": "stainless-steel-cn",
    "9003-56-9": "abs-cn",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('search') / 'search.db'}")
    upgrade(engine)
    yield with_shipped_release(engine)
    engine.dispose()


def found(engine: Engine, query: DatasetQuery, limit: int = 50) -> list[str]:
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        page = uow.inventory.find(RELEASE_ID, query, limit=limit)
    return [entry.dataset_id for entry in page.items]


@pytest.mark.parametrize("question", FIRST)
def test_what_is_meant_comes_first(engine: Engine, question: str) -> None:
    assert found(engine, DatasetQuery(text=question))[:1] == [FIRST[question]]


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_found_however_it_is_written(engine: Engine, code: str) -> None:
    assert CODES[code] in found(engine, DatasetQuery(code=code))


def test_a_code_finds_no_dataset_of_another(engine: Engine) -> None:
    assert found(engine, DatasetQuery(code="760421")) == found(
        engine, DatasetQuery(code="7604.21.00.00")
    )
    assert found(engine, DatasetQuery(code="403.11")) == []
    assert found(engine, DatasetQuery(text="740399")) == []
