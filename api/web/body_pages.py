"""What a body is accredited for, all that was ever entered of it, and a form to change it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from api.problems import Problem
from api.schemas.administration import BodyScopeIn
from api.views import BodyView
from api.web.forms import FormSent, SentForm
from api.web.paths import PathId
from api.web.problem_views import ProblemView
from api.web.visits import SignedInVisit, Visit
from api.workflows.read_bodies import list_body_history, read_body
from api.workflows.read_organisations import list_organisations
from api.workflows.set_body_scope import set_body_scope

pages = APIRouter(include_in_schema=False)
_AFFILIATE = "affiliate-"  # before the id of an organisation that is ticked
_BETWEEN = re.compile(r"[\s,;，；、]+")


@pages.get("/administration/bodies/{organisation_id}")
def get_body(visit: SignedInVisit, organisation_id: PathId) -> Response:
    """The body as it stands, its history, and the form, filled in with what is entered."""
    return _body(visit, organisation_id)


@pages.post("/administration/bodies/{organisation_id}")
def post_body(visit: SignedInVisit, organisation_id: PathId, form: FormSent) -> Response:
    """Enters what the form says; the register tells at once what it tells."""

    _check_administrator(visit)

    def act() -> Response:
        view = read_body(visit.context, organisation_id)
        scope = BodyScopeIn.model_validate(_sent(form) | {"kind": view.organisation.kind.value})
        body = scope.to_core(organisation_id)
        is_told = set_body_scope(
            visit.context,
            visit.who.actor,
            body,
            scope.accreditation,
            scope.contact or "",
            seen=int(seen) if re.fullmatch(r"[0-9]{1,9}", seen := form.text("seen")) else -1,
        )
        done = "body-told" if is_told else "body-entered"
        return visit.go(f"/administration/bodies/{organisation_id}", done)

    return visit.submit(
        act, lambda problem, status: _body(visit, organisation_id, problem, status, form.fields)
    )


def _sent(form: SentForm) -> dict[str, object]:
    """The form as the API takes it."""
    texts = ("accreditation", "contact", "scope_from", "scope_until")
    return {
        **{name: form.text(name) for name in texts},
        "categories": _listed(form.text("categories")),
        "affiliates": [n.removeprefix(_AFFILIATE) for n in form.fields if n.startswith(_AFFILIATE)],
        "is_suspended": form.text("is_suspended") == "yes",
    }


def _check_administrator(visit: Visit) -> None:
    """For anybody but the administrator there is no such page."""
    if visit.who.role != "administrator":
        raise Problem(404, "not-found")


def _listed(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _body(
    visit: Visit,
    organisation_id: str,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: Mapping[str, str] | None = None,
) -> Response:
    _check_administrator(visit)
    # the history first: an entry made in between leaves the form too old, not its values
    history = list_body_history(visit.context, visit.who.actor, organisation_id)
    view = read_body(visit.context, organisation_id)
    return visit.page(
        "body.html",
        status=status,
        problem=problem,
        view=view,
        filled=_entered(view) if sent is None else sent,
        history=history,
        seen=len(history) if sent is None else sent.get("seen", ""),  # what is typed is as old
        organisations=list_organisations(visit.context),
    )


def _entered(view: BodyView) -> dict[str, str]:
    """What the form shows before anything is typed."""
    if view.entered is None:
        return {}
    body = view.entered.body
    return {
        "accreditation": view.entered.accreditation,
        "contact": view.entered.contact,
        "categories": " ".join(body.categories),
        "scope_from": body.scope_from.isoformat(),
        "scope_until": body.scope_until.isoformat(),
        "is_suspended": "yes" if body.is_suspended else "",
        **{f"{_AFFILIATE}{one}": "yes" for one in body.affiliates},
    }
