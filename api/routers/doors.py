"""What every route of the JSON API takes: the instance, who asks, and an idempotency key."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, ParamSpec, TypeVar

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from api.context import Context
from api.idempotency import Once, Replayed
from api.problems import Problem
from api.schemas.cases import Identifier
from api.schemas.numbers import WholeNumber
from api.security.authentication import actor_of, find_actor
from api.strict_json import JsonRefused, StrictRoute
from labels.access import Actor

Value = TypeVar("Value")
Asked = ParamSpec("Asked")
JSON = "application/json"


async def context_of(request: Request) -> Context:
    """The instance this request came to."""
    context: Context = request.app.state.context
    return context


ContextDep = Annotated[Context, Depends(context_of)]


def signed_in(request: Request, context: ContextDep) -> Actor:
    """Who asks, or 401."""
    return actor_of(context, request)


ActorDep = Annotated[Actor, Depends(signed_in)]


def reader(request: Request, context: ContextDep) -> Actor | None:
    """Who reads what is public, None for the public itself."""
    return find_actor(context, request)


ReaderDep = Annotated[Actor | None, Depends(reader)]


async def raw_body(request: Request) -> bytes:
    """The body as it was sent, for documents whose bytes are signed."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]
KeyHeader = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")] | None,
    Header(alias="Idempotency-Key", description="Same key and body: the same answer again"),
]
Limit = Annotated[WholeNumber, Query(ge=1, le=200, description="How many at most")]
After = Annotated[
    str | None, Query(max_length=60, pattern=r"^[a-z0-9_]+$", description="From the link rel=next")
]
AfterDataset = Annotated[
    str | None,
    Query(max_length=120, pattern=r"^[a-z0-9][a-z0-9.-]*$", description="From the link rel=next"),
]
PathId = Identifier


PUBLIC_THREADS = 4
_READERS = ThreadPoolExecutor(PUBLIC_THREADS, thread_name_prefix="public-read")


def aside(read: Callable[Asked, Value]) -> Callable[Asked, Awaitable[Value]]:
    """A public read of stored bytes, awaited by the event loop in threads kept for such reads.

    The loop never waits for the database, and whoever checks a label never waits behind the
    calculations, uploads and forms that fill the other threads.
    """

    @functools.wraps(read)
    async def awaiting(*args: Asked.args, **kwargs: Asked.kwargs) -> Value:
        reading = functools.partial(read, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_READERS, reading)

    return awaiting


class ApiRoute(StrictRoute):
    """A route that reads strictly, says why it refused a body, and repeats an answer it gave."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The strict handler, its refusals and replays put right."""
        handler = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                return await handler(request)
            except Replayed as replayed:
                found = replayed.answer
                headers = {**found.headers, "Idempotency-Replayed": "true"}
                return Response(found.body, found.status, headers, media_type=JSON)
            except HTTPException as error:  # FastAPI makes a bare 400 of what reading raised
                if isinstance(error.__cause__, JsonRefused | Problem):
                    raise error.__cause__ from None
                raise

        return answering


def router(tag: str) -> APIRouter:
    """A router whose bodies are read strictly."""
    return APIRouter(route_class=ApiRoute, tags=[tag])


def once_of(
    key: str | None,
    request: Request,
    body: BaseModel | bytes,
    render: Callable[[Value], BaseModel],
    status: int = 201,
) -> Once[Value] | None:
    """The idempotency of one request, None where no key was sent."""
    if key is None:
        return None
    content = body if isinstance(body, bytes) else body.model_dump_json(by_alias=True).encode()
    return Once(
        key=key,
        route=f"{request.method} {request.url.path}",
        request_sha256=hashlib.sha256(content).hexdigest(),
        status=status,
        render=lambda value: render(value).model_dump_json(by_alias=True).encode(),
    )


def answer(body: BaseModel, status: int = 200) -> Response:
    """The body as it would be stored for a replay, byte for byte."""
    return Response(
        body.model_dump_json(by_alias=True).encode(), status_code=status, media_type=JSON
    )


def with_next(response: Response, request: Request, next_after: str | None) -> None:
    """The link to the next page of a list (RFC 8288)."""
    if next_after is not None:
        url = request.url.include_query_params(after=next_after)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
