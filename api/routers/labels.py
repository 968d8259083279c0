"""/v1/labels and /v1/verifications: labels of one's organisation, and verdicts for everybody."""

from __future__ import annotations

from fastapi import Request, Response

from api.routers.doors import (
    ActorDep,
    After,
    ContextDep,
    KeyHeader,
    Limit,
    PathId,
    RawBody,
    answer,
    once_of,
    router,
    with_next,
)
from api.schemas.jobs import JobOut
from api.schemas.labels import (
    LabelEventOut,
    LabelOut,
    LabelStatusOut,
    StatusChangeIn,
    VerdictOut,
    VerificationIn,
)
from api.strict_json import bytes_of_member
from api.workflows.ask_label_pack import ask_label_pack
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


@routes.post("/v1/labels/{label_id}/pack", status_code=202, response_model=JobOut)
def post_pack(
    label_id: PathId, request: Request, context: ContextDep, actor: ActorDep, key: KeyHeader = None
) -> Response:
    """Has certificate and marks made again where they are missing; the job to wait for."""
    once = once_of(key, request, b"", JobOut.from_core, 202)
    return answer(JobOut.from_core(ask_label_pack(context, actor, label_id, once)), 202)


@public.post("/v1/verifications")
def post_verification(
    sent: VerificationIn,  # noqa: ARG001  read strictly for its form; what is judged is the body
    body: RawBody,
    context: ContextDep,
) -> VerdictOut:
    """Judges a credential byte for byte as it was sent: a clear verdict, whatever it says.

    Put the text of the credential's file after ``"credential":`` unchanged. Nothing is made
    canonical here: white space, order, escapes and numbers are the sender's, so the verdict and
    its ``credential_sha256`` are those that ``tanbiao label verify`` gives for the same bytes. A
    member that stands twice is refused before anything is judged.
    """
    return VerdictOut.from_core(verify_label(context, bytes_of_member(body)))
