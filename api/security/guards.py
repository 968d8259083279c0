"""Middleware every request passes: size, origin and headers.

* A body over the limit is refused before it is read (413).
* Unsafe methods from another site are refused (``Origin`` and ``Sec-Fetch-Site``); a request
  with an API key carries no ambient authority and needs no origin.
* JSON routes take JSON only (415).
* Every answer carries the security headers; pages need no inline script or style.
* HEAD is answered as GET is, without the body.
* Whatever nobody caught is answered here, with those headers, so that the server never sees it and
  keeps the connection.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, answer_to, problem_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_LONGEST_LENGTH = 16  # digits of a Content-Length


class RequestGuard:
    """ASGI middleware for the rules above."""

    def __init__(self, app: ASGIApp, *, base_url: str, max_body_bytes: int) -> None:
        self.app = app
        self.origin = base_url.lower()
        self.is_https = base_url.startswith("https://")
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses or passes on, and puts the headers on whatever is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = 0
        has_begun = False
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self.max_body_bytes:
                    raise Problem(413, "body-too-large")
            return message

        async def with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(raw=message["headers"])
                message["headers"] = headers.raw
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if self.is_https:
                    headers.setdefault("Strict-Transport-Security", "max-age=63072000")
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            refusal = self._refusal(scope)
            if refusal is None:
                await self.app(inner, counted, with_headers)
                return
            response = problem_response(Request(scope), refusal)
        except Exception as error:
            if has_begun:
                raise
            response = answer_to(Request(scope), error)
        await response(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        is_number = length.isascii() and length.isdigit() and len(length) < _LONGEST_LENGTH
        if not is_number or int(length) > self.max_body_bytes:
            return Problem(413, "body-too-large")
        if scope["method"] in SAFE_METHODS:
            return None
        if not self._is_own_site(headers):
            return Problem(403, "request-from-another-site")
        content_type = headers.get("content-type", "").split(";")[0].strip().lower()
        has_body = length != "0" or "transfer-encoding" in headers
        if scope["path"].startswith("/v1/") and has_body and not _is_api_type(content_type):
            return Problem(415, "content-type-not-supported")
        return None

    def _is_own_site(self, headers: Headers) -> bool:
        """Browsers name where a request comes from; API clients send a key instead."""
        if "authorization" in headers and "cookie" not in headers:
            return True
        origin = headers.get("origin")
        if origin is not None:
            return origin.lower() == self.origin or _same_loopback(origin, self.origin)
        site = headers.get("sec-fetch-site")
        return site in {None, "same-origin", "none"}


def _is_api_type(content_type: str) -> bool:
    return (
        content_type == "application/json"
        or (content_type.startswith("application/") and content_type.endswith("+json"))
        or content_type == "multipart/form-data"
    )


def _same_loopback(origin: str, base: str) -> bool:
    """localhost and 127.0.0.1 of the same port are the same machine."""
    try:
        first, second = _machine_of(origin.lower()), _machine_of(base)
    except ValueError:  # no address at all
        return False
    loopback = {"127.0.0.1", "localhost"}
    return first[:2] == second[:2] and {first[2], second[2]} <= loopback


def _machine_of(url: str) -> tuple[str, int | None, str | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.port, parts.hostname
