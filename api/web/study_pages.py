"""A study: result, lines, evidence, and the application for a label."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.schemas.cases import ApplicationIn
from api.web.forms import FormSent, SentForm
from api.web.paths import CSV, PathId
from api.web.problem_views import ProblemView
from api.web.rendering import csv_bytes
from api.web.results import gas_rows, line_table, result_charts
from api.web.scenario_pages import study_drawing
from api.web.visits import SignedInVisit, Visit
from api.workflows.add_evidence import add_evidence
from api.workflows.open_case import Application, open_case
from api.workflows.read_evidence import read_evidence
from api.workflows.read_profiles import list_totals
from api.workflows.read_report import read_report_standings
from api.workflows.recompute_study import recompute_study
from api.workflows.view_study import view_study, worth_improving

pages = APIRouter(include_in_schema=False)


@pages.get("/studies/{study_id}")
def get_study(visit: SignedInVisit, study_id: PathId) -> Response:
    """The study's page."""
    return study_page(visit, study_id)


def study_page(
    visit: Visit, study_id: str, problem: ProblemView | None = None, status: int = 200
) -> Response:
    """The study's page, with what went wrong with a form of it."""
    view = view_study(visit.context, visit.who.actor, study_id)
    return visit.page(
        "study.html",
        status=status,
        path=f"/studies/{study_id}",
        problem=problem,
        view=view,
        charts=result_charts(view.result, view.lines, visit.language),
        flows=study_drawing(visit, study_id),
        gases=gas_rows(view.result),
        profiles=list_totals(view.result),
        improvements=worth_improving(view.lines),
        reports=read_report_standings(visit.context, visit.who.actor, study_id),
        can_file="manufacturer" in visit.who.roles and view.is_own,
    )


@pages.get("/studies/{study_id}/lines.csv")
def get_lines(visit: SignedInVisit, study_id: PathId) -> Response:
    """The table of lines for a spreadsheet."""
    view = view_study(visit.context, visit.who.actor, study_id)
    columns, rows = line_table(view.lines, visit.language)
    name = f"{view.product.model}-v{view.study.version}-lines.csv"
    return download(csv_bytes(columns, rows), CSV, name)


@pages.get("/studies/{study_id}/result.json")
def get_result(visit: SignedInVisit, study_id: PathId) -> Response:
    """The exact bytes of the result that were hashed."""
    view = view_study(visit.context, visit.who.actor, study_id)
    name = f"{view.product.model}-v{view.study.version}-result.json"
    return download(view.study.result, "application/json", name)


@pages.get("/studies/{study_id}/recomputation")
def get_recomputation(visit: SignedInVisit, study_id: PathId) -> Response:
    """The study recomputed from its own artefacts, here and now."""
    found = recompute_study(visit.context, study_id, actor=visit.who.actor)
    path = f"/studies/{study_id}/recomputation"
    return visit.page("recomputation.html", path=path, found=found)


@pages.post("/studies/{study_id}/evidence")
def post_evidence(visit: SignedInVisit, study_id: PathId, form: FormSent) -> Response:
    """Files a document behind the study."""

    def act() -> Response:
        file = form.needed_file()
        add_evidence(
            visit.context,
            visit.who.actor,
            study_id,
            kind=form.text("kind"),
            file_name=file.name,
            media_type=file.media_type,
            content=file.content,
        )
        return visit.go(f"/studies/{study_id}", "evidence-added")

    return visit.submit(act, lambda problem, status: study_page(visit, study_id, problem, status))


@pages.get("/evidence/{evidence_id}")
def get_evidence(visit: SignedInVisit, evidence_id: PathId) -> Response:
    """A document, to be saved."""
    found = read_evidence(visit.context, visit.who.actor, evidence_id)
    return download(found.content, found.evidence.media_type, found.evidence.file_name)


@pages.post("/studies/{study_id}/applications")
def post_application(visit: SignedInVisit, study_id: PathId, form: FormSent) -> Response:
    """Applies for a label on this version."""

    def act() -> Response:
        asked = ApplicationIn.model_validate(_application(form, study_id))
        case = open_case(
            visit.context,
            visit.who.actor,
            Application(
                study_id=asked.study_id,
                verification_body_id=asked.verification_body_id,
                certification_body_id=asked.certification_body_id,
                scheme_id=asked.scheme,
                consultancies=tuple(c.to_core() for c in asked.consultancies),
            ),
            form.once(lambda case: f"/cases/{case.id}"),
        )
        return visit.go(f"/cases/{case.id}", "application-sent")

    return visit.submit(act, lambda problem, status: study_page(visit, study_id, problem, status))


def _application(form: SentForm, study_id: str) -> dict[str, object]:
    """The application a form sent; a consultancy is an organisation with its last day."""
    fields: dict[str, object] = {**form.fields, "study_id": study_id}
    fields.pop("consultancy_id", None)
    fields.pop("consultancy_ended_on", None)
    if form.text("consultancy_id") or form.text("consultancy_ended_on"):
        fields["consultancies"] = [
            {
                "organisation_id": form.text("consultancy_id"),
                "ended_on": form.text("consultancy_ended_on"),
            }
        ]
    return fields
