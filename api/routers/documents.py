"""/v1/documents: documents that belong to one's organisation and to no study."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import File, Request, Response, UploadFile

from api.routers.doors import ActorDep, ContextDep, KeyHeader, answer, once_of, router
from api.schemas.documents import DocumentOut
from api.workflows.keep_document import keep_document

routes = router("documents")


@routes.post("/v1/documents", status_code=201, response_model=DocumentOut)
def post_document(
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[UploadFile, File(description="At most 50 MB")],
    key: KeyHeader = None,
) -> Response:
    """A signed agreement, a sales record, the record behind an indicator; the same bytes once."""
    content = file.file.read()
    sent = json.dumps([file.filename, file.content_type]).encode() + content
    document = keep_document(
        context,
        actor,
        file_name=file.filename or "",
        media_type=file.content_type or "",
        content=content,
        once=once_of(key, request, sent, DocumentOut.from_core),
    )
    return answer(DocumentOut.from_core(document), 201)
