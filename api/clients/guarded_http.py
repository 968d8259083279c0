"""The one way out: an httpx client that cannot be lured inside, held open or filled up.

Rules (security: SSRF, slow or endless partners): http(s) only, every address the name resolves to
must be public unless private partners are allowed, and the connection goes to the address that
was checked; no redirects, no proxy from the environment, no compression; five seconds for the
whole call and 200 kB for the whole answer.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from labels.errors import LabelError

TOTAL_SECONDS = 5.0
STEP_SECONDS = 2.0
MAX_BYTES = 200_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


class PartnerUnreachable(LabelError):
    """The other side did not answer in time, in size or at all."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    content_type: str


def is_public(address: str) -> bool:
    """Whether an address is on the public internet; NAT64 and 6to4 count as private."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64 or ip in _SIX_TO_FOUR:
            return False
    return ip.is_global and not ip.is_multicast


def checked_addresses(host: str, port: int, *, allow_private: bool) -> tuple[str, ...]:
    """Every address of the host, when all of them may be called.

    Raises:
        PartnerUnreachable: ``partner-address-not-allowed`` or ``partner-unreachable``.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PartnerUnreachable("partner-unreachable", host=host[:80]) from None
    addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise PartnerUnreachable("partner-address-not-allowed", host=host[:80])
    return addresses


class _PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were checked, whatever the name says by now."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  the checked address is used instead
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return await self._backend.connect_tcp(
            self._addresses[0], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


@dataclass(frozen=True)
class GuardedClient:
    """Fetches and posts JSON under the rules of the module."""

    allow_private: bool = False

    def get(self, url: str, accept: str = "application/json") -> Answer:
        """GET, or :class:`PartnerUnreachable`."""
        return asyncio.run(self._call("GET", url, {"Accept": accept}, None))

    def post(self, url: str, body: bytes) -> Answer:
        """POST of JSON bytes, or :class:`PartnerUnreachable`."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        return asyncio.run(self._call("POST", url, headers, body))

    async def _call(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        parts = urlsplit(url)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or parts.username:
            raise PartnerUnreachable("partner-address-not-allowed", host=url[:80])
        if parts.scheme.lower() == "http" and not self.allow_private:
            raise PartnerUnreachable("partner-address-not-allowed", host=url[:80])
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
                addresses = await asyncio.to_thread(
                    checked_addresses, parts.hostname, port, allow_private=self.allow_private
                )
                return await self._exchange(method, url, headers, body, addresses)
        except (TimeoutError, httpx.HTTPError, ValueError) as error:
            host = parts.hostname[:80]
            raise PartnerUnreachable("partner-unreachable", host=host) from error

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        addresses: tuple[str, ...],
    ) -> Answer:
        transport = httpx.AsyncHTTPTransport(trust_env=False, retries=0)
        transport._pool._network_backend = _PinnedBackend(addresses)
        headers = {**headers, "Accept-Encoding": "identity", "User-Agent": "tanbiao"}
        async with (
            httpx.AsyncClient(
                transport=transport, timeout=STEP_SECONDS, trust_env=False, follow_redirects=False
            ) as client,
            client.stream(method, url, headers=headers, content=body) as response,
        ):
            if response.headers.get("content-encoding", "identity") != "identity":
                raise PartnerUnreachable("partner-unreachable", host=addresses[0])
            received = b""
            async for chunk in response.aiter_raw():
                received += chunk
                if len(received) > MAX_BYTES:
                    raise PartnerUnreachable("partner-answer-too-large", limit=str(MAX_BYTES))
            return Answer(response.status_code, received, response.headers.get("content-type", ""))
