"""/v1/datasets and /v1/releases: the local inventory database, read-only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Request, Response
from fastapi.responses import FileResponse

from api.downloads import FILE_ANSWER, attachment
from api.routers.doors import AfterDataset, ContextDep, Limit, PathId, router, with_next
from api.schemas.inventory import DatasetOut, DatasetSummaryOut, ReleaseOut
from api.workflows.export_release import ExportForm, export_release, find_export
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


@public.get(
    "/v1/releases/{release_id}/export",
    response_class=FileResponse,
    responses={
        **FILE_ANSWER,
        304: {"description": "The file is the one whose ETag was sent as If-None-Match"},
    },
)
def get_release_export(
    release_id: PathId,
    context: ContextDep,
    form: Annotated[ExportForm, Query(alias="format")] = ExportForm.JSON,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """A release as a file: its own JSON, openLCA JSON-LD, CSV, a datapackage, or its sources.

    The licences of the sources are in ``tanbiao.json`` of the JSON-LD, in ``datapackage.json`` and
    ``sources.csv`` of the datapackage, in the last rows of the CSV, and alone under
    ``format=sources``. A file never changes under its ETag.
    """
    tag = f'"{find_export(context, release_id, form)}"'
    licences = f"</v1/releases/{release_id}/export?format={ExportForm.SOURCES.value}>"
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=3600",
        "Access-Control-Allow-Origin": "*",
        "Link": f'{licences}; rel="license"',
    }
    if tag in {each.strip().removeprefix("W/") for each in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    file = export_release(context, release_id, form)
    return FileResponse(
        file.path,
        media_type=file.media_type,
        headers={**headers, "Content-Disposition": attachment(file.file_name)},
    )
