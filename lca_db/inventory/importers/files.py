"""Opens the files of an import: bounded bytes, archives without traps.

Rules (security.md, threats 14 and 17):

* Sizes are counted while unpacking; what a directory of an archive says of itself is not believed.
* A member's name is text, never a path that is opened; names that try to be one are refused.
* Encrypted members, links, and members packed beyond the ratio are refused.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits

CHUNK = 1 << 16
_SMALL_MEMBER = 100_000  # a ratio says nothing about a short text of blanks
_ENCRYPTED = 0x1


def read_file(path: Path, limits: ImportLimits) -> bytes:
    """The bytes of a file.

    Raises:
        ImportRefused: ``import-file-too-large``, ``import-file-unreadable``.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error
    if len(content) > limits.file_bytes:
        raise ImportRefused("import-file-too-large", "", most=str(limits.file_bytes))
    return content


@contextmanager
def open_archive(path: Path, limits: ImportLimits) -> Iterator[Archive]:
    """A zip archive, its directory checked.

    Raises:
        ImportRefused: ``import-archive-malformed``, ``import-archive-too-large``,
            ``import-member-name``, ``import-member-encrypted``, ``import-member-link``.
    """
    if path.stat().st_size > limits.file_bytes:
        raise ImportRefused("import-file-too-large", "", most=str(limits.file_bytes))
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise ImportRefused("import-archive-malformed", "") from error
    with archive:
        yield Archive(archive, limits)


class Archive:
    """The members of a zip archive, each read under the limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: ImportLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._unpacked = 0
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise ImportRefused("import-archive-too-large", "", most=str(limits.members))
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        if len(self._infos) != sum(not info.is_dir() for info in infos):
            raise ImportRefused("import-archive-malformed", "")
        for info in self._infos.values():
            _check(info, limits)
        if sum(info.file_size for info in self._infos.values()) > limits.unpacked_bytes:
            raise ImportRefused("import-archive-too-large", "", most=str(limits.unpacked_bytes))

    @property
    def names(self) -> Sequence[str]:
        """Names of all members, in the order of their names."""
        return sorted(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            ImportRefused: ``import-archive-malformed``, ``import-archive-too-large``.
        """
        with self.open(name) as stream:
            chunks = []
            size = 0
            while chunk := self._next(stream, name):
                size += len(chunk)
                self._unpacked += len(chunk)
                over = size > self._limits.member_bytes
                if over or self._unpacked > self._limits.unpacked_bytes:
                    most = self._limits.member_bytes if over else self._limits.unpacked_bytes
                    place = "/" + name[:200]
                    raise ImportRefused("import-archive-too-large", place, most=str(most))
                chunks.append(chunk)
        return b"".join(chunks)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A member as a stream; the caller counts what it reads."""
        try:
            with self._archive.open(self._infos[name]) as stream:
                yield stream
        except (zipfile.BadZipFile, RuntimeError, OSError, KeyError) as error:
            raise ImportRefused("import-archive-malformed", "/" + name[:200]) from error

    @staticmethod
    def _next(stream: IO[bytes], name: str) -> bytes:
        try:
            return stream.read(CHUNK)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise ImportRefused("import-archive-malformed", "/" + name[:200]) from error


def _check(info: zipfile.ZipInfo, limits: ImportLimits) -> None:
    place = "/" + info.filename[:200]
    parts = PurePosixPath(info.filename).parts
    is_path = info.filename.startswith("/") or ".." in parts
    if is_path or any(c in info.filename for c in "\\:\0"):
        raise ImportRefused("import-member-name", place)
    if info.flag_bits & _ENCRYPTED:
        raise ImportRefused("import-member-encrypted", place)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ImportRefused("import-member-link", place)
    is_large = info.file_size > _SMALL_MEMBER
    if info.file_size > limits.member_bytes or (
        is_large and info.file_size > limits.ratio * max(info.compress_size, 1)
    ):
        raise ImportRefused("import-archive-too-large", place, most=str(limits.member_bytes))
