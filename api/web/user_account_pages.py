"""One's own API keys; accounts out of use and back, on the administrator's page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.schemas.user_accounts import ApiKeyIn
from api.security.authentication import person_signed_in
from api.web.forms import FormSent
from api.web.paths import PathId
from api.web.problem_views import ProblemView
from api.web.set_up_pages import administration_page
from api.web.visits import SignedInVisit, Visit
from api.workflows.disable_account import disable_account, enable_account
from api.workflows.make_api_key import make_api_key
from api.workflows.read_api_keys import list_api_keys
from api.workflows.revoke_api_key import revoke_api_key

pages = APIRouter(include_in_schema=False)


@pages.get("/api-keys")
def get_api_keys(visit: SignedInVisit) -> Response:
    """One's own keys, and a form to make one."""
    return _api_keys(visit)


@pages.post("/api-keys")
def post_api_key(visit: SignedInVisit, form: FormSent) -> Response:
    """Shows a new key, once."""

    def act() -> Response:
        asked = ApiKeyIn.model_validate({"name": form.text("name")})
        person = person_signed_in(visit.context, visit.request, visit.who.actor)
        made = make_api_key(visit.context, person, asked.name)
        return _api_keys(visit, secret=made.secret)

    return visit.submit(act, lambda problem, status: _api_keys(visit, problem, status))


@pages.post("/api-keys/{key_id}/revoke")
def post_revoke(key_id: PathId, visit: SignedInVisit) -> Response:
    """Ends a key."""
    revoke_api_key(visit.context, visit.who.actor, key_id)
    return visit.go("/api-keys", "api-key-revoked")


@pages.post("/administration/accounts/{account_id}/disable")
def post_disable(account_id: PathId, visit: SignedInVisit) -> Response:
    """Takes an account out of use."""

    def act() -> Response:
        disable_account(visit.context, visit.who.actor, account_id)
        return visit.go("/administration", "account-disabled")

    return visit.submit(act, lambda problem, status: administration_page(visit, problem, status))


@pages.post("/administration/accounts/{account_id}/enable")
def post_enable(account_id: PathId, visit: SignedInVisit) -> Response:
    """Takes an account back into use."""

    def act() -> Response:
        enable_account(visit.context, visit.who.actor, account_id)
        return visit.go("/administration", "account-enabled")

    return visit.submit(act, lambda problem, status: administration_page(visit, problem, status))


def _api_keys(
    visit: Visit, problem: ProblemView | None = None, status: int = 200, secret: str = ""
) -> Response:
    keys = list_api_keys(visit.context, visit.who.actor)
    return visit.page(
        "api_keys.html",
        status=status,
        path="/api-keys",
        problem=problem,
        secret=secret,
        keys=[
            (
                key,
                visit.moment(key.created_at),
                visit.moment(key.last_used_at) if key.last_used_at else "",
                visit.moment(key.revoked_at) if key.revoked_at else "",
            )
            for key in keys
        ],
    )
