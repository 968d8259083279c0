"""The report of a study: asked for and downloaded from the study's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from api.downloads import download
from api.schemas.bom_members import Language
from api.web.forms import FormSent
from api.web.paths import PathId
from api.web.study_pages import study_page
from api.web.visits import SignedInVisit
from api.workflows.ask_report import ask_report
from api.workflows.describe_study import describe_study
from api.workflows.read_report import read_report_html, read_report_pdf

pages = APIRouter(include_in_schema=False)
OfLanguage = Annotated[Language, Query()]  # not ``lang``, which changes the language of the page


class ReportIn(BaseModel):
    """What the form asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Language


@pages.post("/studies/{study_id}/report")
def post_report(visit: SignedInVisit, study_id: PathId, form: FormSent) -> Response:
    """Has the PDF made in a language."""

    def act() -> Response:
        asked = ReportIn.model_validate(form.fields)
        ask_report(visit.context, visit.who.actor, study_id, asked.language)
        return visit.go(f"/studies/{study_id}", "report-asked")

    return visit.submit(act, lambda problem, status: study_page(visit, study_id, problem, status))


@pages.get("/studies/{study_id}/report.pdf")
def get_report_pdf(
    visit: SignedInVisit, study_id: PathId, language: OfLanguage = "zh-Hans"
) -> Response:
    """The PDF that was made."""
    content = read_report_pdf(visit.context, visit.who.actor, study_id, language)
    return download(content, "application/pdf", f"{study_id}-{language}.pdf")


@pages.get("/studies/{study_id}/report.html")
def get_report_html(
    visit: SignedInVisit, study_id: PathId, language: OfLanguage = "zh-Hans"
) -> Response:
    """The report as one HTML file."""
    content = read_report_html(visit.context, visit.who.actor, study_id, language)
    return download(content.encode(), "text/html", f"{study_id}-{language}.html")


@pages.get("/studies/{study_id}/report.json")
def get_report_json(visit: SignedInVisit, study_id: PathId) -> Response:
    """The document the report is drawn from."""
    content = describe_study(visit.context, study_id, actor=visit.who.actor)
    return download(content, "application/json", f"{study_id}.json")
