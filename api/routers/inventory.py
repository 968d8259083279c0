"""/v1/datasets: the local inventory database, read-only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.i18n import language_of
from api.routers.doors import (
    AfterDataset,
    ContextDep,
    Limit,
    ReaderDep,
    router,
    with_next,
)
from api.schemas.dataset_filters import AskedDatasets, AskedTree
from api.schemas.inventory import DatasetOut, DatasetSummaryOut, VersionOut
from api.schemas.supply_chain import SupplyChainOut
from api.workflows.read_supply_chain import read_supply_chain
from api.workflows.read_versions import read_versions
from api.workflows.readable_release import (
    check_inside,
    hidden_releases,
    readable_release,
)
from api.workflows.search_datasets import search_datasets
from api.workflows.view_dataset import view_dataset

public = router("public")
InRelease = Annotated[
    str,
    Query(pattern=r"^(rel_[0-9a-z]{26})?$", description="An older release; the newest by default"),
]


def readable(context: ContextDep, reader: ReaderDep, release: InRelease = "") -> str:
    """The release that is named, or the newest one this reader may read."""
    return readable_release(context, reader, release)


Readable = Annotated[str, Depends(readable)]


@public.get("/v1/datasets")
def get_datasets(
    request: Request,
    response: Response,
    context: ContextDep,
    asked: AskedDatasets,
    release: Readable,
    after: AfterDataset = None,
    limit: Limit = 50,
) -> list[DatasetSummaryOut]:
    """Datasets of a release that fit all that is asked for, best match for ``q`` first."""
    page = search_datasets(context, asked, after=after, limit=limit, release_id=release)
    with_next(response, request, page.next_after)
    return [DatasetSummaryOut.from_core(entry) for entry in page.items]


@public.get("/v1/datasets/{dataset_id}")
def get_dataset(
    dataset_id: str, request: Request, context: ContextDep, reader: ReaderDep, release: Readable
) -> DatasetOut:
    """One dataset: exchanges, sources, result by gas, findings and comparisons."""
    check_inside(context, reader, dataset_id, release)
    return DatasetOut.of_page(view_dataset(context, dataset_id, release), language_of(request))


@public.get("/v1/datasets/{dataset_id}/supply-chain")
def get_supply_chain(
    dataset_id: str, context: ContextDep, limits: AskedTree, reader: ReaderDep, release: Readable
) -> SupplyChainOut:
    """What each input gives to the total of one unit, level by level; loops are solved."""
    check_inside(context, reader, dataset_id, release)
    return SupplyChainOut.from_core(read_supply_chain(context, dataset_id, limits, release))


@public.get("/v1/datasets/{dataset_id}/versions")
def get_versions(dataset_id: str, context: ContextDep, reader: ReaderDep) -> list[VersionOut]:
    """The dataset in the newest releases: whether it changed, and how far its total moved."""
    hidden = hidden_releases(context, reader)
    return [VersionOut.from_core(version) for version in read_versions(context, dataset_id, hidden)]
