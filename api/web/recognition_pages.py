"""The labels of other bodies that a certification body has recognised, and recognising one."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.clients.guarded_http import PartnerUnreachable
from api.problems import Problem
from api.schemas.recognition import RecognitionChangeIn, RecognitionIn
from api.web.forms import FormSent
from api.web.paths import After, PathId
from api.web.problem_views import ProblemView
from api.web.visits import SignedInVisit, Visit
from api.workflows.change_recognition_status import (
    change_recognition_status,
    own_recognition,
)
from api.workflows.recognise_label import recognise_label
from api.workflows.view_recognitions import view_recognitions

pages = APIRouter(include_in_schema=False)


@pages.get("/recognitions")
def get_recognitions(visit: SignedInVisit, after: After = None) -> Response:
    """The list, newest first, and the form."""
    return _recognitions(visit, after=after)


def _recognitions(
    visit: Visit,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: dict[str, str] | None = None,
    after: str | None = None,
) -> Response:
    return visit.page(
        "recognitions.html",
        status=status,
        path="/recognitions",
        problem=problem,
        found=view_recognitions(visit.context, visit.who.actor, after),
        is_first=after is None,
        sent=sent or {},
    )


@pages.post("/recognitions")
def post_recognition(visit: SignedInVisit, form: FormSent) -> Response:
    """Recognises the label at an address under a signed arrangement."""

    def act() -> Response:
        sent = RecognitionIn.model_validate(form.fields)
        try:
            recognise_label(visit.context, visit.who.actor, sent.label_url)
        except PartnerUnreachable as error:  # the address may be wrong: it stays in the form
            raise Problem(422, error.code, "/label_url", parameters=error.parameters) from error
        return visit.go("/recognitions", "label-recognised")

    return visit.submit(
        act, lambda problem, status: _recognitions(visit, problem, status, form.fields)
    )


@pages.post("/recognitions/{recognition_id}/status")
def post_status(visit: SignedInVisit, recognition_id: PathId, form: FormSent) -> Response:
    """Suspends, reinstates or revokes; register and home are told at once."""

    def act() -> Response:
        own_recognition(visit.context, visit.who.actor, recognition_id)  # or nothing is said
        change = RecognitionChangeIn.model_validate(form.fields)
        change_recognition_status(
            visit.context,
            visit.who.actor,
            recognition_id,
            change.move,
            seen_state_version=change.seen_state_version,
            reason=change.reason,
        )
        return visit.go("/recognitions", f"recognition-{change.move.value}")

    sent = {**form.fields, "recognition_id": recognition_id}
    return visit.submit(act, lambda problem, status: _recognitions(visit, problem, status, sent))
