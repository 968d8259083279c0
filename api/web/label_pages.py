"""The public label page and its files: stored bytes by key, no login, cookie or script.

Every route does nothing but one read by primary key, aside from the event loop and from other work;
none signs, renders or waits for a partner.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.routers.doors import ContextDep, aside
from api.workflows.verify_label import read_artefact, read_credential, read_label_page
from labels.locale import LANGUAGES, negotiate

pages = APIRouter(tags=["public"], include_in_schema=False)
_PAGE_HEADERS = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}
_FILE_HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


@pages.get("/L/{serial}")
@aside
def get_label_page(serial: str, request: Request, context: ContextDep) -> Response:
    """The page a phone opens after scanning."""
    return _page(serial, request, context)


@pages.get("/01/{gtin}/21/{serial}")
@aside
def get_gtin_label_page(gtin: str, serial: str, request: Request, context: ContextDep) -> Response:
    """The same under a GS1 Digital Link, for the product that bears this GTIN and no other."""
    return _page(serial, request, context, gtin)


def _page(serial: str, request: Request, context: ContextDep, gtin: str | None = None) -> Response:
    asked = request.query_params.get("lang")
    language = asked if asked in LANGUAGES else negotiate(request.headers.get("accept-language"))
    page = read_label_page(context, serial.upper(), str(language), gtin)
    etag = f'"{page.etag}"'
    headers = {**_PAGE_HEADERS, "ETag": etag, "Content-Language": page.language}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(page.content, media_type="text/html; charset=utf-8", headers=headers)


@pages.get("/L/{serial}/credential")
@aside
def get_credential(serial: str, context: ContextDep) -> Response:
    """The signed credential, byte for byte."""
    return _credential(serial, context)


def _credential(serial: str, context: ContextDep, gtin: str | None = None) -> Response:
    content = read_credential(context, serial.upper(), gtin)
    return Response(content, media_type="application/vc", headers=_FILE_HEADERS)


@pages.get("/01/{gtin}/21/{serial}/credential")
@aside
def get_gtin_credential(gtin: str, serial: str, context: ContextDep) -> Response:
    """The same under a GS1 Digital Link."""
    return _credential(serial, context, gtin)


@pages.get("/L/{serial}/{name}")
@aside
def get_artefact(serial: str, name: str, context: ContextDep) -> Response:
    """Certificate, marks and QR image, as they were rendered."""
    found = read_artefact(context, serial.upper(), name)
    headers = {**_FILE_HEADERS, "ETag": f'"{found.artefact.sha256[:32]}"'}
    return Response(found.content, media_type=found.artefact.media_type, headers=headers)


@pages.get("/l/{rest:path}")
async def get_lower_case(rest: str) -> Response:
    """Some readers hand on addresses in small letters."""
    return RedirectResponse(f"/L/{rest}", status_code=308)
