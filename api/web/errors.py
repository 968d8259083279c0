"""The pages of a refusal: the sentence, what to do, and the way back.

Somebody who is not signed in is led to the sign-in page and back to where they wanted to go.
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.problems import Problem
from api.web.problem_views import problem_view
from api.web.rendering import html
from api.web.visits import PAGE_HEADERS, Visit, context_of, frame, open_visit

SERVER_FAULT = 500
# Refused by the guard before a page was reached, in the event loop: nothing is looked up there.
BEFORE_ANY_PAGE = frozenset({"request-from-another-site", "body-too-large"})


def problem_page(request: Request, problem: Problem, language: str) -> Response:
    """The problem as a page in the reader's language."""
    if problem.status == 401 and request.url.path != "/sign-in":
        wanted = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            wanted += f"?{request.url.query}"
        target = f"/sign-in?{urlencode({'next': wanted})}"
        return RedirectResponse(target, status_code=303, headers=PAGE_HEADERS)
    visit = _visit(request, problem, language)
    body = html(
        "problem.html",
        language,
        **frame(visit, request.url.path, {}),
        problem=problem_view(problem, language),
        status=problem.status,
        is_ours=problem.status >= SERVER_FAULT,
    )
    headers = {**PAGE_HEADERS, **problem.headers}
    return HTMLResponse(body, status_code=problem.status, headers=headers)


def _visit(request: Request, problem: Problem, language: str) -> Visit:
    """Who is signed in, unless the instance itself is at fault and must not be asked again."""
    if problem.status >= SERVER_FAULT or problem.code in BEFORE_ANY_PAGE:
        return Visit(request, context_of(request), language)
    return open_visit(request)
