"""What everybody may read and mirror: keys, status list, register, context, health.

Every route is ``async`` and none blocks: stored bytes are read aside, the rest is in memory.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.routers.doors import JSON, ContextDep, aside, router
from api.schemas.numbers import WholeNumber
from api.workflows.verify_label import (
    read_checkpoint,
    read_label_context,
    read_recognition,
    read_register,
    read_status_list,
)

public = router("public")
_MINUTE = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}
_DAY = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
MAX_ENTRIES = 1000


@public.get("/health")
async def get_health(context: ContextDep) -> dict[str, str]:
    """Whether the instance answers, and in which region it stands."""
    return {"status": "ok", "region": context.settings.region}


@public.get("/.well-known/did.json")
async def get_did(context: ContextDep) -> Response:
    """The body's did:web document with its public keys."""
    return Response(
        context.signers().did_document(), media_type="application/did+json", headers=_DAY
    )


@public.get("/status/labels")
@aside
def get_status_list(context: ContextDep) -> Response:
    """The newest signed status list, as the bytes that were signed."""
    return Response(read_status_list(context).content, media_type=JSON, headers=_MINUTE)


@public.get("/register/checkpoint")
@aside
def get_checkpoint(context: ContextDep) -> Response:
    """The newest signed head of the register (C2SP signed note)."""
    note = read_checkpoint(context).note
    return Response(note, media_type="text/plain; charset=utf-8", headers=_MINUTE)


@public.get("/register/entries")
@aside
def get_entries(
    context: ContextDep,
    start: Annotated[WholeNumber, Query(ge=0)] = 0,
    limit: Annotated[WholeNumber, Query(ge=1, le=MAX_ENTRIES)] = MAX_ENTRIES,
) -> Response:
    """Entries in order, one a line, as the bytes that were hashed."""
    lines = read_register(context, start, start + limit)
    return Response(
        b"".join(line + b"\n" for line in lines),
        media_type="application/x-ndjson",
        headers=_MINUTE,
    )


@public.get("/recognitions/{recognition_id}")
@aside
def get_recognition(recognition_id: str, context: ContextDep) -> Response:
    """This body's signed recognition of a label of another body."""
    return Response(read_recognition(context, recognition_id), media_type=JSON, headers=_MINUTE)


@public.get("/ns/label/v1")
async def get_context() -> Response:
    """The JSON-LD context of the credentials; verification never fetches it."""
    return Response(read_label_context(), media_type="application/ld+json", headers=_DAY)
