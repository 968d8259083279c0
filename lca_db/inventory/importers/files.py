"""Opens the files of an import: bounded bytes, archives without traps.

Rules (security.md, threats 14 and 17):

* Sizes are counted while unpacking; what a directory of an archive says of itself is not believed.
* A member's name is text, never a path that is opened; names that try to be one are refused.
* Encrypted members, links, members packed beyond the ratio, and packings that do not unpack chunk
  by chunk (bzip2, LZMA) are refused.
* The number of members is bounded before the directory is read into memory.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 16
_SMALL_MEMBER = 100_000  # a ratio says nothing about a short text of blanks
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"  # begins every entry of the directory
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # unpacked chunk by chunk
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,  # an extra field that ends early
    OSError,
    OverflowError,
    RuntimeError,  # a password is wanted; a feature of zip that Python does not have
    ValueError,
)


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
        ImportRefused: ``import-file-unreadable``, ``import-file-too-large``,
            ``import-archive-malformed``, ``import-archive-members``, ``import-archive-too-large``,
            ``import-member-encrypted``, ``import-member-link``, ``import-member-name``,
            ``import-member-ratio``.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error
    with stream:
        _refuse_before_opening(stream, path.name, limits)
        try:
            archive = zipfile.ZipFile(stream)
        except _UNREADABLE as error:
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
        for info in infos:
            _check(info, limits)
        files = [info for info in infos if not info.is_dir()]
        self._infos = {info.filename: info for info in files}
        if len(self._infos) != len(files):
            raise ImportRefused("import-archive-malformed", "")
        if sum(info.file_size for info in files) > limits.unpacked_bytes:
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
            return b"".join(iter(lambda: stream.read(CHUNK), b""))

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A member as a stream, counted as it is read.

        Raises:
            ImportRefused: As :meth:`read`, here and from the stream.
        """
        place = _place(name)
        try:
            info = self._infos[name]
            stream = self._archive.open(info)
        except (*_UNREADABLE, KeyError) as error:
            raise ImportRefused("import-archive-malformed", place) from error
        counted = _Counted(stream, self, place, info.file_size)
        with stream, io.BufferedReader(counted, CHUNK) as reader:
            yield reader

    def count(self, size: int, more: int, place: str) -> None:
        """Counts ``more`` bytes of a member of which ``size`` were unpacked before.

        Raises:
            ImportRefused: ``import-archive-too-large``.
        """
        self._unpacked += more
        is_over = size + more > self._limits.member_bytes
        if is_over or self._unpacked > self._limits.unpacked_bytes:
            most = self._limits.member_bytes if is_over else self._limits.unpacked_bytes
            raise ImportRefused("import-archive-too-large", place, most=str(most))


class _Counted(io.RawIOBase):
    """The unpacked bytes of a member: counted, and never an error but ours."""

    def __init__(self, stream: IO[bytes], archive: Archive, place: str, stated: int) -> None:
        self._stream = stream
        self._archive = archive
        self._place = place
        self._stated = stated
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            chunk = self._stream.read(len(view))
        except _UNREADABLE as error:
            raise ImportRefused("import-archive-malformed", self._place) from error
        if not chunk and self._size != self._stated:
            raise ImportRefused("import-archive-malformed", self._place)
        self._archive.count(self._size, len(chunk), self._place)
        self._size += len(chunk)
        view[: len(chunk)] = chunk
        return len(chunk)


def _refuse_before_opening(stream: IO[bytes], name: str, limits: ImportLimits) -> None:
    """Bounds what ``zipfile`` builds in memory: it reads the whole directory at once."""
    size = entries = 0
    tail = b""
    try:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limits.file_bytes:
                raise ImportRefused("import-file-too-large", "", most=str(limits.file_bytes))
            entries += (tail + chunk).count(_ENTRY)
            tail = chunk[-len(_ENTRY) + 1 :]
        stream.seek(0)
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=name) from error
    if entries > limits.members:
        raise ImportRefused("import-archive-members", "", most=str(limits.members))


def _place(name: str) -> str:
    return "/" + name[:200]


def _check(info: zipfile.ZipInfo, limits: ImportLimits) -> None:
    name = info.orig_filename  # what zipfile shows ends at the first NUL
    place = _place(name)
    is_path = name.startswith("/") or ".." in name.split("/")
    if not name or is_path or any(c in name for c in "\\:\0"):
        raise ImportRefused("import-member-name", place)
    if info.flag_bits & _ENCRYPTED:
        raise ImportRefused("import-member-encrypted", place)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ImportRefused("import-member-link", place)
    if info.compress_type not in _PACKINGS:
        raise ImportRefused("import-archive-malformed", place)
    if info.file_size > limits.member_bytes:
        raise ImportRefused("import-archive-too-large", place, most=str(limits.member_bytes))
    is_large = info.file_size > _SMALL_MEMBER
    if is_large and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise ImportRefused("import-member-ratio", place, most=str(limits.ratio))
