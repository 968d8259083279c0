"""Recognition between bodies: trust lists, arrangements, statements given and received."""

from __future__ import annotations

from fastapi import Request, Response

from api.routers.doors import (
    JSON,
    ActorDep,
    After,
    ContextDep,
    Limit,
    PathId,
    RawBody,
    aside,
    router,
    with_next,
)
from api.schemas.recognition import (
    RecognitionChangeIn,
    RecognitionIn,
    RecognitionOut,
    RefreshOut,
)
from api.workflows.change_recognition_status import change_recognition_status, own_recognition
from api.workflows.pin_trust_list import pin_trust_list
from api.workflows.publish_trust_list import publish_trust_list
from api.workflows.receive_recognition import receive_recognition
from api.workflows.recognise_label import (
    recognise_label,
    refresh_recognitions,
)
from api.workflows.sign_arrangement import accept, countersign, propose
from api.workflows.view_recognitions import list_recognitions

routes = router("recognition")
public = router("public")


@routes.post("/v1/recognitions", status_code=201)
def post_recognition(sent: RecognitionIn, context: ContextDep, actor: ActorDep) -> RecognitionOut:
    """Fetches, verifies and recognises a label of another body under a signed arrangement."""
    return RecognitionOut.from_core(recognise_label(context, actor, sent.label_url))


@routes.get("/v1/recognitions")
def get_recognitions(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[RecognitionOut]:
    """The recognitions of one's own body, newest first."""
    page = list_recognitions(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [RecognitionOut.from_core(recognition) for recognition in page.items]


@routes.get("/v1/recognitions/{recognition_id}")
def get_recognition(recognition_id: PathId, context: ContextDep, actor: ActorDep) -> RecognitionOut:
    """One recognition as it stands."""
    return RecognitionOut.from_core(own_recognition(context, actor, recognition_id))


@routes.post("/v1/recognitions/{recognition_id}/status")
def post_recognition_status(
    recognition_id: PathId, change: RecognitionChangeIn, context: ContextDep, actor: ActorDep
) -> RecognitionOut:
    """Suspends, reinstates or revokes this body's own recognition; home is told at once."""
    recognition = change_recognition_status(
        context,
        actor,
        recognition_id,
        change.move,
        seen_state_version=change.seen_state_version,
        reason=change.reason,
    )
    return RecognitionOut.from_core(recognition)


@routes.post("/v1/recognitions/refresh")
def post_refresh(context: ContextDep, actor: ActorDep) -> RefreshOut:
    """Follows the home status of every live recognition now, not at the next sweep."""
    return RefreshOut.from_core(refresh_recognitions(context, actor))


@routes.put("/v1/trust-list", status_code=204)
def put_trust_list(body: RawBody, context: ContextDep, actor: ActorDep) -> None:
    """Pins the keys of partner bodies; the bytes are kept as they are."""
    pin_trust_list(context, actor, body)


@routes.post("/v1/arrangements")
def post_arrangement(body: RawBody, context: ContextDep, actor: ActorDep) -> Response:
    """Proposes an arrangement: the draft comes back with this body's signature."""
    return Response(propose(context, actor, body), media_type=JSON)


@routes.post("/v1/arrangements/countersigned")
def post_countersignature(body: RawBody, context: ContextDep, actor: ActorDep) -> Response:
    """Countersigns a proposed arrangement of another body."""
    return Response(countersign(context, actor, body), media_type=JSON)


@routes.post("/v1/arrangements/accepted", status_code=204)
def post_acceptance(body: RawBody, context: ContextDep, actor: ActorDep) -> None:
    """Keeps an arrangement that both bodies signed."""
    accept(context, actor, body)


@public.post("/v1/recognition-statements", status_code=202)
def post_statement(body: RawBody, context: ContextDep) -> Response:
    """Another body's signed statement on a label of ours; anybody may bring it."""
    receive_recognition(context, body)
    return Response(status_code=202)


@public.get("/v1/trust-list")
@aside
def get_trust_list(context: ContextDep) -> Response:
    """This body's keys and those of the bodies it recognises, to be pinned by verifiers."""
    return Response(publish_trust_list(context).to_bytes(), media_type=JSON)
