"""/v1/documents: documents that belong to one's organisation and to no study."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import File, Request, Response, UploadFile

from api.downloads import FILE_ANSWER, download
from api.routers.doors import (
    ActorDep,
    After,
    ContextDep,
    KeyHeader,
    Limit,
    PathId,
    answer,
    once_of,
    router,
    with_next,
)
from api.schemas.documents import DocumentOut
from api.workflows.keep_document import keep_document
from api.workflows.read_documents import list_documents, read_document

routes = router("documents")


@routes.post("/v1/documents", status_code=201, response_model=DocumentOut)
def post_document(
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[
        UploadFile, File(description="At most 50 MB, and what the instance takes at all")
    ],
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


@routes.get("/v1/documents")
def get_documents(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[DocumentOut]:
    """Documents one's organisation keeps, newest first."""
    page = list_documents(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [DocumentOut.from_core(document) for document in page.items]


@routes.get("/v1/documents/{document_id}", response_class=Response, responses=FILE_ANSWER)
def get_document(document_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """The file itself, to be saved, for who keeps it and for the authority."""
    found = read_document(context, actor, document_id)
    return download(found.content, found.media_type, found.file_name)
