"""The steps of a case taken from its page; each is the same wire model the JSON API takes.

A form carries what its author had before them (case version and hashes of the study), so that a
step on something that has changed meanwhile is refused and the page shown anew.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter

from api.schemas.cases import AnyStepIn, DecisionIn
from api.web.case_pages import case_page
from api.web.forms import FormSent, SentForm
from api.web.paths import PathId
from api.web.visits import SignedInVisit, Visit
from api.workflows.add_evidence import add_evidence
from api.workflows.decide_certification import decide_certification
from api.workflows.issue_label import issue_label
from api.workflows.keep_document import keep_document
from api.workflows.read_cases import read_case
from api.workflows.take_case_step import take_case_step

pages = APIRouter(include_in_schema=False)
_STEP: TypeAdapter[AnyStepIn] = TypeAdapter(AnyStepIn)
_SEEN = ("case_version", "bom_sha256", "result_sha256")
# The step whose document was sent with it: the field that takes its hash, and the kind it is
# filed as; "" is kept by the organisation itself.
_DOCUMENTS = {
    "conclude-agreement": ("document_sha256", ""),
    "issue-statement": ("report_sha256", "verification-report"),
    "answer-finding": ("evidence_sha256", "activity-data"),
}


@pages.post("/cases/{case_id}/steps")
def post_step(visit: SignedInVisit, case_id: PathId, form: FormSent) -> Response:
    """Takes one step: review, agreement, findings, statement, technical review, surrender."""

    def act() -> Response:
        step = _STEP.validate_python(step_body(form))  # a form with a fault files nothing
        _file_document(visit, case_id, form)
        take_case_step(visit.context, visit.who.actor, case_id, step)
        return visit.go(f"/cases/{case_id}", f"step-{step.action}")

    return visit.submit(
        act, lambda problem, status: case_page(visit, case_id, problem, status, form.fields)
    )


def step_body(form: SentForm) -> dict[str, Any]:
    """The step as JSON would have it: what was seen stands in a member of its own."""
    body: dict[str, Any] = {k: v for k, v in form.fields.items() if k not in _SEEN}
    body["seen"] = {name: form.fields[name] for name in _SEEN if name in form.fields}
    if form.text("action") == "issue-statement":  # what the page listed, in one hidden field
        body["evidence_sha256"] = form.text("evidence_sha256").split()
    if form.file is not None and form.text("action") in _DOCUMENTS:
        member, _ = _DOCUMENTS[form.text("action")]
        sha256 = form.file.sha256
        body[member] = [sha256] if member == "evidence_sha256" else sha256
    return body


def _file_document(visit: Visit, case_id: str, form: SentForm) -> None:
    """Stores the document sent with a step, which the step names by its hash."""
    if form.file is None or form.text("action") not in _DOCUMENTS:
        return
    _, kind = _DOCUMENTS[form.text("action")]
    actor = visit.who.actor
    if kind:
        add_evidence(
            visit.context,
            actor,
            read_case(visit.context, actor, case_id).study_id,
            kind=kind,
            file_name=form.file.name,
            media_type=form.file.media_type,
            content=form.file.content,
        )
    else:
        keep_document(
            visit.context,
            actor,
            file_name=form.file.name,
            media_type=form.file.media_type,
            content=form.file.content,
        )


@pages.post("/cases/{case_id}/decision")
def post_decision(visit: SignedInVisit, case_id: PathId, form: FormSent) -> Response:
    """The certification decision."""

    def act() -> Response:
        decision = DecisionIn.model_validate(step_body(form))
        decide_certification(
            visit.context,
            visit.who.actor,
            case_id,
            seen=decision.seen.to_core(),
            is_granted=decision.is_granted,
            reason=decision.reason,
        )
        return visit.go(f"/cases/{case_id}", "granted" if decision.is_granted else "refused")

    return visit.submit(
        act, lambda problem, status: case_page(visit, case_id, problem, status, form.fields)
    )


@pages.post("/cases/{case_id}/label")
def post_label(visit: SignedInVisit, case_id: PathId) -> Response:
    """Issues the label of a granted case."""

    def act() -> Response:
        record = issue_label(visit.context, visit.who.actor, case_id)
        return visit.go(f"/labels/{record.label.id}", "label-issued")

    return visit.submit(act, lambda problem, status: case_page(visit, case_id, problem, status))
