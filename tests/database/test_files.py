"""Files by hash: complete or not there at all, whenever the process dies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lca_db.errors import NotFound, StorageError
from lca_db.files import FileStore

CONTENT = b"evidence " * 5000
SHA256 = hashlib.sha256(CONTENT).hexdigest()

STEPS = ("fsync", "replace", "unlink")
DIED = 9


def put_in_child(root: Path, die_at: int) -> list[str] | None:
    """Stores the content in a child that dies at the n-th step; its steps when it lives."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        calls: list[str] = []
        for name in STEPS:
            setattr(os, name, _dying(name, getattr(os, name), calls, die_at))
        FileStore(root).put(CONTENT)
        os.write(writing, " ".join(calls).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, DIED)
    return None if status == DIED else said.split()


def _dying(
    name: str, call: Callable[..., object], calls: list[str], die_at: int
) -> Callable[..., object]:
    def wrapped(*arguments: object, **options: object) -> object:
        calls.append(name)
        if len(calls) == die_at:
            os._exit(DIED)
        return call(*arguments, **options)

    return wrapped


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_come_back_by_their_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.put(CONTENT) == SHA256
    assert store.get(SHA256) == CONTENT
    assert store.has(SHA256)
    (path,) = files_below(tmp_path)
    assert path == tmp_path / SHA256[:2] / SHA256
    assert path.stat().st_mode & 0o077 == 0  # evidence is a trade secret


def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.put(CONTENT) == store.put(CONTENT)
    assert len(files_below(tmp_path)) == 1


def test_the_empty_file_is_a_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.get(store.put(b"")) == b""


def test_the_file_is_flushed_before_it_has_its_name_and_the_folder_after(tmp_path: Path) -> None:
    FileStore(tmp_path).put(b"another, so that the folders are there")
    steps = put_in_child(tmp_path, die_at=0)
    assert steps is not None
    order = [step for step in steps if step in ("fsync", "replace")]
    assert order in (["fsync", "replace", "fsync"], ["fsync", "fsync", "replace", "fsync"])


def test_a_process_that_dies_at_any_step_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    steps = put_in_child(tmp_path / "whole", die_at=0)
    assert steps is not None
    assert len(steps) >= 4
    complete = []
    for step in range(1, len(steps) + 1):
        store = FileStore(tmp_path / str(step))
        assert put_in_child(store.root, die_at=step) is None
        complete.append(store.has(SHA256))
        if store.has(SHA256):
            assert store.get(SHA256) == CONTENT
        assert store.put(CONTENT) == SHA256  # and it can be done again
        store.remove_leftovers(made_before=2**40)
        assert files_below(store.root) == [store.path(SHA256)]
    assert complete == sorted(complete)  # first never there, then always
    assert {False, True} == set(complete)


def test_leftovers_of_others_who_still_write_stay(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put(b"another, so that the folders are there")
    put_in_child(tmp_path, die_at=1)
    (leftover,) = (tmp_path / "incoming").iterdir()
    assert store.remove_leftovers(made_before=leftover.stat().st_mtime) == 0
    assert store.remove_leftovers(made_before=leftover.stat().st_mtime + 1) == 1


def test_a_damaged_file_is_not_given_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put(CONTENT)
    path = store.path(SHA256)
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(StorageError, match="file-damaged"):
        store.get(SHA256)
    store.put(CONTENT)  # whoever has the bytes mends it
    assert store.get(SHA256) == CONTENT


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    store = FileStore(tmp_path)
    with pytest.raises(StorageError, match="file-too-large"):
        store.put_stream(endless(), 10_000)
    assert files_below(tmp_path) == []
    stored = store.put_stream([b"a", b"b"], 2)
    assert (stored.size_bytes, store.get(stored.sha256)) == (2, b"ab")


@pytest.mark.parametrize(
    "name",
    [
        *("", "..", "../../etc/passwd", "..\\x", "%2e%2e", "/etc/passwd", "C:\\x"),
        *("a" * 64, "A" * 64, "0" * 63, "0" * 64 + "\n", "\x00" * 64, "０" * 64),
    ],
)
def test_threat_17_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    store = FileStore(tmp_path)
    expected = NotFound if name == "a" * 64 else StorageError
    with pytest.raises(expected):
        store.get(name)


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")  # what the file system says when it is full
        yield b""

    with pytest.raises(StorageError, match="storage-full"):
        FileStore(tmp_path).put_stream(chunks(), 10)
    assert files_below(tmp_path) == []
