"""Opening a database: only known addresses, and each with its safe settings."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from lca_db.engine import ACCESS, file_system_of, open_engine, write_lock
from lca_db.errors import StorageError
from lca_db.writer_lock import WriterLock

SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT sum(i) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
}
HOLD_THE_LOCK = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "postgresql://host/name",
        "postgresql+psycopg2://host/name",
        "postgresql+asyncpg://host/name",
        "mysql://host/name",
        "nonsense",
        "",
    ],
)
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="database-url-unsupported"):
        open_engine(url)


def test_sqlite_has_its_safe_settings(sqlite_database: Engine) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "recursive_triggers": 1,
    }
    with sqlite_database.connect() as first, sqlite_database.connect() as second:
        for connection in (first, second):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected
            }
            assert found == expected


def test_only_the_service_can_read_a_sqlite_database(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'x.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE x (y INTEGER)")
        connection.exec_driver_sql("INSERT INTO x VALUES (1)")
    files = list((tmp_path / "new").iterdir())
    assert {path.name for path in files} >= {"x.db", "x.db-wal"}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
    engine.dispose()


def test_postgresql_has_its_safe_settings(postgres_database: Engine) -> None:
    expected = {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "30s",
        "synchronous_commit": "on",
        "TimeZone": "UTC",
        "data_checksums": "on",
        "is_superuser": "off",
    }
    with postgres_database.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in expected}
    assert found == expected


def test_a_statement_that_takes_too_long_is_ended(database: Engine) -> None:
    engine = open_engine(database.url.render_as_string(hide_password=False), statement_seconds=0.2)
    with engine.connect() as connection:
        with pytest.raises(StorageError, match="storage-busy"):
            connection.execute(text(SLOW[engine.dialect.name]))
        connection.rollback()
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_a_reading_connection_cannot_write(sqlite_database: Engine) -> None:
    with sqlite_database.connect().execution_options(**{ACCESS: "read"}) as connection:
        with pytest.raises(StorageError):
            connection.execute(text("INSERT INTO counter VALUES ('x', 1)"))
        connection.rollback()
    with sqlite_database.connect().execution_options(**{ACCESS: "write"}) as connection:
        connection.execute(text("INSERT INTO counter VALUES ('x', 1)"))
        connection.rollback()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("/data/tanbiao", "nfs4"), ("/", "ext4"), ("/data two/x", "cifs"), ("/srv", "ext4")],
)
def test_the_file_system_of_a_folder_is_that_of_its_deepest_mount(
    tmp_path: Path, folder: str, expected: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "36 22 0:30 / /data rw,relatime shared:2 - nfs4 server:/data rw\n"
        "37 22 0:31 / /data\\040two rw,relatime shared:3 - cifs //server/x rw\n"
    )
    assert file_system_of(Path(folder), mounts) == expected


def test_where_the_machine_does_not_tell_its_mounts_nothing_is_known(tmp_path: Path) -> None:
    assert file_system_of(tmp_path, tmp_path / "none") == ""


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("36 22 0:30 / / rw - nfs4 server:/data rw\n")
    monkeypatch.setattr(file_system_of, "__defaults__", (mounts,))
    with pytest.raises(StorageError, match="database-on-network-file-system"):
        open_engine(f"sqlite:///{tmp_path / 'x.db'}")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("no database at all, but long enough to be looked at" * 100)
    with pytest.raises(StorageError, match="storage-failed"):
        open_engine(f"sqlite:///{path}")


def test_another_process_that_writes_makes_the_database_busy(tmp_path: Path) -> None:
    path = tmp_path / "x.db.lock"
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(StorageError, match="storage-busy"),
            WriterLock(path, wait_seconds=0.1).held(),
        ):
            pass
        other.communicate("\n")
    with WriterLock(path, wait_seconds=0.1).held():
        pass


def test_two_engines_on_one_file_share_its_writer(sqlite_database: Engine) -> None:
    second = open_engine(str(sqlite_database.url))
    order: list[str] = []

    def write() -> None:
        with write_lock(second):
            order.append("second")

    with write_lock(sqlite_database):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    second.dispose()


def test_a_writer_within_a_writer_is_refused_at_once(sqlite_database: Engine) -> None:
    with (
        write_lock(sqlite_database),
        pytest.raises(StorageError, match="unit-of-work-nested"),
        write_lock(sqlite_database),
    ):
        pass
    with write_lock(sqlite_database):
        pass
