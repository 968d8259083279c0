"""Exports that were made once, kept by what they were made of; the folder may be emptied any time.

An export is named by its address (``forms.address``), which is the hash of the release, its
sources, the form and the version of the writer: whatever is found under it never changes. A file
takes its name when it is complete, so that a crash leaves nothing half written under it. What
nobody asks for any more is swept.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lca_db.errors import StorageError

_ADDRESS = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True)
class KeptExports:
    """A folder of exports: ``root/ab/abcd...``."""

    root: Path

    def path(self, address: str) -> Path:
        """Where the export of that address lies, or would lie.

        Raises:
            StorageError: ``hash-malformed``.
        """
        if _ADDRESS.fullmatch(address) is None:
            raise StorageError("hash-malformed")
        return self.root / address[:2] / address

    def find(self, address: str) -> Path | None:
        """The file of an export, new again by being asked for; None where it was not made yet."""
        path = self.path(address)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError:  # it can be read where its time cannot be changed
            return path if path.is_file() else None
        return path

    def sweep(self, unused_since: float, unfinished_since: float) -> None:
        """Removes exports nobody asked for since a time, and what a crash left half written.

        Args:
            unused_since: Seconds since the epoch, for exports.
            unfinished_since: The same for files that were never finished.
        """
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            is_whole = _ADDRESS.fullmatch(path.name) is not None
            limit = unused_since if is_whole else unfinished_since
            try:
                if path.stat().st_mtime < limit:
                    path.unlink()
            except FileNotFoundError:  # another process was faster
                continue

    def keep(self, address: str, chunks: Iterable[bytes]) -> Path:
        """Writes an export as it comes, and gives its file.

        Raises:
            StorageError: ``storage-full`` or ``storage-failed``; whatever making the chunks raises.
        """
        path = self.path(address)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            temporary = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    for chunk in chunks:
                        file.write(chunk)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            code = "storage-full" if error.errno in _FULL else "storage-failed"
            raise StorageError(code, kind="file") from error
        return path
