"""Malformed files made from good ones: the same seed gives the same files.

``mutated`` spoils the bytes themselves; ``mutated_archive`` unpacks a zip archive, spoils one
member, or the directory, and packs it again, so that the reader behind the archive is reached.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator

from hypothesis import settings

CASES = 200
CASES_OF_A_SOAK = 10_000

_TOKENS = (
    b"", b"\0", b"<", b">", b"&", b"&x;", b"]]>", b"<!DOCTYPE x>", b"\"", b"'", b"{", b"}", b"[",
    b"]", b",", b";", b"null", b"true", b"NaN", b"Infinity", b"-1e999", b"1e-400", b"9" * 400,
    b"-0", b"0", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", "é碳".encode(), b"A" * 5000, b"../../x",
    b"=1+1", b"\r\n", b"\t", b"[" * 300, b"{\"a\":" * 300, b"<a>" * 300,
)  # fmt: skip


def case_count() -> int:
    """How many spoilt files of a format a test reads: far more under ``./run soak``."""
    is_soak = settings.get_current_profile_name() == "soak"
    return CASES_OF_A_SOAK if is_soak else CASES


def mutated(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` spoilt versions of some bytes."""
    source = random.Random(seed)
    for _ in range(count):
        spoilt = content
        for _ in range(source.choice((1, 1, 1, 2, 5))):
            spoilt = _spoil(spoilt, source)
        yield spoilt


def mutated_archive(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` spoilt versions of a zip archive: four of five below its packing."""
    source = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(count):
        if source.random() < 1 / 5:
            yield _spoil(content, source)
            continue
        changed = dict(members)
        name = source.choice(sorted(changed))
        act = source.random()
        if act < 1 / 20:
            del changed[name]
        elif act < 1 / 10:
            changed[source.choice(sorted(changed))] = changed[name]
        else:
            changed[name] = next(mutated(changed[name], 1, source.randrange(1 << 30)))
        yield packed(changed)


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive of some members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _spoil(content: bytes, source: random.Random) -> bytes:
    if not content:
        return source.choice(_TOKENS)
    acts: tuple[Callable[[bytes, random.Random], bytes], ...] = (
        _flip, _cut, _end_early, _repeat, _insert, _replace, _swap,
    )  # fmt: skip
    return source.choice(acts)(content, source)


def _span(content: bytes, source: random.Random) -> tuple[int, int]:
    start = source.randrange(len(content))
    return start, min(len(content), start + source.choice((1, 2, 8, 40, 200)))


def _flip(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(content))
    return (
        content[:place]
        + bytes([content[place] ^ (1 << source.randrange(8))])
        + content[place + 1 :]
    )


def _cut(content: bytes, source: random.Random) -> bytes:
    start, end = _span(content, source)
    return content[:start] + content[end:]


def _end_early(content: bytes, source: random.Random) -> bytes:
    return content[: source.randrange(len(content))]


def _repeat(content: bytes, source: random.Random) -> bytes:
    start, end = _span(content, source)
    return content[:end] + content[start:end] * source.choice((1, 2, 50)) + content[end:]


def _insert(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(content))
    return content[:place] + source.choice(_TOKENS) + content[place:]


def _replace(content: bytes, source: random.Random) -> bytes:
    start, end = _span(content, source)
    return content[:start] + source.choice(_TOKENS) + content[end:]


def _swap(content: bytes, source: random.Random) -> bytes:
    start, end = _span(content, source)
    other, last = _span(content, source)
    return content[:start] + content[other:last] + content[end:]
