"""/v1/footprints, /v1/products, /v1/studies: from a bill of materials to a stored footprint."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile

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
from api.schemas.bom import BomIn
from api.schemas.footprints import (
    EvidenceOut,
    FootprintOut,
    PairedComparisonOut,
    ProductOut,
    RecomputedOut,
    StudySummaryOut,
    SubmittedOut,
    SwitchedTotalOut,
)
from api.workflows.add_evidence import add_evidence
from api.workflows.compare_footprints import compare_footprints
from api.workflows.read_profiles import read_profiles
from api.workflows.read_studies import (
    list_products,
    list_studies,
    read_bom,
    read_product,
    read_study,
)
from api.workflows.recompute_study import recompute_study
from api.workflows.submit_bom import SubmittedStudy, submit_bom

routes = router("footprints")


def _out(submitted: SubmittedStudy) -> SubmittedOut:
    return SubmittedOut.of(submitted.study, submitted.voided_case_ids)


@routes.post("/v1/footprints", status_code=201, response_model=SubmittedOut)
def post_footprint(
    bom: BomIn, request: Request, context: ContextDep, actor: ActorDep, key: KeyHeader = None
) -> Response:
    """Calculates and stores the footprint of a bill of materials: one call, one answer."""
    submitted = submit_bom(context, actor, bom, once_of(key, request, bom, _out))
    return answer(_out(submitted), 201)


@routes.get("/v1/footprints/{study_id}/compared-with/{other_id}")
def get_compared_footprints(
    study_id: PathId, other_id: PathId, context: ContextDep, actor: ActorDep
) -> PairedComparisonOut:
    """How probably one footprint is lower than another, on the same draws of one release."""
    return PairedComparisonOut.from_core(compare_footprints(context, actor, study_id, other_id))


@routes.get("/v1/products")
def get_products(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[ProductOut]:
    """The organisation's products, newest first."""
    page = list_products(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [ProductOut.from_core(product) for product in page.items]


@routes.get("/v1/products/{product_id}")
def get_product(product_id: PathId, context: ContextDep, actor: ActorDep) -> ProductOut:
    """One product."""
    return ProductOut.from_core(read_product(context, actor, product_id))


@routes.get("/v1/studies")
def get_studies(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    product_id: PathId | None = None,
    after: After = None,
    limit: Limit = 50,
) -> list[StudySummaryOut]:
    """The organisation's studies, newest first."""
    page = list_studies(context, actor, product_id=product_id, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [StudySummaryOut.from_core(study) for study in page.items]


@routes.get("/v1/studies/{study_id}")
def get_study(study_id: PathId, context: ContextDep, actor: ActorDep) -> FootprintOut:
    """One study with its whole result."""
    return FootprintOut.from_core(read_study(context, actor, study_id))


@routes.get("/v1/studies/{study_id}/profiles")
def get_profiles(study_id: PathId, context: ContextDep, actor: ActorDep) -> list[SwitchedTotalOut]:
    """One study under every method profile and GWP set it can be switched to."""
    return [SwitchedTotalOut.from_core(t) for t in read_profiles(context, actor, study_id)]


@routes.get("/v1/studies/{study_id}/recomputation")
def get_recomputation(study_id: PathId, context: ContextDep, actor: ActorDep) -> RecomputedOut:
    """One study recomputed from its own artefacts: the same bytes, or what differs."""
    found = recompute_study(context, study_id, actor=actor)
    return RecomputedOut.model_validate(found, from_attributes=True)


@routes.get("/v1/studies/{study_id}/bom", response_model=BomIn)
def get_bom(study_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """The exact bytes of the bill of materials the study was calculated from."""
    return Response(read_bom(context, actor, study_id), media_type="application/json")


@routes.post("/v1/studies/{study_id}/evidence", status_code=201, response_model=EvidenceOut)
def post_evidence(
    study_id: PathId,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[
        UploadFile, File(description="At most 50 MB, and what the instance takes at all")
    ],
    kind: Annotated[str, Form(pattern=r"^[a-z-]{1,60}$")],
    key: KeyHeader = None,
) -> Response:
    """A document behind a study: activity data, site visit record, verification report ..."""
    content = file.file.read()
    sent = json.dumps([kind, file.filename, file.content_type]).encode() + content
    evidence = add_evidence(
        context,
        actor,
        study_id,
        kind=kind,
        file_name=file.filename or "",
        media_type=file.content_type or "",
        content=content,
        once=once_of(key, request, sent, EvidenceOut.from_core),
    )
    return answer(EvidenceOut.from_core(evidence), 201)
