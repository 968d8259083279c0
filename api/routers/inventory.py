"""/v1/datasets and /v1/releases: the local inventory database, read-only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.routers.doors import AfterDataset, ContextDep, Limit, router, with_next
from api.schemas.inventory import DatasetOut, DatasetSummaryOut, ReleaseOut
from api.workflows.search_datasets import list_releases, read_dataset, search_datasets

public = router("public")


@public.get("/v1/datasets")
def get_datasets(
    request: Request,
    response: Response,
    context: ContextDep,
    q: Annotated[str, Query(max_length=200, description="Words in any of the languages")] = "",
    after: AfterDataset = None,
    limit: Limit = 50,
) -> list[DatasetSummaryOut]:
    """Datasets of the current release, best match first; all of them without ``q``."""
    page = search_datasets(context, q, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [DatasetSummaryOut.from_core(entry) for entry in page.items]


@public.get("/v1/datasets/{dataset_id}")
def get_dataset(dataset_id: str, context: ContextDep) -> DatasetOut:
    """One dataset with its exchanges and sources, and its result by gas."""
    return DatasetOut.from_core(read_dataset(context, dataset_id))


@public.get("/v1/releases")
def get_releases(context: ContextDep, limit: Limit = 50) -> list[ReleaseOut]:
    """Frozen releases, newest first."""
    return [ReleaseOut.from_core(release) for release in list_releases(context, limit=limit)]
