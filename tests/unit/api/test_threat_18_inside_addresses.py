"""Threat 18: an address of a partner that leads inside, by whatever spelling, name or redirect."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from api.clients.guarded_http import (
    GuardedClient,
    PartnerUnreachable,
    checked_addresses,
    is_public,
)
from tests.unit.api.partners import a_partner, answering

GUARDED = GuardedClient()
AMONG_FRIENDS = GuardedClient(allow_private=True)


def code_of(ask: Callable[[], object]) -> str:
    with pytest.raises(PartnerUnreachable) as refused:
        ask()
    return refused.value.code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "①②⑦.0.0.1",
        "localhost",
        "LOCALHOST",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",  # IPv4-compatible
        "[::ffff:0:127.0.0.1]",  # IPv4-translated
        "[64:ff9b::7f00:1]",  # NAT64
        "[64:ff9b:1::7f00:1]",  # NAT64, local use
        "[2002:7f00:1::]",  # 6to4 of 127.0.0.1
        "[2001:0:7f00:1::]",  # Teredo
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_address_inside_is_refused_in_every_spelling(host: str) -> None:
    assert code_of(lambda: GUARDED.get(f"https://{host}/")) == "partner-address-not-allowed"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2a00::1"]
)
def test_address_outside_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://example.org:8443/",
        "https://example.org:22/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://:secret@example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "https://",
        "https:///path",
        "https://[::1",
        "",
    ],
)
def test_anything_but_https_on_its_port_is_refused_before_a_name_is_looked_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_look_up(*_: object, **__: object) -> object:
        raise AssertionError("the name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", no_look_up)
    assert code_of(lambda: GUARDED.get(url)) == "partner-address-not-allowed"


@pytest.mark.parametrize("url", ["https://a b/", "https://" + "a" * 70_000, "https://a\x00b/"])
def test_address_that_makes_no_sense_is_a_refusal_and_no_crash(url: str) -> None:
    assert code_of(lambda: GUARDED.get(url)).startswith("partner-")


def a_name_server(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    """Answers every name with the addresses: what a partner who owns the name may do."""

    def look_up(_: str, port: int, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port))
            for a in addresses
        ]

    return look_up


def test_name_with_one_address_inside_is_refused_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", a_name_server("8.8.8.8", "127.0.0.1"))
    assert code_of(lambda: GUARDED.get("https://partner.example/")) == "partner-address-not-allowed"


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name answers differently the second time (rebinding); nobody asks it a second time."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host == "partner.example":
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return a_name_server(host)(host, port)

    with a_partner(answering(b'{"ok": true}')) as partner:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        answer = AMONG_FRIENDS.get(f"http://partner.example:{partner.port}/x")
    assert answer.body == b'{"ok": true}'
    assert asked == ["partner.example"]
    assert b"Host: partner.example:" in partner.requests[0]


def test_second_address_is_tried_where_nobody_listens_on_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As with an IPv6 address that leads nowhere."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, **more: object) -> object:
        if host == "partner.example":
            return a_name_server("127.0.0.3", "127.0.0.1")(host, port)
        return real(host, port, **more)  # type: ignore[arg-type]

    with a_partner(answering()) as partner:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert AMONG_FRIENDS.get(f"http://partner.example:{partner.port}/").status == 200


def test_unknown_name_is_a_partner_that_cannot_be_reached() -> None:
    def look_up() -> object:
        return checked_addresses("nobody.invalid", 443, allow_private=False)

    assert code_of(look_up) == "partner-unreachable"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirect_is_an_answer_and_is_never_followed(status: str) -> None:
    with a_partner(answering(b"secret")) as inside:
        location = f"Location: {inside.url}/admin"
        with a_partner(answering(b"", status, (location,))) as partner:
            answer = AMONG_FRIENDS.get(f"{partner.url}/label")
    assert answer.status == int(status[:3])
    assert len(partner.requests) == 1
    assert inside.requests == []


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_partner(answering(b'"proxy"')) as proxy, a_partner(answering(b'"partner"')) as partner:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert AMONG_FRIENDS.get(partner.url).body == b'"partner"'
    assert proxy.requests == []


def test_post_sends_json_and_asks_for_no_compression() -> None:
    with a_partner(answering(b"{}", "201 Created")) as partner:
        assert AMONG_FRIENDS.post(f"{partner.url}/v1/x", b'{"a": 1}').status == 201
    head, _, body = partner.requests[0].partition(b"\r\n\r\n")
    lines = {line.lower() for line in head.split(b"\r\n")}
    assert body == b'{"a": 1}'
    assert {b"content-type: application/json", b"accept-encoding: identity"} <= lines
    assert not any(line.startswith((b"cookie", b"authorization")) for line in lines)
