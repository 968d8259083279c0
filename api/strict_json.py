"""Strict JSON reading: UTF-8 only, no duplicate names, finite numbers, bounded depth."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import anyio.to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

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
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise JsonRefused("json-too-deep") from None
    except ValueError:
        raise JsonRefused("json-malformed") from None
    _check_depth(value)
    if "\\u" in text:  # nothing else writes half of a pair, or a NUL that JSON reads
        _check_texts(value)
    return value


def bytes_of_member(body: bytes) -> bytes:
    """The value of the one member of an object, byte for byte as it was sent.

    Args:
        body: What :func:`strict_loads` has read as an object with exactly one member, whose name
            holds no colon.
    """
    value = body[body.index(b":") + 1 : body.rindex(b"}")]
    return value.strip(b" \t\r\n")


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


def _check_depth(value: object) -> None:
    """Depth is a trap for readers."""
    level, depth = [value] if isinstance(value, (dict, list)) else [], 0
    while level:
        if depth == MAX_DEPTH:
            raise JsonRefused("json-too-deep")
        below: list[Any] = []
        for item in level:
            within = item.values() if isinstance(item, dict) else item
            below += [each for each in within if isinstance(each, (dict, list))]
        level, depth = below, depth + 1


def _check_texts(value: object) -> None:
    """Lone surrogates and NUL cannot be stored, hashed or shown."""
    waiting = [value]
    for item in waiting:  # grows while it is walked
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, (dict, list)):
            waiting.extend(item)
            waiting.extend(item.values() if isinstance(item, dict) else ())


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise JsonRefused("json-malformed") from None
    if "\x00" in text:
        raise JsonRefused("json-malformed")


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
            try:
                return await handler(_StrictRequest(request.scope, request.receive))
            except HTTPException as error:
                # FastAPI hides whatever reading the body raised behind a bare 400
                if error.__cause__ is None or isinstance(error.__cause__, ClientDisconnect):
                    raise
                raise error.__cause__ from None

        return strict
