"""/v1/bom-files: a filled-in template or JSON file, checked and previewed, nothing stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Response, UploadFile

from api.downloads import FILE_ANSWER, download
from api.intake.template import template_csv
from api.problems import problem_of_faults
from api.routers.doors import ActorDep, ContextDep, router
from api.schemas.bom_files import PreviewOut
from api.workflows.fill_bom import fill_bom
from api.workflows.preview_bom import preview_bom

routes = router("footprints")
public = router("public")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@routes.post("/v1/bom-files")
def post_bom_file(
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[UploadFile, File(description="xlsx, csv or json, at most 20 MB")],
) -> PreviewOut:
    """The document and its footprint, or a problem with every fault at its sheet and cell."""
    preview = preview_bom(context, actor, file.filename or "", file.file.read())
    if preview.bom is None or preview.result is None:
        raise problem_of_faults(preview.faults)
    return PreviewOut(file_name=preview.file_name, bom=preview.bom, result=preview.result)


@routes.post("/v1/bom-files/filled", response_class=Response, responses=FILE_ANSWER)
def post_bom_file_filled(
    context: ContextDep,
    actor: ActorDep,
    file: Annotated[UploadFile, File(description="xlsx, csv or json, at most 20 MB")],
) -> Response:
    """The file with the datasets your organisation confirmed, where a line has none that is known.

    A JSON document comes back as JSON, a template as a workbook of the same cells, without its
    drop-down lists. Which lines are still at fault is said when it is sent to ``/v1/bom-files``.
    """
    filled = fill_bom(context, actor, file.filename or "", file.file.read())
    return download(filled.content, filled.media_type, filled.file_name)


@public.get("/v1/bom-template.xlsx")
def get_template_xlsx() -> Response:
    """The Excel template."""
    from api.intake.workbook import template_xlsx  # noqa: PLC0415  openpyxl costs half a second

    headers = {"Content-Disposition": 'attachment; filename="bom-template.xlsx"'}
    return Response(template_xlsx(), media_type=XLSX, headers=headers)


@public.get("/v1/bom-template.csv")
def get_template_csv() -> Response:
    """The CSV template."""
    headers = {"Content-Disposition": 'attachment; filename="bom-template.csv"'}
    return Response(template_csv(), media_type="text/csv; charset=utf-8", headers=headers)
