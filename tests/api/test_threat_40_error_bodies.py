"""Threat 40: no error says what is inside: no stack, no SQL, no path, no class."""

from __future__ import annotations

import re
import sqlite3

import httpx2
import pytest

from api.web import all_pages
from tests.support.api_routes import operations
from tests.support.instance import LFP, Instance, a_bom_file
from tests.support.right_requests import ids_of

INSIDE = re.compile(
    r"Traceback|File \"|line \d+, in|\.py\b|/work|/tmp|/usr|/home|site-packages"
    r"|(?<!<)SELECT |INSERT |UPDATE |sqlite|psycopg|sqlalchemy|pydantic|OperationalError|NoneType"
    r"|KeyError|ValueError|object at 0x",
    re.IGNORECASE,
)
ODD_PATHS = (
    "/v1/cases/%00",
    "/v1/cases/..%2f..%2fetc%2fpasswd",
    "/v1/cases/cas_" + "z" * 5000,
    "/v1/datasets/%27%20OR%201=1--",
    "/v1/datasets?q=%25%25%25&after=zzz",
    "/v1/datasets?q=" + "x" * 300,
    "/v1/studies?limit=1e3",
    "/v1/studies?after=%F0%9F%92%A9",
    "/register/entries?start=-1",
    "/register/entries?start=99999999999999999999999",
    "/recognitions/nothing",
    "/L/..%2f..%2f",
    "/L/AAAA/certificate.pdf",
    "/01/x/21/y",
    "/static/../../etc/passwd",
    "/static/nothing.css",
)


def expect_clean(answer: httpx2.Response, what: object) -> None:
    found = INSIDE.search(answer.text)
    assert found is None, (what, answer.status_code, found and found[0], answer.text[:500])


def test_threat_40_no_refusal_shows_the_inside(issued_instance: Instance) -> None:
    ids = ids_of(issued_instance)
    seen = set()
    for operation in operations(issued_instance.app):
        for person in (None, LFP.preparer):
            for content in (
                None,
                b"{}",
                b"[]",
                b"nonsense",
                b'{"\\u0000": "\\ud800"}',
                b"\xff\xfe",
            ):
                path = operation.at({name: f"{value[:4]}{'0' * 26}" for name, value in ids.items()})
                answer = issued_instance.send(operation.method, path, person, content=content)
                assert answer.status_code < 500, (str(operation), content, answer.text)
                if answer.status_code >= 400:
                    expect_clean(answer, (str(operation), content))
                    seen.add(answer.status_code)
    for path in ODD_PATHS:
        answer = issued_instance.send("GET", path, LFP.preparer)
        assert answer.status_code < 500, (path, answer.text)
        expect_clean(answer, path)
    assert {400, 401, 403, 404, 422} <= seen, seen


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_threat_40_a_fault_of_ours_is_a_number_and_no_more(
    issued_instance: Instance, accept: str
) -> None:
    """The table of intensities is gone and a table of the database with it."""
    for artefact in (issued_instance.settings.data_dir / "files").rglob("*"):
        if artefact.is_file():
            artefact.unlink()
    with sqlite3.connect(issued_instance.settings.data_dir / "tanbiao.db") as database:
        database.execute("DROP TABLE idempotency")
        database.execute("DROP TABLE label_page")
    serial = issued_instance.label["url"].rpartition("/")[2]
    headers = {"Accept": accept}
    answers = [
        issued_instance.send("POST", "/v1/footprints", LFP.preparer, a_bom_file(LFP)),
        issued_instance.send("GET", f"/L/{serial}", headers=headers),
        issued_instance.send("GET", f"/L/{serial}/certificate.pdf", headers=headers),
        issued_instance.send("POST", "/v1/consents", LFP.preparer, _a_consent(issued_instance)),
    ]
    for answer in answers:
        expect_clean(answer, "a fault of ours")
    for answer in answers[:2]:
        assert answer.status_code >= 500, answer.text
        assert "Content-Security-Policy" in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answers[0].json()["code"] in {"internal-error", "artefact-missing", "storage-failed"}


def _a_consent(instance: Instance) -> dict[str, object]:
    return {
        "bank_id": instance.organisations["lingnan-bank"],
        "purpose": "credit-assessment",
        "expires_at": "2030-01-01T00:00:00Z",
    }


def test_threat_40_pages_refuse_without_showing_the_inside(issued_instance: Instance) -> None:
    for router in all_pages():
        for route in router.routes:
            path = re.sub(r"{\w+}", "x'\"><", getattr(route, "path", ""))
            for method in getattr(route, "methods", ()) or ():
                answer = issued_instance.http.request(method, path, headers={"Accept": "text/html"})
                assert answer.status_code < 500, (method, path)
                if answer.status_code >= 400:
                    expect_clean(answer, (method, path))
