"""The middleware before every route: size, origin (threat 23), content type, headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import create_engine

from api import problems
from api.context import Context
from api.security.guards import SECURITY_HEADERS, RequestGuard
from api.settings import Settings
from api.strict_json import StrictRoute
from lca_db.files import FileStore

HTTPS = "https://label.example.org"
LIMIT_BYTES = 1_000_000
JSON = {"content-type": "application/json"}


class Body(BaseModel):
    """Anything with a name."""

    name: str


def an_app(folder: Path, base_url: str = HTTPS) -> FastAPI:
    app = FastAPI()
    settings = Settings(data_dir=folder, public_base_url=base_url)
    app.state.context = Context(settings, create_engine("sqlite://"), FileStore(folder / "files"))
    routes = APIRouter(route_class=StrictRoute)

    @routes.post("/v1/things")
    def post_thing(body: Body) -> str:
        return body.name

    @routes.api_route("/v1/raw", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def raw(request: Request) -> int:
        return len(await request.body())

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> int:
        return len(await request.body())

    app.include_router(routes)
    problems.install(app)
    app.add_middleware(RequestGuard, base_url=base_url, max_body_bytes=LIMIT_BYTES)
    return app


def ask(
    app: FastAPI,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    content: bytes | AsyncIterator[bytes] = b"",
) -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://x") as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(exchange())


def outcome(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return an_app(tmp_path)


def test_body_that_says_it_is_too_large_is_refused_unread(app: FastAPI) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {**JSON, "content-length": str(LIMIT_BYTES + 1)}
    answer = ask(app, "POST", "/v1/things", headers, never())
    assert outcome(answer) == (413, "body-too-large")


@pytest.mark.parametrize("path", ["/v1/things", "/v1/raw"])
def test_body_that_grows_too_large_is_refused_on_the_way(app: FastAPI, path: str) -> None:
    sent = []

    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(100):
            sent.append(1)
            yield b" " * 100_000

    assert outcome(ask(app, "POST", path, JSON, blocks())) == (413, "body-too-large")


def test_body_of_just_the_limit_is_taken(app: FastAPI) -> None:
    body = b'{"name": "x"}'.ljust(LIMIT_BYTES)
    assert ask(app, "POST", "/v1/things", JSON, body).json() == "x"


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "1, 1", "+5", " "])
def test_length_that_is_no_number_is_refused(app: FastAPI, length: str) -> None:
    headers = {**JSON, "content-length": length}
    assert outcome(ask(app, "POST", "/v1/things", headers)) == (413, "body-too-large")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://label.example.org"},
        {"origin": "https://label.example.org:8443"},
        {"origin": "https://label.example.org.evil.example"},
        {"origin": "https://evil-label.example.org"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "https://evil.example", "authorization": "Bearer x", "cookie": "a=b"},
    ],
)
def test_unsafe_request_from_another_site_is_refused(
    app: FastAPI, method: str, headers: dict[str, str]
) -> None:
    answer = ask(app, method, "/v1/raw", {**JSON, **headers})
    assert outcome(answer) == (403, "request-from-another-site")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": HTTPS},
        {"origin": "HTTPS://Label.Example.ORG"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
        {"origin": "https://evil.example", "authorization": "Bearer x"},
    ],
)
def test_request_of_our_own_pages_or_with_a_key_passes(
    app: FastAPI, headers: dict[str, str]
) -> None:
    assert ask(app, "POST", "/v1/raw", {**JSON, **headers}).status_code == 200


def test_safe_request_from_anywhere_passes(app: FastAPI) -> None:
    assert ask(app, "GET", "/v1/raw", {"origin": "https://evil.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://127.0.0.1:8000"])
def test_both_names_of_this_machine_are_one_on_the_same_port(tmp_path: Path, origin: str) -> None:
    app = an_app(tmp_path, "http://127.0.0.1:8000")
    assert ask(app, "POST", "/v1/raw", {**JSON, "origin": origin}).status_code == 200
    for other in ("http://localhost:8001", "https://localhost:8000", "http://localhost.evil:8000"):
        refused = ask(app, "POST", "/v1/raw", {**JSON, "origin": other})
        assert outcome(refused) == (403, "request-from-another-site")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml", "", "json"],
)
def test_interface_takes_json_only(app: FastAPI, content_type: str) -> None:
    """A form of another site can send text/plain without asking; it can send no JSON."""
    headers = {"content-type": content_type}
    answer = ask(app, "POST", "/v1/things", headers, b'{"name": "x"}')
    assert outcome(answer) == (415, "content-type-not-supported")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"]
)
def test_json_by_any_of_its_names_is_taken(app: FastAPI, content_type: str) -> None:
    answer = ask(app, "POST", "/v1/things", {"content-type": content_type}, b'{"name": "x"}')
    assert answer.json() == "x"


def test_page_takes_a_form(app: FastAPI) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": HTTPS}
    assert ask(app, "POST", "/sign-in", headers, b"name=x").json() == 6


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/raw", {}),
        ("GET", "/nowhere", {}),
        ("POST", "/v1/things", JSON),
        ("POST", "/v1/raw", {"origin": "https://evil.example"}),
        ("POST", "/v1/things", {"content-type": "text/plain"}),
    ],
)
def test_every_answer_has_the_security_headers(
    app: FastAPI, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = ask(app, method, path, headers, b"x" if method == "POST" else b"")
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["strict-transport-security"] == "max-age=63072000"


def test_no_script_or_style_of_another_place_or_of_the_page_itself_is_allowed() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_transport_security_is_not_promised_over_plain_http(tmp_path: Path) -> None:
    app = an_app(tmp_path, "http://127.0.0.1:8000")
    assert "strict-transport-security" not in ask(app, "GET", "/v1/raw").headers
