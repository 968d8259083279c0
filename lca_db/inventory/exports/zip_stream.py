"""A zip archive as a stream of bytes: the same members give the same bytes.

Every member carries the first moment a zip file can name and the same rights, so that neither the
clock nor the machine shows. (The packed bytes are those of the zlib in use.)
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

_BEGINNING = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3
_CHUNK = 65_536


class _Waiting:
    """What a zip file writes, until it is taken; it cannot be sought in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Keeps bytes for the reader of the stream."""
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing: what was written is taken by :meth:`taken`."""

    def taken(self) -> bytes:
        """Everything written since the last time."""
        data = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return data


def zipped(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of an archive of members, in their order, as they come."""
    waiting = _Waiting()
    with zipfile.ZipFile(waiting, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in members:
            archive.writestr(_entry(name), content)
            if waiting.size >= _CHUNK:
                yield waiting.taken()
    yield waiting.taken()


def zipped_streams(members: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The same for members that come in pieces and are never held whole."""
    waiting = _Waiting()
    with zipfile.ZipFile(waiting, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, pieces in members:
            with archive.open(_entry(name), "w") as member:
                for piece in pieces:
                    member.write(piece)
                    if waiting.size >= _CHUNK:
                        yield waiting.taken()
    yield waiting.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = _READABLE
    return entry
