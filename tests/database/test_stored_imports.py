"""Stored imports: there as a whole, never changed, and named by the releases that hold them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from footprint.inventory import process_body
from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.inventory.snapshots import datasets_bytes, read_datasets
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, SERVICE, an_import, found
from tests.support.builders import a_process, an_emission, an_input


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory_imports.add(an_import("imp_1"))
        uow.inventory_imports.add(replace(an_import("imp_2", count=0), imported_by=None))
        uow.commit()
    return database


def test_an_import_comes_back_as_it_was_stored(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.inventory_imports.get("imp_1") == an_import("imp_1")
        nothing = uow.inventory_imports.get("imp_2")
        assert (nothing.imported_by, nothing.datasets_sha256) == (None, None)
        page = uow.inventory_imports.list_(limit=1)
        assert ([one.id for one in page.items], page.next_after) == (["imp_2"], "imp_2")
        assert [one.id for one in uow.inventory_imports.list_(after="imp_2").items] == ["imp_1"]
        with pytest.raises(NotFound):
            uow.inventory_imports.get("imp_3")


@pytest.mark.parametrize("half", [{"dataset_count": 0}, {"datasets_sha256": None}])
def test_an_import_is_never_half_stored(engine: Engine, half: dict[str, object]) -> None:
    with UnitOfWork(engine, SERVICE) as uow, pytest.raises(StorageError):
        uow.inventory_imports.add(replace(an_import("imp_4"), **half))  # type: ignore[arg-type]


def test_an_id_is_given_once_and_a_person_must_exist(engine: Engine) -> None:
    for wrong in (an_import("imp_1"), replace(an_import("imp_5"), imported_by="per_nobody")):
        with UnitOfWork(engine, SERVICE) as uow, pytest.raises(Conflict):
            uow.inventory_imports.add(wrong)


def test_a_release_names_the_imports_it_holds(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        uow.inventory_imports.put_in_release("rel_1", ["imp_1"])
        uow.commit()
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        assert uow.inventory_imports.of_release("rel_1") == ("imp_1",)
        assert uow.inventory_imports.releases_of("imp_1") == ("rel_1",)
        assert uow.inventory_imports.releases_of("imp_2") == ()


def test_datasets_come_back_from_their_bytes_without_what_they_stand_on() -> None:
    wire = a_process("wire", inputs=[an_input("ingot", "1", "kg")], emissions=[an_emission()])
    rod = a_process("rod", inputs=[an_input("wire", "1", "kg")])
    content = datasets_bytes([wire, rod])
    assert content == datasets_bytes([rod, wire])
    assert [process_body(p) for p in read_datasets(content)] == [
        process_body(p) for p in (rod, wire)
    ]
