"""/v1/studies/{id}/report: the study report, as PDF on request, as HTML and JSON at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.downloads import download
from api.routers.doors import (
    ActorDep,
    ContextDep,
    KeyHeader,
    PathId,
    answer,
    once_of,
    router,
)
from api.schemas.bom_members import Language
from api.schemas.jobs import JobOut
from api.workflows.ask_report import ask_report
from api.workflows.describe_study import describe_study
from api.workflows.read_report import read_report_html, read_report_pdf

routes = router("footprints")
PDF, HTML = "application/pdf", "text/html"
ReportLanguage = Annotated[Language, Query(description="Language of the report")]


def _file(media_type: str) -> dict[int | str, dict[str, object]]:
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}


@routes.post("/v1/studies/{study_id}/report", status_code=202, response_model=JobOut)
def post_report(
    study_id: PathId,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    lang: ReportLanguage = "zh-Hans",
    key: KeyHeader = None,
) -> Response:
    """Has the report of a study made as PDF; the job to wait for, over already where it is made."""
    once = once_of(key, request, lang.encode(), JobOut.from_core, 202)
    return answer(JobOut.from_core(ask_report(context, actor, study_id, lang, once)), 202)


@routes.get("/v1/studies/{study_id}/report.pdf", response_class=Response, responses=_file(PDF))
def get_report_pdf(
    study_id: PathId, context: ContextDep, actor: ActorDep, lang: ReportLanguage = "zh-Hans"
) -> Response:
    """The report of the study as it is now, PDF/A with the JSON document attached; once made."""
    content = read_report_pdf(context, actor, study_id, lang)
    return download(content, PDF, f"{study_id}-{lang}.pdf")


@routes.get("/v1/studies/{study_id}/report.html", response_class=Response, responses=_file(HTML))
def get_report_html(
    study_id: PathId, context: ContextDep, actor: ActorDep, lang: ReportLanguage = "zh-Hans"
) -> Response:
    """The report of the study as it is now, one HTML file without script."""
    content = read_report_html(context, actor, study_id, lang)
    return download(content.encode(), HTML, f"{study_id}-{lang}.html")


@routes.get("/v1/studies/{study_id}/report.json")
def get_report_json(study_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """The document the report is drawn from: bill, result, provenance, datasets, sources."""
    content = describe_study(context, study_id, actor=actor)
    return download(content, "application/json", f"{study_id}.json")
