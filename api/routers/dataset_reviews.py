"""/v1/dataset-reviews and /v1/datasets/{id}/review: what people say of datasets, two by two."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.routers.doors import (
    JSON,
    ActorDep,
    AfterDataset,
    ContextDep,
    KeyHeader,
    Limit,
    PathId,
    ReaderDep,
    answer,
    once_of,
    router,
    with_next,
)
from api.schemas.dataset_reviews import (
    AppliedReviewOut,
    DatasetReviewDetailOut,
    DatasetReviewOut,
    IndustryName,
    QueuedDatasetOut,
    ReviewStepIn,
    WaitsForName,
)
from api.workflows.read_dataset_reviews import read_release_reviews
from api.workflows.readable_release import readable_release
from api.workflows.review_dataset import review_dataset
from api.workflows.view_dataset_review import view_dataset_review
from api.workflows.view_review_queue import view_review_queue

routes = router("inventory")
public = router("public")


@public.get("/v1/releases/{release_id}/reviews", response_model=list[AppliedReviewOut])
def get_release_reviews(release_id: PathId, context: ContextDep, reader: ReaderDep) -> Response:
    """The reviews applied to a release: with the inventory's files they give its snapshot again."""
    readable_release(context, reader, release_id)
    return Response(read_release_reviews(context, release_id), media_type=JSON)


@routes.get("/v1/dataset-reviews")
def get_dataset_reviews(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    waits_for: Annotated[
        WaitsForName, Query(description="Open proposals, or datasets at draft")
    ] = WaitsForName.CONFIRMATION,
    industry: Annotated[IndustryName | None, Query(description="Only this industry")] = None,
    can_act: Annotated[
        bool, Query(description="Only those on which you may take the step they wait for")
    ] = False,
    after: AfterDataset = None,
    limit: Limit = 50,
) -> list[QueuedDatasetOut]:
    """Datasets of the current release that wait for a reviewer."""
    page = view_review_queue(
        context,
        actor,
        waits_for,
        industry=industry.value if industry else "",
        can_act=can_act,
        after=after,
        limit=limit,
    )
    with_next(response, request, page.next_after)
    return [QueuedDatasetOut.from_core(entry) for entry in page.items]


@routes.get("/v1/datasets/{dataset_id}/review")
def get_dataset_review(
    dataset_id: str, context: ContextDep, actor: ActorDep
) -> DatasetReviewDetailOut:
    """The review with its history, the findings of the checks, and what can be named."""
    return DatasetReviewDetailOut.from_core(view_dataset_review(context, actor, dataset_id))


@routes.post("/v1/datasets/{dataset_id}/review/steps", response_model=DatasetReviewOut)
def post_dataset_review_step(
    dataset_id: str,
    step: ReviewStepIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Proposes, confirms, declines or withdraws a status; it counts from the next release on."""
    once = once_of(key, request, step, DatasetReviewOut.from_core, 200)
    after = review_dataset(context, actor, dataset_id, step.content_sha256, step.to_core(), once)
    return answer(DatasetReviewOut.from_core(after))
