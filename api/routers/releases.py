"""/v1/releases: frozen releases of the inventory, their findings, and what differs between two."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Header, Query, Request, Response
from fastapi.responses import FileResponse

from api.downloads import FILE_ANSWER, attachment
from api.i18n import language_of
from api.routers.doors import (
    ActorDep,
    After,
    AfterDataset,
    ContextDep,
    Limit,
    ReaderDep,
    router,
    with_next,
)
from api.schemas.cases import ReleaseId
from api.schemas.dataset_filters import AskedChange
from api.schemas.inventory import FindingOut
from api.schemas.numbers import WholeNumber
from api.schemas.releases import ReleaseDiffOut, ReleaseOut, ReleasePageOut, StudyMovesOut
from api.workflows.compare_releases import compare_datasets, compare_studies
from api.workflows.export_release import ExportForm, export_release, find_export
from api.workflows.read_releases import list_releases, read_findings, read_release
from api.workflows.readable_release import (
    check_whole,
    is_public,
    readable_release,
    with_told_notes,
)

public = router("public")
routes = router("releases")
Severity = Annotated[
    Literal["", "blocking", "warning", "note"], Query(description="Only findings this serious")
]
AfterFinding = Annotated[WholeNumber, Query(le=10**9, description="From the link rel=next")]


@public.get("/v1/releases")
def get_releases(
    request: Request,
    response: Response,
    context: ContextDep,
    reader: ReaderDep,
    after: After = None,
    limit: Limit = 50,
) -> list[ReleaseOut]:
    """Frozen releases, newest first; the note of one that is not public for accounts only."""
    page = list_releases(context, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [ReleaseOut.from_core(each) for each in with_told_notes(context, reader, page.items)]


@public.get("/v1/releases/{release_id}")
def get_release(release_id: ReleaseId, context: ContextDep, reader: ReaderDep) -> ReleasePageOut:
    """One release: hashes, counts, findings by severity, and the documents it was made of.

    Of one that is not public, the note, what was imported into it and under what terms is told to
    accounts only.
    """
    page = ReleasePageOut.of_page(read_release(context, release_id))
    if page.is_public or reader:
        return page
    return page.model_copy(update={"imports": [], "note": ""})


@public.get("/v1/releases/{release_id}/findings")
def get_findings(
    release_id: ReleaseId,
    request: Request,
    response: Response,
    context: ContextDep,
    reader: ReaderDep,
    severity: Severity = "",
    after: AfterFinding = 0,
    limit: Limit = 50,
) -> list[FindingOut]:
    """What the checks found when the release was frozen, the most serious first."""
    readable_release(context, reader, release_id)
    page = read_findings(context, release_id, severity=severity, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [FindingOut.from_core(finding, language_of(request)) for finding in page.items]


@public.get("/v1/releases/{before_id}/diff/{after_id}")
def get_diff(
    before_id: ReleaseId,
    after_id: ReleaseId,
    request: Request,
    response: Response,
    context: ContextDep,
    reader: ReaderDep,
    change: AskedChange = "",
    after: AfterDataset = None,
    limit: Limit = 50,
) -> ReleaseDiffOut:
    """Datasets that were added, removed, changed or moved, in the order of their ids."""
    for release_id in (before_id, after_id):
        readable_release(context, reader, release_id)
    diff = compare_datasets(context, before_id, after_id)
    changes, next_after = diff.page(change, after or "", limit)
    with_next(response, request, next_after)
    return ReleaseDiffOut.from_core(diff, changes)


@routes.get("/v1/releases/{before_id}/diff/{after_id}/studies")
def get_moved_studies(
    before_id: ReleaseId, after_id: ReleaseId, context: ContextDep, actor: ActorDep
) -> StudyMovesOut:
    """How far the newest study of every own product would move; nothing is stored."""
    return StudyMovesOut.from_core(compare_studies(context, actor, before_id, after_id))


@public.get(
    "/v1/releases/{release_id}/export",
    response_class=FileResponse,
    responses={
        **FILE_ANSWER,
        304: {"description": "The file is the one whose ETag was sent as If-None-Match"},
    },
)
def get_release_export(
    release_id: ReleaseId,
    context: ContextDep,
    reader: ReaderDep,
    form: Annotated[ExportForm, Query(alias="format")] = ExportForm.JSON,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """A release as a file: JSON, openLCA JSON-LD, CSV, Excel, for Brightway, or its sources.

    ``datapackage`` is for bw2calc alone. ``python FILE PROJECT`` puts a ``brightway-archive`` into
    a project of one's own that bw2data keeps. The licences of the sources are in ``tanbiao.json``
    of the JSON-LD, in ``datapackage.json`` of the datapackage, in ``sources.csv`` of both archives
    for Brightway, in the last rows of the CSV, and alone under ``format=sources``. A file never
    changes under its ETag. A release with data that may not be published is given to who keeps
    the inventory only.
    """
    check_whole(context, reader, release_id)
    tag = f'"{find_export(context, release_id, form)}"'
    is_open = is_public(context, release_id)
    licences = f"</v1/releases/{release_id}/export?format={ExportForm.SOURCES.value}>"
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=3600" if is_open else "private, no-store",
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
