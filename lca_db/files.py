"""Evidence and artefacts as files named by their SHA-256, kept outside the database.

The order makes a row that names a file always true: bytes into a temporary file, ``fsync``, rename
to the final name, ``fsync`` of the folder, and only then the row. A crash leaves at most a
temporary file, which nothing names and a sweep removes. The name a file came with is text in a row
and never part of a path. Only the service's own user can read the files.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lca_db.errors import NotFound, StorageError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LEFTOVER = ".part"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True)
class StoredFile:
    """A file that was stored."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class FileStore:
    """A folder of files by hash: ``root/ab/abcd...``."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the file of that hash lies, or would lie.

        Raises:
            StorageError: ``hash-malformed``.
        """
        if _SHA256.fullmatch(sha256) is None:
            raise StorageError("hash-malformed")
        return self.root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Stores the bytes durably and gives their hash; the same bytes twice are one file.

        Raises:
            StorageError: ``storage-full`` or ``storage-failed``.
        """
        return self.put_stream((content,), len(content)).sha256

    def put_stream(self, chunks: Iterable[bytes], most_bytes: int) -> StoredFile:
        """Stores bytes as they come, never more than allowed.

        Raises:
            StorageError: ``file-too-large``, ``storage-full`` or ``storage-failed``.
        """
        try:
            incoming = _made(self.root / "incoming")
            descriptor, name = tempfile.mkstemp(dir=incoming, suffix=_LEFTOVER)
            temporary = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    stored = _copied(chunks, file, most_bytes)
                    file.flush()
                    os.fsync(file.fileno())
                self._keep(temporary, stored.sha256)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            code = "storage-full" if error.errno in _FULL else "storage-failed"
            raise StorageError(code, kind="file") from error
        return stored

    def _keep(self, temporary: Path, sha256: str) -> None:
        """Gives a complete file its final name, durably."""
        final = self.path(sha256)
        folder = _made(final.parent)
        temporary.replace(final)
        _sync_folder(folder)

    def get(self, sha256: str) -> bytes:
        """The bytes of that hash, checked.

        Raises:
            NotFound: There is no such file.
            StorageError: ``file-damaged`` when the bytes no longer have their hash.
        """
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound(kind="file") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StorageError("file-damaged", sha256=sha256)
        return content

    def has(self, sha256: str) -> bool:
        """Whether a file of that hash is stored."""
        return self.path(sha256).is_file()

    def remove_leftovers(self, made_before: float) -> int:
        """Removes temporary files of interrupted writes; gives how many.

        Args:
            made_before: Seconds of the epoch; younger ones may still be written.
        """
        removed = 0
        for leftover in (self.root / "incoming").glob(f"*{_LEFTOVER}"):
            with suppress(FileNotFoundError):  # its write was finished meanwhile
                if leftover.stat().st_mtime < made_before:
                    leftover.unlink()
                    removed += 1
        return removed


def _copied(chunks: Iterable[bytes], file: BinaryIO, most_bytes: int) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > most_bytes:
            raise StorageError("file-too-large", limit=str(most_bytes))
        digest.update(chunk)
        file.write(chunk)
    return StoredFile(digest.hexdigest(), size)


def _made(folder: Path) -> Path:
    """The folder, made durably when it was not there."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync_folder(folder.parent)
    return folder


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
