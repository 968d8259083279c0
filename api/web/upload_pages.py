"""Uploading a bill of materials: template, preview with every fault or the result, storing."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.i18n import match_reason
from api.intake.template import template_csv
from api.problems import Fault, Problem
from api.schemas.matches import ConfirmIn, LineMatchesOut
from api.web.forms import FormSent
from api.web.paths import CSV
from api.web.problem_views import ProblemView, problem_view
from api.web.rendering import csv_bytes
from api.web.results import result_charts
from api.web.visits import SignedInVisit, Visit
from api.workflows.confirm_match import confirm_match
from api.workflows.fill_bom import fill_bom
from api.workflows.preview_bom import BomPreview, preview_bom, submitted_document
from api.workflows.submit_bom import SubmittedStudy, submit_bom

pages = APIRouter(include_in_schema=False)
_MOST_REASONS = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/studies/upload")
def get_upload(visit: SignedInVisit) -> Response:
    """The form for a filled-in template or a JSON document."""
    return _form(visit)


def _form(visit: Visit, problem: ProblemView | None = None, status: int = 200) -> Response:
    return visit.page("upload.html", status=status, problem=problem, path="/studies/upload")


@pages.get("/bom-template.xlsx")
def get_template_xlsx() -> Response:
    """The Excel template."""
    from api.intake.workbook import template_xlsx  # noqa: PLC0415  openpyxl costs half a second

    return download(template_xlsx(), XLSX, "bom-template.xlsx")


@pages.get("/bom-template.csv")
def get_template_csv() -> Response:
    """The CSV template."""
    return download(template_csv(), CSV, "bom-template.csv")


@pages.post("/studies/upload")
def post_upload(visit: SignedInVisit, form: FormSent) -> Response:
    """The footprint of the file, or everything wrong with it; nothing is stored yet."""

    def act() -> Response:
        file = form.needed_file()
        preview = preview_bom(visit.context, visit.who.actor, file.name, file.content)
        return _preview(visit, preview)

    return visit.submit(act, lambda problem, status: _form(visit, problem, status))


def _preview(visit: Visit, preview: BomPreview) -> Response:
    faults = _faults_in_words(visit, preview.faults)
    charts = (
        result_charts(preview.result, preview.lines, visit.language) if preview.result else None
    )
    return visit.page(
        "preview.html",
        status=422 if faults else 200,
        path="/studies/upload",
        preview=preview,
        faults=faults,
        suggested=_suggested(visit, preview),
        charts=charts,
    )


@dataclass(frozen=True)
class SuggestedLine:
    """A line without a dataset as the page shows it, with the reasons in words."""

    place: str
    unit: str
    matches: LineMatchesOut
    reasons: list[list[str]]


def _suggested(visit: Visit, preview: BomPreview) -> list[SuggestedLine]:
    return [
        SuggestedLine(
            place=place,
            unit=found.question.unit,
            matches=(out := LineMatchesOut.from_core(found)),
            reasons=[
                [match_reason(r.code, r.value, visit.language) for r in s.reasons[:_MOST_REASONS]]
                for s in out.suggestions
            ],
        )
        for place, found in preview.suggestions.items()
    ]


@pages.post("/studies/upload/matches")
def post_match(visit: SignedInVisit, form: FormSent) -> Response:
    """Confirms what a line stands for; the next upload suggests it first."""

    def act() -> Response:
        sent = ConfirmIn.model_validate(form.fields)
        confirm_match(visit.context, visit.who.actor, sent.to_core(), sent.dataset_id)
        return visit.go("/studies/upload", "match-confirmed")

    return visit.submit(act, lambda problem, status: _form(visit, problem, status))


@pages.post("/studies/upload/filled")
def post_upload_filled(visit: SignedInVisit, form: FormSent) -> Response:
    """The file with the datasets that were confirmed in it, to be saved; nothing is stored."""

    def act() -> Response:
        file = form.needed_file()
        filled = fill_bom(visit.context, visit.who.actor, file.name, file.content)
        return download(filled.content, filled.media_type, filled.file_name)

    return visit.submit(act, lambda problem, status: _form(visit, problem, status))


def _faults_in_words(visit: Visit, faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    """(place, sentence, code) of each fault."""
    if not faults:
        return []
    view = problem_view(Problem(422, "several-errors", faults=faults), visit.language)
    return [
        (seen.place, seen.message, fault.code)
        for seen, fault in zip(view.errors, faults, strict=True)
    ]


@pages.post("/studies/upload/faults.csv")
def post_faults(visit: SignedInVisit, form: FormSent) -> Response:
    """The faults just shown, for a spreadsheet; sent back by the page, kept nowhere."""
    rows = [line.split("\t") for line in form.text("faults").splitlines()]
    columns = [visit.say("upload.place"), visit.say("upload.fault"), visit.say("upload.code")]
    return download(csv_bytes(columns, rows), CSV, "bom-faults.csv")


def _path_of(submitted: SubmittedStudy) -> str:
    return f"/studies/{submitted.study.id}"


@pages.post("/studies")
def post_study(visit: SignedInVisit, form: FormSent) -> Response:
    """Stores what the preview showed as a new version of the product's study."""

    def act() -> Response:
        bom = submitted_document(form.text("document"))
        submitted = submit_bom(visit.context, visit.who.actor, bom, form.once(_path_of))
        return visit.go(_path_of(submitted), "study-stored")

    return visit.submit(act, lambda problem, status: _form(visit, problem, status))
