"""The writer lock of a SQLite database: one write transaction at a time, across threads and tools.

A lock within the process keeps threads in line (waiting in SQLite itself costs hundreds of
milliseconds at the tail and can meet the WAL-reset fault of SQLite before 3.51.3); an ``flock`` on
a file beside the database makes the command line, a migration and a second server wait as well.
PostgreSQL orders its writers itself and needs none of it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lca_db.errors import StorageError

WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.002


class WriterLock:
    """Held for the length of one write transaction; not re-entrant.

    Args:
        path: The lock file beside the database; made when missing, never removed.
        wait_seconds: How long to wait before the database counts as busy.
    """

    def __init__(self, path: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self.path = path
        self.wait_seconds = wait_seconds
        self._threads = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """The lock, for the length of the block.

        Raises:
            StorageError: ``storage-busy`` when it is not free in time, ``unit-of-work-nested``
                when this very thread holds it.
        """
        if self._holder == threading.get_ident():
            raise StorageError("unit-of-work-nested")
        deadline = time.monotonic() + self.wait_seconds
        if not self._threads.acquire(timeout=self.wait_seconds):
            raise StorageError("storage-busy")
        try:
            self._holder = threading.get_ident()
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _lock_file(descriptor, deadline)
                yield
            finally:
                os.close(descriptor)  # gives the flock back
        finally:
            self._holder = None
            self._threads.release()


def _lock_file(descriptor: int, deadline: float) -> None:
    """Waits until no other process holds the file."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StorageError("storage-busy") from None
            time.sleep(_POLL_SECONDS)
        else:
            return
