"""Signing in and out, and the way from / to one's own work."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.problems import Problem
from api.security.authentication import cookie_name
from api.web.forms import FormSent
from api.web.navigation import home_of
from api.web.problem_views import problem_view
from api.web.visits import PAGE_HEADERS, AnyVisit, SignedInVisit, Visit, local_path
from api.workflows.sign_in import sign_in, sign_out

pages = APIRouter(include_in_schema=False)
UNKNOWN_ADDRESS = "unknown"


@pages.get("/")
def get_home(visit: SignedInVisit) -> Response:
    """The work list of the signed-in person's role."""
    return visit.keep_language(visit.go(home_of(visit.who.role)))


@pages.get("/sign-in")
def get_sign_in(visit: AnyVisit, request: Request) -> Response:
    """The form; somebody signed in already goes on."""
    wanted = local_path(request.query_params.get("next", "/"))
    if visit.found is not None:
        return visit.go(wanted)
    return _form(visit, wanted)


@pages.post("/sign-in")
def post_sign_in(visit: AnyVisit, request: Request, form: FormSent) -> Response:
    """A fresh session each time; the one before ends."""
    wanted = local_path(form.text("next") or "/")
    email = form.text("email")
    try:
        token = sign_in(visit.context, email, form.text("password"), _address(request))
    except Problem as problem:
        return _form(visit, wanted, email, problem)
    old = request.cookies.get(cookie_name(visit.context))
    if old:
        sign_out(visit.context, old)
    response = RedirectResponse(wanted, status_code=303, headers=PAGE_HEADERS)
    response.set_cookie(
        cookie_name(visit.context),
        token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=visit.context.settings.is_https,
    )
    return response


@pages.post("/sign-out")
def post_sign_out(visit: AnyVisit, request: Request) -> Response:
    """Ends the session here and on the server."""
    token = request.cookies.get(cookie_name(visit.context))
    if token:
        sign_out(visit.context, token)
    response = visit.go("/sign-in", "signed-out")
    response.delete_cookie(
        cookie_name(visit.context),
        path="/",
        httponly=True,
        samesite="lax",
        secure=visit.context.settings.is_https,
    )
    return response


def _form(visit: Visit, wanted: str, email: str = "", problem: Problem | None = None) -> Response:
    response = visit.page(
        "sign_in.html",
        status=problem.status if problem else 200,
        problem=problem_view(problem, visit.language) if problem else None,
        wanted=wanted,
        email=email,
    )
    for name, value in (problem.headers if problem else {}).items():
        response.headers[name] = value
    return response


def _address(request: Request) -> str:
    """Whom the attempts are counted for."""
    return request.client.host if request.client else UNKNOWN_ADDRESS
