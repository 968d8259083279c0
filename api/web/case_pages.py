"""Work lists and the page of a certification case for every party: maker, verifier, body."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.web.case_views import criterion_rows, findings_by_place, timeline_rows
from api.web.paths import CSV, After, PathId
from api.web.problem_views import ProblemView
from api.web.rendering import csv_bytes
from api.web.results import gas_rows, result_charts
from api.web.visits import SignedInVisit, Visit
from api.workflows.read_documents import read_agreement
from api.workflows.view_case import CaseView, view_case
from api.workflows.view_queue import Queue, view_queue

pages = APIRouter(include_in_schema=False)


@pages.get("/queue")
def get_queue(visit: SignedInVisit, after: After = None) -> Response:
    """The work list of a body: what waits for it, longest first."""
    return _queue(visit, "/queue", after)


@pages.get("/cases")
def get_cases(visit: SignedInVisit, after: After = None) -> Response:
    """The cases of a maker, or of everybody for the regulator."""
    return _queue(visit, "/cases", after)


def _queue(visit: Visit, path: str, after: str | None) -> Response:
    queue = view_queue(visit.context, visit.who.actor, after)
    return visit.page("queue.html", queue=queue, here=path, is_first=after is None)


@pages.get("/queue.csv")
def get_queue_csv(visit: SignedInVisit, after: After = None) -> Response:
    """The work list for a spreadsheet."""
    queue = view_queue(visit.context, visit.who.actor, after)
    return download(csv_bytes(*_queue_table(visit, queue)), CSV, "cases.csv")


def _queue_table(visit: Visit, queue: Queue) -> tuple[list[str], list[tuple[object, ...]]]:
    columns = [
        visit.say(f"queue.{name}")
        for name in ("case", "product", "model", "applicant", "state", "age", "findings", "due")
    ]
    rows: list[tuple[object, ...]] = [
        (
            entry.case.id,
            visit.local(entry.product_names),
            entry.model,
            visit.local(entry.applicant),
            visit.say(f"case_state.{entry.case.state.value}"),
            entry.age_days,
            entry.open_findings,
            entry.due_on or "",
        )
        for entry in (*queue.waiting, *queue.others)
    ]
    return columns, rows


@pages.get("/cases/{case_id}/agreement")
def get_agreement(visit: SignedInVisit, case_id: PathId) -> Response:
    """The agreement's document, to be saved."""
    found = read_agreement(visit.context, visit.who.actor, case_id)
    return download(found.content, found.media_type, found.file_name)


@pages.get("/cases/{case_id}")
def get_case(visit: SignedInVisit, case_id: PathId) -> Response:
    """The case as the signed-in person's organisation sees it."""
    return case_page(visit, case_id)


def case_page(
    visit: Visit,
    case_id: str,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: dict[str, str] | None = None,
) -> Response:
    """The page of a case, with what was typed where a form was refused."""
    view = view_case(visit.context, visit.who.actor, case_id)
    return visit.page(
        "case.html",
        status=status,
        path=f"/cases/{case_id}",
        problem=problem,
        view=view,
        study=view.study,
        charts=result_charts(view.study.result, view.study.lines, visit.language),
        gases=gas_rows(view.study.result),
        criteria=criterion_rows(view, visit),
        timeline=timeline_rows(view, visit),
        findings_at=findings_by_place(view),
        place=visit.request.query_params.get("place", "")[:200],
        reports=_reports(visit, view),
        sent=sent or {},
    )


def _reports(visit: Visit, view: CaseView) -> list[tuple[str, str]]:
    """Verification reports filed already, to be named in a statement: (hash, file name).

    Those of one name are told apart by when they were filed and by the first digits of their hash.
    """
    filed = [found.item for found in view.study.evidence]
    reports = [item for item in filed if item.kind == "verification-report"]
    names = [item.file_name for item in reports]
    return [
        (
            item.sha256,
            item.file_name
            if names.count(item.file_name) == 1
            else f"{item.file_name} · {visit.moment(item.added_at)} · {item.sha256[:8]}",
        )
        for item in reports
    ]
