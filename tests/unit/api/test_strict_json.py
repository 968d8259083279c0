"""Strict JSON: what is refused before anything reads it, and that the caller learns why."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRouter
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from api.strict_json import MAX_DEPTH, JsonRefused, StrictRoute, strict_loads


def code_of(body: bytes) -> str:
    with pytest.raises(JsonRefused) as refused:
        strict_loads(body)
    return refused.value.code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json-malformed"),
        (b"{", "json-malformed"),
        (b"{'a': 1}", "json-malformed"),
        (b'{"a": 1,}', "json-malformed"),
        (b'{"a": 01}', "json-malformed"),
        (b'{"a": +1}', "json-malformed"),
        (b'{"a": 1} x', "json-malformed"),
        (b'{"a": "\x01"}', "json-malformed"),
        (b'\xef\xbb\xbf{"a": 1}', "json-malformed"),
        (b'{"a": "\\ud800"}', "json-malformed"),
        (b'{"\\udc00": 1}', "json-malformed"),
        (b'{"a": "\\u0000"}', "json-malformed"),
        (b'{"a": %s}' % (b"9" * 5_000), "json-malformed"),
        (b'{"a": "\xff"}', "json-not-utf8"),
        (b'{"a": "\xed\xa0\x80"}', "json-not-utf8"),
        ("{}".encode("utf-16"), "json-not-utf8"),
        (b'{"a": 1, "a": 1}', "json-duplicate-name"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "json-duplicate-name"),
        (b'{"a": NaN}', "json-number-not-finite"),
        (b'{"a": -Infinity}', "json-number-not-finite"),
        (b'{"a": 1e400}', "json-number-not-finite"),
        (b"[" * 65 + b"]" * 65, "json-too-deep"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "json-too-deep"),
        (b"[" * 1_000_000, "json-too-deep"),
        (b'{"a":' * 200_000, "json-too-deep"),
    ],
)
def test_body_that_is_not_strict_json_is_refused(body: bytes, code: str) -> None:
    assert code_of(body) == code


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b' {"a": [1, 2.5, true, null, "x"]} ', {"a": [1, 2.5, True, None, "x"]}),
        ('{"名": "铝"}'.encode(), {"名": "铝"}),
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
)
def test_strict_json_is_read(body: bytes, value: object) -> None:
    assert strict_loads(body) == (json.loads(body) if value is None else value)


texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(values)
def test_whatever_can_be_written_strictly_is_read_back(value: object) -> None:
    assert strict_loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    try:
        strict_loads(body)
    except JsonRefused as refused:
        assert refused.code.startswith("json-")  # noqa: PT017  both outcomes are right


def test_checking_the_largest_body_costs_little_beside_reading_it() -> None:
    """Twenty megabytes are allowed; a check of every character took thirty times the reading."""
    body = json.dumps({"a": ["x" * 100] * 190_000}).encode()

    def seconds(read: Callable[[bytes], object]) -> float:
        start = time.process_time()
        read(body)
        return time.process_time() - start

    plain = min(seconds(json.loads) for _ in range(3))
    strict = min(seconds(strict_loads) for _ in range(3))
    assert strict < 10 * plain


class Named(BaseModel):
    """A body."""

    name: str


def an_app() -> FastAPI:
    app = FastAPI()
    router = APIRouter(route_class=StrictRoute)

    @router.post("/named")
    def post_named(body: Named) -> str:
        return body.name

    app.include_router(router)

    @app.exception_handler(JsonRefused)
    async def refused(_: Request, error: JsonRefused) -> JSONResponse:
        return JSONResponse({"code": error.code}, 400)

    return app


def answer_to(body: bytes, content_type: str = "application/json") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=an_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/named", content=body, headers={"content-type": content_type})

    return asyncio.run(ask())


@pytest.mark.parametrize("filler", [0, 300_000])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"name": "a", "name": "b"}', "json-duplicate-name"),
        (b'{"name": "\xff"}', "json-not-utf8"),
        (b'{"name": NaN}', "json-number-not-finite"),
        (b'{"name": ', "json-malformed"),
    ],
)
def test_route_answers_with_the_reason_and_not_with_a_bare_400(
    body: bytes, code: str, filler: int
) -> None:
    """Small bodies are read in the event loop, large ones in a thread; both say why."""
    answer = answer_to(b" " * filler + body)
    assert (answer.status_code, answer.json()) == (400, {"code": code})


def test_route_hands_a_good_body_on() -> None:
    assert answer_to(b'{"name": "\xe9\x93\x9d"}').json() == "铝"
    assert answer_to(b'{"name": "x"}', "application/ld+json").json() == "x"
    assert answer_to(b'{"nam": "x"}').status_code == 422
