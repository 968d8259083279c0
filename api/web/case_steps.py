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
from api.web.visits import SignedInVisit
from api.workflows.decide_certification import decide_certification
from api.workflows.file_with_step import FILED_AS, SentDocument
from api.workflows.issue_label import issue_label
from api.workflows.take_case_step import take_case_step

pages = APIRouter(include_in_schema=False)
_STEP: TypeAdapter[AnyStepIn] = TypeAdapter(AnyStepIn)
_SEEN = ("case_version", "bom_sha256", "result_sha256")
# The member of a step that takes the hash of the document sent with it.
_NAMED_IN = {
    "conclude-agreement": "document_sha256",
    "issue-statement": "report_sha256",
    "answer-finding": "evidence_sha256",
}


@pages.post("/cases/{case_id}/steps")
def post_step(visit: SignedInVisit, case_id: PathId, form: FormSent) -> Response:
    """Takes one step: review, agreement, findings, statement, technical review, surrender."""

    def act() -> Response:
        step = _STEP.validate_python(step_body(form))
        take_case_step(visit.context, visit.who.actor, case_id, step, document=_document(form))
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
    if form.file is not None and form.text("action") in _NAMED_IN:
        member = _NAMED_IN[form.text("action")]
        sha256 = form.file.sha256
        body[member] = [sha256] if member == "evidence_sha256" else sha256
    return body


def _document(form: SentForm) -> SentDocument | None:
    """The document sent with a step, which the step names by its hash."""
    if form.file is None or form.text("action") not in FILED_AS:
        return None
    return SentDocument(form.file.name, form.file.media_type, form.file.content)


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
