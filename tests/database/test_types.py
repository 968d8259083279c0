"""Column types: what goes in comes out, and what must not go in does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, Table, insert, select, text

from lca_db import types
from lca_db.engine import ACCESS
from lca_db.errors import StorageError
from tests.support.database import KINDS, an_empty_database

METADATA = MetaData()
SAMPLE = Table(
    "sample",
    METADATA,
    Column("plain", types.Plain()),
    Column("identifier", types.Identifier()),
    Column("sha256", types.Sha256()),
    Column("count", types.Count()),
    Column("milligrams", types.Milligrams()),
    Column("flag", types.Flag()),
    Column("moment", types.UtcDateTime()),
    Column("day", types.Day()),
    Column("json", types.JsonText()),
    Column("octets", types.Octets()),
    sqlite_strict=True,
)
BEIJING = timezone(timedelta(hours=8))
MOMENT = datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=BEIJING)


def writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(**{ACCESS: "write"})


@pytest.fixture(scope="module", params=KINDS)
def table(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database of each kind for the whole module; each test rolls back."""
    with an_empty_database(request, tmp_path_factory.mktemp("types")) as engine:
        with writing(engine) as connection, connection.begin():
            METADATA.create_all(connection)
        yield engine


def stored(engine: Engine, **values: object) -> object:
    with writing(engine) as connection, connection.begin() as transaction:
        connection.execute(insert(SAMPLE).values(**values))
        row = connection.execute(select(*(SAMPLE.c[name] for name in values))).one()
        transaction.rollback()
    return row[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plain", "电池 \u202e \U00020000"),
        ("identifier", ""),
        ("sha256", "0f" * 32),
        ("count", 2**63 - 1),
        ("count", -(2**63)),
        ("milligrams", 9_007_199_254_740_993),  # a float cannot hold it
        ("flag", True),
        ("flag", False),
        ("day", date(1, 1, 1)),
        ("json", {"b": [1, "x", None, {"电": False}], "a": "1.10"}),
        ("json", []),
        ("octets", bytes(range(256))),
        ("octets", b""),
    ],
)
def test_a_value_comes_back_as_it_was(table: Engine, column: str, value: object) -> None:
    found = stored(table, **{column: value})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("column", [column.name for column in SAMPLE.c])
def test_nothing_comes_back_as_nothing(table: Engine, column: str) -> None:
    assert stored(table, **{column: None}) is None


def test_a_time_comes_back_in_utc_to_the_microsecond(table: Engine) -> None:
    found = stored(table, moment=MOMENT)
    assert found == MOMENT
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)
    assert found.microsecond == 123456


def test_times_are_ordered_as_they_passed(table: Engine) -> None:
    moments = [MOMENT + timedelta(microseconds=n) for n in (5, 0, 3_000_000, 1)]
    with writing(table) as connection:
        connection.execute(insert(SAMPLE), [{"moment": moment} for moment in moments])
        found = list(connection.execute(select(SAMPLE.c.moment).order_by("moment")).scalars())
    assert found == sorted(moments)


def test_equal_json_is_equal_text(table: Engine) -> None:
    with writing(table) as connection:
        connection.execute(insert(SAMPLE), [{"json": {"a": 1, "b": 2}}, {"json": {"b": 2, "a": 1}}])
        texts = set(connection.execute(text("SELECT json FROM sample")).scalars())
    assert texts == {'{"a":1,"b":2}'}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plain", "NUL \x00"),
        ("sha256", "0F" * 32),
        ("sha256", "0f" * 31),
        ("count", 2**63),
        ("count", 1.0),
        ("count", True),
        ("milligrams", 0.5),
        ("milligrams", "1"),
        ("moment", datetime(2026, 11, 21, 10, 30)),  # noqa: DTZ001  just that is refused
        ("day", MOMENT),
        ("json", {"a": float("nan")}),
        ("json", {"a": "\x00"}),
        ("json", {"a": {1, 2}}),
    ],
)
def test_a_value_of_another_kind_is_refused(table: Engine, column: str, value: object) -> None:
    with pytest.raises(StorageError, match="value-not-storable"):
        stored(table, **{column: value})


@pytest.mark.parametrize("column", ["count", "milligrams", "flag"])
def test_plain_sql_cannot_put_text_where_a_number_is(table: Engine, column: str) -> None:
    with writing(table) as connection:
        with pytest.raises(StorageError):
            connection.execute(text(f"INSERT INTO sample ({column}) VALUES ('abc')"))
        connection.rollback()
