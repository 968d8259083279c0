"""One unit of work: all or nothing, once, and errors of ours only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.records.organisations.values import Person
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, SERVICE, a_product, a_stored_study, found

PERSON = Person(id="per_1", display_name="Someone")


def names_of(engine: Engine, *ids: str) -> dict[str, str]:
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        return uow.organisations.person_names(ids)


def add_and_fail(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add_person(PERSON)
        raise RuntimeError("of the caller")


def test_what_is_committed_is_there(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.organisations.add_person(PERSON)
        uow.commit()
    assert names_of(database, "per_1") == {"per_1": "Someone"}


def test_leaving_without_commit_changes_nothing(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.organisations.add_person(PERSON)
        assert uow.organisations.person_names(["per_1"]) == {"per_1": "Someone"}
    assert names_of(database, "per_1") == {}


def test_an_error_changes_nothing_and_goes_on_as_it_is(database: Engine) -> None:
    with pytest.raises(RuntimeError, match="of the caller"):
        add_and_fail(database)
    assert names_of(database, "per_1") == {}


def test_after_the_commit_the_unit_of_work_is_over(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.organisations.add_person(PERSON)
        uow.commit()
        with pytest.raises(StorageError, match="unit-of-work-over"):
            uow.commit()
        with pytest.raises(SQLAlchemyError):
            uow.organisations.add_person(replace(PERSON, id="per_2"))
    assert names_of(database, "per_1", "per_2") == {"per_1": "Someone"}


def test_a_reading_unit_of_work_cannot_write(database: Engine) -> None:
    with (
        pytest.raises(StorageError),
        UnitOfWork(database, SERVICE, read_only=True) as uow,
    ):
        uow.organisations.add_person(PERSON)
    with (
        pytest.raises(StorageError, match="unit-of-work-read-only"),
        UnitOfWork(database, SERVICE, read_only=True) as uow,
    ):
        uow.commit()
    with UnitOfWork(database, SERVICE) as uow:  # the connection writes again afterwards
        uow.organisations.add_person(PERSON)
        uow.commit()
    assert names_of(database, "per_1") == {"per_1": "Someone"}


def test_a_reading_unit_of_work_sees_one_moment(database: Engine) -> None:
    with UnitOfWork(database, SERVICE, read_only=True) as reading:
        assert reading.organisations.person_names(["per_1"]) == {}
        with UnitOfWork(database, SERVICE) as writing:
            writing.organisations.add_person(PERSON)
            writing.commit()
        assert reading.organisations.person_names(["per_1"]) == {}
    assert names_of(database, "per_1") == {"per_1": "Someone"}


def test_a_writing_unit_of_work_within_another_is_refused_on_sqlite(
    sqlite_database: Engine,
) -> None:
    with (
        UnitOfWork(sqlite_database, SERVICE),
        pytest.raises(StorageError, match="unit-of-work-nested"),
        UnitOfWork(sqlite_database, SERVICE),
    ):
        pass


@pytest.mark.parametrize("way", ["insert", "statement", "rule"])
def test_after_an_error_nothing_can_be_committed_even_when_it_was_caught(
    database: Engine, way: str
) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK, and says no word."""
    found(database)
    refused: dict[str, Callable[[UnitOfWork], object]] = {
        "insert": lambda uow: uow.organisations.add_person(replace(PERSON, id="per_other")),
        "statement": lambda uow: uow.organisations.person_names(["half a \ud800 pair"]),
        "rule": lambda uow: uow.idempotency.store("never claimed", 200, {}, b""),
    }
    with UnitOfWork(database, OWN) as uow:
        uow.organisations.add_person(PERSON)
        with pytest.raises(StorageError):
            refused[way](uow)
        if way != "rule":  # a rule of ours, not an error of the database: the caller may go on
            with pytest.raises(StorageError, match="unit-of-work-failed"):
                uow.commit()
    assert names_of(database, "per_1") == {}


def test_a_key_that_is_taken_is_a_conflict(database: Engine) -> None:
    found(database)
    with pytest.raises(Conflict) as raised, UnitOfWork(database, OWN) as uow:
        uow.products.add(a_product("prd_2", model="M-prd_1"))
    assert (raised.value.code, dict(raised.value.parameters)) == ("conflict", {"kind": "product"})


def test_a_reference_to_nothing_is_a_conflict(database: Engine) -> None:
    found(database)
    with pytest.raises(Conflict, match="reference-missing"), UnitOfWork(database, OWN) as uow:
        uow.studies.add(a_stored_study("stu_2", version=2, release_id="rel_none"))


def test_a_rule_of_the_tables_is_a_conflict_that_names_it(database: Engine) -> None:
    found(database)
    with pytest.raises(Conflict, match="version_positive"), UnitOfWork(database, OWN) as uow:
        uow.studies.add(a_stored_study("stu_2", version=-1))


@pytest.mark.parametrize("name", ["NUL \x00 inside", "half a \ud800 pair"])
def test_text_no_database_can_hold_is_refused(database: Engine, name: str) -> None:
    with (
        pytest.raises(StorageError, match="value-not-storable"),
        UnitOfWork(database, SERVICE) as uow,
    ):
        uow.organisations.add_person(replace(PERSON, display_name=name))


@pytest.mark.parametrize(
    "name", ["𡃁 Ω \u202e 'quote' \" ; DROP TABLE person; --", "a\u2028b\tc\r\n"]
)
def test_any_other_text_comes_back_as_it_was(database: Engine, name: str) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.organisations.add_person(replace(PERSON, display_name=name))
        uow.commit()
    assert names_of(database, "per_1") == {"per_1": name}


def test_an_error_shows_no_statement_and_no_path(database: Engine) -> None:
    with (
        pytest.raises(NotFound) as raised,
        UnitOfWork(database, SERVICE, read_only=True) as uow,
    ):
        uow.products.get("prd_none")
    assert str(raised.value) == "not-found at / (kind='product')"
    with (
        pytest.raises(Conflict) as refused,
        UnitOfWork(database, OWN) as uow,
    ):
        uow.products.add(a_product())  # no such organisation
    assert not any(word in str(refused.value) for word in ("INSERT", "/tmp", "sqlite", "psycopg"))
