"""Labels as their holder and their certification body work with them; the public page is apart."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.schemas.labels import StatusChangeIn
from api.web.forms import FormSent
from api.web.paths import CSV, After, PathId
from api.web.problem_views import ProblemView
from api.web.rendering import csv_bytes
from api.web.visits import SignedInVisit, Visit
from api.workflows.ask_label_pack import ask_label_pack
from api.workflows.change_label_status import change_label_status
from api.workflows.view_label import view_label
from api.workflows.view_labels import view_labels

pages = APIRouter(include_in_schema=False)


@pages.get("/labels")
def get_labels(visit: SignedInVisit, after: After = None) -> Response:
    """Labels held or issued, newest first."""
    labels = view_labels(visit.context, visit.who.actor, after)
    return visit.page("labels.html", labels=labels, is_first=after is None)


@pages.get("/labels.csv")
def get_labels_csv(visit: SignedInVisit, after: After = None) -> Response:
    """The list for a spreadsheet."""
    columns = [
        visit.say(f"labels.{name}")
        for name in ("number", "product", "model", "value", "state", "issued_on", "valid_until")
    ]
    rows = [
        (
            item.label.full_number,
            visit.local(item.facts.product.name),
            item.facts.product.model,
            item.facts.footprint.value,
            visit.say(f"label_state.{item.state.value}"),
            item.label.issued_on,
            item.label.valid_until,
        )
        for item in view_labels(visit.context, visit.who.actor, after).items
    ]
    return download(csv_bytes(columns, rows), CSV, "labels.csv")


@pages.get("/labels/{label_id}")
def get_label(visit: SignedInVisit, label_id: PathId) -> Response:
    """One label with its history."""
    return _label(visit, label_id)


def _label(
    visit: Visit,
    label_id: str,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: dict[str, str] | None = None,
) -> Response:
    view = view_label(visit.context, visit.who.actor, label_id)
    failed = view.pack_problem
    return visit.page(
        "label_desk.html",
        status=status,
        path=f"/labels/{label_id}",
        problem=problem,
        view=view,
        pack_problem=failed and visit.sentence(failed.code, failed.parameters),
        sent=sent or {},
    )


@pages.post("/labels/{label_id}/status")
def post_status(visit: SignedInVisit, label_id: PathId, form: FormSent) -> Response:
    """Suspends, reinstates, withdraws or surrenders; the public sees it at once."""

    def act() -> Response:
        change = StatusChangeIn.model_validate(form.fields)
        change_label_status(
            visit.context,
            visit.who.actor,
            label_id,
            change.move,
            seen_state_version=change.seen_state_version,
            reason=change.reason,
            note=change.note,
        )
        return visit.go(f"/labels/{label_id}", f"label-{change.move.value}")

    return visit.submit(
        act, lambda problem, status: _label(visit, label_id, problem, status, form.fields)
    )


@pages.post("/labels/{label_id}/pack")
def post_pack(visit: SignedInVisit, label_id: PathId) -> Response:
    """Has the label's files made again."""

    def act() -> Response:
        ask_label_pack(visit.context, visit.who.actor, label_id)
        return visit.go(f"/labels/{label_id}", "label-pack-asked")

    return visit.submit(act, lambda problem, status: _label(visit, label_id, problem, status))
