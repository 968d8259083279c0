"""Strict JSON reading: UTF-8 only, no duplicate names, finite numbers, bounded depth."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import anyio.to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute

MAX_DEPTH = 64
_THREAD_ABOVE_BYTES = 262_144


class JsonRefused(Exception):
    """A body that is not strict JSON; ``code`` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def strict_loads(body: bytes) -> Any:
    """The JSON value of ``body``.

    Raises:
        JsonRefused: ``json-not-utf8``, ``json-malformed``, ``json-duplicate-name``,
            ``json-number-not-finite``, ``json-too-deep``.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonRefused("json-not-utf8") from None
    _refuse_deep(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, JsonRefused):
            raise
        raise JsonRefused("json-malformed") from None
    _refuse_surrogates(value)
    return value


def _refuse_deep(text: str) -> None:
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                raise JsonRefused("json-too-deep")
        elif character in "]}":
            depth -= 1


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise JsonRefused("json-duplicate-name")
    return result


def _refuse_constant(_: str) -> NoReturn:
    raise JsonRefused("json-number-not-finite")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise JsonRefused("json-number-not-finite")
    return value


def _refuse_surrogates(value: object) -> None:
    """Lone surrogates cannot be stored, hashed or shown."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if any("\ud800" <= c <= "\udfff" for c in item) or "\x00" in item:
                raise JsonRefused("json-malformed")
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


class _StrictRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        if len(body) > _THREAD_ABOVE_BYTES:
            return await anyio.to_thread.run_sync(strict_loads, body)
        return strict_loads(body)


class StrictRoute(APIRoute):
    """A route whose JSON body is read strictly."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler, given a request that reads strictly."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict
