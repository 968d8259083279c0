"""The one way out: an httpx client that cannot be lured inside, held open or filled up.

Rules (security: SSRF, slow or endless partners):

* https on port 443 only, and every address the name resolves to must be public; a demonstration
  or test may allow private partners, then http and any port as well.
* The connection goes to an address that was checked, whatever the name says a moment later.
* No redirects, no proxy from the environment, no compression.
* Five seconds for the whole call, the look-up of the name included, and 200 kB for the answer.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore
import httpx

from labels.errors import LabelError

TOTAL_SECONDS = 5.0
STEP_SECONDS = 2.0
MAX_BYTES = 200_000
_PORTS = {"http": 80, "https": 443}
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all IPv6 that is routed today (RFC 4291)
_TUNNELS = (  # an IPv4 address in disguise; Python calls them global
    ipaddress.ip_network("2002::/16"),  # 6to4
    ipaddress.ip_network("2001::/32"),  # Teredo
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
)


class PartnerUnreachable(LabelError):
    """The other side did not answer in time, in size or at all."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    content_type: str


def is_public(address: str) -> bool:
    """Whether an address is on the public internet; translated and tunnelled ones are not."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _GLOBAL_UNICAST:
            return False
    is_tunnel = any(ip in network for network in _TUNNELS if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not is_tunnel


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


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """The certificates we believe; read once, since it takes as long as a call."""
    return httpx.create_ssl_context(trust_env=False)


async def _resolved(host: str, port: int, *, allow_private: bool) -> tuple[str, ...]:
    """:func:`checked_addresses` in a thread nobody waits for when the name server is silent."""
    found: Future[tuple[str, ...]] = Future()

    found.set_running_or_notify_cancel()  # who waits may give up; the answer then goes nowhere

    def look_up() -> None:
        try:
            found.set_result(checked_addresses(host, port, allow_private=allow_private))
        except BaseException as error:  # noqa: BLE001  handed over to who waits
            found.set_exception(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await asyncio.wrap_future(found)


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
        refused: Exception | None = None
        for address in self._addresses:  # a name may have an IPv6 address nobody listens on
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError("no address")

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


@dataclass(frozen=True)
class GuardedClient:
    """Fetches and posts JSON under the rules of the module."""

    allow_private: bool = False

    def get(self, url: str, accept: str = "application/json") -> Answer:
        """GET, or :class:`PartnerUnreachable`."""
        return asyncio.run(self._call("GET", url, {"Accept": accept}, None))

    def get_found(self, url: str, accept: str = "application/json") -> Answer:
        """GET of something that must be there.

        Raises:
            PartnerUnreachable: ``partner-answer-refused`` for any status but 200.
        """
        answer = self.get(url, accept)
        if answer.status != httpx.codes.OK:
            host = urlsplit(url).hostname or ""
            raise PartnerUnreachable(
                "partner-answer-refused", host=host[:80], status=str(answer.status)
            )
        return answer

    def post(self, url: str, body: bytes) -> Answer:
        """POST of JSON bytes, or :class:`PartnerUnreachable`."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        return asyncio.run(self._call("POST", url, headers, body))

    async def _call(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        host, port = self._host_and_port(url)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                addresses = await _resolved(host, port, allow_private=self.allow_private)
                return await self._exchange(method, url, headers, body, addresses)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise PartnerUnreachable("partner-unreachable", host=host[:80]) from error

    def _host_and_port(self, url: str) -> tuple[str, int]:
        """Host and port of an address that may be called at all.

        Raises:
            PartnerUnreachable: ``partner-address-not-allowed``.
        """
        refusal = PartnerUnreachable("partner-address-not-allowed", host=url[:80])
        try:
            parts: SplitResult = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        except ValueError:
            raise refusal from None
        if scheme not in _PORTS or not host or parts.username or parts.password:
            raise refusal
        if port is None:
            port = _PORTS[scheme]
        if not self.allow_private and (scheme, port) != ("https", 443):
            raise refusal
        return host, port

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        addresses: tuple[str, ...],
    ) -> Answer:
        transport = httpx.AsyncHTTPTransport(verify=_certificates(), trust_env=False, retries=0)
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
