"""Reviews of datasets: what waits for a reviewer, and one dataset with the exchanges to judge."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.schemas.dataset_reviews import IndustryName, ReviewStepIn, WaitsForName
from api.security.policy import Action, can
from api.web.forms import FormSent, SentForm
from api.web.paths import AfterDataset, DatasetId
from api.web.problem_views import ProblemView
from api.web.visits import SignedInVisit, Visit
from api.workflows.review_dataset import review_dataset
from api.workflows.view_dataset import view_dataset
from api.workflows.view_dataset_review import view_dataset_review
from api.workflows.view_review_queue import view_review_queue

pages = APIRouter(include_in_schema=False)
MOST_OPEN = 200
TICKED = "evidence:"  # the rest of the field's name is the source that was ticked


@pages.get("/dataset-reviews")
def get_dataset_reviews(
    visit: SignedInVisit,
    industry: Annotated[str, Query(max_length=60)] = "",
    can_act: Annotated[Literal["", "yes"], Query()] = "",
    after: AfterDataset = None,
) -> Response:
    """Open proposals first, then the datasets at draft; of one industry, or the reader's own."""
    known = {each.value for each in IndustryName}
    wanted = industry if industry in known else ""
    listed = partial(
        view_review_queue,
        visit.context,
        visit.who.actor,
        industry=wanted,
        can_act=bool(can_act),
    )
    return visit.page(
        "dataset_reviews.html",
        proposed=listed(WaitsForName.CONFIRMATION, limit=MOST_OPEN),
        drafts=listed(WaitsForName.PROPOSAL, after=after),
        can_act=can_act,
        may_review=can(visit.who.actor, Action.REVIEW_DATASET),
        industries=sorted(known),
        industry=wanted,
        is_first=after is None,
    )


@pages.get("/datasets/{dataset_id}/review")
def get_dataset_review(visit: SignedInVisit, dataset_id: DatasetId) -> Response:
    """One dataset with its sources, findings and history, and the steps open to the reader."""
    return _review(visit, dataset_id)


def _review(
    visit: Visit,
    dataset_id: str,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: dict[str, str] | None = None,
) -> Response:
    review = view_dataset_review(visit.context, visit.who.actor, dataset_id)
    return visit.page(
        "dataset_review.html",
        status=status,
        path=f"/datasets/{dataset_id}/review",
        problem=problem,
        view=view_dataset(visit.context, dataset_id),
        review=review,
        findings=[(f, visit.sentence(f["code"], f["parameters"])) for f in review.findings],
        obstacle=(
            visit.sentence(review.obstacle.code, review.obstacle.parameters)
            if review.obstacle
            else ""
        ),
        sent=sent or {},
    )


@pages.post("/datasets/{dataset_id}/review")
def post_dataset_review(visit: SignedInVisit, dataset_id: DatasetId, form: FormSent) -> Response:
    """Proposes, confirms, declines or withdraws a status."""
    here = f"/datasets/{dataset_id}/review"

    def act() -> Response:
        step = ReviewStepIn.model_validate(_fields(form))
        review_dataset(
            visit.context,
            visit.who.actor,
            dataset_id,
            step.content_sha256,
            step.to_core(),
            form.once(lambda _: here),
        )
        return visit.go(here, f"review-{step.move}")

    return visit.submit(
        act, lambda problem, status: _review(visit, dataset_id, problem, status, form.fields)
    )


def _fields(form: SentForm) -> dict[str, object]:
    """The form as the wire model reads it: ticked sources and a document's hash are evidence."""
    fields: dict[str, object] = {
        name: value
        for name, value in form.fields.items()
        if not name.startswith(TICKED) and name != "document"
    }
    named = [name.removeprefix(TICKED) for name in form.fields if name.startswith(TICKED)]
    named += [form.text("document")] if form.text("document") else []
    return {**fields, **({"evidence": named} if named else {})}
