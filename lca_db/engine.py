"""Opening a database: SQLite by default, PostgreSQL in production, each with its safe settings.

Rules:

* SQLite: WAL with ``synchronous=FULL`` (a power cut loses nothing that was acknowledged), foreign
  keys on, ``trusted_schema`` off, ``cell_size_check`` on; never on a network file system. Writers
  begin with ``BEGIN IMMEDIATE`` under the writer lock, readers with ``BEGIN`` and may not write.
* PostgreSQL: psycopg; a statement ends after 5 s, a wait for a lock after 2 s, an idle transaction
  after 30 s. Readers have one snapshot (REPEATABLE READ, read only).
* Any other address is refused.

* Every error of a statement leaves the engine as one of ``lca_db/errors.py``, and the connection
  remembers it: what was begun on it cannot be committed any more.

How a connection is to be used is an execution option, ``ACCESS``: ``"read"`` or ``"write"``.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    exc,
    make_url,
)

from lca_db.errors import StorageError, translated
from lca_db.writer_lock import WriterLock

ACCESS = "tanbiao_access"
HAS_FAILED = "tanbiao_has_failed"
_LOCK = "tanbiao_writer_lock"
STATEMENT_SECONDS = 5.0
BUSY_MILLISECONDS = 5000
_PROGRESS_STEPS = 20_000  # virtual machine instructions between two looks at the clock
POSTGRESQL_OPTIONS = (
    "-c lock_timeout=2s -c idle_in_transaction_session_timeout=30s "
    "-c synchronous_commit=on -c timezone=UTC -c search_path=public"
)
_PRAGMAS = (
    f"busy_timeout={BUSY_MILLISECONDS}",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes a row past its guard
)
# File systems that do not keep locks and shared memory together between machines.
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|ceph|lustre|gfs2?|ocfs2|beegfs|gpfs|9p"
    r"|fuse\.(sshfs|s3fs|gcsfuse|rclone|glusterfs|ceph|davfs.*)"
)
_MOUNTS = Path("/proc/self/mountinfo")


def open_engine(
    url: str, *, pool_size: int = 5, statement_seconds: float = STATEMENT_SECONDS
) -> Engine:
    """An engine for the database at ``url``; nothing is created but an empty SQLite file.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://...``.
        pool_size: Connections kept open.
        statement_seconds: How long one statement may take.

    Raises:
        StorageError: ``database-url-unsupported``, ``database-on-network-file-system``,
            ``database-without-wal`` or ``storage-failed``.
    """
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise StorageError("database-url-unsupported", scheme="") from None
    if parsed.drivername == "postgresql+psycopg":
        return _open_postgresql(parsed, pool_size, statement_seconds)
    is_file = bool(parsed.database) and not str(parsed.database).startswith((":memory:", "file:"))
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and is_file:
        return _open_sqlite(parsed, pool_size, statement_seconds)
    raise StorageError("database-url-unsupported", scheme=parsed.drivername)


def lacks_file(url: str) -> bool:
    """Whether the database is a SQLite file that is not there: opening it would make one."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        return False
    is_file = parsed.drivername.startswith("sqlite") and bool(parsed.database)
    return is_file and not Path(str(parsed.database)).exists()


def is_sqlite(engine: Engine) -> bool:
    """Whether the database is a SQLite file."""
    return engine.dialect.name == "sqlite"


def write_lock(engine: Engine) -> AbstractContextManager[None]:
    """The lock a write transaction holds: the writer lock of SQLite, nothing on PostgreSQL."""
    lock = cast(WriterLock | None, engine.get_execution_options().get(_LOCK))
    return nullcontext() if lock is None else lock.held()


def _open_postgresql(url: URL, pool_size: int, statement_seconds: float) -> Engine:
    limit = f" -c statement_timeout={int(statement_seconds * 1000)}"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "options": POSTGRESQL_OPTIONS + limit,
            "application_name": "tanbiao",
            "connect_timeout": 5,
        },
    )
    event.listen(engine, "handle_error", _translate)
    return engine


def _translate(context: ExceptionContext) -> None:
    """An error of the driver becomes one of ours, at the place where it is raised."""
    if context.connection is not None:
        context.connection.info[HAS_FAILED] = True
    if context.sqlalchemy_exception is not None:
        raise translated(context.sqlalchemy_exception) from context.original_exception


def _open_sqlite(url: URL, pool_size: int, statement_seconds: float) -> Engine:
    path = Path(str(url.database)).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # only the service reads it; the files beside it take after it
    file_system = file_system_of(path.parent)
    if _NETWORK.fullmatch(file_system):
        raise StorageError("database-on-network-file-system", file_system=file_system)
    engine = create_engine(
        url.set(database=str(path)),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        hide_parameters=True,
        execution_options={_LOCK: WriterLock(path.with_name(path.name + ".lock"))},
    )
    prepare_sqlite(engine, statement_seconds)
    event.listen(engine, "handle_error", _translate)
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        raise StorageError("database-without-wal", mode=str(mode))
    return engine


def prepare_sqlite(
    engine: Engine, statement_seconds: float = STATEMENT_SECONDS, *, has_foreign_keys: bool = True
) -> None:
    """Puts the settings, the begin of transactions and the time limit on a SQLite engine.

    Args:
        engine: A fresh engine.
        statement_seconds: How long one statement may take.
        has_foreign_keys: False for migrations, which rebuild tables and check references after.
    """

    def on_connect(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # we begin ourselves; the driver would begin too late
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if has_foreign_keys else 'OFF'}")
        connection.execute("PRAGMA journal_mode=WAL")
        limit = _StatementLimit(statement_seconds)
        connection.set_progress_handler(limit.is_over, _PROGRESS_STEPS)
        record.info["statement_limit"] = limit

    def on_begin(connection: Connection) -> None:
        access = connection.get_execution_options().get(ACCESS)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if access == 'read' else 'OFF'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if access == "write" else "BEGIN")

    def before_statement(connection: Connection, *_: Any) -> None:
        connection.info["statement_limit"].restart()

    event.listen(engine.pool, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "before_cursor_execute", before_statement)


class _StatementLimit:
    """Ends a SQLite statement that takes too long, as ``statement_timeout`` does elsewhere."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    def restart(self) -> None:
        """A new statement begins."""
        self.deadline = time.monotonic() + self.seconds

    def is_over(self) -> bool:
        """Whether the statement must end."""
        return time.monotonic() > self.deadline


def file_system_of(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The type of the file system a folder lies on; "" where the machine does not tell."""
    if not mounts.exists():
        return ""
    best, found = -1, ""
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        mount_point = Path(before.split()[4].encode().decode("unicode_escape"))
        depth = len(mount_point.parts)
        if folder.is_relative_to(mount_point) and depth >= best:
            best, found = depth, after.split()[0]
    return found
