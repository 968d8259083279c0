"""/v1/inventory-imports: foreign inventories, for who keeps ours; releases made with them."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile

from api.i18n import language_of
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
from api.schemas.inventory_imports import (
    FrozenReleaseOut,
    InventoryImportOut,
    InventoryImportReportOut,
    ReleaseCheckIn,
    ReleaseCheckOut,
    ReleaseIn,
    import_choices,
)
from api.schemas.jobs import JobOut
from api.workflows.ask_import import ask_import
from api.workflows.read_imports import list_imports, read_import
from api.workflows.release_imports import check_imports, release_imports, would_be_public

routes = router("inventory")


@routes.post("/v1/inventory-imports", status_code=202, response_model=JobOut)
def post_import(
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[
        UploadFile, File(description="At most 20 MB, and what the instance takes at all")
    ],
    file_format: Annotated[
        str, Form(alias="format", description="Key of the format; told by the content where empty")
    ] = "",
    prefix: Annotated[str, Form(description="Beginning of the identifiers")] = "",
    unlinked: Annotated[
        str, Form(description="refuse or cut-off: what becomes of a flow without supplier")
    ] = "refuse",
    estimates: Annotated[
        str,
        Form(
            description="kgCO2e per unit of what is cut off: kg=2,kWh=0.6; of waste waste:kg=0.5; "
            "of flows whose names have a word scrap:kg=0"
        ),
    ] = "",
    uses_map: Annotated[
        str, Form(description="yes or no: link foreign background names to ours")
    ] = "yes",
    licence: Annotated[str, Form(description="Of the data, or whose they are")] = "",
    is_publishable: Annotated[
        str, Form(description="yes or no: anybody may see the datasets; needs a licence")
    ] = "no",
    key: KeyHeader = None,
) -> Response:
    """Has a foreign inventory imported; the job to wait for, whose result names the import."""
    content = file.file.read()
    choices = import_choices(
        {
            "format": file_format,
            "prefix": prefix,
            "unlinked": unlinked,
            "estimates": estimates,
            "uses_map": uses_map,
            "licence": licence,
            "is_publishable": is_publishable,
        }
    )
    sent = json.dumps([file.filename, choices.model_dump(mode="json")]).encode() + content
    job = ask_import(
        context,
        actor,
        file_name=file.filename or "",
        content=content,
        options=choices.to_core(),
        terms=choices.terms(),
        once=once_of(key, request, sent, JobOut.from_core, 202),
    )
    return answer(JobOut.from_core(job), 202)


@routes.get("/v1/inventory-imports")
def get_imports(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[InventoryImportOut]:
    """Imports, newest first."""
    page = list_imports(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [InventoryImportOut.from_core(stored) for stored in page.items]


@routes.get("/v1/inventory-imports/{import_id}")
def get_import(import_id: PathId, context: ContextDep, actor: ActorDep) -> InventoryImportReportOut:
    """One import with its whole report."""
    found = read_import(context, actor, import_id)
    return InventoryImportReportOut.from_core(found)


@routes.post("/v1/releases", status_code=201, response_model=FrozenReleaseOut)
def post_release(
    sent: ReleaseIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Freezes the shipped inventory with the datasets of imports, or answers what blocks it."""

    once = once_of(key, request, sent, FrozenReleaseOut.from_core)
    found = release_imports(context, actor, sent.imports, sent.note, once)
    return answer(FrozenReleaseOut.from_core(found), 201)


@routes.post("/v1/releases/check")
def post_release_check(
    sent: ReleaseCheckIn, request: Request, context: ContextDep, actor: ActorDep
) -> ReleaseCheckOut:
    """What the gates find in a release with the datasets of imports; nothing is frozen."""
    report = check_imports(context, actor, sent.imports)
    is_public = would_be_public(context, actor, sent.imports)
    return ReleaseCheckOut.from_core(
        report, sent.imports, language_of(request), is_public=is_public
    )
