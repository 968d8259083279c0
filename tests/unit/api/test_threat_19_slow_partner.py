"""Threat 19: a partner that answers slowly, without end, or with more than it says."""

from __future__ import annotations

import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.clients.guarded_http import MAX_BYTES, TOTAL_SECONDS, GuardedClient, PartnerUnreachable
from tests.unit.api.partners import Handler, a_partner, answering, dripping, pouring, silent

CLIENT = GuardedClient(allow_private=True)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = HEAD + b"Content-Length: 100000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def seconds_until_refused(handle: Handler) -> tuple[float, str]:
    with a_partner(handle) as partner:
        start = time.monotonic()
        with pytest.raises(PartnerUnreachable) as refused:
            CLIENT.get(partner.url)
        return time.monotonic() - start, refused.value.code


def test_slow_drip_ends_after_five_seconds_in_all() -> None:
    """Every single read is quick; only a limit on the whole call ends it."""
    drips = {
        "status line": dripping(b"", b"H"),
        "headers": dripping(b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
        "body": dripping(ENDLESS, b" "),
        "chunks": dripping(CHUNKED, b"1\r\n \r\n"),
    }
    with ThreadPoolExecutor(len(drips)) as together:
        ends = dict(zip(drips, together.map(seconds_until_refused, drips.values()), strict=True))
    late = {name: end for name, end in ends.items() if end[0] > TOTAL_SECONDS + 2}
    assert late == {}
    assert {code for _, code in ends.values()} == {"partner-unreachable"}


def test_partner_that_never_answers_is_given_up_even_sooner() -> None:
    seconds, code = seconds_until_refused(silent)
    assert seconds < TOTAL_SECONDS
    assert code == "partner-unreachable"


def test_name_server_that_never_answers_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The look-up cannot be cancelled; nobody may wait for its thread either."""

    def look_up(*_: object, **__: object) -> object:
        time.sleep(9)
        raise OSError("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    start = time.monotonic()
    with pytest.raises(PartnerUnreachable):
        CLIENT.get("http://partner.example/")
    assert time.monotonic() - start < TOTAL_SECONDS + 2


@pytest.mark.parametrize(
    "handle",
    [
        answering(b" " * (MAX_BYTES + 1)),
        pouring(CHUNKED, b"400\r\n" + b" " * 0x400 + b"\r\n"),
        pouring(HEAD + b"\r\n", b" " * 65_536),
    ],
    ids=["said so", "chunked without end", "until closed"],
)
def test_answer_that_is_too_large_is_refused_soon(handle: Handler) -> None:
    seconds, code = seconds_until_refused(handle)
    assert code == "partner-answer-too-large"
    assert seconds < TOTAL_SECONDS


def test_answer_of_just_the_limit_is_taken() -> None:
    with a_partner(answering(b" " * MAX_BYTES)) as partner:
        assert len(CLIENT.get(partner.url).body) == MAX_BYTES


def test_headers_without_end_are_refused() -> None:
    seconds, code = seconds_until_refused(pouring(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 4_000))
    assert code == "partner-unreachable"
    assert seconds < TOTAL_SECONDS


def test_compressed_answer_is_refused_and_never_unpacked() -> None:
    """194 kB can be 200 MB; we asked for none."""
    bomb = gzip.compress(b" " * 50_000_000)
    handle = answering(bomb, headers=("Content-Encoding: gzip",))
    assert seconds_until_refused(handle)[1] == "partner-unreachable"


@pytest.mark.parametrize(
    "head",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"",
    ],
)
def test_answer_that_is_no_http_is_a_partner_that_cannot_be_reached(head: bytes) -> None:
    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)

    assert seconds_until_refused(handle)[1] == "partner-unreachable"


def test_body_shorter_than_it_said_is_not_taken_for_whole() -> None:
    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(ENDLESS + b'{"a": 1}')

    assert seconds_until_refused(handle)[1] == "partner-unreachable"


def test_partner_that_does_not_listen_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PartnerUnreachable) as refused:
        CLIENT.get(f"http://127.0.0.1:{port}/")
    assert refused.value.parameters == {"host": "127.0.0.1"}
