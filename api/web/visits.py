"""A visit: one request of a signed-in person, and the answers a page can give to it.

Rules:

* A page is written for one person: never cached by anybody else, no referrer sent to other sites.
  (``same-origin`` and not ``no-referrer``: browsers then name the origin of a form, which the
  request guard asks for.)
* ``?lang=`` answers in that language and keeps it in a cookie; the page stays the same.
* A form answers with 303 to a page, or with the page itself and a problem on it; nothing is
  changed by GET. What was done is said once, by ``?done=`` and a word of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.context import Context
from api.i18n import LANGUAGE_COOKIE, language_of, sentence
from api.idempotency import Replayed
from api.problems import Problem, problem_of
from api.security.authentication import account_of
from api.web.navigation import rail_of
from api.web.problem_views import ProblemView, problem_view
from api.web.rendering import (
    has_words,
    html,
    is_language,
    nearest,
    words,
    written_day,
    written_moment,
    written_number,
    written_share,
)
from api.workflows.view_signed_in import SignedIn, view_signed_in

PAGE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}
LANGUAGE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Greeting:
    """Who is signed in, as the frame of a page says it."""

    name: str
    role: str


@dataclass(frozen=True)
class Visit:
    """A request and who makes it; ``who`` is None on public pages only."""

    request: Request
    context: Context
    language: str
    found: SignedIn | None = None

    @property
    def who(self) -> SignedIn:
        """The signed-in person.

        Raises:
            Problem: 401 ``sign-in-needed``.
        """
        if self.found is None:
            raise Problem(401, "sign-in-needed")
        return self.found

    def say(self, key: str, /, **parameters: object) -> str:
        """A message in the reader's language."""
        return words(self.language, key, **parameters)

    def sentence(self, code: str, parameters: Mapping[str, str]) -> str:
        """What an error code says in the reader's language."""
        return sentence(code, self.language, parameters)

    def named_sentence(
        self, code: str, parameters: Mapping[str, str], dataset: str, names: Mapping[str, str]
    ) -> str:
        """The same about a dataset that is called by its name where it has one."""
        name = self.local(names) or dataset
        said = {key: name if value == dataset else value for key, value in parameters.items()}
        return self.sentence(code, said)

    def day(self, on: date) -> str:
        """A date in the reader's language."""
        return written_day(on, self.language)

    def moment(self, at: datetime) -> str:
        """A time in the reader's language."""
        return written_moment(at, self.language)

    def number(self, value: str | Decimal) -> str:
        """A decimal in the reader's language."""
        return written_number(value, self.language)

    def percent(self, share: str | Decimal) -> str:
        """A share of 0..1 as per cent, with one decimal where it is small."""
        return written_share(share, self.language)

    def local(self, texts: Mapping[str, str]) -> str:
        """The reader's version of a text in several languages."""
        return nearest(texts, self.language)

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        path: str = "",
        problem: ProblemView | None = None,
        query: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response:
        """A page of the workbench.

        Args:
            template: Its file.
            status: HTTP status.
            path: The page's own address where it is not the request's (after a form).
            problem: What went wrong with the form that was sent.
            query: What the page's own address holds besides; a form that failed has it in fields.
            values: What the template shows.
        """
        body = html(
            template,
            self.language,
            **frame(self, path or self.request.url.path, query or {}),
            flashes=self._flashes() if problem is None else [],
            problem=problem,
            **values,
        )
        return self.keep_language(HTMLResponse(body, status_code=status, headers=PAGE_HEADERS))

    def keep_language(self, response: Response) -> Response:
        """Remembers the language asked for by ``?lang=``."""
        chosen = self.request.query_params.get("lang")
        if is_language(chosen):
            response.set_cookie(
                LANGUAGE_COOKIE,
                str(chosen),
                max_age=LANGUAGE_SECONDS,
                samesite="lax",
                httponly=True,
                secure=self.context.settings.is_https,
            )
        return response

    def go(self, path: str, done: str = "") -> Response:
        """On to a page after a form, saying what was done."""
        target = f"{path}?{urlencode({'done': done})}" if done else path
        return RedirectResponse(target, status_code=303, headers=PAGE_HEADERS)

    def submit(
        self,
        act: Callable[[], Response],
        again: Callable[[ProblemView, int], Response],
    ) -> Response:
        """The answer of ``act``, or the page again with what went wrong.

        Args:
            act: Does what the form asks for and answers.
            again: The page with a problem on it, at that status.
        """
        try:
            return act()
        except Replayed as replayed:
            return self.go(replayed.answer.body.decode())
        except ValidationError as error:
            problem = problem_of(RequestValidationError(error.errors()))
        except Exception as error:
            problem = problem_of(error)
            if problem.status >= 500 or problem.status in {401, 404}:
                raise
        return again(problem_view(problem, self.language, self._field), problem.status)

    def _field(self, pointer: str) -> str:
        """The field of a form a JSON Pointer means, by its label where it has one.

        A position in a list ("/changes/0") is no place that a reader of a page knows.
        """
        names = [name for name in pointer.split("/") if name and not name.isdigit()]
        name = names[-1] if names else ""
        key = f"field.{name}"
        if has_words(key):
            return self.say(key)
        return "" if pointer.rsplit("/", 1)[-1].isdigit() else name

    def _flashes(self) -> list[tuple[str, str]]:
        key = f"done.{self.request.query_params.get('done', '')}"
        return [("good", self.say(key))] if has_words(key) else []


def frame(visit: Visit, path: str, query: Mapping[str, str]) -> dict[str, object]:
    """What the frame of every page needs; path and query are the page's own address."""
    found = visit.found
    return {
        "actor": Greeting(found.name, found.role) if found else None,
        "csrf_token": "",
        "nav": rail_of(found.role, path) if found else [],
        "is_demo": visit.context.settings.is_demo,
        "once": lambda: visit.context.ids("onc"),
        "path_with_lang": lambda code: _with_language(visit.request, path, query, code),
    }


def _with_language(request: Request, path: str, query: Mapping[str, str], code: str) -> str:
    """The page in another language, by GET even where it answers a form."""
    kept = list(query.items())
    if path == request.url.path and request.method == "GET" and not kept:
        kept = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in {"lang", "done"}
        ]
    return f"{path}?{urlencode([*kept, ('lang', code)])}"


def context_of(request: Request) -> Context:
    """The instance a request is made to."""
    context: Context = request.app.state.context
    return context


def open_visit(request: Request) -> Visit:
    """A visit by anybody; who is signed in is looked up."""
    context = context_of(request)
    account = account_of(context, request)
    who = view_signed_in(context, account) if account is not None else None
    return Visit(request, context, language_of(request), who)


def signed_in(request: Request) -> Visit:
    """A visit by somebody who is signed in.

    Raises:
        Problem: 401 ``sign-in-needed``; the browser is led to the sign-in page.
    """
    visit = open_visit(request)
    if visit.found is None:
        raise Problem(401, "sign-in-needed")
    return visit


AnyVisit = Annotated[Visit, Depends(open_visit)]
SignedInVisit = Annotated[Visit, Depends(signed_in)]


def local_path(text: str) -> str:
    """The path when it leads to a page of ours, else the home page: no open redirect."""
    parts = urlsplit(text)
    is_ours = not parts.scheme and not parts.netloc and text.startswith("/")
    is_plain = "\\" not in text and not text.startswith("//") and text.isprintable()
    return text if is_ours and is_plain else "/"
