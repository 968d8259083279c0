"""RFC 9457 problem documents: codes inside, sentences only here, in the reader's language.

Every refusal of the core arrives as a code with parameters; this module maps the exception class
to a status and the code to a translated sentence. Nothing of the request is echoed beyond the
parameters the core chose to name, and nothing of the inside (SQL, paths, stack) is ever shown.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.clients.guarded_http import PartnerUnreachable
from api.i18n import language_of, sentence
from api.strict_json import JsonRefused
from footprint.errors import FootprintError, FootprintErrors, pointer
from labels.errors import CredentialError, LabelError, NotAllowed, WrongState
from lca_db.errors import Conflict, NotFound, StorageError

REFUSED_BY_CORE = "refused_by_core"  # pydantic's type of an error that holds one of the core
PROBLEM_JSON = "application/problem+json"
_LOG = structlog.get_logger("tanbiao.problems")


@dataclass(frozen=True)
class Fault:
    """One thing wrong: its code, parameters and place (JSON Pointer, or "sheet!cell" of a file)."""

    code: str
    place: str = ""
    parameters: Mapping[str, str] | None = None


class Problem(Exception):
    """A refusal by the shell itself: a status, one or more faults and headers."""

    def __init__(
        self,
        status: int,
        code: str,
        place: str = "",
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.place = place
        self.parameters = dict(parameters or {})
        self.headers = dict(headers or {})
        self.faults = tuple(faults) or (Fault(code, place, self.parameters),)


def problem_of_faults(faults: Sequence[Fault]) -> Problem:
    """422 with every fault of a document or file; one fault gives the problem its own code."""
    if len(faults) == 1:
        (fault,) = faults
        return Problem(422, fault.code, fault.place, parameters=fault.parameters)
    count = {"count": str(len(faults))}
    return Problem(422, "several-errors", parameters=count, faults=faults)


def problem_of(error: Exception) -> Problem:
    """The problem an exception of the inside becomes."""
    match error:
        case Problem():
            return error
        case FootprintErrors():
            faults = [Fault(e.code, e.place, e.parameters) for e in error.errors]
            return Problem(422, error.code, parameters=error.parameters, faults=faults)
        case FootprintError() | LabelError() | StorageError():
            status = _status_of(error)
            headers = {"Retry-After": "5"} if status == 503 else None
            is_inside = isinstance(error, StorageError) and status >= 500  # names of classes
            parameters = {} if is_inside else error.parameters
            return Problem(status, error.code, error.place, parameters=parameters, headers=headers)
        case JsonRefused():
            return Problem(400, error.code)
        case RequestValidationError():
            return _malformed(error)
        case HTTPException():
            code = _HTTP_CODES.get(error.status_code, "request-refused")
            return Problem(error.status_code, code, headers=error.headers)
        case _:
            return Problem(500, "internal-error", parameters={"number": secrets.token_hex(6)})


_HTTP_CODES = {
    400: "request-malformed",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "content-type-not-supported",
}
_OF_THE_OPERATOR = frozenset(
    {"identity-salt-missing", "identity-salt-malformed", "identity-salt-foreign"}
)  # a file of the instance is not as it was: nothing that was sent is wrong
_STORAGE_STATUS = {
    "value-not-storable": 422,
    "idempotency-key-reused": 422,
    "storage-full": 507,
    "hash-malformed": 422,
}


def _status_of(error: FootprintError | LabelError | StorageError) -> int:
    """404 for what is not there, 403 not allowed, 409 changed or wrong state, 503 no storage."""
    match error:
        case NotAllowed():
            return 403
        case CredentialError() if error.code in _OF_THE_OPERATOR:
            return 503
        case WrongState():
            return 409
        case PartnerUnreachable():
            return 502
        case NotFound():
            return 404
        case StorageError() if error.code in _STORAGE_STATUS:
            return _STORAGE_STATUS[error.code]
        case Conflict():
            return 409
        case StorageError():
            return 503
        case _:
            return 422


_WORD_OF_ENUM = re.compile(r"<\w+\.\w+: ('[^']*')>")  # pydantic writes members as Python does
_TYPE_CODES = {
    "missing": "member-missing",
    "extra_forbidden": "member-unknown",
    "enum": "value-not-allowed",
    "literal_error": "value-not-allowed",
    "union_tag_invalid": "value-not-allowed",
    "union_tag_not_found": "member-missing",
    "string_pattern_mismatch": "value-malformed",
    "string_too_long": "value-too-long",
    "string_too_short": "value-too-short",
    "too_long": "value-too-long",
    "too_short": "value-too-short",
}
_NOT_EMPTY = frozenset({"string_too_short", "string_pattern_mismatch", "too_short"})
_QUOTED = re.compile(r"'([^']*)'")
_OF_A_TAG = frozenset({"union_tag_invalid", "union_tag_not_found"})  # said of the whole object
_OF_A_NAME = "[key]"  # pydantic's word where the name of a member is at fault, not its value
_CASE_STEPS = frozenset(
    {
        "review-application",
        "conclude-agreement",
        "start-verification",
        "open-finding",
        "answer-finding",
        "return-finding",
        "close-finding",
        "issue-statement",
        "complete-technical-review",
        "surrender-application",
    }
)
_LINE_KINDS = frozenset(
    {
        "material",
        "packaging",
        "energy",
        "transport",
        "direct-emission",
        "captured-co2",
        "use",
        "leakage",
        "end-of-life",
        "incineration",
        "assembly",
    }
)


def _malformed(error: RequestValidationError) -> Problem:
    """A 422 that names every member by JSON Pointer and never repeats what was sent."""
    faults = []
    for item in error.errors()[:1000]:
        context = item.get("ctx", {})
        if item["type"] == REFUSED_BY_CORE:
            refused: FootprintError = context["refused"]
            faults.append(Fault(refused.code, _pointer(item), refused.parameters))
            continue
        allowed = _WORD_OF_ENUM.sub(r"\1", str(context.get("expected") or ""))
        allowed = allowed or str(context.get("expected_tags") or "")
        parameters = {"allowed": _listed(allowed), "detail": str(item["type"])}
        faults.append(Fault(_code_of(item), _pointer(item), parameters))
    return Problem(422, "request-malformed", parameters={"count": str(len(faults))}, faults=faults)


def _code_of(item: Mapping[str, Any]) -> str:
    """The code of what pydantic found; what was left empty is called so, and a date a date."""
    kind = str(item["type"])
    sent = item.get("input")
    is_empty = not sent.strip() if isinstance(sent, str) else sent in ({}, [])
    if kind.startswith("date_"):
        return "date-empty" if is_empty else "date-malformed"
    if is_empty and kind in _NOT_EMPTY:
        return "value-empty"
    return _TYPE_CODES.get(kind, "value-malformed")


def _listed(allowed: str) -> str:
    """What pydantic lists as "'a', 'b' or 'c'", parted by commas alone."""
    words = _QUOTED.findall(allowed)
    return ", ".join(words) if words else allowed


def _pointer(item: Mapping[str, Any]) -> str:
    """JSON Pointer of what pydantic found, without its own words for body, key and union branch."""
    parts = list(item["loc"])
    if parts and parts[0] in {"body", "query", "path", "header", "cookie"}:
        parts = parts[1:]
    if parts and parts[0] in _CASE_STEPS:
        parts = parts[1:]
    kept = [
        part
        for position, part in enumerate(parts)
        if not (position > 0 and isinstance(parts[position - 1], int) and part in _LINE_KINDS)
    ]
    if kept and kept[-1] == _OF_A_NAME:
        kept = kept[:-1]
    if item["type"] in _OF_A_TAG:
        kept.append(str(item["ctx"]["discriminator"]).strip("'"))
    return pointer(*kept)


def problem_body(problem: Problem, language: str, base_url: str) -> dict[str, Any]:
    """The problem document in one language."""
    title = sentence(problem.code, language, problem.parameters)
    return {
        "type": f"{base_url}/problems/{problem.code}",
        "title": title,
        "status": problem.status,
        "code": problem.code,
        "errors": [
            {
                "code": fault.code,
                "pointer": fault.place,
                "detail": sentence(fault.code, language, fault.parameters or {}),
                "parameters": dict(fault.parameters or {}),
            }
            for fault in problem.faults
        ],
    }


def wants_page(request: Request) -> bool:
    """True for a browser asking for a page, which gets a page and not a JSON document."""
    is_api = request.url.path.startswith(("/v1/", "/.well-known/", "/status/"))
    return not is_api and "text/html" in request.headers.get("accept", "")


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as a document, or as a page where a browser asked for one."""
    language = language_of(request)
    if wants_page(request):
        pages: Callable[[Request, Problem, str], Response] = request.app.state.problem_page
        return pages(request, problem, language)
    return JSONResponse(
        problem_body(problem, language, request.app.state.context.settings.public_base_url),
        status_code=problem.status,
        headers={**problem.headers, "Content-Language": language, "Vary": "Accept-Language"},
        media_type=PROBLEM_JSON,
    )


def answer_to(request: Request, error: Exception) -> Response:
    """The problem an exception becomes; a fault of ours goes to the log under its number."""
    problem = problem_of(error)
    if problem.status >= 500:
        _LOG.error(
            "request failed",
            path=request.url.path,
            code=problem.code,
            number=problem.parameters.get("number", ""),
            exc_info=error,
        )
    return problem_response(request, problem)


def install(app: FastAPI) -> None:
    """One handler for every exception the application knows; the guard answers all others."""
    for kind in (
        Problem,
        FootprintError,
        LabelError,
        StorageError,
        JsonRefused,
        RequestValidationError,
        HTTPException,
    ):
        app.add_exception_handler(kind, answer_to)
