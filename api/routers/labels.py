"""/v1/labels and /v1/verifications: labels of one's organisation, and verdicts for everybody."""

from __future__ import annotations

import json

import rfc8785
from fastapi import Request, Response

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
from api.schemas.labels import (
    LabelEventOut,
    LabelOut,
    LabelStatusOut,
    StatusChangeIn,
    VerdictOut,
    VerificationIn,
)
from api.workflows.change_label_status import change_label_status
from api.workflows.read_labels import list_labels, read_label
from api.workflows.verify_label import verify_label

routes = router("labels")
public = router("public")


@routes.get("/v1/labels")
def get_labels(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[LabelStatusOut]:
    """Labels of one's organisation or body, newest first."""
    page = list_labels(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [LabelStatusOut.from_core(label) for label in page.items]


@routes.get("/v1/labels/{label_id}")
def get_label(label_id: PathId, context: ContextDep, actor: ActorDep) -> LabelOut:
    """One label."""
    return LabelOut.from_core(read_label(context, actor, label_id).record)


@routes.get("/v1/labels/{label_id}/events")
def get_label_events(label_id: PathId, context: ContextDep, actor: ActorDep) -> list[LabelEventOut]:
    """The private history of a label."""
    return [LabelEventOut.from_core(e) for e in read_label(context, actor, label_id).events]


@routes.post("/v1/labels/{label_id}/status", response_model=LabelStatusOut)
def post_status(
    label_id: PathId,
    change: StatusChangeIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Suspends, reinstates, withdraws or surrenders a label; the public sees it at once."""
    label = change_label_status(
        context,
        actor,
        label_id,
        change.move,
        seen_state_version=change.seen_state_version,
        reason=change.reason,
        note=change.note,
        once=once_of(key, request, change, LabelStatusOut.from_core, 200),
    )
    return answer(LabelStatusOut.from_core(label))


@public.post("/v1/verifications")
def post_verification(sent: VerificationIn, context: ContextDep) -> VerdictOut:
    """Judges a credential as it was received: a clear verdict, whatever it says."""
    try:
        document = rfc8785.dumps(sent.credential)
    except rfc8785.CanonicalizationError:  # a number no signed document can hold
        document = json.dumps(sent.credential).encode()
    return VerdictOut.from_core(verify_label(context, document))
