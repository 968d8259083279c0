"""Threat 16: a context that names an address is a text; reading a package asks nobody anything."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lca_db.inventory.importers import ilcd, jsonld
from tests.support.fixture_packages import Reader, members_of, read_members

_seen: list[str] | None = None


def _watch(event: str, _: object) -> None:
    if _seen is not None and event.startswith(("socket.", "urllib.", "http.")):
        _seen.append(event)


sys.addaudithook(_watch)  # the interpreter reports every socket, whoever opens it


@contextmanager
def network_events() -> Iterator[list[str]]:
    """What the interpreter reports of the network while the block runs."""
    global _seen  # noqa: PLW0603  an audit hook cannot be taken back, only be told to rest
    events: list[str] = []
    _seen = events
    try:
        yield events
    finally:
        _seen = None


@pytest.fixture
def address() -> Iterator[tuple[str, socket.socket]]:
    """An address at which somebody listens who would hear it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/context.jsonld", server


def heard(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_the_watch_sees_a_socket() -> None:
    """Or it would see nothing of the reader's either."""
    with network_events() as events, socket.socket() as one:
        one.connect_ex(("127.0.0.1", 9))
    assert events


def with_contexts(members: dict[str, bytes], context: object) -> dict[str, bytes]:
    """Every object of a package under another context."""
    changed = {}
    for name, content in members.items():
        try:
            value = json.loads(content)
        except ValueError:
            changed[name] = content
            continue
        changed[name] = json.dumps({**value, "@context": context}).encode()
    return changed


@pytest.mark.parametrize("folder", ["jsonld_v1", "jsonld_v2"])
@pytest.mark.parametrize("form", ["text", "list", "mapping"])
def test_a_context_is_never_fetched_nor_expanded(
    folder: str, form: str, address: tuple[str, socket.socket], tmp_path: Path
) -> None:
    url, server = address
    context: object = {
        "text": url,
        "list": [url, {"@import": url}],
        "mapping": {"name": {"@id": url}, "isInput": "isAvoidedProduct", "@base": url},
    }[form]
    plain = read_members(jsonld.read, members_of(folder), tmp_path)
    with network_events() as events:
        read = read_members(jsonld.read, with_contexts(members_of(folder), context), tmp_path)
    assert read == plain
    assert events == []
    assert not heard(server)


@pytest.mark.parametrize(
    ("reader", "folder", "old"),
    [
        (ilcd.read, "ilcd", b"http://lca.jrc.it/ILCD/Process"),
        (ilcd.read, "ilcd", b"../flows/"),
        (ilcd.read, "tidas", b"../x/"),
    ],
)
def test_addresses_of_namespaces_and_references_are_never_asked(
    reader: Reader, folder: str, old: bytes, address: tuple[str, socket.socket], tmp_path: Path
) -> None:
    url, server = address
    members = members_of(folder)
    changed = {name: one.replace(old, url.encode()) for name, one in members.items()}
    assert changed != members
    plain = read_members(reader, members, tmp_path)
    with network_events() as events:
        read = read_members(reader, changed, tmp_path)
    assert read[0] == plain[0]
    assert events == []
    assert not heard(server)
